"""Bring a database's tables to the newest migration, or say how far it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from campaign.storage.database import Database


def upgrade(database: Database, migrations: Path) -> None:
    """Run every migration that this database has not run yet."""
    configuration = _configuration(migrations)
    with database.writer.connect() as connection:
        configuration.attributes["connection"] = connection
        with _tables_made_anew(connection):
            command.upgrade(configuration, "head")
            connection.commit()


@contextmanager
def _tables_made_anew(connection: Connection) -> Iterator[None]:
    """Let SQLite make a table anew that others refer to (sqlite.org/lang_altertable, "other kinds of changes").

    Its foreign keys can only be let go before a transaction begins; a migration that does so checks them at its end.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    own = connection.connection.driver_connection
    assert own is not None
    own.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        own.execute("PRAGMA foreign_keys=ON")


def revision(database: Database) -> str | None:
    """Return the migration a database stands at, None if it has run none."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest(migrations: Path) -> str | None:
    """Return the last migration of the linear history; raises if the history forks."""
    return ScriptDirectory.from_config(_configuration(migrations)).get_current_head()


def _configuration(migrations: Path) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(migrations))
    configuration.set_main_option("path_separator", "os")
    return configuration
