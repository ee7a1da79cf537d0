"""What the fonts can draw, read from their own tables: `python -m tests.deliver.fonts` writes coverage.txt."""

from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]  # ships none

from campaign.deliver.coverage import COVERAGE
from campaign.deliver.pdf import CJK_FONT, FONTS


def drawable() -> str:
    """Return the characters of all our fonts as sorted hexadecimal ranges, one a line."""
    points: set[int] = set()
    for path in sorted(FONTS.glob("*.ttf")):
        with TTFont(path) as font:
            points |= font.getBestCmap().keys()
    with TTCollection(CJK_FONT) as collection:
        for font in collection.fonts:
            points |= font.getBestCmap().keys()
    lines, run = [], [-2, -2]
    for point in [*sorted(points), 0x200000]:
        if point != run[1] + 1:
            lines.append(f"{run[0]:X}-{run[1]:X}")
            run = [point, point]
        run[1] = point
    return "\n".join(lines[1:]) + "\n"


if __name__ == "__main__":
    COVERAGE.write_text(drawable(), encoding="ascii")
