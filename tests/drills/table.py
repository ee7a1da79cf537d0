"""Show the drills' results: as lines for a terminal, as a Markdown table, and as a table inside a page of ours."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from tests.drills.running import Outcome, totals

BEGIN, END = "<!-- drills: written by make drills -->", "<!-- drills end -->"
HEAD = "| row | drill | it | what was seen | taken out, and what was seen then |\n|---|---|---|---|---|"


def by_row(seen: Iterable[Outcome]) -> list[Outcome]:
    """Sort by the threats' rows, and within one by name."""
    return sorted(seen, key=lambda one: (one.drill.row, one.name))


def lines(outcome: Outcome) -> Iterator[str]:
    """Yield a drill's line and one for each of its controls."""
    drill = outcome.drill
    yield f"row {drill.row:2}  {outcome.result.word:7}  {outcome.name}: {drill.name} ({outcome.seconds:.0f} s)"
    yield f"        {outcome.result.told}"
    for control, seen in zip(drill.controls, outcome.controls, strict=False):
        bites = "as it must be" if seen.holds is False else "SO THIS DRILL SHOWS NOTHING"
        yield f"        {seen.word:7}  {bites}, without {control.taken_out}: {seen.told}"


def markdown(seen: list[Outcome]) -> str:
    """Return the whole table."""
    return "\n".join((HEAD, *(_row(outcome) for outcome in by_row(seen))))


def write_into(page: Path, seen: list[Outcome], seconds: float, on: date) -> None:
    """Put the table, its day and its total in the place of those the page holds."""
    before, _begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _old, _end, after = rest.partition(END)
    said = f"Run on {on.day} {on:%B %Y}: {len(seen)} drills in {seconds:.0f} s, {totals(seen)}."
    page.write_text(f"{before}{BEGIN}\n{said}\n\n{markdown(seen)}\n{END}{after}", encoding="utf-8")


def _row(outcome: Outcome) -> str:
    drill = outcome.drill
    controls = (
        f"{control.taken_out}: {'**' if one.holds is not False else ''}{one.word}{'**' if one.holds is not False else ''}, {one.told}"
        for control, one in zip(drill.controls, outcome.controls, strict=False)
    )
    cells = (
        f"{drill.row}",
        f"`{outcome.name}`: {drill.name}",
        outcome.word,
        outcome.result.told,
        "<br>".join(controls),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
