"""When a mail is tried again, and when it is given up."""

from datetime import datetime, timedelta

OWED_FOR = timedelta(hours=48)
LEASE = timedelta(minutes=2)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))


def next_try(attempts: int, now: datetime) -> datetime:
    """Return when to try again after `attempts` failures: 1, 5, 15, then every 60 minutes."""
    return now + WAITS[min(attempts, len(WAITS)) - 1]
