"""A delivery of before volumes stays what it was, and what is asked for at the desk finds its table."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from app import ROOT
from campaign.storage.database import Database
from campaign.storage.migrate import upgrade

BEFORE = "0017_life"
THEN = (  # in the words of then: today's models name tables and columns that came later
    "INSERT INTO letter (id, slug, addressee, opens_on, closes_on, version, drafts, recipients, cooling_off_hours)"
    " VALUES (1, 'appeal', 'own-government', '2026-05-01', '2026-06-01', 1, '', '', 48)",
    "INSERT INTO delivery (id, letter_id, country, language, reference, annex, pdf_sha256, printed_on, names)"
    " VALUES (1, 1, 'FR', 'fr', 'APPEAL-FR-20260504-1', FALSE, {hash}, '2026-05-04', 0)",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def earlier(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database as it stood before."""
    if request.param == "sqlite":
        return Database(f"sqlite:///{tmp_path}/earlier.db")
    url = request.getfixturevalue("postgresql")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    name = "before" + str(abs(hash(str(tmp_path))))
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return Database(url.replace("/postgres?", f"/{name}?", 1))


def test_a_delivery_of_before_is_one_document_and_a_package_can_be_asked_for(earlier: Database) -> None:
    configuration = Config()
    configuration.set_main_option("script_location", str(ROOT / "migrations"))
    configuration.set_main_option("path_separator", "os")
    raw = "X'" + "00" * 32 + "'" if earlier.engine.dialect.name == "sqlite" else "decode(repeat('00', 32), 'hex')"
    with earlier.writer.connect() as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, BEFORE)
        for statement in THEN:
            connection.execute(text(statement.format(hash=raw)))
        connection.commit()
    upgrade(earlier, ROOT / "migrations")
    with earlier.read() as session:
        found = session.execute(text("SELECT reference FROM delivery")).scalars().all()
        made = [session.execute(text(f"SELECT count(*) FROM {table}")).scalar() for table in ("volume", "build")]
    earlier.close()
    assert (found, made) == (["APPEAL-FR-20260504-1"], [0, 0])
