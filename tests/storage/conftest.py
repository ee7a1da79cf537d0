"""A database that is not up to date yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from campaign.storage.database import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def earlier(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables, to be brought to where it stood."""
    url = f"sqlite:///{tmp_path}/earlier.db" if request.param == "sqlite" else _created(request, tmp_path)
    database = Database(url)
    yield database
    database.close()


def _created(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    url: str = request.getfixturevalue("postgresql")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    name = "earlier" + str(abs(hash(str(tmp_path))))
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.replace("/postgres?", f"/{name}?", 1)
