"""A letter from before its files were kept has them all the same: written from its tables, and loaded without a change."""

from sqlalchemy import insert, select, text

from app import ROOT
from campaign.letter.drafts import change_draft, load_letters
from campaign.letter.folder import parse, read_files
from campaign.letter.keeping import files_of
from campaign.letter.models import Letter, LetterKind, LetterPage, LetterText
from campaign.letter.service import find_letter
from campaign.storage.database import Database
from campaign.storage.migrate import upgrade
from campaign.storage.statements import table_of
from tests.conftest import LETTERS, START
from tests.storage.past import as_it_was, stand_at

BEFORE = "0028_identity"
LETTER = {
    "id": 1,
    "slug": "appeal",
    "addressee": "own-government",
    "opens_on": START.date().replace(month=1, day=1),
    "closes_on": START.date().replace(month=12, day=31),
    "goal": None,
    "version": 1,
    "drafts": "ar",
    "recipients": "FR DE CH JP",
    "cooling_off_hours": 48,
    "embargo_until": None,
    "office": "foreign",
    "named_recipients": "[]",
}


def test_a_letter_loaded_before_is_read_from_its_tables_and_loads_again(earlier: Database) -> None:
    stand_at(earlier, BEFORE)
    files = read_files(LETTERS / "appeal")
    whole = parse(files)
    with earlier.write() as session:
        session.execute(insert(as_it_was(table_of(Letter), LETTER)), LETTER)
        for place, kind in enumerate(whole.kinds):
            said = {name: value for name, value in vars(kind).items() if name != "original"}
            session.execute(insert(table_of(LetterKind)), {**said, "letter_id": 1, "place": place})
        for language, page in whole.texts.items():
            row = {name: page.facts[name] for name in ("title", "addressee", "summary")}
            row |= {"language": language, "body": page.body, "source": page.source, "sha256": page.sha256}
            session.execute(
                insert(table_of(LetterText)), {**row, "letter_id": 1, "version": 1, "loaded_at": START}
            )
        for (name, language), page in whole.pages.items():
            row = {"name": name, "language": language, "title": page.facts["title"]}
            row |= {"summary": page.facts["summary"], "body": page.body}
            session.execute(insert(table_of(LetterPage)), {**row, "letter_id": 1, "published_on": None})
    upgrade(earlier, ROOT / "migrations")
    with earlier.write() as session:
        letter = find_letter(session, "appeal")
        assert files_of(session, letter) == files
        change_draft(session, "appeal", {"v1/de.md": "x"}, seen=0, base=1, by=None, now=START)
        load_letters(session, LETTERS, now=START)
        assert (letter.revision, letter.in_files, letter.show_count, letter.original) == (1, 1, True, "en")
        assert session.scalars(select(LetterText.sha256).order_by(LetterText.language)).all() == [
            page.sha256 for _language, page in sorted(whole.texts.items())
        ]
        assert session.execute(text("SELECT count(*) FROM letter_file")).scalar_one() == len(files)
