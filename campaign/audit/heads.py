"""Sign the newest entry of the log, and check the whole log against the signed entries.

The chain alone does not show an intruder who rewrites the log from some entry on, or cuts off its end. The signing
key is outside the database: a signed head therefore fixes every entry before it. A head that is kept on another
machine also shows when the end was cut off.
"""

import base64
import binascii
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

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


class StoredEntry(NamedTuple):
    """What the database says of an entry now: its hash and its moment."""

    hash: bytes
    at: datetime


@dataclass(frozen=True)
class Extent:
    """The numbers of the last forgotten entry and of the newest one."""

    forgotten: int
    newest: int


@dataclass(frozen=True)
class BadEntry:
    """The first entry that was changed, removed or not signed as it should be, and a sentence that says how."""

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
    if name != FORMAT or head.at.tzinfo is None:  # a naive moment would raise where it is compared
        raise HeadMalformed
    return head


def sign_head(session: Session, key: SigningKey) -> Head | None:
    """Sign the newest entry, if it is not signed yet; None if the log is empty.

    `at` is the entry's own moment, not that of signing: it proves later that no entry was forgotten too early.
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
    """Sign the newest entry if none has signed it yet: the worker's chore, every few minutes."""
    try:
        key = load_or_create_signing_key(folder)
    except KeysMissing:
        log.warning("log_not_signed")
        return
    # Look first: a write transaction every few minutes would make the writers wait for nothing.
    with database.read() as session:
        newest = session.scalar(select(func.max(LogEntry.id)))
        signed = newest is None or session.get(LogHead, newest) is not None
    if not signed:
        with database.write() as session:
            sign_head(session, key)


def count_heads(session: Session) -> tuple[int, int]:
    """Return how many entries are signed, and the number of the newest of them."""
    count, newest = session.execute(select(func.count(), func.max(LogHead.entry_id))).one()
    return count, newest or 0


def check_log(session: Session, public: bytes, kept: Iterable[Head], *, now: datetime) -> BadEntry | None:
    """Return the first bad entry of the log, None if there is none.

    `kept` are heads that were kept on another machine. This checks the numbers and the chain, every head's signature,
    that each signed entry is unchanged, and that no entry was forgotten too early.
    """
    # The chain first: it names the exact entry. A head only shows that something at or before its entry is wrong.
    bad = first_bad_entry(session)
    if bad is not None:
        return BadEntry(bad, "is missing or does not follow from the one before it")
    forgotten = session.scalar(select(func.max(LogCheckpoint.through_id))) or 0
    extent = Extent(forgotten, session.scalar(select(func.max(LogEntry.id))) or forgotten)
    last_good = forgotten
    for head, entry in _with_entries(session, kept):
        fault = _fault(head, entry, extent, public, now)
        if fault:
            cut_off = head.entry_id > extent.newest
            return BadEntry(extent.newest + 1 if cut_off else min(last_good + 1, head.entry_id), fault)
        last_good = max(last_good, head.entry_id)
    return _bad_checkpoint(session)


def _fault(head: Head, entry: StoredEntry | None, extent: Extent, public: bytes, now: datetime) -> str:
    """Return what a head proves to be wrong; empty if nothing."""
    checks = (
        (
            head.signed_by(public),
            f"is not proven: the head at entry {head.entry_id} is not signed with this log's key",
        ),
        (
            head.entry_id <= extent.newest,
            f"is missing: entry {head.entry_id} was signed, and the log ends before it",
        ),
        (head.entry_id > extent.forgotten or head.at <= now - LOG_LIFE, "was forgotten before its time"),
        (
            head.entry_id <= extent.forgotten or entry == StoredEntry(head.hash, head.at),
            f"or a later one, up to {head.entry_id}, is not the one that was signed",
        ),
    )
    return next((sentence for holds, sentence in checks if not holds), "")


def _with_entries(session: Session, kept: Iterable[Head]) -> Iterator[tuple[Head, StoredEntry | None]]:
    """Yield each head with its entry as stored now: the database's heads in order, then those kept elsewhere."""
    # An outer join, because a missing entry is just what this looks for; in portions, because a log has years.
    rows = session.execute(
        select(LogHead, LogEntry.hash, LogEntry.at)
        .outerjoin(LogEntry, LogEntry.id == LogHead.entry_id)
        .order_by(LogHead.entry_id)
        .execution_options(yield_per=1000)
    )
    with closing(rows):
        for head, entry_hash, entry_at in rows:
            yield _head(head), StoredEntry(entry_hash, entry_at) if entry_hash else None
    for kept_head in kept:
        entry = session.get(LogEntry, kept_head.entry_id)
        yield kept_head, StoredEntry(entry.hash, entry.at) if entry else None


def _bad_checkpoint(session: Session) -> BadEntry | None:
    """Return the first checkpoint without a signed head: only a signed entry may end what is forgotten."""
    for checkpoint in session.scalars(select(LogCheckpoint).order_by(LogCheckpoint.through_id)):
        head = session.get(LogHead, checkpoint.through_id)
        if head is None or head.hash != checkpoint.hash:
            return BadEntry(checkpoint.through_id, "is where the log begins, and nothing signed says so")
    return None


def _head(row: LogHead) -> Head:
    return Head(row.entry_id, row.at, row.hash, row.signature)
