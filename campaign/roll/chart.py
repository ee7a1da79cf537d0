"""Lay the tally out as bars, one for each country, for a picture that needs no script and no other file.

Lengths are percentages of the picture's width and heights are pixels, so that its letters stay readable on a phone
and do not grow on a wide window; positions are mirrored for languages that are read from the right.
"""

from dataclasses import dataclass

from campaign.roll.rules import CountryTally, Tally

MOST_BARS = 8  # the largest; the table beside the picture has them all
ROW, KEY_ROW, MARGIN = 42, 24, 8
GAP = 0.4  # percent, between two parts of a bar
KINDS = ("lawmakers", "activists", "withheld")

# Without a quotation mark or a bracket (pictures.py).
STYLE = """
text { font-family: system-ui, Segoe UI, Roboto, Noto Sans, Noto Naskh Arabic, sans-serif; font-size: 15px; fill: #1d1f22 }
.number { fill: #5a5f66 }
.track { fill: #d9d5cb; fill-opacity: .45 }
.lawmakers { fill: #173f5f }
.activists { fill: #b08a2e }
.withheld { fill: #8d939b }
@media (prefers-color-scheme: dark) {
text { fill: #e8e6e1 }
.number { fill: #a9adb3 }
.track { fill: #3a3e44 }
.lawmakers { fill: #9cc7e8 }
.activists { fill: #e0b04c }
.withheld { fill: #747b84 }
}
"""


@dataclass(frozen=True)
class Part:
    """One kind's stretch of a bar, in percent of the picture's width."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    """One row of the picture, a number without a bar if it has no parts; `y` in pixels."""

    name: str
    numbers: CountryTally
    y: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Chart:
    """Everything that is drawn; `keys` are the kinds that occur, with the place of each in the legend."""

    bars: tuple[Bar, ...]
    keys: tuple[tuple[str, int], ...]
    height: int


@dataclass(frozen=True)
class Names:
    """What the rows are called that are no country: withheld names elsewhere, and countries too many to draw."""

    elsewhere: str
    others: str


def draw(tally: Tally, language: str, names: Names, *, mirrored: bool) -> Chart:
    """Return the bars of the largest countries; all others are one number, lest it dwarf every bar."""
    ranked = sorted(tally.in_order(language), key=lambda row: -row[2].total)
    rows = [(name, numbers) for _code, name, numbers in ranked[:MOST_BARS]]
    if tally.elsewhere:
        rows.append((names.elsewhere, CountryTally(withheld=tally.elsewhere)))
    most = max((numbers.total for _name, numbers in rows), default=0)
    found = [kind for kind in KINDS if any(getattr(numbers, kind) for _name, numbers in rows)]
    top = len(found) * KEY_ROW + MARGIN
    bars = [
        Bar(name, numbers, top + place * ROW, _parts(numbers, most, mirrored))
        for place, (name, numbers) in enumerate(rows)
    ]
    others = [numbers for _code, _name, numbers in ranked[MOST_BARS:]]
    if others:
        bars.append(Bar(names.others, _together(others), top + len(bars) * ROW, ()))
    keys = tuple((kind, place * KEY_ROW) for place, kind in enumerate(found))
    return Chart(tuple(bars), keys, height=top + len(bars) * ROW)


def _together(rows: list[CountryTally]) -> CountryTally:
    return CountryTally(*(sum(getattr(row, kind) for row in rows) for kind in KINDS))


def _parts(numbers: CountryTally, most: int, mirrored: bool) -> tuple[Part, ...]:
    parts, at = [], 0.0
    for kind in KINDS:
        count = getattr(numbers, kind)
        if count:
            width = 100 * count / most
            seen = round(max(width - GAP, GAP), 2)
            parts.append(Part(kind, round(100 - at - seen if mirrored else at, 2), seen))
            at += width
    return tuple(parts)
