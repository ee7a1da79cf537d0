"""Every country has its place on the map, the land that its code stands for, and edges it shares with neighbours."""

import json
import re
from hashlib import sha256
from math import hypot
from pathlib import Path
from typing import Any

import pytest

from campaign.world.atlas import sheet
from campaign.world.countries import COUNTRIES
from config import atlas

ROOT = Path(__file__).parents[2]
WORLD, EUROPE = atlas.SHEETS
NUMBER = re.compile(r"-?\d+")
# Places that Natural Earth gives to another than ISO 3166 does, or that are a country's by their code only.
STANDS_UNDER = {
    "Simferopol": (34.1, 45.0, "UA"),
    "Kyiv": (30.5, 50.4, "UA"),
    "Hargeisa": (44.1, 9.6, "SO"),
    "Belet Weyne": (45.2, 4.7, "SO"),
    "Laayoune, inland": (-12.5, 26.5, "EH"),
    "Tifariti, east of the berm": (-10.3, 26.2, "EH"),
    "Agadir, inland": (-9.0, 30.3, "MA"),
    "Taichung": (120.9, 24.1, "TW"),
    "Cayenne, inland": (-53.0, 4.0, "GF"),
    "Ürümqi": (87.6, 43.8, "CN"),
    "Anadyr, beyond the date line": (-175.0, 66.0, "RU"),
    "Maseru, within South Africa": (28.3, -29.5, "LS"),
}


def rings(outline: str) -> list[list[tuple[int, int]]]:
    """Read an outline as a browser does."""
    found = []
    for part in outline.split("z")[:-1]:
        x, y, *steps = map(int, NUMBER.findall(part))
        ring = [(x, y)]
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        found.append(ring)
    return found


def holds(outline: str, x: float, y: float) -> bool:
    """Say whether a point lies in an outline, as fill-rule evenodd does."""
    crossed = 0
    for ring in rings(outline):
        for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
            crossed += (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay)
    return crossed % 2 == 1


def test_every_signatory_is_from_a_country_on_the_map() -> None:
    assert COUNTRIES - sheet("world").codes == set()


def test_europe_has_what_lies_there_and_no_other() -> None:
    europe = sheet("europe").codes
    assert {"FR", "DE", "UA", "MT", "LI", "VA", "XK", "IS", "CY", "EU"} <= europe
    assert europe & {"US", "JP", "CN", "AU", "ZA"} == set()


@pytest.mark.parametrize("place", STANDS_UNDER)
def test_land_stands_under_the_code_that_iso_gives_it(place: str) -> None:
    longitude, latitude, code = STANDS_UNDER[place]
    x, y = WORLD.place((longitude + 360 if longitude < -170 else longitude, latitude))
    assert [one for one, outline in sheet("world").outlines.items() if holds(outline, x, y)] == [code]


def test_the_north_of_cyprus_stands_under_its_code() -> None:
    outline = sheet("europe").outlines["CY"]
    assert all(holds(outline, *EUROPE.place(place)) for place in ((33.0, 34.9), (33.6, 35.25)))


@pytest.mark.parametrize(("code", "plan"), [("CY", EUROPE), ("UA", EUROPE), ("EH", WORLD), ("SO", WORLD)])
def test_no_border_runs_through_a_country(code: str, plan: atlas.Sheet) -> None:
    sides = [
        frozenset(side)
        for ring in rings(sheet(plan.name).outlines[code])
        for side in zip(ring, [*ring[1:], ring[0]], strict=True)
    ]
    assert len(sides) == len(set(sides))


@pytest.mark.parametrize("name", ["world", "europe"])
def test_nothing_is_drawn_far_outside_its_sheet(name: str) -> None:
    plan = sheet(name)
    for code, outline in plan.outlines.items():
        assert re.fullmatch(r"(M\d[-\d ]*l[-\d ]+z|M-\d[-\d ]*l[-\d ]+z)+", outline), code
        for ring in rings(outline):
            assert len(ring) >= 3
            assert all(-21 <= x <= plan.width + 21 and -21 <= y <= plan.height + 21 for x, y in ring), code
    assert all(0 < x < plan.width and 0 < y < plan.height for x, y in plan.dots.values())


def test_the_dots_of_hong_kong_and_macao_can_be_told_apart() -> None:
    dots = sheet("world").dots
    assert hypot(dots["HK"][0] - dots["MO"][0], dots["HK"][1] - dots["MO"][1]) > 30


def test_the_shapes_are_the_ones_that_are_documented_and_stay_small() -> None:
    written = (ROOT / "campaign" / "world" / "shapes.txt").read_bytes()
    page = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
    assert sha256(written).hexdigest() in page, "say what made this file, and its SHA-256"
    assert atlas.SOURCE_SHA256 in page
    assert len(written) <= 60_000


def topology(**shapes: tuple[str, list[list[int]]]) -> dict[str, Any]:
    """Return two squares side by side, 0 to 10 and 10 to 20 degrees east: arc 0 is the border, 1 and 2 the rest."""
    arcs = [
        [[10, 0], [0, 10]],
        [[10, 10], [-10, 0], [0, -10], [10, 0]],
        [[10, 0], [10, 0], [0, 10], [-10, 0]],
    ]
    geometries = [
        {"type": "Polygon", "id": number, "properties": {"name": name}, "arcs": polygon}
        for name, (number, polygon) in shapes.items()
    ]
    transform = {"scale": [1, 1], "translate": [0, 0]}
    return {"transform": transform, "arcs": arcs, "objects": {"countries": {"geometries": geometries}}}


def drawn(**shapes: tuple[str, list[list[int]]]) -> dict[str, list[list[tuple[int, int]]]]:
    """Return the rings that are drawn of each country."""
    lines = (line.split(" ", 1) for line in atlas.draw(WORLD, *atlas.read(topology(**shapes))))
    return {code: rings(outline) for code, outline in lines if not outline.startswith("@")}


def test_neighbours_keep_one_border() -> None:
    countries = drawn(a=("276", [[0, 1]]), b=("250", [[2, -1]]))
    (east,), (west,) = countries["FR"], countries["DE"]
    assert len(set(east) & set(west)) == 2


def test_land_that_the_source_splits_and_iso_does_not_is_drawn_as_one() -> None:
    countries = drawn(Somalia=("706", [[0, 1]]), Somaliland=("", [[2, -1]]))
    assert [len(ring) for ring in countries["SO"]] == [6]


def test_another_source_than_the_one_looked_at_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "countries-50m.json"
    other.write_text(json.dumps(topology()))
    with pytest.raises(SystemExit, match="not the file that was checked"):
        atlas.main(other)
