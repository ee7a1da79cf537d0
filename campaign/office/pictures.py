"""The dashboard's pictures: bars by day, and bars by country, kind or language with what the desk decided."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from campaign.office.figures import STANDS, Figures
from campaign.office.rules import Span, spans
from campaign.roll.chart import DARK, LIGHT, MOST_BARS, STYLE, Chart, draw_rows

DAYS_SHOWN = 30
TALL, FOOT = 120, 22  # pixels of the tallest bar, and beneath it for the days
GAP = 0.15  # of a bar's place, on either side
STATE_STYLE = STYLE % {
    scheme: "\n".join(f".{state} {{ fill: {ink} }}" for state, ink in zip(STANDS, inks, strict=False))
    for scheme, inks in (("light", LIGHT), ("dark", DARK))
}
DAY_STYLE = """
text { font-family: system-ui, Segoe UI, Roboto, Noto Sans, sans-serif; font-size: 13px; fill: #5a5f66 }
.day { fill: #173f5f }
.ground { fill: #d9d5cb }
@media (prefers-color-scheme: dark) {
text { fill: #a9adb3 }
.day { fill: #9cc7e8 }
.ground { fill: #3a3e44 }
}
"""
Names = Callable[[str], str]


@dataclass(frozen=True)
class Column:
    """One upright bar: `x` and `width` in percent of the picture's, `y` and `height` in pixels."""

    span: Span
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True)
class Days:
    """A picture of days; `most` is the count of its tallest bar."""

    columns: tuple[Column, ...]
    most: int
    height: int = TALL + FOOT


def day_spans(figures: Figures, today: date, *, whole: bool) -> list[Span]:
    """Return the last thirty days, or with `whole` all from the first signature on."""
    first = min(figures.days, default=today) if whole else today - timedelta(days=DAYS_SHOWN - 1)
    return spans(figures.days, min(first, today), today)


def draw_days(shown: Sequence[Span]) -> Days:
    """Return an upright bar for each span of days."""
    most, place = max((span.count for span in shown), default=0), 100 / max(len(shown), 1)
    heights = [round(TALL * span.count / most, 1) if most else 0.0 for span in shown]
    columns = [
        Column(
            span, round((number + GAP) * place, 3), round(place * (1 - 2 * GAP), 3), round(TALL - high, 1), high
        )
        for number, (span, high) in enumerate(zip(shown, heights, strict=True))
    ]
    return Days(tuple(columns), most)


def draw_states(rows: Mapping[str, dict[str, int]], name_of: Names, others: str) -> Chart:
    """Return a bar for each of the largest rows; the others are one number."""
    listed = list(rows.items())
    rest = Counter[str]()
    for _value, states in listed[MOST_BARS:]:
        rest.update(states)
    return draw_rows([(name_of(value), states) for value, states in listed[:MOST_BARS]], STANDS, (others, rest))
