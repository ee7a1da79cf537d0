"""The pages of updates and of the timeline, for the gallery (tests/browser/gallery.py)."""

from typing import Any

from tests.editor.office import LETTERS, save
from tests.news.letters import entry, load, update

DESK, DAY = f"{LETTERS}/appeal", "2026-05-01"


def news(hung: Any) -> None:
    """Let the letter have a timeline, and an update that was corrected."""
    told = [entry(f"2026-0{month}-15", "other", "A hearing began.") for month in range(1, 5)]
    told += [
        entry("2026-04-20", "outcome", "The parliament voted for it."),
        entry("2026-12-01", "vote", "It votes."),
    ]
    for title in ("Heard", "Read"):
        load(hung.visitor, hung.folder, *told, updates={DAY: update(DAY, title)})


def news_at_the_desk(hung: Any) -> None:
    """Open the pages on which updates and the timeline are written, with faults and with what is not published."""
    vera = hung.vera
    hung.keep("a new update, malformed", save(vera, f"{DESK}/updates", day="soon"), 422)
    hung.keep("an update, malformed", save(vera, f"{DESK}/updates/{DAY}/en", title="t" * 300, body="<b>"), 422)
    assert (
        save(vera, f"{DESK}/updates/{DAY}/en", title="Changed", summary="So it is.", body="More.").status_code
        == 303
    )
    hung.look(f"{DESK}/updates")
    hung.look(f"{DESK}/updates/{DAY}")
    row = {"on-0": "soon", "what-0": "vote", "said-0": "It votes.", "source-0": ""}
    hung.keep("a timeline, malformed", save(vera, f"{DESK}/timeline/en", **row), 422)
    others = {f"drop-{number}": "yes" for number in range(1, 6)}
    assert save(vera, f"{DESK}/timeline/en", **{**row, **others, "on-0": "2026-06-01"}).status_code == 303
    hung.look(f"{DESK}/timeline/en")
