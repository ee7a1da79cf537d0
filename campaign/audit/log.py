"""Write to the append-only log in the same transaction as the fact, read it, and check its chain."""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from campaign.audit.models import LogCheckpoint, LogEntry, Officer
from campaign.audit.rules import FIRST_HASH, LogRecord, chained_hash
from campaign.storage.statements import Turn, wait_turn
from campaign.web.staff import Staff

COMMAND_LINE = "command line"
TURN = Turn.LOG


@dataclass(frozen=True)
class LogFilter:
    """Which entries to show; an empty field does not narrow. `who` is an officer's number, 0 for the command line."""

    who: int | None = None
    actions: tuple[str, ...] = ()
    subject: str = ""
    from_on: date | None = None
    to_on: date | None = None


def write_log(
    session: Session,
    who: Staff | None,
    action: str,
    subject: str,
    details: Mapping[str, object],
    *,
    now: datetime,
) -> int:
    """Append one entry and return its number. `who` is None for the command line; `details` hold no name and address.

    The number is counted here, one after the last. A database sequence skips numbers after a rollback, and a missing
    number must mean a removed entry.
    """
    # Two writers that read the same newest entry would both follow it, and the chain would fork.
    wait_turn(session, TURN)
    number, before = _newest(session)
    record = LogRecord(
        who.id if who else None,
        who.name if who else COMMAND_LINE,
        action,
        subject,
        json.dumps(details, ensure_ascii=False, sort_keys=True),
    )
    session.add(
        LogEntry(
            id=number + 1,
            at=now,
            officer_id=record.officer_id,
            actor=record.actor,
            action=action,
            subject=subject,
            details=record.details,
            previous=before,
            hash=chained_hash(before, now, record),
        )
    )
    session.flush()
    return number + 1


def newest_entries(session: Session, wanted: LogFilter, before_id: int | None, limit: int) -> list[LogEntry]:
    """Return a page of the log, newest first, of the entries before `before_id`."""
    found = select(LogEntry).order_by(LogEntry.id.desc()).limit(limit)
    if before_id is not None:
        found = found.where(LogEntry.id < before_id)
    if wanted.who is not None:
        found = found.where(LogEntry.officer_id == wanted.who if wanted.who else LogEntry.officer_id.is_(None))
    if wanted.actions:
        found = found.where(LogEntry.action.in_(wanted.actions))
    if wanted.subject:
        found = found.where(LogEntry.subject == wanted.subject)
    if wanted.from_on is not None:
        found = found.where(LogEntry.at >= datetime.combine(wanted.from_on, time(), UTC))
    if wanted.to_on is not None and wanted.to_on < date.max:
        found = found.where(LogEntry.at < datetime.combine(wanted.to_on + timedelta(days=1), time(), UTC))
    return list(session.scalars(found))


def first_bad_entry(session: Session) -> int | None:
    """Return the number of the first entry that is missing or does not follow from the one before; None if all do.

    The chain begins at the newest checkpoint: earlier entries were forgotten.
    """
    number, before = _beginning(session)
    rows = session.scalars(select(LogEntry).order_by(LogEntry.id).execution_options(yield_per=1000))
    with closing(rows):
        for entry in rows:
            number += 1
            record = LogRecord(entry.officer_id, entry.actor, entry.action, entry.subject, entry.details)
            wanted = chained_hash(before, entry.at, record)
            if entry.id != number or entry.previous != before or entry.hash != wanted:
                return number
            before = entry.hash
    return None


def forget_entries(session: Session, through_id: int, *, now: datetime) -> None:
    """Delete the log up to and including one entry; a new entry says how many, and a checkpoint keeps the last hash.

    The new entry is written first, so that the table is never empty and no number is used twice.
    """
    wait_turn(session, TURN)
    gone = select(func.count()).where(LogEntry.id <= through_id)
    details = {"through": through_id, "entries": session.scalar(gone) or 0}
    write_log(session, None, "forgot", "log", details, now=now)
    last = session.scalars(select(LogEntry.hash).where(LogEntry.id == through_id)).one()
    # Before the delete: a trigger refuses to delete entries after the newest checkpoint (migration 0008).
    session.add(LogCheckpoint(through_id=through_id, hash=last, at=now))
    session.flush()
    session.execute(delete(LogEntry).where(LogEntry.id <= through_id))


def _newest(session: Session) -> tuple[int, bytes]:
    """Return the number and hash that the next entry follows."""
    newest = session.execute(select(LogEntry.id, LogEntry.hash).order_by(LogEntry.id.desc()).limit(1)).first()
    return (newest[0], newest[1]) if newest else _beginning(session)


def _beginning(session: Session) -> tuple[int, bytes]:
    """Return the number and hash that the first kept entry follows."""
    newest = session.scalar(select(LogCheckpoint).order_by(LogCheckpoint.through_id.desc()).limit(1))
    return (newest.through_id, newest.hash) if newest else (0, FIRST_HASH)


def all_officers(session: Session) -> list[Officer]:
    """Return all officers, removed ones too: the log still names them."""
    return list(session.scalars(select(Officer).order_by(Officer.name)))
