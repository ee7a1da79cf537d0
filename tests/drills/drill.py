"""What a drill is: an attack of a given size, the figure it shows, and the controls that must break it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch


@dataclass(frozen=True)
class Result:
    """What a drill saw, in one line; `held` is None where it could not be held here, which counts as nothing."""

    told: str
    held: bool | None

    @property
    def word(self) -> str:
        return {True: "holds", False: "BROKEN", None: "SKIPPED"}[self.held]


@dataclass(frozen=True)
class Control:
    """A mechanism, in words, and how to take it out: the same drill must then print BROKEN."""

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
        """Run the drill small, with a mechanism taken out."""
        with control.without():
            return self.run(self.small)


def instead(owner: object, name: str, replacement: object) -> Callable[[], AbstractContextManager[Any]]:
    """Return how to put `replacement` in the place of an attribute while a control runs."""
    return lambda: patch.object(owner, name, replacement)
