"""Two officers, and a package that names one person."""

from pathlib import Path

import pytest

from tests.cast import Officer, Visitor
from tests.package.parcels import make, sign


@pytest.fixture
def vera(visitor: Visitor) -> Officer:
    return Officer(visitor.app, visitor.mailbox).join()


@pytest.fixture
def paul(visitor: Visitor) -> Officer:
    return Officer(visitor.app, visitor.mailbox).join("paul@campaign.test", "deliverer", "Paul Ried")


@pytest.fixture
def own_page(visitor: Visitor, vera: Officer, tmp_path: Path) -> str:
    """One signatory, and a package that names them; the path of their own page."""
    path = sign(visitor, vera, 1, "Odile Verchamp")
    make(visitor, tmp_path)
    return path
