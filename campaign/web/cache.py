"""What a process keeps at hand for a few seconds, so that it is made once: pages, letters, tallies."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
MOST, MOST_BYTES = 2_000, 32 << 20  # whatever a stranger writes behind the question mark


class Shelf(Generic[Key, Value]):
    """One sort of thing that is kept, and what it is asked for by; stands at the head of the module that keeps it."""


@dataclass(frozen=True)
class _Kept:
    value: Any
    until: datetime
    size: int


class Cache:
    """Everything that one application keeps, each sort on a shelf of its own; full, it begins anew."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._kept: dict[tuple[Shelf[Any, Any], Hashable], _Kept] = {}
        self.size, self._lock = 0, Lock()  # bytes

    def find(self, shelf: Shelf[Key, Value], key: Key, *, now: datetime) -> Value | None:
        """Return what is kept, None if nothing is or its time is over."""
        kept = self._kept.get((shelf, key))
        if kept is None or kept.until <= now:
            return None
        value: Value = kept.value
        return value

    def last(self, shelf: Shelf[Key, Value], key: Key) -> Value | None:
        """Return what was kept last, even if its time is over; None if nothing was, or if all was cleared."""
        kept = self._kept.get((shelf, key))
        value: Value | None = kept.value if kept else None
        return value

    def keep(self, shelf: Shelf[Key, Value], key: Key, value: Value, *, until: datetime, size: int = 0) -> Value:
        """Keep a value, of `size` bytes if it may be large, and return it."""
        with self._lock:
            if len(self._kept) >= MOST or self.size >= MOST_BYTES:
                self._clear()
            last = self._kept.get((shelf, key))
            self.size += size - (last.size if last else 0)
            self._kept[shelf, key] = _Kept(value, until, size)
        return value

    def clear(self) -> None:
        """Keep nothing any more, on any shelf: what was taken back is shown to nobody."""
        with self._lock:
            self._clear()

    def _clear(self) -> None:
        self._kept.clear()
        self.size = 0
