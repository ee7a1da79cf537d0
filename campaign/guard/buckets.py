"""Rate limit counters for `limits`: our own table, inside the present transaction.

One statement counts in all buckets, so that two processes cannot both get the last place. Measured with four workers:
the library's `memory://` storage let 40 requests through a limit of 10.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hmac import digest

from limits import RateLimitItem
from limits.storage import MovingWindowSupport, Storage
from sqlalchemy import LargeBinary, TextClause, bindparam, delete, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from campaign.guard.models import Bucket
from campaign.storage.models import Moment
from campaign.storage.statements import table_of

BUCKET = table_of(Bucket)


@dataclass(frozen=True)
class Count:
    """Add `cost` to a bucket that takes at most `most` in `seconds`; `name` is an HMAC, so it names no person."""

    name: bytes
    most: int
    seconds: int
    cost: int = 1


def named(secret: bytes, item: RateLimitItem, *words: str) -> Count:
    """Return a count of one against a rate limit; `words` name the bucket, under `secret`."""
    return Count(digest(secret, item.key_for(*words).encode(), "sha256"), item.amount, item.get_expiry())


def count(session: Session, counts: list[Count], *, now: datetime) -> list[bool]:
    """Count in several different buckets at once; say for each whether it was within its limit.

    Each count up to `most` moves the window's end, so that no period of this length has more than `most`. A count
    beyond `most` does not move it: otherwise a stranger could block an address for ever by trying again and again.
    """
    return [many <= each.most for many, each in zip(hits(session, counts, now=now), counts, strict=True)]


def hits(session: Session, counts: list[Count], *, now: datetime) -> list[int]:
    """Count as `count` does, and return the number in each bucket now."""
    found = _hits(session, counts, now=now)
    return [found[each.name] for each in counts]


class Buckets(Storage, MovingWindowSupport):
    """The same buckets through the interface of `limits`, so that its own strategies can be used; named under `secret`."""

    STORAGE_SCHEME = None

    def __init__(self, session: Session, secret: bytes, *, now: datetime) -> None:
        """Count in `session`, at the moment `now`."""
        super().__init__()
        self._session, self._secret, self._now = session, secret, now

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """Return no exceptions for `limits` to translate: our views turn them into pages."""
        return ()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` and say whether it was within `limit` for `expiry` seconds."""
        return count(self._session, [Count(self._name(key), limit, expiry, amount)], now=self._now)[0]

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count `amount` in a window that ends `expiry` seconds after its first count."""
        name = self._name(key)
        return _hits(self._session, [Count(name, 0, expiry, amount)], now=self._now)[name]

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
        """Say whether the transaction is still usable."""
        return self._session.is_active

    def reset(self) -> int:
        """Forget every bucket; return how many."""
        return self._session.connection().execute(delete(BUCKET)).rowcount

    def clear(self, key: str) -> None:
        """Forget one bucket."""
        self._session.execute(delete(BUCKET).where(BUCKET.c.key == self._name(key)))

    def _window(self, key: str) -> tuple[datetime, int]:
        running = (BUCKET.c.key == self._name(key)) & (BUCKET.c.until > self._now)
        row = self._session.execute(select(BUCKET.c.until, BUCKET.c.hits).where(running)).first()
        return (self._now, 0) if row is None else (row.until, row.hits)

    def _name(self, key: str) -> bytes:
        return digest(self._secret, key.encode(), "sha256")


def _hits(session: Session, counts: list[Count], *, now: datetime) -> dict[bytes, int]:
    # Core, not the ORM: the guard runs for every form, and an ORM flush costs twice this statement.
    values: dict[str, object] = {"now": now}
    for number, each in enumerate(counts):
        end = now + timedelta(seconds=each.seconds)
        values |= {
            f"key{number}": each.name,
            f"cost{number}": each.cost,
            f"end{number}": end,
            f"most{number}": each.most,
        }
    rows = session.connection().execute(_statement(len(counts)), values)
    return {bytes(key): hits for key, hits in rows}


@cache
def _statement(many: int) -> TextClause:
    """Return the statement for this number of buckets, in SQL that both databases read.

    It is text and cached, because SQLAlchemy compiles an INSERT of many rows again each time.
    """
    rows = ", ".join(f"(:key{n}, :cost{n}, :end{n})" for n in range(many))
    most = " ".join(f"WHEN :key{n} THEN :most{n}" for n in range(many))
    # A window that has ended starts again at this cost. One that runs moves its end only while it is below `most`.
    return sql(
        f"INSERT INTO bucket (key, hits, until) VALUES {rows} ON CONFLICT (key) DO UPDATE SET "  # noqa: S608 - names only
        "hits = CASE WHEN bucket.until <= :now THEN excluded.hits ELSE bucket.hits + excluded.hits END, "
        f"until = CASE WHEN bucket.until <= :now OR bucket.hits < CASE bucket.key {most} END "
        "THEN excluded.until ELSE bucket.until END RETURNING key, hits"
    ).bindparams(
        bindparam("now", type_=Moment()),
        *[bindparam(f"key{n}", type_=LargeBinary()) for n in range(many)],
        *[bindparam(f"end{n}", type_=Moment()) for n in range(many)],
    )
