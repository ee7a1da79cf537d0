"""Suspend a letter, resume it, close it, move its embargo; each is logged, and a moment is only ever added."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.audit.models import Officer
from campaign.letter.drafts import TURN, set_facts
from campaign.letter.models import Letter, LetterMoment
from campaign.letter.service import NoSuchLetter
from campaign.letter.standing import CLOSED, RESUMED, SUSPENDED, standing
from campaign.moments.rules import MomentRefused, check_possible
from campaign.storage.journal import write_act
from campaign.storage.statements import wait_turn
from campaign.web.staff import ChangedMeanwhile, Staff

EMBARGO = "letter embargo"  # kind of a journal line: until when the letter is not public
ACTIONS = {SUSPENDED: "suspend letter", RESUMED: "resume letter", CLOSED: "close letter"}


def suspend(session: Session, slug: str, reason: Mapping[str, str], by: Staff | None, *, now: datetime) -> Letter:
    """Take no signatures and no confirmations from now on, for a reason. Raises NoSuchLetter, MomentRefused."""
    return _act(session, slug, SUSPENDED, reason, by, now=now)


def resume(session: Session, slug: str, by: Staff | None, *, now: datetime) -> Letter:
    """Take signatures again, after a suspension or a close. Raises NoSuchLetter, MomentRefused."""
    return _act(session, slug, RESUMED, {}, by, now=now)


def close(session: Session, slug: str, reason: Mapping[str, str], by: Staff | None, *, now: datetime) -> Letter:
    """Let this moment be the end of the last day. Raises NoSuchLetter, MomentRefused.

    Forms that were sent before may be confirmed for the 72 hours that their mail promised.
    """
    wait_turn(session, TURN)
    letter = _act(session, slug, CLOSED, reason, by, now=now)
    set_facts(session, letter, {"closes_on": max(letter.opens_on, standing(letter, now).today)}, now=now)
    return letter


def move_embargo(
    session: Session, slug: str, until: datetime | None, by: Staff | None, *, seen: datetime | None, now: datetime
) -> Letter:
    """Let the embargo end at another moment; None, or a moment that is past: it ends now.

    `seen` is the embargo that the officer saw. Raises NoSuchLetter, ChangedMeanwhile if it is another one now, and
    MomentRefused for a letter that is public already: what was read cannot be taken back.
    """
    wait_turn(session, TURN)
    letter = locked_letter(session, slug)
    if letter.embargo_until != seen:
        raise ChangedMeanwhile
    if not standing(letter, now).embargoed:
        raise MomentRefused(
            "It is public already. What was read cannot be taken back; you can suspend or withdraw it."
        )
    moved = max(until, now) if until else now
    set_facts(session, letter, {"embargo_until": moved}, now=now)
    details, earlier = {"until": moved.isoformat()}, seen is None or moved < seen
    write_log(session, by, "move embargo", f"letter:{slug}", details, now=now)
    write_act(session, EMBARGO, f"letter:{slug}", details, gives=earlier, now=now)
    return letter


def locked_letter(session: Session, slug: str) -> Letter:
    """Return a letter with its row locked, so that acts at the same moment come one after the other.

    Raises NoSuchLetter with a sentence for a command to print.
    """
    letter = session.scalar(select(Letter).where(Letter.slug == slug).with_for_update())
    if letter is None:
        raise NoSuchLetter(f"there is no letter called {slug}")
    return letter


def add_moment(
    session: Session, letter: Letter, what: str, reason: Mapping[str, str], by: Staff | None, *, now: datetime
) -> None:
    """Add a moment to a locked letter, and write it into the journal, so that no backup opens the letter again."""
    officer = by.id if by else None
    session.add(LetterMoment(letter_id=letter.id, what=what, at=now, reason=reason, officer_id=officer))
    session.flush()
    session.expire(letter, ["moments"])
    details = {"reason": dict(reason), "officer": officer}
    write_act(session, f"letter {what}", f"letter:{letter.slug}", details, gives=what == RESUMED, now=now)


def history(session: Session, letter: Letter) -> list[tuple[LetterMoment, str]]:
    """Return what was done to a letter, the newest first, each with the officer's name; empty for the command line."""
    rows = session.execute(
        select(LetterMoment, Officer.name)
        .outerjoin(Officer, Officer.id == LetterMoment.officer_id)
        .where(LetterMoment.letter_id == letter.id)
        .order_by(LetterMoment.id.desc())
    )
    return [(moment, name or "") for moment, name in rows]


def _act(
    session: Session, slug: str, what: str, reason: Mapping[str, str], by: Staff | None, *, now: datetime
) -> Letter:
    letter = locked_letter(session, slug)
    check_possible(what, standing(letter, now))
    add_moment(session, letter, what, reason, by, now=now)
    write_log(session, by, ACTIONS[what], f"letter:{slug}", {}, now=now)
    return letter
