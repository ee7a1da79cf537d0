"""One thread of a process acts at a time where the database takes one writer; no thread waits for ever."""

from threading import Thread

import pytest

from tests.cast import Visitor


def sign(visitor: Visitor) -> Thread:
    """Sign in a thread of its own."""
    thread = Thread(target=visitor.sign)
    thread.start()
    return thread


def test_a_signature_waits_for_the_one_before_it_where_one_writes_at_a_time(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaign.web.turns.PATIENCE_S", 30)
    with visitor.tools.acting:
        thread = sign(visitor)
        thread.join(0.5)
        assert thread.is_alive() == visitor.tools.database.one_writer
    thread.join(10)
    assert not thread.is_alive()
    assert not visitor.tools.acting.locked()


def test_a_thread_that_has_waited_long_enough_continues(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaign.web.turns.PATIENCE_S", 0.01)
    with visitor.tools.acting:
        thread = sign(visitor)
        thread.join(10)
        assert not thread.is_alive()


def test_a_view_that_fails_ends_its_turn(visitor: Visitor) -> None:
    assert visitor.post("/en/appeal/sign", {"kind": "lawmaker"}, "/en/appeal/sign?as=lawmaker").status_code == 422
    assert not visitor.tools.acting.locked()
