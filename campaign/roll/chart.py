"""The tally as bars, one for each country, for a picture that needs no script and no other file.

Widths are percentages of the picture's and heights are pixels, so that its letters stay readable on a phone and do
not grow in a wide window. Positions are mirrored for languages that are read from the right.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from campaign.letter.rules import Kind
from campaign.roll.rules import CountryTally, Tally

MOST_BARS = 8  # the largest countries; the table beside the picture has them all
ROW, KEY_ROW, MARGIN = 42, 24, 8
GAP = 0.4  # percent, between two parts of a bar
WITHHELD = "withheld"
LIGHT = ("#173f5f", "#b08a2e", "#7a3b4a", "#3c7a57", "#6a5a8c", "#a3562a")  # the letter's kinds, in order
DARK = ("#9cc7e8", "#e0b04c", "#e09aa9", "#8fd0aa", "#bfaee6", "#eda77c")

# It must hold no quotation mark and no bracket (picture_views.py).
STYLE = """
text { font-family: system-ui, Segoe UI, Roboto, Noto Sans, Noto Naskh Arabic, sans-serif; font-size: 15px; fill: #1d1f22 }
.number { fill: #5a5f66 }
.track { fill: #d9d5cb; fill-opacity: .45 }
%(light)s
.withheld { fill: #8d939b }
@media (prefers-color-scheme: dark) {
text { fill: #e8e6e1 }
.number { fill: #a9adb3 }
.track { fill: #3a3e44 }
%(dark)s
.withheld { fill: #747b84 }
}
"""


@dataclass(frozen=True)
class Part:
    """One kind's part of a bar; `x` and `width` in percent of the picture's width."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    """One row of the picture: `numbers` by the kind's plural, `y` in pixels; without parts, it is a number and no bar."""

    name: str
    numbers: dict[str, int]
    total: int
    y: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Chart:
    """The whole picture; `keys` are the kinds that occur, each with its `y` in the legend; pixels."""

    bars: tuple[Bar, ...]
    keys: tuple[tuple[str, int], ...]
    height: int


@dataclass(frozen=True)
class RowNames:
    """The names of the two rows that are no country: withheld names elsewhere, and all smaller countries."""

    elsewhere: str
    others: str


def style_of(kinds: Sequence[Kind]) -> str:
    """Return the picture's style, with a colour for each of the letter's kinds."""
    plurals = [kind.plural for kind in kinds]
    fills = [
        "\n".join(f".{name} {{ fill: {ink} }}" for name, ink in zip(plurals, inks, strict=False))
        for inks in (LIGHT, DARK)
    ]
    return STYLE % {"light": fills[0], "dark": fills[1]}


def draw(tally: Tally, kinds: Sequence[Kind], language: str, names: RowNames, *, mirrored: bool) -> Chart:
    """Return the bars of the largest countries; the others are one number, since their bar would dwarf all others."""
    ranked = sorted(tally.in_order(language), key=lambda row: -row[2].total)
    rows = [(name, _numbers(numbers, kinds)) for _code, name, numbers in ranked[:MOST_BARS]]
    if tally.elsewhere:
        rows.append((names.elsewhere, {WITHHELD: tally.elsewhere}))
    others = Counter[str]()
    for _code, _name, numbers in ranked[MOST_BARS:]:
        others.update(_numbers(numbers, kinds))
    return draw_rows(rows, list(_numbers(CountryTally(), kinds)), (names.others, others), mirrored=mirrored)


def draw_rows(
    rows: Sequence[tuple[str, dict[str, int]]],
    parts: Sequence[str],
    others: tuple[str, Counter[str]] = ("", Counter()),
    *,
    mirrored: bool = False,
) -> Chart:
    """Return a bar for each row, of the `parts` that it has; `others` are one more row, as a number, if it has any."""
    most = max((sum(numbers.values()) for _name, numbers in rows), default=0)
    found = [name for name in parts if any(numbers.get(name) for _name, numbers in rows)]
    top = len(found) * KEY_ROW + MARGIN
    bars = [
        Bar(name, numbers, sum(numbers.values()), top + place * ROW, _parts(numbers, most, mirrored))
        for place, (name, numbers) in enumerate(rows)
    ]
    if others[1]:
        bars.append(Bar(others[0], dict(others[1]), others[1].total(), top + len(bars) * ROW, ()))
    keys = tuple((kind, place * KEY_ROW) for place, kind in enumerate(found))
    return Chart(tuple(bars), keys, height=top + len(bars) * ROW)


def _numbers(numbers: CountryTally, kinds: Sequence[Kind]) -> dict[str, int]:
    return {kind.plural: numbers.of(kind.key) for kind in kinds} | {WITHHELD: numbers.withheld}


def _parts(numbers: dict[str, int], most: int, mirrored: bool) -> tuple[Part, ...]:
    parts, at = [], 0.0
    for kind, count in numbers.items():
        if count:
            width = 100 * count / most
            seen = round(max(width - GAP, GAP), 2)
            parts.append(Part(kind, round(100 - at - seen if mirrored else at, 2), seen))
            at += width
    return tuple(parts)
