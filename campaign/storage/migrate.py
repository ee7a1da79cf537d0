"""Bring a database's tables to the newest migration, or say how far it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from campaign.storage.database import Database


def upgrade(database: Database, migrations: Path) -> None:
    """Run every migration that this database has not run yet."""
    configuration = _configuration(migrations)
    with database.writer.connect() as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")
        connection.commit()


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
