"""The officers who have a roster."""

from pathlib import Path

import pytest

from tests.cast import Officer
from tests.verify.told import ROSTER, load


@pytest.fixture
def desk(vera: Officer, tmp_path: Path) -> Officer:
    """Vera, on each database, with a roster of two sitting members."""
    load(vera, tmp_path / "members.csv", ROSTER)
    return vera


@pytest.fixture
def ines_desk(ines: Officer, tmp_path: Path) -> Officer:
    """Ines, where the database decides nothing, with the same roster."""
    load(ines, tmp_path / "members.csv", ROSTER)
    return ines
