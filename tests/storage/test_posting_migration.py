"""A mail that went out before mails were watched counts as taken, as it did then."""

from sqlalchemy import text

from app import ROOT
from campaign.storage.database import Database
from campaign.storage.migrate import upgrade
from tests.storage.past import stand_at

OFFICER = (
    "INSERT INTO officer (id, email, name, role, password_hash, totp_salt, totp_locked, totp_last_step,"
    " joined_at, countries) VALUES ({0}, '{0}', '', 'owner', '', '', '', 0,"
    " '2026-05-01 00:00:00.000000', '')"
)
SENDING = (
    "INSERT INTO sending (delivery_id, number, channel, sent_on, place, note, queued, approved_by, officer_id)"
    " VALUES (1, {}, '{}', '2026-05-0{}', '', '', {}, 1, 2)"
)
ROWS = (
    OFFICER.format(1),
    OFFICER.format(2),
    "INSERT INTO letter (id, slug, addressee, opens_on, closes_on, version, drafts, recipients, cooling_off_hours)"
    " VALUES (1, 'appeal', 'own-government', '2026-05-01', '2026-06-01', 1, '', '', 48)",
    "INSERT INTO delivery (id, letter_id, country, language, reference, annex, printed_on, names, pdf_sha256)"
    " VALUES (1, 1, 'FR', 'fr', 'APPEAL-FR-1', FALSE, '2026-05-01', 0, '')",
    "INSERT INTO delivery_approval (delivery_id, officer_id, approved_at)"
    " VALUES (1, 1, '2026-05-01 00:00:00.000000')",
    SENDING.format(1, "mail", 2, "TRUE"),
    SENDING.format(2, "hand", 3, "FALSE"),
)


def test_an_earlier_mail_counts_as_accepted(earlier: Database) -> None:
    stand_at(earlier, "0017_life")
    with earlier.write() as session:
        for row in ROWS:
            session.execute(text(row))
    upgrade(earlier, ROOT / "migrations")
    with earlier.read() as session:
        found = session.execute(text("SELECT number, mail_id, accepted_on, refused_on FROM posting")).all()
    assert [(number, mail, str(taken), refused) for number, mail, taken, refused in found] == [
        (1, None, "2026-05-02", None)
    ]
