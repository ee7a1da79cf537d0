"""However many threads want to write, some stay free; while the queue moves, every writer gets a turn."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from campaign.letter import views
from campaign.storage.database import Database, NotSaved
from campaign.storage.write_queue import STILL_S, QueueFull, WriteQueue
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.web.test_not_saved import locked


def stand(queue: WriteQueue, until: Event) -> str:
    try:
        with queue.turn():
            until.wait(10)
    except QueueFull:
        return "turned away"
    return "through"


def test_a_writer_who_comes_while_the_queue_stands_still_is_turned_away_at_once() -> None:
    queue, over = WriteQueue(), Event()
    queue.limit(2)
    with ThreadPoolExecutor(20) as pool:
        first = [pool.submit(stand, queue, over) for _ in range(2)]
        time.sleep(STILL_S * 2)
        began = time.monotonic()
        assert [pool.submit(stand, queue, over).result() for _ in range(50)] == ["turned away"] * 50
        assert time.monotonic() - began < 1
        over.set()
        assert [one.result() for one in first] == ["through"] * 2


def test_while_the_queue_moves_all_get_through_however_many_come() -> None:
    queue = WriteQueue()
    queue.limit(2)

    def briefly(_number: int) -> str:
        with queue.turn():
            time.sleep(0.002)
        return "through"

    with ThreadPoolExecutor(30) as pool:
        assert Counter(pool.map(briefly, range(300))) == {"through": 300}


def test_a_writer_in_the_queue_may_enter_it_again_and_a_fault_gives_the_place_back() -> None:
    queue = WriteQueue()
    queue.limit(1)
    with queue.turn(), queue.turn():
        pass
    with pytest.raises(ZeroDivisionError), queue.turn():
        raise ZeroDivisionError
    with queue.turn():
        pass


def test_a_command_that_no_server_limits_lets_all_wait() -> None:
    queue, over = WriteQueue(), Event()
    with ThreadPoolExecutor(12) as pool:
        waiting = [pool.submit(stand, queue, over) for _ in range(12)]
        time.sleep(STILL_S * 3)
        over.set()
        assert [one.result() for one in waiting] == ["through"] * 12


def test_no_writer_waits_longer_in_all_than_the_database_is_given(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaign.storage.database.BUSY_TIMEOUT_MS", 400)
    database = Database(sqlite_url)

    def write(_number: int) -> float:
        began = time.monotonic()
        with pytest.raises(NotSaved), database.write() as session:
            session.connection()
        return time.monotonic() - began

    with locked(tmp_path), ThreadPoolExecutor(4) as pool:
        waited = list(pool.map(write, range(4)))
    database.close()
    assert max(waited) < 0.4 * 1.8, "its turn and the file together, not one after the other"


def test_an_officer_reads_at_once_while_the_database_is_locked(
    make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    vera = Officer(make_app(sqlite_url), tmp_path / "mail").join()
    clock.move(minutes=10)
    with locked(tmp_path):
        began = time.monotonic()
        assert vera.get("/desk/").status_code == 200
        assert time.monotonic() - began < 2, "that she was seen is noted if it can be, and not waited for"


@pytest.mark.parametrize(("minutes", "status"), [(1, 200), (9, 200), (11, 503)])
def test_a_cached_page_is_still_shown_while_the_database_is_away(
    make_app: Callable[..., Flask],
    sqlite_url: str,
    tmp_path: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    minutes: int,
    status: int,
) -> None:
    visitor = Visitor(make_app(sqlite_url, page_seconds=5), tmp_path / "mail")
    before = visitor.get("/en/appeal").text
    monkeypatch.setattr(views, "pages_of", away)
    monkeypatch.setattr(Database, "read", away)
    clock.move(minutes=minutes)
    answer = visitor.get("/en/appeal")
    assert answer.status_code == status
    assert (answer.text == before) == (status == 200)


def away(*_asked: object, **_named: object) -> AbstractContextManager[object]:
    raise OperationalError("SELECT 1", {}, Exception("away"))
