"""A letter with one signatory on its list, and the owner who publishes its next version."""

from pathlib import Path

import pytest

from tests.cast import Officer, Visitor
from tests.withdraw.versions import Publisher


@pytest.fixture
def owner(somebody: Visitor, tmp_path: Path) -> Publisher:
    return Publisher(somebody, tmp_path)


@pytest.fixture
def listed(somebody: Visitor, ines: Officer) -> str:
    """The private page of Odile, who signed version 1 and is on the list."""
    page = somebody.sign_and_confirm()
    assert ines.decide(1).status_code == 303
    return page
