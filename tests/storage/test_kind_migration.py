"""Who signed before letters said their kinds has signed as one, and everything else of their row is as it was."""

from sqlalchemy import insert, inspect, select, text

from app import ROOT
from campaign.confirm.models import Signatory, Signature
from campaign.letter.models import LetterKind
from campaign.storage.database import Database
from campaign.storage.migrate import upgrade
from campaign.storage.statements import table_of
from tests.conftest import START
from tests.storage.past import as_it_was, stand_at
from tests.storage.test_said_migration import PEOPLE, SHARED
from tests.storage.test_search_migration import LETTER

BEFORE = "0025_said"
LINES = ("office", "legislature", "constituency", "party", "affiliation", "community")
VERIFIED = (
    "INSERT INTO verification (signatory_id, outcome, level, method, note, officer_id, decided_at) "
    "SELECT id, 'accepted', 1, 'none', '', NULL, confirmed_at FROM signatory WHERE id = 1"
)


def test_everybody_keeps_their_row_and_what_hangs_on_it(earlier: Database) -> None:
    stand_at(earlier, BEFORE)
    with earlier.write() as session:
        for statement in LETTER:
            session.execute(text(statement))
        connection = session.connection()
        for number in range(1, len(PEOPLE)):
            own = {"id": number, "letter_id": 1, "address_index": bytes([number]) * 32, "domain_index": None}
            connection.execute(
                insert(table_of(Signature)), {**own, "sealed_address": b"", "signed_on": START.date()}
            )
        for number, person in enumerate(PEOPLE, 1):
            said = {name: value for name, value in person.items() if name in LINES}
            row = {name: value for name, value in {**SHARED, **person}.items() if name not in LINES}
            row |= {"id": number, "signature_id": number if person["stands"] else 1}
            row |= {"said": said} if person["visibility"] == "public" else {}
            connection.execute(insert(as_it_was(table_of(Signatory), row)), row)
        before = session.execute(text("SELECT id, name, said, sealed_entry FROM signatory ORDER BY id")).all()
    upgrade(earlier, ROOT / "migrations")
    with earlier.write() as session:
        after = session.execute(text("SELECT id, name, said, sealed_entry FROM signatory ORDER BY id")).all()
        kinds = session.execute(select(Signatory.kind, Signatory.established).order_by(Signatory.id)).all()
        asked = session.execute(select(LetterKind.key, LetterKind.established).order_by(LetterKind.place)).all()
        refers = {one["name"] for one in inspect(session.connection()).get_indexes("signatory")}
    assert [tuple(map(_plain, row)) for row in after] == [tuple(map(_plain, row)) for row in before]
    assert [tuple(row) for row in kinds] == [
        (one["kind"], "lawmaker" if one["kind"] == "lawmaker" else "person") for one in PEOPLE
    ]
    assert [tuple(row) for row in asked] == [("lawmaker", "lawmaker"), ("activist", "person")]
    assert refers == {
        "ix_signatory_intent_id",
        "ix_signatory_roll",
        "ix_signatory_signature_id",
        "uq_signatory_standing",
    }


def test_the_tables_still_refer_to_each_other_once_it_is_done(earlier: Database) -> None:
    upgrade(earlier, ROOT / "migrations")
    if earlier.engine.dialect.name == "sqlite":
        with earlier.read() as session:
            assert session.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
            broken = session.execute(text("PRAGMA foreign_key_check")).all()
            told = session.scalars(text("SELECT sql FROM sqlite_master WHERE sql LIKE '%signatory%'")).all()
        assert broken == []
        assert [one for one in told if "made_anew" in one] == []


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
