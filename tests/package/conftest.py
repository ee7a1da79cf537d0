"""The package that deliveries are tested with."""

from tests.deliver.conftest import own_page

__all__ = ["own_page"]
