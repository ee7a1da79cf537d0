"""The days of a letter from before it had a time zone stay days in UTC, and nothing was done to it yet."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text

from app import ROOT
from campaign.letter.models import Letter
from campaign.letter.standing import State, standing
from campaign.storage.database import Database
from campaign.storage.migrate import upgrade
from tests.storage.past import stand_at

ROW = (
    "INSERT INTO letter (id, slug, addressee, opens_on, closes_on, version, drafts, recipients, cooling_off_hours)"
    " VALUES (1, 'appeal', 'own-government', '2026-05-01', '2026-06-01', 1, '', '', 48)"
)


def test_an_earlier_letter_opens_and_closes_when_it_did(earlier: Database) -> None:
    stand_at(earlier, "0028_identity")
    with earlier.write() as session:
        session.execute(text(ROW))
    upgrade(earlier, ROOT / "migrations")
    with earlier.read() as session:
        letter = session.scalars(select(Letter)).one()
    first, second = datetime(2026, 5, 1, tzinfo=UTC), timedelta(seconds=1)
    assert (letter.time_zone, list(letter.moments)) == ("UTC", [])
    assert [standing(letter, at).state for at in (first - second, first)] == [State.WAITING, State.OPEN]
