"""Write to the append-only log, in the transaction of the fact it tells, and check its chain."""

import json
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.desk.models import LogEntry
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
    """Return the first entry whose hash does not follow from the one before it, None if all do."""
    before = FIRST_HASH
    rows = session.scalars(select(LogEntry).order_by(LogEntry.id).execution_options(yield_per=1000))
    with closing(rows):
        for entry in rows:
            wanted = chained_hash(before, entry.at, Said(entry.actor, entry.action, entry.subject, entry.said))
            if entry.previous != before or entry.hash != wanted:
                return entry.id
            before = entry.hash
    return None
