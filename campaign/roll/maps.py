"""A map with three kinds of countries, told apart without colour: hollow, hatched, solid.

Like the chart, it is a document of its own (picture_views.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from campaign.web.languages import current_language
from campaign.world.atlas import SHEETS, Sheet, sheet
from campaign.world.countries import countries

KINDS = ("hollow", "hatched", "solid")
STEPS = (1, 2, 3, *(unit * ten for ten in (1, 10, 100, 1_000, 10_000) for unit in (5, 10, 20, 30)))

# It must hold no quotation mark and no bracket (picture_views.py).
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
class MapKind:
    """How some countries are drawn on a map (`name`), what that means, and which they are."""

    name: str
    words: str
    codes: Sequence[str]


@dataclass(frozen=True)
class Map:
    """A map on a page: its legend, and the sheets on which a country is marked, the world first."""

    kinds: Sequence[MapKind]

    @property
    def sheets(self) -> list[Sheet]:
        """Return the world, and Europe if a country of it is marked."""
        marked = {code for kind in self.kinds for code in kind.codes}
        return [sheet(name) for name in SHEETS if name == "world" or marked & sheet(name).codes - {"EU"}]


def of_kinds(found: Mapping[str, Sequence[str]]) -> list[MapKind]:
    """Return the kinds that have a country, of at most three: hollow, hatched, solid. The legend lists the same."""
    kinds = [MapKind(name, words, codes) for name, (words, codes) in zip(KINDS, found.items(), strict=False)]
    return [kind for kind in kinds if kind.codes]


def bounds(most: int) -> tuple[int, int]:
    """Return the least numbers of a hatched and of a solid country; each kind spans about the same factor."""
    first = max((step for step in STEPS if step**3 <= most), default=1)
    second = max((step for step in STEPS if step**3 <= most**2), default=1)
    first = max(first, STEPS[1])
    return first, max(second, STEPS[STEPS.index(first) + 1])


def picture_of(name: str, kinds: Sequence[MapKind]) -> dict[str, object]:
    """Return what the picture of one sheet shows, and the same in words for readers who cannot see it."""
    plan = sheet(name)
    marks = _marks(plan, kinds)
    described = {kind.words: [mark.name for mark in marks if mark.kind == kind.name] for kind in kinds}
    return {"sheet": plan, "land": _land(name), "marks": marks, "described": described}


def _marks(plan: Sheet, kinds: Sequence[MapKind]) -> list[Mark]:
    """Return the marks in the order of drawing: dots lie over outlines, and solid edges over weaker ones."""
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
