"""Every row of docs/threats.md has a drill, and the page names each drill in its row."""

import re
from pathlib import Path

from tests.drills.catalogue import every

PAGE = Path(__file__).parents[2] / "docs" / "threats.md"
ROW = re.compile(r"^\| (\d+) \|.*\| ([^|]*) \|$", re.MULTILINE)
ROWS = set(range(1, 24))


def written() -> dict[int, set[str]]:
    """Return the drills that the page names, by row."""
    page, _mark, _table = PAGE.read_text(encoding="utf-8").partition("## The table")
    return {int(row): set(re.findall(r"`(\w+)`", drills)) for row, drills in ROW.findall(page)}


def test_the_page_has_every_row_and_each_names_a_drill() -> None:
    assert set(written()) == ROWS
    assert all(written().values())


def test_every_row_has_the_drills_that_the_page_names_and_no_other() -> None:
    kept = dict[int, set[str]]()
    for name, drill in every().items():
        kept.setdefault(drill.row, set()).add(name)
    assert kept == written()
