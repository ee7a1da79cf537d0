"""Limit costly work: few at the same time, and not too many in a minute.

Otherwise a stranger could use up the server's memory and processor with a few requests.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

AT_ONCE, A_MINUTE = 2, 30
WINDOW = timedelta(minutes=1)


class Busy(Exception):
    """Too many at this moment; nothing was done."""


class Turnstile:
    """The limit of one process, for Argon2id hashes: each costs 64 MiB and a tenth of a second of a core."""

    def __init__(self, at_once: int = AT_ONCE, a_minute: int = A_MINUTE) -> None:
        """Allow `at_once` at the same time and `a_minute` within any minute, in each lane."""
        self._at_once, self._a_minute, self._lock = at_once, a_minute, Lock()
        self._inside: defaultdict[str, int] = defaultdict(int)
        self._passed: defaultdict[str, deque[datetime]] = defaultdict(deque)

    @contextmanager
    def passing(self, lane: str, now: datetime) -> Iterator[None]:
        """Do the costly work in the block; a full lane does not stop another lane.

        Raises Busy at once, because a waiting thread would be lost to other visitors.
        """
        with self._lock:
            passed = self._passed[lane]
            while passed and now - passed[0] >= WINDOW:
                passed.popleft()
            if self._inside[lane] >= self._at_once or len(passed) >= self._a_minute:
                raise Busy
            self._inside[lane] += 1
            passed.append(now)
        try:
            yield
        finally:
            with self._lock:
                self._inside[lane] -= 1
