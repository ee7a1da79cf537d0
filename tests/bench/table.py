"""Rounds, medians and the table that is printed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

Measure = Callable[[int], float]


@dataclass(frozen=True)
class Row:
    """One line of the table, in words."""

    what: str
    ours: str
    against: str = ""
    ratio: str = ""
    target: str = ""
    verdict: str = ""


def rounds(count: int, measures: Mapping[str, Measure]) -> dict[str, list[float]]:
    """Take every measure once in each round, there and back, so that a drifting machine favours none."""
    taken: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(count):
        order = list(measures) if number % 2 == 0 else list(reversed(tuple(measures)))
        for name in order:
            taken[name].append(measures[name](number))
    return taken


def spread(values: list[float], form: str = "{:,.0f}") -> str:
    """Return the median with the least and the greatest."""
    middle, least, most = (form.format(value) for value in (median(values), min(values), max(values)))
    return f"{middle} ({least}–{most})"


def against(
    what: str, ours: list[float], floor: list[float], unit: str = "/s", target: float | None = None
) -> Row:
    """Return the row of a speed that is a ratio against a floor of the same rounds."""
    ratios = [mine / bare for mine, bare in zip(ours, floor, strict=True)]
    verdict = "" if target is None else _verdict(median(ratios) >= target)
    wanted = "" if target is None else f"≥ {target}"
    return Row(what, spread(ours) + unit, spread(floor) + unit, spread(ratios, "{:.2f}"), wanted, verdict)


def at_most(what: str, ours: list[float], unit: str, limit: float, form: str = "{:.2f}") -> Row:
    """Return the row of a cost that has a limit."""
    return Row(
        what, f"{spread(ours, form)} {unit}", "", "", f"≤ {limit:g} {unit}", _verdict(median(ours) <= limit)
    )


def at_least(what: str, ours: list[float], unit: str, limit: float) -> Row:
    """Return the row of an absolute speed."""
    return Row(what, spread(ours) + unit, "", "", f"≥ {limit:g}{unit}", _verdict(median(ours) >= limit))


def show(heading: str, rows: list[Row]) -> None:
    """Print rows as a Markdown table."""
    print(f"\n**{heading}**\n\n| what | ours | against | ratio | target | |\n|---|---|---|---|---|---|")
    for row in rows:
        print(f"| {row.what} | {row.ours} | {row.against} | {row.ratio} | {row.target} | {row.verdict} |")
    print(end="", flush=True)


def _verdict(met: bool) -> str:
    return "met" if met else "**missed**"
