"""Who acts at the desk, as every room knows them; nothing here knows HTTP."""

from typing import Protocol


class Staff(Protocol):
    """What the house knows of the officer who is signed in."""

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
        """The countries whose signatories the officer may decide about, spaces between; empty: all."""
