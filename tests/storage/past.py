"""Bring a database to where it stood at some migration."""

from alembic import command
from alembic.config import Config

from app import ROOT
from campaign.storage.database import Database


def stand_at(database: Database, revision: str) -> None:
    """Run the migrations up to `revision` and no further."""
    configuration = Config()
    configuration.set_main_option("script_location", str(ROOT / "migrations"))
    configuration.set_main_option("path_separator", "os")
    with database.writer.connect() as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, revision)
        connection.commit()
