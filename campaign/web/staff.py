"""What every room knows of the officer who acts; it does not import Flask."""

from typing import Protocol


class ChangedMeanwhile(Exception):
    """Another person changed the same thing since it was read; nothing was overwritten."""


class Staff(Protocol):
    """The officer who is signed in."""

    @property
    def id(self) -> int:
        """The officer's row."""

    @property
    def name(self) -> str:
        """The officer's name, as the log shows it."""

    @property
    def role(self) -> str:
        """The officer's role."""

    @property
    def countries(self) -> str:
        """The countries whose signatories the officer may decide about, with spaces between; empty: all."""
