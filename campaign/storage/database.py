"""One engine, two kinds of session: read() and write().

SQLite's driver begins a transaction lazily and lets a reader become a writer. Measured with six processes, that fails
88 % of the time. So write() uses BEGIN IMMEDIATE, which never failed, and no other code writes. The threads of one
process queue at a lock of ours: SQLite's own busy handler sleeps, often past the moment when the file is free.
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

from campaign.storage.private import make_private
from campaign.storage.write_queue import QueueFull, WriteQueue

log = structlog.get_logger()
BUSY_TIMEOUT_MS = 10_000
BRIEFLY_MS, TRIES = 50, 20
WRITES, PATIENCE = "undersigned_writes", "undersigned_patience"
UPON_COMMIT = ("undersigned_before", "undersigned_after")  # a session collects the journal's acts under these keys
CONNECT_S = 5


class NotSaved(Exception):
    """The database is locked, full or away: nothing was stored, and trying again may help."""


class Database:
    """SQLite by default, PostgreSQL when a campaign outgrows one machine. Building it opens no connection."""

    def __init__(self, url: str, keep: Callable[[Sequence[Any]], None] | None = None) -> None:
        """Prepare the engine for a SQLAlchemy URL (`sqlite:///file`, `postgresql://…`).

        `keep` writes acts into the erasure journal (journal.write_act); a copy to work on has no journal, and no `keep`.
        """
        self._keep = keep
        self.engine = create_engine(url, hide_parameters=True, **_options(url))
        if self.engine.dialect.name == "sqlite":
            _prepare_sqlite(self.engine)
        else:
            _prepare_postgresql(self.engine)
        self._turn = Lock() if self.engine.dialect.name == "sqlite" else None
        self.writer = self.engine.execution_options(**{WRITES: True})
        self.queue = WriteQueue()

    @property
    def one_writer(self) -> bool:
        """Say whether the database takes one writer at a time."""
        return self._turn is not None

    @contextmanager
    def read(self, *, frozen: bool = False) -> Iterator[Session]:
        """Open a session to read; a change made by mistake is rolled back.

        With `frozen`, all queries see the same moment. SQLite's BEGIN does that always, PostgreSQL only at the
        isolation level REPEATABLE READ.
        """
        options = {"isolation_level": "REPEATABLE READ"} if frozen and self._turn is None else {}
        with Session(self.engine.execution_options(**options), expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self, *, briefly: bool = False) -> Iterator[Session]:
        """Open one durable transaction: committed when the block ends, rolled back if it raises.

        Raises NotSaved when the database is locked, full or away, and at once when too many threads wait for it.
        `briefly` waits only a moment: for a note that a page can do without.
        """
        patience_ms = BRIEFLY_MS if briefly else BUSY_TIMEOUT_MS
        try:
            with self.queue.turn(), self._in_turn(patience_ms) as left_ms:
                writer = self.writer if left_ms == BUSY_TIMEOUT_MS else self._with_patience(left_ms)
                with Session(writer, expire_on_commit=False) as session:
                    yield session
                    # The journal first: a crash in between then erases too much after a restore, never too little.
                    self._write_acts(session, UPON_COMMIT[0])
                    session.commit()
                    self._write_given_back(session)
        except (OperationalError, QueueFull) as fault:
            raise NotSaved from fault

    def _with_patience(self, left_ms: int) -> Engine:
        return self.writer.execution_options(**{PATIENCE: left_ms})

    def _write_acts(self, session: Session, when: str) -> None:
        acts = session.info.pop(when, [])
        if acts and self._keep is not None:
            self._keep(acts)

    def _write_given_back(self, session: Session) -> None:
        """Write into the journal what was given back; if that fails, a restore takes it away again, which is safe."""
        try:
            self._write_acts(session, UPON_COMMIT[1])
        except NotSaved:
            log.warning("journal_not_written")

    @contextmanager
    def _in_turn(self, patience_ms: int) -> Iterator[int]:
        """Wait for this process's other writers; yield how many milliseconds are left to wait for other processes."""
        if self._turn is None:
            yield patience_ms
            return
        if self._turn.acquire(blocking=False):
            left_ms = patience_ms
        else:
            began = monotonic()
            if not self._turn.acquire(timeout=patience_ms / 1000):
                raise NotSaved
            # What was spent on our own lock is taken off SQLite's timeout, so that a writer never waits twice as long.
            left_ms = max(BRIEFLY_MS, patience_ms - int((monotonic() - began) * 1000))
        try:
            yield left_ms if left_ms < patience_ms - BRIEFLY_MS else patience_ms
        finally:
            self._turn.release()

    def truncate_log(self) -> None:
        """Copy SQLite's write-ahead log into the database and empty it, so that no erased byte stays in the log.

        While SQLite waits for readers here, it blocks the writers. So this waits only briefly, and lets writers through
        between its tries. If a reader stays longer, as one that freezes a long list does, the next call does the work.
        """
        if self.engine.dialect.name != "sqlite":
            return
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sql(f"PRAGMA busy_timeout={BRIEFLY_MS}"))
            try:
                # The result's first column is 1 while a reader or writer is in the way.
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
    """Return the options for `create_engine`: few connections a process, and dead ones are noticed."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000}}
    patience = {"connect_timeout": CONNECT_S, "options": f"-c lock_timeout={BUSY_TIMEOUT_MS}"}
    return {"pool_size": 8, "max_overflow": 4, "pool_pre_ping": True, "connect_args": patience}


def _prepare_sqlite(engine: Engine) -> None:
    """Set the pragmas on each connection (docs/threats.md), and begin transactions ourselves."""

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
    """Wait for another transaction's lock no longer than asked; else the connection's own timeout applies."""

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        patience = connection.get_execution_options().get(PATIENCE)
        if patience:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {patience}")
