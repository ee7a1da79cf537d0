"""Sign the newest entry of the log, and check the whole log against what was signed.

The chain alone tells nothing of an intruder who writes it anew from some entry on, or cuts its end off. The key
lies outside the database, so a signed head fixes all that came before it; a head kept elsewhere fixes the end.
"""

import base64
import binascii
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.audit.log import first_bad_entry
from campaign.audit.models import LogCheckpoint, LogEntry, LogHead
from campaign.audit.rules import LOG_LIFE, head_message
from campaign.seal.keys import KeysMissing
from campaign.seal.signing import SigningKey, is_signed, load_or_create_signing_key
from campaign.storage.database import Database

FORMAT = "undersigned-log-head-1"
Entry = tuple[bytes, datetime]
log = structlog.get_logger()


class HeadMalformed(Exception):
    """This is not a line that `flask desk audit head` printed."""


@dataclass(frozen=True)
class Head:
    """One signed entry of the log, wherever it was kept."""

    entry_id: int
    at: datetime
    hash: bytes
    signature: bytes

    def signed_by(self, public: bytes) -> bool:
        """Say whether the log's key signed exactly this."""
        return is_signed(public, head_message(self.entry_id, self.at, self.hash), self.signature)

    def line(self) -> str:
        """Return the head as one line, to keep away from this machine."""
        signature = base64.b64encode(self.signature).decode()
        return f"{FORMAT} {self.entry_id} {self.at.isoformat()} {self.hash.hex()} {signature}"


@dataclass(frozen=True)
class Bad:
    """The first entry that is not as it was, and why we know."""

    entry_id: int
    sentence: str


def read_head(line: str) -> Head:
    """Read a kept line. Raises HeadMalformed."""
    try:
        name, entry_id, at, entry_hash, signature = line.split()
        head = Head(
            int(entry_id),
            datetime.fromisoformat(at),
            bytes.fromhex(entry_hash),
            base64.b64decode(signature, validate=True),
        )
    except (ValueError, binascii.Error) as fault:
        raise HeadMalformed from fault
    if name != FORMAT or head.at.tzinfo is None:
        raise HeadMalformed
    return head


def sign_head(session: Session, key: SigningKey) -> Head | None:
    """Sign the newest entry, if it is not signed yet; None if the log is empty.

    `at` is the entry's own moment: it shows later that the log forgot nothing before its time.
    """
    entry = session.scalar(select(LogEntry).order_by(LogEntry.id.desc()).limit(1))
    if entry is None:
        return None
    signed = session.get(LogHead, entry.id)
    if signed is None:
        signature = key.sign(head_message(entry.id, entry.at, entry.hash))
        signed = LogHead(entry_id=entry.id, at=entry.at, hash=entry.hash, signature=signature)
        session.add(signed)
        session.flush()
    return _head(signed)


def sign_newest(folder: Path, database: Database, _now: datetime) -> None:
    """Sign what was written since the last time: the worker's chore, every few minutes."""
    try:
        key = load_or_create_signing_key(folder)
    except KeysMissing:
        log.warning("log_not_signed")
        return
    with database.read() as session:
        newest = session.scalar(select(func.max(LogEntry.id)))
        signed = newest is None or session.get(LogHead, newest) is not None
    if not signed:
        with database.write() as session:
            sign_head(session, key)


def count_heads(session: Session) -> tuple[int, int]:
    """Return how many heads are signed, and the number of the newest entry that is."""
    count, newest = session.execute(select(func.count(), func.max(LogHead.entry_id))).one()
    return count, newest or 0


def check_log(session: Session, public: bytes, kept: Iterable[Head], *, now: datetime) -> Bad | None:
    """Return the first thing wrong with the log, None if it is whole.

    `kept` are heads that were kept elsewhere. Checked are the numbers and the chain, every head's signature,
    that each signed entry is still there as it was, and that nothing was forgotten before its time.
    """
    bad = first_bad_entry(session)
    if bad is not None:
        return Bad(bad, "is missing or does not follow from the one before it")
    through = session.scalar(select(func.max(LogCheckpoint.through_id))) or 0
    newest = session.scalar(select(func.max(LogEntry.id))) or through
    last_good = through
    for head, entry in _with_entries(session, kept):
        fault = _fault(head, entry, (through, newest), public, now)
        if fault:
            return Bad(newest + 1 if head.entry_id > newest else min(last_good + 1, head.entry_id), fault)
        last_good = max(last_good, head.entry_id)
    return _bad_checkpoint(session)


def _fault(head: Head, entry: Entry | None, extent: tuple[int, int], public: bytes, now: datetime) -> str:
    """Say what a head shows to be wrong; empty if nothing. `extent`: the last forgotten number, the newest."""
    through, newest = extent
    checks = (
        (
            head.signed_by(public),
            f"is not proven: the head at entry {head.entry_id} is not signed with this log's key",
        ),
        (head.entry_id <= newest, f"is missing: entry {head.entry_id} was signed, and the log ends before it"),
        (head.entry_id > through or head.at <= now - LOG_LIFE, "was forgotten before its time"),
        (
            head.entry_id <= through or entry == (head.hash, head.at),
            f"or a later one, up to {head.entry_id}, is not the one that was signed",
        ),
    )
    return next((sentence for holds, sentence in checks if not holds), "")


def _with_entries(session: Session, kept: Iterable[Head]) -> Iterator[tuple[Head, Entry | None]]:
    """Return each head with its entry's hash and moment: ours in their order, then those kept elsewhere."""
    rows = session.execute(
        select(LogHead, LogEntry.hash, LogEntry.at)
        .outerjoin(LogEntry, LogEntry.id == LogHead.entry_id)
        .order_by(LogHead.entry_id)
        .execution_options(yield_per=1000)
    )
    with closing(rows):
        for head, entry_hash, entry_at in rows:
            yield _head(head), (entry_hash, entry_at) if entry_hash else None
    for kept_head in kept:
        entry = session.get(LogEntry, kept_head.entry_id)
        yield kept_head, (entry.hash, entry.at) if entry else None


def _bad_checkpoint(session: Session) -> Bad | None:
    """Return the first checkpoint that does not rest on a signed head: only such an entry may be forgotten."""
    for checkpoint in session.scalars(select(LogCheckpoint).order_by(LogCheckpoint.through_id)):
        head = session.get(LogHead, checkpoint.through_id)
        if head is None or head.hash != checkpoint.hash:
            return Bad(checkpoint.through_id, "is where the log begins, and nothing signed says so")
    return None


def _head(row: LogHead) -> Head:
    return Head(row.entry_id, row.at, row.hash, row.signature)
