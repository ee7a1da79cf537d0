"""How a log entry is chained to the one before it, and for how long it is kept."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

LOG_LIFE = timedelta(days=730)  # threats.md: the log is kept for 24 months
FIRST_HASH = bytes(32)


@dataclass(frozen=True)
class Said:
    """What one log entry says, as it is stored: who did what to what; `details` is JSON, letter for letter."""

    officer_id: int | None
    actor: str
    action: str
    subject: str
    details: str


def chained_hash(before: bytes, at: datetime, entry: Said) -> bytes:
    """Return the hash of a log entry: over the one before it and everything this one says."""
    said = [at.isoformat(), entry.officer_id, entry.actor, entry.action, entry.subject, entry.details]
    return sha256(before + json.dumps(said, ensure_ascii=False).encode()).digest()


def head_message(entry_id: int, at: datetime, entry_hash: bytes) -> bytes:
    """Return what is signed of a log's head: the entry's number, its moment, its hash."""
    return f"undersigned log head 1\n{entry_id}\n{at.isoformat()}\n{entry_hash.hex()}".encode()
