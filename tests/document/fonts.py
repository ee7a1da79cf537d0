"""What the fonts can draw, read from their own tables: `python -m tests.document.fonts` writes coverage.txt."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby

from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]  # ships none

from campaign.document.pdf import CJK_FONT, FONTS
from campaign.names.coverage import COVERAGE
from campaign.names.scripts import UNKNOWN, script_of_letter


def drawable() -> str:
    """Return a line for each family: its name, its script, and what all its weights draw as hexadecimal ranges."""
    families: dict[str, set[int]] = {}
    for family, points in _fonts():
        families[family] = families.get(family, points) & points
    return "".join(
        f"{family} {_script(points)}: {' '.join(_ranges(points))}\n" for family, points in sorted(families.items())
    )


def _fonts() -> Iterator[tuple[str, set[int]]]:
    for path in sorted(FONTS.glob("*.ttf")):
        with TTFont(path) as font:
            yield font["name"].getDebugName(1), set(font.getBestCmap())
    with TTCollection(CJK_FONT) as collection:
        for font in collection.fonts:
            yield "Noto Sans CJK", set(font.getBestCmap())  # one set in every region's forms


def _script(points: Collection[int]) -> str:
    """Return the script of most that a family draws beside Latin, which many do; unknown if that is a small part."""
    found = Counter(script for script in map(script_of_letter, map(chr, points)) if script not in (None, "Latn"))
    return next((str(script) for script, many in found.most_common(1) if many * 4 > len(points)), UNKNOWN)


def _ranges(points: Iterable[int]) -> Iterator[str]:
    for _gap, run in groupby(enumerate(sorted(points)), key=lambda one: one[1] - one[0]):
        there = [point for _at, point in run]
        yield f"{there[0]:X}-{there[-1]:X}" if len(there) > 1 else f"{there[0]:X}"


if __name__ == "__main__":
    COVERAGE.write_text(drawable(), encoding="ascii")
