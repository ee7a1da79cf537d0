"""Bring a database to where it stood at some migration, and write into its tables as they were."""

from collections.abc import Iterable

from alembic import command
from alembic.config import Config
from sqlalchemy import Table, TableClause, Text, column
from sqlalchemy import table as sql_table

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


def as_it_was(table: Table, columns: Iterable[str]) -> TableClause:
    """Name the columns of then only: today's table gives later ones a default; one that is gone since held text."""
    return sql_table(
        table.name, *(column(name, table.c[name].type if name in table.c else Text()) for name in columns)
    )
