"""A signatory from before the desk could search is found too, and a withheld name is still only sealed."""

from typing import Any

from sqlalchemy import insert, text

from app import ROOT
from campaign.confirm.models import Signatory, Signature
from campaign.storage.database import Database
from campaign.storage.migrate import upgrade
from campaign.storage.statements import table_of
from tests.conftest import START
from tests.storage.past import as_it_was, stand_at

BEFORE = "0014_notice"
LETTER = (
    "INSERT INTO letter (id, slug, addressee, opens_on, closes_on, version, drafts, recipients, cooling_off_hours)"
    " VALUES (1, 'appeal', 'own-government', '2026-05-01', '2026-06-01', 1, '', '', 48)",
    "INSERT INTO letter_text (id, letter_id, version, language, title, addressee, summary, body, source, sha256, loaded_at)"
    " VALUES (1, 1, 1, 'en', 'An appeal', '', '', '', '', '0', '2026-05-01 00:00:00.000000')",
)


def test_earlier_public_entries_can_be_searched(earlier: Database) -> None:
    stand_at(earlier, BEFORE)
    with earlier.write() as session:
        for statement in LETTER:  # in the words of then: today's models name columns that came later
            session.execute(text(statement))
        signature, signatory = table_of(Signature), table_of(Signatory)
        own = {"letter_id": 1, "sealed_address": b"", "signed_on": START.date()}
        shared = {
            "letter_id": 1,
            "letter_text_id": 1,
            "stands": True,
            "kind": "lawmaker",
            "country": "FR",
            "sort_key": b"",
            "consent_sha256": "0" * 64,
            "confirmed_at": START,
        }
        public: dict[str, Any] = {"visibility": "public", "name": "Odile Müller", "party": "Groupe des Rives"}
        withheld: dict[str, Any] = {"visibility": "withheld", "sealed_entry": b"box"}
        for number, use in enumerate((public, withheld), 1):
            row = {**own, "id": number, "address_index": bytes([number]) * 32}
            session.connection().execute(insert(signature).values(**row))
            then = insert(as_it_was(signatory, (*shared, *use, "id", "signature_id")))
            session.connection().execute(then.values(**shared, **use, id=number, signature_id=number))
    upgrade(earlier, ROOT / "migrations")
    with earlier.read() as session:
        found = session.execute(text("SELECT id, search_text FROM signatory ORDER BY id")).all()
    assert [tuple(row) for row in found] == [(1, "odile muller groupe des rives"), (2, None)]
