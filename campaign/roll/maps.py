"""Draw a map on which countries are of three kinds, told apart without colour: hollow, hatched, solid.

A picture is a document of its own, as the bars are (chart.py): pages stay small, and anybody may pass it on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from campaign.web.languages import current_language
from campaign.world.atlas import SHEETS, Sheet, sheet
from campaign.world.countries import countries

KINDS = ("hollow", "hatched", "solid")
STEPS = (1, 2, 3, *(unit * ten for ten in (1, 10, 100, 1_000, 10_000) for unit in (5, 10, 20, 30)))

# Without a quotation mark or a bracket (picture_views.py).
STYLE = """
svg { background: #fdfcf9 }
path, circle, rect { vector-effect: non-scaling-stroke; stroke-linejoin: round }
text { font-family: system-ui, Segoe UI, Roboto, Noto Sans, sans-serif; font-weight: 600; fill: #1d1f22 }
.land { fill: #d9d5cb; stroke: #fdfcf9; stroke-width: .7px }
.ground { fill: #e3ecf3 }
.line { fill: #173f5f }
.hollow { fill: #e3ecf3; stroke: #173f5f; stroke-width: 1px }
.hatched { stroke: #173f5f; stroke-width: 1px }
.solid { fill: #173f5f; stroke: #fff; stroke-width: .8px }
@media (prefers-color-scheme: dark) {
svg { background: #15171a }
text { fill: #e8e6e1 }
.land { fill: #3a3e44; stroke: #15171a }
.ground { fill: #1b2a36 }
.line { fill: #9cc7e8 }
.hollow { fill: #1b2a36; stroke: #9cc7e8 }
.hatched { stroke: #9cc7e8 }
.solid { fill: #9cc7e8; stroke: #15171a }
}
"""


@dataclass(frozen=True)
class Mark:
    """One country that is marked: its outline, or a dot if it is too small for one."""

    name: str
    kind: str
    words: str
    outline: str
    dot: tuple[int, int] | None
    union: bool


@dataclass(frozen=True)
class Kind:
    """How some countries are drawn on a map, what that means, and which they are."""

    name: str
    words: str
    codes: Sequence[str]


@dataclass(frozen=True)
class Map:
    """What a page shows of a map: its legend and the sheets that show something, the world first."""

    kinds: Sequence[Kind]

    @property
    def sheets(self) -> list[Sheet]:
        """Return the world, and Europe if a country of it is marked."""
        marked = {code for kind in self.kinds for code in kind.codes}
        return [sheet(name) for name in SHEETS if name == "world" or marked & sheet(name).codes - {"EU"}]


def of_kinds(found: Mapping[str, Sequence[str]]) -> list[Kind]:
    """Return the kinds that occur, of at most three in the order hollow, hatched, solid; the legend's lines too."""
    kinds = [Kind(name, words, codes) for name, (words, codes) in zip(KINDS, found.items(), strict=False)]
    return [kind for kind in kinds if kind.codes]


def bounds(most: int) -> tuple[int, int]:
    """Return from which numbers on a country is hatched, and solid, so that each kind spans a like factor."""
    first = max((step for step in STEPS if step**3 <= most), default=1)
    second = max((step for step in STEPS if step**3 <= most**2), default=1)
    first = max(first, STEPS[1])
    return first, max(second, STEPS[STEPS.index(first) + 1])


def drawn(name: str, kinds: Sequence[Kind]) -> dict[str, object]:
    """Return what the picture of one sheet shows, with everything in words for who cannot see it."""
    plan = sheet(name)
    marks = _marks(plan, kinds)
    said = {kind.words: [mark.name for mark in marks if mark.kind == kind.name] for kind in kinds}
    return {"sheet": plan, "land": _land(name), "marks": marks, "said": said}


def _marks(plan: Sheet, kinds: Sequence[Kind]) -> list[Mark]:
    """Return what is marked, outlines before dots and the solid last: an edge that two share is the stronger's."""
    marks = [
        Mark(name, kind.name, kind.words, plan.outlines.get(code, ""), plan.dots.get(code), code == "EU")
        for kind in kinds
        for code, name in countries(current_language())
        if code in kind.codes and code in plan.codes
    ]
    return sorted(marks, key=lambda mark: mark.dot is not None)


@cache
def _land(name: str) -> str:
    return "".join(sheet(name).outlines.values())
