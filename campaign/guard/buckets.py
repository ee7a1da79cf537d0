"""The storage that `limits` counts in: our own table, inside the transaction that is under way.

One statement a count, so that no two processes can both take the last place; measured, `memory://` let 40
through a limit of 10 with four workers (engineering.md).
"""

from datetime import datetime, timedelta
from hmac import digest
from typing import Any

from limits.storage import MovingWindowSupport, Storage
from sqlalchemy import bindparam, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from campaign.guard.models import Bucket
from campaign.storage.statements import table_of

BUCKET = table_of(Bucket)


def _upsert(dialect: Any) -> Any:
    """Return the one statement: begin a window, or count in the one that runs.

    Up to `most` each count moves the window's end, so that no stretch of a window's length ever holds more than
    `most`; beyond it none does, so that nobody can keep an address shut by knocking at it.
    """
    new = dialect.insert(BUCKET).values(key=bindparam("key"), hits=bindparam("cost"), until=bindparam("end"))
    over, moves = BUCKET.c.until <= bindparam("now"), BUCKET.c.hits < bindparam("most")
    changes = {
        "hits": case((over, new.excluded.hits), else_=BUCKET.c.hits + new.excluded.hits),
        "until": case((over | moves, new.excluded.until), else_=BUCKET.c.until),
    }
    return new.on_conflict_do_update(index_elements=[BUCKET.c.key], set_=changes).returning(BUCKET.c.hits)


COUNT = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}


class Buckets(Storage, MovingWindowSupport):
    """Buckets of one transaction, named by HMAC-SHA256 under `secret`: the table holds no address and no network."""

    STORAGE_SCHEME = None

    def __init__(self, session: Session, secret: bytes, *, now: datetime) -> None:
        """Count in `session`, at the moment `now`."""
        super().__init__()
        self._line, self._secret, self._now = session.connection(), secret, now
        self._count = COUNT[self._line.dialect.name]

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """Return what `limits` should translate: nothing, a view turns our own exceptions into pages."""
        return ()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` and say whether it was within `limit` for `expiry` seconds."""
        return self._hits(key, limit, expiry, amount) <= limit

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count `amount` in a window that ends `expiry` seconds after its first count."""
        return self._hits(key, 0, expiry, amount)

    def get(self, key: str) -> int:
        """Return how much the running window has counted."""
        return self._window(key)[1]

    def get_expiry(self, key: str) -> float:
        """Return when the running window ends, in seconds since 1970; now if none runs."""
        return self._window(key)[0].timestamp()

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """Return the earliest moment that counts, and the count."""
        end, hits = self._window(key)
        return end.timestamp() - expiry, min(hits, limit)

    def check(self) -> bool:
        """Say that the storage answers: it is the transaction under way."""
        return not self._line.closed

    def reset(self) -> int:
        """Forget every bucket; return how many."""
        return self._line.execute(delete(BUCKET)).rowcount

    def clear(self, key: str) -> None:
        """Forget one bucket."""
        self._line.execute(delete(BUCKET).where(BUCKET.c.key == self._name(key)))

    def _hits(self, key: str, most: int, expiry: int, cost: int) -> int:
        end = self._now + timedelta(seconds=expiry)
        values = {"key": self._name(key), "cost": cost, "end": end, "now": self._now, "most": most}
        return int(self._line.execute(self._count, values).scalar_one())

    def _window(self, key: str) -> tuple[datetime, int]:
        found = select(BUCKET.c.until, BUCKET.c.hits).where(
            BUCKET.c.key == self._name(key), BUCKET.c.until > self._now
        )
        row = self._line.execute(found).first()
        return (self._now, 0) if row is None else (row.until, row.hits)

    def _name(self, key: str) -> bytes:
        return digest(self._secret, key.encode(), "sha256")
