"""Compare this machine's clock with the database: a clock that has jumped must not delete names.

A machine that was off for days looks the same as a clock that has jumped. Only a person can tell them apart.
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
    """Return the newest moment known if the clock is more than two days away from it, else None."""
    known = _newest(session, now)
    return known if known is not None and abs(now - known) > JUMP else None


def save_moment(session: Session, *, now: datetime) -> None:
    """Store `now` as the newest moment known; the caller has compared it with the one before."""
    if not insert_once(session, KnownMoment, {"id": ONLY, "at": now}):
        session.execute(update(KnownMoment).where(KnownMoment.id == ONLY).values(at=now))


def clock_fault(database: Database, now: datetime) -> str | None:
    """Return a sentence that the clock has jumped and what waits for an operator, None if it has not."""
    with database.read() as session:
        known = jumped_from(session, now=now)
    if known is None:
        return None
    return (
        f"it says {now:%Y-%m-%d %H:%M}, and the newest moment the database knows is {known:%Y-%m-%d %H:%M} (UTC). "
        "No name is deleted and none is newly listed until an operator has checked it and runs "
        "`flask withdraw purge --clock-is-right`"
    )


def unless_jumped(chore: Callable[[Database, datetime], object], database: Database, now: datetime) -> None:
    """Do a chore that depends on the time, unless the clock has jumped."""
    if clock_fault(database, now) is None:
        chore(database, now)


def _newest(session: Session, now: datetime) -> datetime | None:
    """Return the newest moment before any jump: that of the worker's last round, or of a later log entry.

    The desk may have worked while the worker was off, so log entries count, up to the first gap of two days: an
    entry after the gap may come from the clock that has jumped.
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
    """Return the newest moment of a database that knows no round of the worker yet."""
    moments = (func.max(LogEntry.at), func.max(Signatory.confirmed_at), func.max(Intent.created_at))
    return max((at for at in (session.scalar(select(one)) for one in moments) if at is not None), default=None)
