"""A letter of before keeps its days, its texts and its triggers, and says in the words of today to whom it goes."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app import ROOT
from campaign.storage.database import Database
from campaign.storage.migrate import upgrade
from tests.storage.past import stand_at

BEFORE = "0024_hold"
THEN = (  # in the words of then: today's models name tables and columns that came later
    "INSERT INTO letter (id, slug, addressee, opens_on, closes_on, version, drafts, recipients, cooling_off_hours)"
    " VALUES (1, 'ours', 'own-government', '2026-05-01', '2026-06-01', 1, '', 'FR DE', 48),"
    " (2, 'theirs', 'interpol-members', '2026-05-01', '2026-06-01', 1, '', 'FR', 48)",
    "INSERT INTO letter_text (id, letter_id, version, language, title, addressee, summary, body, source, sha256,"
    " loaded_at) VALUES (1, 2, 1, 'en', 'A', 'To all', 'S', 'B', 'S', 'x', '2026-05-01')",
    "INSERT INTO delivery (id, letter_id, country, language, reference, annex, pdf_sha256, printed_on, names)"
    " VALUES (1, 2, 'FR', 'fr', 'THEIRS-FR-20260504-1', FALSE, {hash}, '2026-05-04', 0)",
)
TODAY = ("own-government", "governments", "recipients")


@pytest.fixture
def brought(earlier: Database) -> Database:
    """A database of then with two letters, brought to today."""
    stand_at(earlier, BEFORE)
    raw = "X'" + "00" * 32 + "'" if earlier.engine.dialect.name == "sqlite" else "decode(repeat('00', 32), 'hex')"
    with earlier.write() as session:
        for statement in THEN:
            session.execute(text(statement.format(hash=raw)))
    upgrade(earlier, ROOT / "migrations")
    return earlier


def test_a_letter_to_many_governments_says_so_and_which_office_is_written_to(brought: Database) -> None:
    with brought.read() as session:
        letters = session.execute(text("SELECT addressee, office, recipients FROM letter ORDER BY id")).all()
        kept = [
            session.execute(text(f"SELECT count(*) FROM {table}")).scalar()
            for table in ("letter_text", "delivery")
        ]
    assert [tuple(row) for row in letters] == [
        ("own-government", "foreign", "FR DE"),
        ("governments", "bureau", "FR"),
    ]
    assert kept == [1, 1]


def test_the_database_takes_the_three_addressees_and_no_institution(brought: Database) -> None:
    change = text("UPDATE letter SET addressee = :said WHERE id = 1")
    for said in TODAY:
        with brought.write() as session:
            session.execute(change, {"said": said})
    with pytest.raises(DatabaseError), brought.write() as session:
        session.execute(change, {"said": "interpol-members"})


def test_a_recipients_key_finds_room_and_the_tables_are_whole(brought: Database) -> None:
    with brought.write() as session:
        session.execute(text("UPDATE delivery SET country = 'twentylettersoftenxx' WHERE id = 1"))
    with pytest.raises(DatabaseError), brought.write() as session:
        session.execute(text("DELETE FROM letter WHERE id = 2"))
    if brought.engine.dialect.name == "sqlite":
        with brought.read() as session:
            assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
