"""Public pages against a bare Flask view that returns a constant of the same size."""

from itertools import repeat

from tests.bench.ground import Ground, Server, fetch, served
from tests.bench.load import drive, get
from tests.bench.table import Measure, Row, against, rounds

SECONDS, ROUNDS, TARGET = 1.5, 5, 0.95
GZIP = {"Accept-Encoding": "gzip"}
PAGES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("letter page", "/en/governments", {}),
    ("letter page, gzip", "/en/governments", GZIP),
    ("signatories, all countries", "/en/governments/signatories", {}),
    ("signatories, one country", "/en/governments/signatories/FR", GZIP),
)


def run(ground: Ground) -> list[Row]:
    """Serve the campaign and read its pages."""
    with served("app:site()", **ground.settings) as site:
        return _read(site)


def _read(site: Server) -> list[Row]:
    """Read each page and its constant in turns."""
    sizes = [len(fetch(site.port, path, **headers)) for _name, path, headers in PAGES]
    with served("tests.bench.floor:bare()", BENCH_SIZES=" ".join(map(str, sorted(set(sizes))))) as floor:
        rows = []
        for (name, path, headers), size in zip(PAGES, sizes, strict=True):
            lines = [f"{key}: {value}" for key, value in headers.items()]
            measures: dict[str, Measure] = {
                "ours": _reader(site.port, get(path, *lines)),
                "floor": _reader(floor.port, get(f"/{size}", *lines)),
            }
            taken = rounds(ROUNDS, measures)
            what = f"{name} ({size / 1000:.1f} kB)"
            rows.append(against(what, taken["ours"], taken["floor"], target=TARGET))
    return rows


def _reader(port: int, request: bytes) -> Measure:
    def read(_round: int) -> float:
        outcome = drive(port, repeat(request), SECONDS)
        assert set(outcome.statuses) == {200}, outcome.statuses
        return outcome.rate(200)

    return read
