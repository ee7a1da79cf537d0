"""Write to the append-only log, in the transaction of the fact it tells, and check its chain."""

import json
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from campaign.desk.models import LogCheckpoint, LogEntry
from campaign.desk.rules import FIRST_HASH, Said, chained_hash
from campaign.storage.statements import wait_turn
from campaign.web.toolbox import Staff

COMMAND_LINE = "command line"
TURN = 1_200  # the advisory lock that queues PostgreSQL's writers of the chain


def write_log(
    session: Session,
    who: Staff | None,
    action: str,
    subject: str,
    details: Mapping[str, object],
    *,
    now: datetime,
) -> None:
    """Append one entry. `who` is None for the command line; `details` must hold no name and no address."""
    wait_turn(session, TURN)
    before = session.scalar(select(LogEntry.hash).order_by(LogEntry.id.desc()).limit(1)) or FIRST_HASH
    actor = who.name if who else COMMAND_LINE
    session.add(
        LogEntry(
            at=now,
            officer_id=who.id if who else None,
            actor=actor,
            action=action,
            subject=subject,
            details=json.dumps(details, ensure_ascii=False, sort_keys=True),
            previous=before,
            hash=chained_hash(before, now, Said(actor, action, subject, details)),
        )
    )
    session.flush()


def newest_entries(session: Session, before_id: int | None, limit: int) -> list[LogEntry]:
    """Return a page of the log, newest first."""
    entries = select(LogEntry).order_by(LogEntry.id.desc()).limit(limit)
    if before_id is not None:
        entries = entries.where(LogEntry.id < before_id)
    return list(session.scalars(entries))


def first_bad_entry(session: Session) -> int | None:
    """Return the first entry whose hash does not follow from the one before it, None if all do.

    The chain begins where the log was last allowed to forget.
    """
    before = _origin(session)
    rows = session.scalars(select(LogEntry).order_by(LogEntry.id).execution_options(yield_per=1000))
    with closing(rows):
        for entry in rows:
            wanted = chained_hash(before, entry.at, Said(entry.actor, entry.action, entry.subject, entry.said))
            if entry.previous != before or entry.hash != wanted:
                return entry.id
            before = entry.hash
    return None


def forget_entries(session: Session, through_id: int, *, now: datetime) -> None:
    """Forget the log up to and including one entry; what stays says how many went and follows from them.

    The entry that says so is written first: the table is never empty, so no number is given out twice.
    """
    wait_turn(session, TURN)
    gone = select(func.count()).where(LogEntry.id <= through_id)
    details = {"through": through_id, "entries": session.scalar(gone) or 0}
    write_log(session, None, "forgot", "log", details, now=now)
    last = session.scalars(select(LogEntry.hash).where(LogEntry.id == through_id)).one()
    session.add(LogCheckpoint(through_id=through_id, hash=last, at=now))
    session.flush()
    session.execute(delete(LogEntry).where(LogEntry.id <= through_id))


def _origin(session: Session) -> bytes:
    """Return the hash that the oldest entry still here follows from."""
    newest = select(LogCheckpoint.hash).order_by(LogCheckpoint.through_id.desc()).limit(1)
    return session.scalar(newest) or FIRST_HASH
