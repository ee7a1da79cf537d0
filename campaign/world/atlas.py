"""The outlines of countries on two sheets, the world and Europe enlarged, as config/atlas.py drew them."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

SHEETS = ("world", "europe")
NOBODYS = "--"  # land without one of our codes
_SHAPES = Path(__file__).parent / "shapes.txt"


@dataclass(frozen=True)
class Sheet:
    """One map: an SVG path for each country, or the middle of a dot for a country too small to draw.

    The European Union has a dot too, in the sea beside its countries. Europe's sheet has only the countries on it.
    """

    name: str
    width: int
    height: int
    outlines: dict[str, str] = field(default_factory=dict)
    dots: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def codes(self) -> set[str]:
        """Return the countries that can be shown."""
        return (self.outlines.keys() | self.dots.keys()) - {NOBODYS}


def sheet(name: str) -> Sheet:
    """Return one of SHEETS; raises KeyError for another."""
    return _sheets()[name]


@cache
def _sheets() -> dict[str, Sheet]:
    """Read the file that config/atlas.py wrote: a line for each sheet, and below it one for each country."""
    sheets: dict[str, Sheet] = {}
    for line in _SHAPES.read_text("utf-8").splitlines():
        name, shape = line.split(" ", 1)
        if name in SHEETS:
            width, height = shape.split()
            current = sheets[name] = Sheet(name, int(width), int(height))
        elif shape.startswith("@"):
            x, y = shape[1:].split()
            current.dots[name] = int(x), int(y)
        elif name != "#":
            current.outlines[name] = shape
    return sheets
