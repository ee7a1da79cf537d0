"""How a log entry is chained to the one before it, and for how long it is kept."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

LOG_LIFE = timedelta(days=730)  # 24 months, as docs/privacy.md promises
FIRST_HASH = bytes(32)


@dataclass(frozen=True)
class LogRecord:
    """The part of a log entry that is hashed: who did what to what. `details` is the exact JSON text."""

    officer_id: int | None
    actor: str
    action: str
    subject: str
    details: str


def chained_hash(before: bytes, at: datetime, entry: LogRecord) -> bytes:
    """Return the hash of a log entry: SHA-256 over the hash before it and everything the entry says."""
    fields = [at.isoformat(), entry.officer_id, entry.actor, entry.action, entry.subject, entry.details]
    return sha256(before + json.dumps(fields, ensure_ascii=False).encode()).digest()


def head_message(entry_id: int, at: datetime, entry_hash: bytes) -> bytes:
    """Return the bytes that a head signs: the entry's number, moment and hash."""
    return f"undersigned log head 1\n{entry_id}\n{at.isoformat()}\n{entry_hash.hex()}".encode()
