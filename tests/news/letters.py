"""The letter of the tests, with a timeline and updates of its own."""

import shutil
from pathlib import Path

from campaign.letter.drafts import load_letters
from tests.cast import Visitor
from tests.conftest import LETTERS

ENTRY = """
[[timeline]]
on = {on}
what = "{what}"
said.en = "{said}"
source = "https://news.example/{what}"
"""


def entry(on: str, what: str, said: str) -> str:
    """Return one [[timeline]] table."""
    return ENTRY.format(on=on, what=what, said=said)


def update(day: str, title: str, body: str = "More about it.", **facts: str) -> str:
    """Return the file of an English update."""
    head = {"language": "en", "title": title, "summary": f"{title}, in short.", "published_on": day} | facts
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in head.items()) + f"---\n\n{body}\n"


def load(visitor: Visitor, folder: Path, *entries: str, updates: dict[str, str] | None = None) -> None:
    """Load the letter with these entries, and with updates by folder (or folder/language)."""
    shutil.copytree(LETTERS, folder / "letters", dirs_exist_ok=True)
    facts = (LETTERS / "appeal" / "letter.toml").read_text(encoding="utf-8")
    (folder / "letters" / "appeal" / "letter.toml").write_text(facts + "".join(entries), encoding="utf-8")
    for name, text in (updates or {}).items():
        file = folder / "letters" / "appeal" / "updates" / name / "en.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    with visitor.tools.database.write() as session:
        load_letters(session, folder / "letters", now=visitor.tools.clock())
