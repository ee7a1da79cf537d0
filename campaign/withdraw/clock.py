"""Hold this machine's clock against what the database knows: one that has jumped must not forget people.

A campaign that was switched off for longer looks the same as a clock that jumped. Only a person can tell them apart.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from campaign.audit.models import LogEntry
from campaign.confirm.models import Signatory
from campaign.sign.models import Intent
from campaign.storage.database import Database
from campaign.storage.statements import insert_once
from campaign.withdraw.models import KnownMoment

JUMP = timedelta(days=2)
ONLY = 1  # the one row


def jumped_from(session: Session, *, now: datetime) -> datetime | None:
    """Return the newest moment known if the clock is more than two days away from it, None if it is near."""
    known = _newest(session, now)
    return known if known is not None and abs(now - known) > JUMP else None


def save_moment(session: Session, *, now: datetime) -> None:
    """Let `now` be the newest moment known; the caller has held it against the one before."""
    if not insert_once(session, KnownMoment, {"id": ONLY, "at": now}):
        session.execute(update(KnownMoment).where(KnownMoment.id == ONLY).values(at=now))


def clock_fault(database: Database, now: datetime) -> str | None:
    """Return in one sentence that the clock has jumped and what waits for it, None if it has not."""
    with database.read() as session:
        known = jumped_from(session, now=now)
    if known is None:
        return None
    return (
        f"it says {now:%Y-%m-%d %H:%M}, and the newest moment the database knows is {known:%Y-%m-%d %H:%M} (UTC). "
        "Nobody's name is forgotten and nobody newly listed until an operator has checked it and runs "
        "`flask withdraw purge --clock-is-right`"
    )


def unless_jumped(chore: Callable[[Database, datetime], object], database: Database, now: datetime) -> None:
    """Do a chore that time alone brings about, unless the clock has jumped."""
    if clock_fault(database, now) is None:
        chore(database, now)


def _newest(session: Session, now: datetime) -> datetime | None:
    """Return the newest moment that was reached without a jump: the last round's, or a later one of the log.

    While the worker was away the desk may have gone on. An entry beyond a gap was written by the clock in question.
    """
    known = session.scalar(select(KnownMoment.at)) or _first(session)
    if known is not None and now - known > JUMP:
        later = select(LogEntry.at).where(LogEntry.at > known, LogEntry.at <= now).order_by(LogEntry.at)
        for at in session.scalars(later):
            if at - known > JUMP:
                break
            known = at
    return known


def _first(session: Session) -> datetime | None:
    """Return the newest moment of a database in which no round was noted yet."""
    moments = (func.max(LogEntry.at), func.max(Signatory.confirmed_at), func.max(Intent.created_at))
    return max((at for at in (session.scalar(select(one)) for one in moments) if at is not None), default=None)
