"""When a mail is tried again, when it is given up, and what it is counted against."""

from dataclasses import dataclass
from datetime import datetime, timedelta

OWED_FOR = timedelta(hours=48)
LEASE = timedelta(minutes=2)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30))
FORMS, LINKS = "forms", "links"  # a stranger can cause mail in two ways: by signing, and by asking for a lost link
ANEW = "anew"  # and the campaign in one: by asking who signed whether they sign a new version


@dataclass(frozen=True)
class Place:
    """The counters of a mail that a stranger can cause; the three names are HMACs, so they name no person.

    `mailbox` is equal for all spellings, `domain` for all mailboxes of one owner, who gets `domain_most` mails in 24
    hours; None where no domain is counted. When mails with equal `joins` have had to wait, they are joined into one;
    `gathers` (FORMS, LINKS or ANEW) says how. The lowest `rank` is sent first.
    """

    mailbox: bytes
    domain: bytes | None
    domain_most: int
    joins: bytes
    gathers: str
    rank: int = 0


def next_try(attempts: int, now: datetime) -> datetime:
    """Return when to try again after `attempts` failures: 1, 5, 15, then every 60 minutes."""
    return now + WAITS[min(attempts, len(WAITS)) - 1]


def pause_after(refusals: int) -> timedelta:
    """Return how long to pause a server after so many refusals in a row: 1, 2, 5, 15, then 30 minutes."""
    return PAUSES[min(refusals, len(PAUSES)) - 1]
