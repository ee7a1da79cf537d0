"""When a mail is tried again, and when it is given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

OWED_FOR = timedelta(hours=48)
LEASE = timedelta(minutes=2)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30))
FORMS, LINKS = "forms", "links"  # what a stranger can cause mail by: signing, and asking for a lost link


@dataclass(frozen=True)
class Place:
    """What a mail that a stranger can cause counts against; the three names are HMACs and tell nothing.

    `mailbox` is equal for all spellings, `domain` for all mailboxes of one owner, which gets `domain_most` in 24 hours.
    Once mails with equal `joins` have had to wait, one mail carries them; `gathers`, FORMS or LINKS, names how.
    The lowest `rank` goes first.
    """

    mailbox: bytes
    domain: bytes
    domain_most: int
    joins: bytes
    gathers: str
    rank: int = 0


def next_try(attempts: int, now: datetime) -> datetime:
    """Return when to try again after `attempts` failures: 1, 5, 15, then every 60 minutes."""
    return now + WAITS[min(attempts, len(WAITS)) - 1]


def pause_after(refusals: int) -> timedelta:
    """Return how long to leave a server alone that has refused us so often in a row: 1, 2, 5, 15, then 30 minutes."""
    return PAUSES[min(refusals, len(PAUSES)) - 1]
