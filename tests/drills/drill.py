"""A drill: an attack of a given size, the figure it shows, and the controls that must break it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch


@dataclass(frozen=True)
class Result:
    """What a drill saw, in one line; `holds` is None if it could not run here, which counts as nothing."""

    told: str
    holds: bool | None

    @property
    def word(self) -> str:
        return {True: "holds", False: "BROKEN", None: "SKIPPED"}[self.holds]


@dataclass(frozen=True)
class Control:
    """A mechanism in words, and how to remove it: the same drill must then print BROKEN."""

    taken_out: str
    without: Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Drill:
    """A row of the threats: `run(size)` attacks as often as `size` says, at one of three sizes."""

    row: int
    name: str
    run: Callable[[int], Result]
    controls: tuple[Control, ...]
    full: int  # `make drills`
    small: int  # each control, and the tests: a few seconds
    long: int | None = None  # `make drills LONG=yes`; None: as `full`
    alone: bool = False  # measures time, so nothing else may run beside it

    def control(self, control: Control) -> Result:
        """Run the drill in its small size, without a mechanism."""
        with control.without():
            return self.run(self.small)


def instead(owner: object, name: str, replacement: object) -> Callable[[], AbstractContextManager[Any]]:
    """Return a context manager's maker: it replaces an attribute while a control runs."""
    return lambda: patch.object(owner, name, replacement)
