"""A delivery of before volumes stays what it was, and what is asked for at the desk finds its table."""

from sqlalchemy import text

from app import ROOT
from campaign.storage.database import Database
from campaign.storage.migrate import upgrade
from tests.storage.past import stand_at

BEFORE = "0018_posting"
THEN = (  # in the words of then: today's models name tables and columns that came later
    "INSERT INTO letter (id, slug, addressee, opens_on, closes_on, version, drafts, recipients, cooling_off_hours)"
    " VALUES (1, 'appeal', 'own-government', '2026-05-01', '2026-06-01', 1, '', '', 48)",
    "INSERT INTO delivery (id, letter_id, country, language, reference, annex, pdf_sha256, printed_on, names)"
    " VALUES (1, 1, 'FR', 'fr', 'APPEAL-FR-20260504-1', FALSE, {hash}, '2026-05-04', 0)",
)


def test_an_earlier_delivery_is_one_document_and_a_package_can_be_asked_for(earlier: Database) -> None:
    stand_at(earlier, BEFORE)
    raw = "X'" + "00" * 32 + "'" if earlier.engine.dialect.name == "sqlite" else "decode(repeat('00', 32), 'hex')"
    with earlier.write() as session:
        for statement in THEN:
            session.execute(text(statement.format(hash=raw)))
    upgrade(earlier, ROOT / "migrations")
    with earlier.read() as session:
        found = session.execute(text("SELECT reference FROM delivery")).scalars().all()
        made = [session.execute(text(f"SELECT count(*) FROM {table}")).scalar() for table in ("volume", "build")]
    assert (found, made) == (["APPEAL-FR-20260504-1"], [0, 0])
