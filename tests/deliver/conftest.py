"""A package that names one person."""

from pathlib import Path

import pytest

from tests.cast import Officer, Visitor
from tests.package.parcels import make, sign


@pytest.fixture
def own_page(visitor: Visitor, vera: Officer, tmp_path: Path) -> str:
    """One signatory, and a package that names them; the path of their own page."""
    path = sign(visitor, vera, 1, "Odile Verchamp")
    make(visitor, tmp_path)
    return path
