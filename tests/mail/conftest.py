"""A mail server for each test that asks for one."""

from collections.abc import Iterator

import pytest

from campaign.mail.carriers import Carrier
from tests.mail.servers import Server, serving


@pytest.fixture
def server() -> Iterator[tuple[Server, Carrier]]:
    handler = Server()
    with serving(handler) as carries:
        yield handler, carries
