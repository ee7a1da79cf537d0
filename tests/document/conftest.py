"""The officers and the package that deliveries are tested with."""

from tests.deliver.conftest import own_page, paul, vera

__all__ = ["own_page", "paul", "vera"]
