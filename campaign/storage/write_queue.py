"""The line of those who want to write: so long as it moves all may wait, and when it stands still only a few.

A server has few threads. Where the database was held for half a minute, writers waited on every one of them, and
whoever only wanted to read waited with them (19.9 s). So some threads are left: who comes while the line is full and
nobody in it has got through for a moment is turned away at once, and keeps what they typed.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, get_ident

STILL_S = 0.05  # a commit takes a few milliseconds; a line that has not moved for so long is not moving


class LineFull(Exception):
    """As many wait as may, and none gets through."""


class Line:
    """One process's writers, waiting or writing; how many may, a server says that knows its threads."""

    def __init__(self) -> None:
        """Let any number wait, as a command or a worker does."""
        self._most: int | None = None
        self._inside: set[int] = set()
        self._moved_at = 0.0
        self._moved = Condition()

    def limit(self, most: int) -> None:
        """Let at most so many threads wait while the line stands still."""
        self._most = most

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Stand in the line for as long as the block takes; within it, standing again costs nothing.

        Raises LineFull at once where the line stands still, and after a moment where it stops.
        """
        me = get_ident()
        if me in self._inside:
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
                    raise LineFull
                self._moved.wait(left)
            self._inside.add(me)

    def _leave(self, me: int, *, through: bool) -> None:
        with self._moved:
            self._inside.discard(me)
            if through:
                self._moved_at = time.monotonic()
            self._moved.notify_all()
