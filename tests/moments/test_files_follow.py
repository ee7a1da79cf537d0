"""A letter's file says what an act at the desk changed, so that neither a draft nor an export takes it back."""

from datetime import timedelta

from campaign.letter.drafts import change_draft, draft_of, publish
from campaign.letter.folder import FACTS
from campaign.letter.keeping import files_of
from campaign.letter.service import find_letter
from campaign.letter.writing import change_toml
from campaign.moments.service import close, move_embargo
from tests.cast import Officer
from tests.conftest import Clock


def test_a_draft_begun_before_the_embargo_moved_does_not_move_it_back(ines: Officer, clock: Clock) -> None:
    with ines.tools.database.write() as session:
        letter = find_letter(session, "appeal")
        facts = files_of(session, letter)[FACTS]
        early = {FACTS: change_toml(facts, {"embargo_until": clock.now + timedelta(hours=1)})}
        change_draft(session, "appeal", early, seen=0, by=None, now=clock.now)
        publish(session, "appeal", by=None, now=clock.now)
        change_draft(
            session, "appeal", {FACTS: change_toml(early[FACTS], {"goal": 70})}, seen=0, by=None, now=clock.now
        )
        until = clock.now + timedelta(days=1)
        move_embargo(session, "appeal", until, None, seen=letter.embargo_until, now=clock.now)
        assert letter.in_files < letter.revision, "a load must not overwrite it unseen"
        assert f"embargo_until = {until.isoformat()}" in files_of(session, letter)[FACTS].replace("Z", "+00:00")
        publish(session, "appeal", by=None, now=clock.now)
        assert (letter.embargo_until, letter.goal) == (until, 70)


def test_a_letter_that_was_closed_says_so_in_its_file(ines: Officer, clock: Clock) -> None:
    with ines.tools.database.write() as session:
        letter = find_letter(session, "appeal")
        close(session, "appeal", {}, None, now=clock.now)
        assert f"closes_on = {clock.now.date()}" in files_of(session, letter)[FACTS]
        assert draft_of(session, "appeal") is None
