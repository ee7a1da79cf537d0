"""Who may do what at the desk, and how a log entry is chained to the one before it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

VIEWER, VERIFIER, DELIVERER, OWNER = "viewer", "verifier", "deliverer", "owner"
ROLES = (VIEWER, VERIFIER, DELIVERER, OWNER)
VERIFIES = (VERIFIER, OWNER)
DELIVERS = (DELIVERER, OWNER)

SESSION_LIFE = timedelta(hours=10)
INVITATION_LIFE = timedelta(days=7)
SHORTEST_PASSWORD = 12  # OWASP ASVS 5.0, 6.2.1
LONGEST_PASSWORD = 200
FREE_FAILURES = 5
FIRST_HASH = bytes(32)


def wait_after(failures: int) -> timedelta:
    """Return how long to wait after so many wrong sign-ins in a row: nothing, then doubling to 15 minutes."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    doubled: int = 2 ** min(failures - FREE_FAILURES, 6)
    return min(timedelta(seconds=15) * doubled, timedelta(minutes=15))


@dataclass(frozen=True)
class Said:
    """What one log entry says: who did what to what."""

    actor: str
    action: str
    subject: str
    details: Mapping[str, object]


def chained_hash(before: bytes, at: datetime, entry: Said) -> bytes:
    """Return the hash of a log entry: over the one before it and everything this one says."""
    said = [at.isoformat(), entry.actor, entry.action, entry.subject, entry.details]
    return sha256(before + json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).digest()
