"""What reading and writing promise."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import StatementError

from campaign.mail.models import Mail
from campaign.mail.service import queue_mail
from campaign.storage.database import Database, NotSaved
from tests.conftest import START


def queue(database: Database, now: datetime = START) -> None:
    with database.write() as session:
        queue_mail(session, "a@example.org", "sign/confirm", "en", {}, now=now)


def test_a_write_is_whole_or_not_at_all(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(ZeroDivisionError), database.write() as session:
        queue_mail(session, "a@example.org", "sign/confirm", "en", {}, now=START)
        raise ZeroDivisionError
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Mail)) == 0
    database.close()


def test_a_change_in_a_reading_session_is_not_kept(database_url: str) -> None:
    database = Database(database_url)
    with database.read() as session:
        queue_mail(session, "a@example.org", "sign/confirm", "en", {}, now=START)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Mail)) == 0
    database.close()


def test_a_frozen_reader_sees_one_moment_whatever_others_write(database_url: str) -> None:
    database = Database(database_url)
    with database.read(frozen=True) as session:
        mails = select(func.count()).select_from(Mail)
        assert session.scalar(mails) == 0
        queue(database)
        assert session.scalar(mails) == 0
    with database.read() as session:
        assert session.scalar(mails) == 1
    database.close()


def test_many_writers_that_read_first_all_get_through(database_url: str) -> None:
    database = Database(database_url)

    def read_then_insert(_number: int) -> None:
        for _ in range(10):
            with database.write() as session:
                session.scalar(select(func.count()).select_from(Mail))
                queue_mail(session, "a@example.org", "sign/confirm", "en", {}, now=START)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(read_then_insert, range(6)))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Mail)) == 60
    database.close()


def test_sqlite_runs_with_the_pragmas_that_hold_the_promises(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    with database.read() as session:
        assert {name: session.scalar(text(f"PRAGMA {name}")) for name in wanted} == wanted
    database.close()


def test_a_moment_without_its_zone_is_refused_and_one_with_it_comes_back(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(StatementError):
        queue(database, START.replace(tzinfo=None))
    queue(database)
    with database.read() as session:
        assert session.scalars(select(Mail)).one().due_at == START
    database.close()


def test_a_locked_database_raises_that_nothing_was_saved(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaign.storage.database.BUSY_TIMEOUT_MS", 50)
    first, second = Database(sqlite_url), Database(sqlite_url)
    with first.write() as session:
        session.execute(text("DELETE FROM mail"))
        with pytest.raises(NotSaved):
            queue(second)
    queue(second)
    first.close()
    second.close()


def test_no_thread_waits_longer_for_its_own_process_than_for_another(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaign.storage.database.BUSY_TIMEOUT_MS", 50)
    database = Database(sqlite_url)
    with ThreadPoolExecutor(1) as pool, database.write():
        fault = pool.submit(queue, database).exception(timeout=5)
    assert isinstance(fault, NotSaved)
    queue(database)
    database.close()


def test_emptying_the_log_delays_no_writer_while_a_reader_reads_for_long(sqlite_url: str) -> None:
    """A long list is frozen for many seconds, and the worker empties the log every few minutes."""
    database, took = Database(sqlite_url), []
    with database.read() as reader:
        reader.execute(text("SELECT count(*) FROM letter")).one()
        with database.write() as session:
            session.execute(text("UPDATE letter SET goal = 1"))
        thread = Thread(target=database.truncate_log)
        thread.start()
        while thread.is_alive():
            started = monotonic()
            with database.write() as session:
                session.execute(text("UPDATE letter SET goal = goal + 1"))
            took.append(monotonic() - started)
        thread.join()
    assert max(took) < 1
    database.truncate_log()
    assert Path(f"{database.engine.url.database}-wal").stat().st_size == 0
    database.close()
