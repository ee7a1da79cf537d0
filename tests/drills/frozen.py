"""Row 11 of docs/threats.md: a text that was signed cannot be edited; if it is changed anyway, its hash shows it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from campaign.letter.drafts import load_letters
from campaign.letter.keeping import TextSigned
from campaign.letter.models import LetterText
from campaign.letter.service import TextChanged, changed_texts
from campaign.storage import triggers
from tests.drills import ground as ground_room
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import LETTERS, Campaign, campaign

REFUSE = triggers.refuse_sql
COLUMNS = ("title", "addressee", "summary", "body", "source", "sha256", "version", "language")
HIDDEN = ("title", "addressee", "summary", "body", "source", "sha256")  # what is seen only by making the hash anew


def run(databases: int) -> Result:
    """Sign the letter, then edit it in every possible way, on one database or on both."""
    told, held = [], True
    for database in ("sqlite", "postgresql")[:databases]:
        with campaign(database) as ground:
            client = ground.app.test_client()
            signed = client.post("/en/appeal/sign", data=ground.form("ana@example.org")).status_code
            pages = _editing_pages(ground)
            by_hand = sum(_update_refused(ground, column) for column in COLUMNS)
            by_file = _load_refused(ground)
            found = sum(_found(ground, column) for column in HIDDEN)
        ways = len(COLUMNS) + 1
        held = held and (signed, pages, by_hand + by_file, found) == (303, 0, ways, len(HIDDEN))
        told.append(
            f"{database}: {by_hand + by_file} of {ways} edits of a signed text refused, {pages} pages of the desk edit one, "
            f"{found} of {len(HIDDEN)} changes with the triggers off found"
        )
    return Result("; ".join(told), held)


def _editing_pages(ground: Campaign) -> int:
    """Count the routes by which a browser could change a letter."""
    rules = ground.app.url_map.iter_rules()
    return sum(rule.endpoint.startswith("letter.") and "POST" in (rule.methods or ()) for rule in rules)


def _update_refused(ground: Campaign, column: str) -> bool:
    """Update one column of the signed text in the database, as the campaign's own account there."""
    change = "version + 7" if column == "version" else f"'x' || substr({column}, 2)"
    statement = f"UPDATE letter_text SET {column} = {change} WHERE language = 'en'"
    with ground.tools.database.engine.connect() as connection:
        try:
            connection.execute(text(statement))
        except DBAPIError:
            return True
        finally:
            connection.rollback()
    return False


def _load_refused(ground: Campaign) -> bool:
    """Load the letter from files in which a word is another."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(LETTERS, Path(folder) / "letters"))
        for path in copy.glob("*/v1/en.md"):
            path.write_text(path.read_text(encoding="utf-8") + "Another word.\n", encoding="utf-8")
        try:
            with ground.tools.database.write() as session:
                load_letters(session, copy, now=ground.tools.clock())
        except (TextSigned, TextChanged):
            return True
    return False


def _found(ground: Campaign, column: str) -> bool:
    """Change the text with the triggers off, see whether every check finds it, and roll back."""
    sqlite = ground.tools.database.one_writer
    with ground.tools.database.write() as session:
        if sqlite:
            session.execute(text("DROP TRIGGER IF EXISTS letter_text_refuses_update"))
        else:
            session.execute(text("ALTER TABLE letter_text DISABLE TRIGGER USER"))
        session.execute(
            text(f"UPDATE letter_text SET {column} = 'x' || substr({column}, 2) WHERE language = 'en'")
        )
        found = bool(changed_texts(session))
        try:
            load_letters(session, LETTERS, now=ground.tools.clock())
        except TextChanged:
            session.rollback()
            return found
        session.rollback()
    return False


def _believed(_text: LetterText) -> bool:
    """Trust the stored hash."""
    return True


def _unguarded(dialect: str, table: str, *words: object) -> list[str]:
    """Make all triggers except that of the letters' texts."""
    return [] if table == "letter_text" else REFUSE(dialect, table, *words)  # type: ignore[arg-type]  # passed on


@contextmanager
def _unguarded_texts() -> Iterator[None]:
    """Migrate without those triggers, on a new database."""
    with patch.object(triggers, "refuse_sql", _unguarded), patch.object(ground_room, "TEMPLATE", None), \
            patch.object(ground_room, "SERVER", None):  # fmt: skip
        yield


DRILL = Drill(
    row=11,
    name="editing what was signed",
    run=run,
    controls=(
        Control("the database's triggers", _unguarded_texts),
        Control("computing the hash again", instead(LetterText, "is_whole", property(_believed))),
    ),
    full=2,
    small=1,
)
