"""The queue of the threads that want to write: while it moves all may wait, and when it stands still only a few.

A server has few threads. When another process locked the database for half a minute, writers waited on all of them,
and visitors who only wanted to read waited too (measured: 19.9 s). So some threads are kept free. While the queue is
full and has not moved for a moment, a new writer is turned away at once, and the page keeps what the visitor typed.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, get_ident

STILL_S = 0.05  # a commit takes a few milliseconds; a queue that has not moved for so long stands still


class QueueFull(Exception):
    """The queue is full, and stands still."""


class WriteQueue:
    """One process's writers, waiting or writing; a server limits them, because it knows its number of threads."""

    def __init__(self) -> None:
        """Make a queue without a limit, as for a command or a worker."""
        self._most: int | None = None
        self._inside: set[int] = set()
        self._moved_at = 0.0
        self._moved = Condition()

    def limit(self, most: int) -> None:
        """Let at most `most` threads wait while the queue stands still."""
        self._most = most

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Stay in the queue while the block runs.

        Raises QueueFull at once if the full queue stands still, and after a moment if it stops moving.
        """
        me = get_ident()
        if me in self._inside:  # a view's turn contains the write() of the database: one thread counts once
            yield
            return
        self._enter(me)
        through = False
        try:
            yield
            through = True
        finally:
            self._leave(me, through=through)

    def _enter(self, me: int) -> None:
        with self._moved:
            if not self._inside:
                self._moved_at = time.monotonic()
            while self._most is not None and len(self._inside) >= self._most:
                left = self._moved_at + STILL_S - time.monotonic()
                if left <= 0:
                    raise QueueFull
                self._moved.wait(left)
            self._inside.add(me)

    def _leave(self, me: int, *, through: bool) -> None:
        with self._moved:
            self._inside.discard(me)
            if through:  # a writer that failed has not moved the queue: the database may still be locked
                self._moved_at = time.monotonic()
            self._moved.notify_all()
