"""One engine, two kinds of session: read() and write().

SQLite's driver begins lazily and lets a reader become a writer, which under six processes fails 88 % of the
time (engineering.md); so write() begins IMMEDIATE and nothing else ever writes. The threads of one process wait
their turn at a lock of ours: SQLite's own busy handler sleeps, and sleeps past the moment the file is free.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy import text as sql
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from campaign.storage.line import Line, LineFull
from campaign.storage.private import make_private

log = structlog.get_logger()
BUSY_TIMEOUT_MS = 10_000
BRIEFLY_MS, TRIES = 50, 20
WRITES, PATIENCE = "undersigned_writes", "undersigned_patience"
UPON_COMMIT = ("undersigned_before", "undersigned_after")  # where a session collects what the journal must keep
CONNECT_S = 5


class NotSaved(Exception):
    """The database is locked, full or away: nothing was stored, and trying again may help."""


class Database:
    """SQLite by default, PostgreSQL when a campaign outgrows one machine. Building it opens no connection."""

    def __init__(self, url: str, keep: Callable[[Sequence[Any]], None] | None = None) -> None:
        """Prepare the engine for a SQLAlchemy URL (`sqlite:///file`, `postgresql://…`).

        `keep` writes acts into the erasure journal (journal.write_act); without it a copy is worked on that has none.
        """
        self._keep = keep
        self.engine = create_engine(url, hide_parameters=True, **_options(url))
        if self.engine.dialect.name == "sqlite":
            _prepare_sqlite(self.engine)
        else:
            _prepare_postgresql(self.engine)
        self._turn = Lock() if self.engine.dialect.name == "sqlite" else None
        self.writer = self.engine.execution_options(**{WRITES: True})
        self.line = Line()

    @property
    def one_writer(self) -> bool:
        """Say whether the database takes one writer at a time."""
        return self._turn is not None

    @contextmanager
    def read(self, *, frozen: bool = False) -> Iterator[Session]:
        """Look; whatever was changed by mistake is rolled back.

        `frozen` shows one moment however many questions are asked: SQLite's BEGIN does that anyway, PostgreSQL only
        when told to.
        """
        options = {"isolation_level": "REPEATABLE READ"} if frozen and self._turn is None else {}
        with Session(self.engine.execution_options(**options), expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self, *, briefly: bool = False) -> Iterator[Session]:
        """Act in one durable transaction: committed when the block ends, rolled back if it raises.

        Raises NotSaved when the database is locked, full or away, and at once when as many threads wait for it as may.
        `briefly` waits a moment only: for what a page that is only read would like to note.
        """
        patience_ms = BRIEFLY_MS if briefly else BUSY_TIMEOUT_MS
        try:
            with self.line.standing(), self._in_turn(patience_ms) as left_ms:
                writer = self.writer if left_ms == BUSY_TIMEOUT_MS else self._impatient(left_ms)
                with Session(writer, expire_on_commit=False) as session:
                    yield session
                    self._kept(session, UPON_COMMIT[0])
                    session.commit()
                    self._keep_given(session)
        except (OperationalError, LineFull) as fault:
            raise NotSaved from fault

    def _impatient(self, left_ms: int) -> Engine:
        return self.writer.execution_options(**{PATIENCE: left_ms})

    def _kept(self, session: Session, when: str) -> None:
        acts = session.info.pop(when, [])
        if acts and self._keep is not None:
            self._keep(acts)

    def _keep_given(self, session: Session) -> None:
        """Let the journal know what was given back; if it cannot, that stays taken after a restore, which is safe."""
        try:
            self._kept(session, UPON_COMMIT[1])
        except NotSaved:
            log.warning("journal_not_written")

    @contextmanager
    def _in_turn(self, patience_ms: int) -> Iterator[int]:
        """Wait for this process's writers, and return how long there is left to wait for another's."""
        if self._turn is None:
            yield patience_ms
            return
        if self._turn.acquire(blocking=False):
            left_ms = patience_ms
        else:
            began = monotonic()
            if not self._turn.acquire(timeout=patience_ms / 1000):
                raise NotSaved
            left_ms = max(BRIEFLY_MS, patience_ms - int((monotonic() - began) * 1000))
        try:
            yield left_ms if left_ms < patience_ms - BRIEFLY_MS else patience_ms
        finally:
            self._turn.release()

    def truncate_log(self) -> None:
        """Fold SQLite's write-ahead log back and empty it, so that no erased byte lives on there.

        SQLite holds writers up while it waits for readers here, so it waits briefly and lets them through in between.
        A reader that stays longer, as one that freezes a long list does, leaves it to the next time.
        """
        if self.engine.dialect.name != "sqlite":
            return
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sql(f"PRAGMA busy_timeout={BRIEFLY_MS}"))
            try:
                for _ in range(TRIES):
                    if not connection.execute(sql("PRAGMA wal_checkpoint(TRUNCATE)")).scalar_one():
                        break
                    sleep(BRIEFLY_MS / 1000)
            finally:
                connection.execute(sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}"))

    def close(self) -> None:
        """Give every pooled connection back."""
        self.engine.dispose()


def _options(url: str) -> dict[str, Any]:
    """Return what `create_engine` needs: a process holds few connections, and notices a dead one."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000}}
    patience = {"connect_timeout": CONNECT_S, "options": f"-c lock_timeout={BUSY_TIMEOUT_MS}"}
    return {"pool_size": 8, "max_overflow": 4, "pool_pre_ping": True, "connect_args": patience}


def _prepare_sqlite(engine: Engine) -> None:
    """Set the pragmas of threats.md on each connection and begin transactions ourselves."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN is lazy
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "do_connect")
    def on_do_connect(_dialect: object, _record: object, words: list[str], _options: object) -> None:
        if engine.url.database not in (None, "", ":memory:"):
            make_private(Path(words[0]))

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        patience = options.get(PATIENCE)
        if patience:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={patience}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(WRITES) else "BEGIN")
        finally:
            if patience:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


def _prepare_postgresql(engine: Engine) -> None:
    """Wait for somebody else's lock no longer than asked; the connection itself waits as long as SQLite's."""

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        patience = connection.get_execution_options().get(PATIENCE)
        if patience:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {patience}")
