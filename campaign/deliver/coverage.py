"""Which characters our fonts can draw: an export stops before a box is printed in somebody's name."""

from bisect import bisect_right
from functools import cache
from pathlib import Path

COVERAGE = Path(__file__).parent / "coverage.txt"
UNSEEN = frozenset("\n\u200c\u200d\u2060\ufe0e\ufe0f")  # joiners and selectors shape their neighbours


class GlyphMissing(Exception):
    """A character of this document is in none of our fonts; the message names it and where it stands."""


def check_drawable(text: str, place: str) -> None:
    """Raise GlyphMissing, naming the place and the character, unless our fonts draw every character of `text`."""
    if all(map(_is_drawn, text)):
        return
    character = next(one for one in text if not _is_drawn(one))
    raise GlyphMissing(f"no font here draws “{character}” (U+{ord(character):04X}) in {place}: {text[:80]}")


@cache
def _is_drawn(character: str) -> bool:
    """Say whether a font draws it; kept, since a hundred thousand names are written with few characters."""
    starts, ends = _ranges()
    at = bisect_right(starts, ord(character)) - 1
    return character in UNSEEN or (at >= 0 and ord(character) <= ends[at])


@cache
def _ranges() -> tuple[tuple[int, ...], tuple[int, ...]]:
    pairs = [line.split("-") for line in COVERAGE.read_text(encoding="ascii").split()]
    return tuple(int(first, 16) for first, _last in pairs), tuple(int(last, 16) for _first, last in pairs)
