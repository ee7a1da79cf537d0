"""The few statements that SQLite and PostgreSQL spell differently."""

from collections.abc import Sequence
from enum import IntEnum, unique
from types import ModuleType
from typing import Any

from sqlalchemy import Select, Table
from sqlalchemy import text as sql
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from campaign.storage.models import Base


@unique
class Turn(IntEnum):
    """The advisory locks of PostgreSQL: for what one transaction at a time goes on, and its number in the database."""

    LOG = 1_200  # the chain is written
    OWNERS = 1_201  # the last owner may be leaving
    IMPORT = 1_202  # a list is taken in
    IDENTITY = 1_203  # what the site says of who runs it is changed
    LETTERS = 1_204  # a letter or its draft is changed
    DIRECTORY = 1_205  # an office or a parliament's domain is changed
    CHOICES = 1_206  # what owners choose for the whole site is changed
    COUNT = 1_207  # forms are counted by day
    ALERTS = 1_208  # officers are told what has happened
    MAIL = 4_022  # mails are claimed, and places given


def table_of(model: type[Base]) -> Table:
    """Return a model's table, for the few hot statements: there the ORM's flush costs twice as much as the statement."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def insert_once(session: Session, model: type[Base], values: dict[str, Any]) -> bool:
    """Insert a row unless a UNIQUE constraint finds it there already; say whether it was inserted.

    Measured with eight processes: to check and then insert made 1,837 rows for 300 addresses; this makes 300.
    """
    table = table_of(model)
    statement = _dialect(session).insert(table).values(**values).on_conflict_do_nothing()
    inserted = session.connection().execute(statement.returning(*table.primary_key.columns))
    return inserted.first() is not None  # psycopg's rowcount does not tell


def insert_selected(session: Session, model: type[Base], columns: Sequence[str], chosen: Select[Any]) -> None:
    """Insert the rows of a SELECT in one statement, leaving out those that are there already."""
    statement = _dialect(session).insert(table_of(model)).from_select(columns, chosen).on_conflict_do_nothing()
    session.connection().execute(statement)


def wait_turn(session: Session, turn: Turn) -> None:
    """Let one transaction at a time past this point, until it commits; SQLite's BEGIN IMMEDIATE already does."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sql("SELECT pg_advisory_xact_lock(:turn)"), {"turn": turn})


def _dialect(session: Session) -> ModuleType:
    return postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
