"""A mail server that refuses us is left alone, for all workers alike, until it takes a mail again."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaign.mail.carriers import Carrier
from campaign.mail.models import Mail, MailPause
from campaign.mail.sending import send_due
from campaign.mail.service import queue_mail
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.mail.servers import Server, owed, work


def row_of(visitor: Visitor) -> Mail:
    with visitor.tools.database.read() as session:
        return session.scalars(select(Mail)).one()


def pause_of(visitor: Visitor) -> MailPause | None:
    with visitor.tools.database.read() as session:
        return session.scalar(select(MailPause))


def test_a_full_quota_loses_no_mail_and_all_are_sent_after_it(
    visitor: Visitor, server: tuple[Server, Carrier], clock: Clock
) -> None:
    handler, smtp = server
    handler.always = "550 5.4.5 Daily user sending quota exceeded"
    _owe(visitor, 12)
    for minute in range(24 * 60):
        if minute % 10 == 0:
            work(visitor, smtp)
        clock.move(minutes=1)
    assert owed(visitor) == (12, 0)
    assert len(handler.asked) < 24 * 2 + 10, "a try or two an hour, whatever waits"
    assert handler.taken == []
    handler.always = ""
    clock.move(minutes=30)
    work(visitor, smtp)
    clock.move(minutes=60)
    work(visitor, smtp)
    assert owed(visitor) == (0, 0)
    assert sorted(to for to, _mail in handler.taken) == sorted(f"p{number}@example.org" for number in range(12))
    assert pause_of(visitor) is None


def test_a_first_refusal_keeps_all_workers_away_and_the_wait_grows(
    visitor: Visitor, server: tuple[Server, Carrier], clock: Clock
) -> None:
    handler, smtp = server
    handler.always = "554 5.7.1 <p0@example.org>: Relay access denied"
    _owe(visitor, 7)
    for wait in (1, 2, 5, 15, 30, 30):
        before = len(handler.asked)
        work(visitor, smtp)
        work(visitor, smtp)
        assert len(handler.asked) == before + 1
        pause = pause_of(visitor)
        assert pause is not None
        assert pause.until - clock.now == timedelta(minutes=wait)
        clock.move(minutes=wait)


def test_a_refusal_of_one_mail_does_not_keep_the_server_paused(
    visitor: Visitor, server: tuple[Server, Carrier], clock: Clock
) -> None:
    handler, smtp = server
    handler.answers = ["550 5.7.1 Relay access denied", "550 5.1.1 user unknown", "451 greylisted"]
    _owe(visitor, 5)
    work(visitor, smtp)
    clock.move(minutes=1)
    work(visitor, smtp)
    assert pause_of(visitor) is None
    clock.move(minutes=5)
    work(visitor, smtp)
    assert owed(visitor) == (0, 1)


def test_after_48_hours_mails_are_given_up_although_the_server_is_paused(
    visitor: Visitor, server: tuple[Server, Carrier], clock: Clock
) -> None:
    handler, smtp = server
    handler.always = "550 5.4.5 Daily user sending quota exceeded"
    _owe(visitor, 3)
    work(visitor, smtp)
    clock.move(hours=47, minutes=59)
    work(visitor, smtp)
    assert owed(visitor) == (3, 0)
    clock.move(minutes=1)
    work(visitor, smtp)
    clock.move(minutes=1)
    work(visitor, smtp)
    assert owed(visitor) == (0, 3)


def test_desk_doctor_and_a_command_say_what_to_do_and_an_operator_resumes(
    visitor: Visitor, server: tuple[Server, Carrier]
) -> None:
    handler, smtp = server
    handler.always = "550 5.4.5 <odile@example.org> Daily user sending quota exceeded"
    visitor.sign()
    work(visitor, smtp)
    vera = Officer(visitor.app, visitor.mailbox).join()
    run = visitor.app.test_cli_runner()
    said = run.invoke(args=["mail", "show"]).output
    with visitor.app.app_context():
        doctor = run.invoke(args=["doctor"])
    assert doctor.exit_code == 1
    for told in (said, doctor.output, vera.get("/desk/queue").text, vera.get("/desk/day").text):
        assert "the limit of what our account may send is used up" in told
        assert "(550 5.4.5)" in told
        assert "odile" not in told
    assert "1 waiting to be sent, 0 given up" in said
    handler.always = ""
    assert run.invoke(args=["mail", "resume"]).exit_code == 0
    with visitor.tools.database.write() as session:
        session.execute(update(Mail).values(due_at=visitor.tools.clock()))
    work(visitor, smtp)
    assert len(handler.taken) == 1
    assert run.invoke(args=["mail", "show"]).output == "0 waiting to be sent, 0 given up\n"


def test_no_word_of_the_server_is_stored_because_it_may_contain_an_address(
    visitor: Visitor, server: tuple[Server, Carrier]
) -> None:
    handler, smtp = server
    handler.always = "550 5.4.5 odile@example.org: Daily user sending quota exceeded"
    visitor.sign()
    work(visitor, smtp)
    pause = pause_of(visitor)
    assert pause is not None
    assert pause.fault == row_of(visitor).fault == "quota 550 5.4.5"


def test_a_worker_that_dies_on_its_try_does_not_pause_the_server_for_ever(
    visitor: Visitor, server: tuple[Server, Carrier], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, smtp = server
    handler.answers = ["550 5.4.5 Daily user sending quota exceeded"]
    _owe(visitor, 3)
    work(visitor, smtp)
    clock.move(minutes=1)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt), visitor.app.app_context():
        patched.setattr(smtp, "send", _dies)
        send_due(visitor.tools, smtp)
    work(visitor, smtp)
    assert handler.taken == [], "another worker has the one try"
    clock.move(minutes=3)
    work(visitor, smtp)
    assert owed(visitor) == (0, 0)


def _dies(*_asked: object) -> None:
    raise KeyboardInterrupt


def _owe(visitor: Visitor, count: int) -> None:
    with visitor.tools.database.write() as session:
        for number in range(count):
            values = {"link": "http://localhost/confirm/x", "code": "123456"}
            queue_mail(session, f"p{number}@example.org", "sign/confirm", "en", values, now=visitor.tools.clock())


def test_a_mail_that_waits_for_a_place_is_not_given_up_while_the_server_is_paused(
    visitor: Visitor, server: tuple[Server, Carrier], clock: Clock
) -> None:
    handler, smtp = server
    handler.always = "550 5.4.5 Daily user sending quota exceeded"
    _owe(visitor, 1)
    with visitor.tools.database.write() as session:
        session.execute(
            update(Mail).values(waits="mailbox", mailbox=b"m" * 32, due_at=clock() + timedelta(days=3))
        )
    _owe(visitor, 1)
    for _hour in range(50):
        work(visitor, smtp)
        clock.move(hours=1)
    assert owed(visitor) == (1, 1), "one was tried for 48 hours and given up; the other was never tried"
