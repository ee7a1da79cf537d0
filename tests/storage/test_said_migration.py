"""Who signed while every field was a column keeps what they said, and nothing is said of a withheld name in the clear."""

from typing import Any

from sqlalchemy import insert, inspect, select, text

from app import ROOT
from campaign.confirm.models import Signatory, Signature
from campaign.storage.database import Database
from campaign.storage.migrate import upgrade
from campaign.storage.statements import table_of
from tests.conftest import START
from tests.storage.past import as_it_was, stand_at
from tests.storage.test_search_migration import LETTER

BEFORE = "0024_hold"
LINES = ("office", "legislature", "constituency", "party", "affiliation", "community")
SHARED: dict[str, Any] = {
    "letter_id": 1,
    "letter_text_id": 1,
    "country": "FR",
    "sort_key": b"",
    "consent_sha256": "0" * 64,
    "confirmed_at": START,
    "likely": 0,
}
LAWMAKER = {"office": "Membre", "legislature": "Sénat", "party": "Groupe « des Rives »"}
PEOPLE: tuple[dict[str, Any], ...] = (
    {"stands": True, "kind": "lawmaker", "visibility": "public", "name": "Odile Verchamp", **LAWMAKER},
    {"stands": True, "kind": "activist", "visibility": "public", "name": "བསོད་ནམས", "community": "Tibetan"},
    {"stands": True, "kind": "activist", "visibility": "withheld", "sealed_entry": b"box"},
    {"stands": True, "kind": "activist", "visibility": "counted", "sealed_entry": b""},
    {"stands": True, "kind": "activist", "visibility": "public", "name": "Nour"},
    {"stands": False, "kind": "lawmaker", "visibility": "public", "name": "Odile Vercamp", "party": "Rives"},
)


def _sign(database: Database) -> None:
    with database.write() as session:
        for statement in LETTER:
            session.execute(text(statement))
        connection = session.connection()
        for number in range(1, len(PEOPLE)):
            own = {"id": number, "letter_id": 1, "address_index": bytes([number]) * 32, "domain_index": None}
            connection.execute(
                insert(table_of(Signature)), {**own, "sealed_address": b"", "signed_on": START.date()}
            )
        for number, person in enumerate(PEOPLE, 1):
            row = {**SHARED, **person, "id": number, "signature_id": number if person["stands"] else 1}
            connection.execute(insert(as_it_was(table_of(Signatory), row)), row)


def test_what_everybody_said_is_kept_under_its_field(earlier: Database) -> None:
    stand_at(earlier, BEFORE)
    _sign(earlier)
    upgrade(earlier, ROOT / "migrations")
    with earlier.read() as session:
        rows = session.execute(select(Signatory.said, Signatory.stands).order_by(Signatory.id)).all()
        raw = session.execute(text("SELECT said FROM signatory WHERE id = 1")).scalar_one()
        left = {one["name"] for one in inspect(session.connection()).get_columns("signatory")} & {*LINES}
    said = [LAWMAKER, {"community": "Tibetan"}, None, None, {}, {"party": "Rives"}]
    assert [tuple(row) for row in rows] == [(one, at < len(PEOPLE)) for at, one in enumerate(said, 1)]
    assert raw == '{"office": "Membre", "legislature": "Sénat", "party": "Groupe « des Rives »"}'
    assert left == set()
