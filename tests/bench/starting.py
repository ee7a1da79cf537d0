"""From spawning gunicorn to the first answer, and what a worker weighs."""

from statistics import mean

from tests.bench.ground import Ground, Server, served
from tests.bench.table import Row, at_most, rounds, spread

ROUNDS, SECONDS, MEGABYTES = 5, 1.5, 80


def run(ground: Ground) -> list[Row]:
    """Start the site and a bare Flask in turns."""
    weights: list[float] = []

    def ours(_round: int) -> float:
        with served("app:site()", **ground.settings) as site:
            weights.extend(site.worker_megabytes())
            return site.start

    def bare(_round: int) -> float:
        with served("tests.bench.floor:bare()") as floor:
            return floor.start

    ours(0)  # writes the bytecode
    weights.clear()
    taken = rounds(ROUNDS, {"ours": ours, "floor": bare})
    return [
        at_most("start to first answer", taken["ours"], "s", SECONDS),
        Row("the same of a bare Flask", spread(taken["floor"], "{:.2f}") + " s"),
        at_most("memory per worker, just started", weights, "MB", MEGABYTES, "{:.0f}"),
    ]


def weigh(site: Server) -> list[Row]:
    """Say what a worker weighs after all the load it has answered."""
    weights = site.worker_megabytes()
    if not weights:
        return [Row("memory per worker", "not measured here")]
    return [
        at_most(
            f"memory per worker, after the load (mean {mean(weights):.0f})", weights, "MB", MEGABYTES, "{:.0f}"
        )
    ]
