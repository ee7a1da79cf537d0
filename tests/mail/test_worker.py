"""Mail goes out after commit, at least once, to a real SMTP server."""

from sqlalchemy import func, select

from campaign.mail.carriers import Carrier, Smtp, carrier
from campaign.mail.models import Mail
from campaign.mail.service import lease_mails, queue_mail
from tests.cast import Officer, Visitor, read_link
from tests.conftest import Clock
from tests.mail.servers import Server, owed, work


def test_a_mail_is_sent_and_deleted(visitor: Visitor, server: tuple[Server, Carrier]) -> None:
    handler, smtp = server
    visitor.sign()
    work(visitor, smtp)
    ((recipient, content),) = handler.taken
    assert recipient == "odile@example.org"
    assert "Content-Type: text/plain" in content
    assert "Odile" not in content.replace("odile@example.org", "")
    with visitor.tools.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Mail)) == 0


def test_the_link_is_whole_and_readable_in_the_raw_mail_of_every_script(visitor: Visitor) -> None:
    visitor.sign(letter="/ar/appeal")
    (mail,) = visitor.deliver_mail()
    raw = next(visitor.mailbox.glob("*.eml")).read_text(encoding="utf-8")
    link, _code = read_link(mail)
    assert link in raw
    assert "72 ساعة" in raw


def test_greylisting_is_retried_and_signing_is_unaffected(
    visitor: Visitor, server: tuple[Server, Carrier], clock: Clock
) -> None:
    handler, smtp = server
    handler.answers = ["451 later", "450 later"]
    assert visitor.sign().status_code == 303
    for minutes in (0, 1, 5):
        clock.move(minutes=minutes)
        work(visitor, smtp)
    assert len(handler.taken) == 1
    assert owed(visitor) == (0, 0)


def test_a_refused_mail_is_counted_and_its_address_forgotten(
    visitor: Visitor, server: tuple[Server, Carrier]
) -> None:
    handler, smtp = server
    handler.answers = ["550 nobody here"]
    visitor.sign()
    work(visitor, smtp)
    assert owed(visitor) == (0, 1)
    with visitor.tools.database.read() as session:
        row = session.scalars(select(Mail)).one()
    assert (row.recipient, row.values, row.fault) == (None, None, "recipient 550")
    vera = Officer(visitor.app, visitor.mailbox).join()
    assert "1 refused by the recipient" in vera.get("/desk/queue").text


def test_a_kept_connection_that_the_server_closed_meanwhile_costs_no_try(
    visitor: Visitor, server: tuple[Server, Carrier]
) -> None:
    handler, smtp = server
    visitor.sign()
    work(visitor, smtp)
    handler.answers = ["421 one mail too many, closing", "250 OK"]
    visitor.sign()
    work(visitor, smtp)
    assert owed(visitor) == (0, 0), "421 on a kept line is about the line, and the mail went over a new one"
    visitor.sign(email="other@example.org")
    work(visitor, smtp)
    assert [recipient for recipient, _content in handler.taken] == [
        "odile@example.org",
        "odile@example.org",
        "other@example.org",
    ]


def test_after_a_fault_of_our_own_account_no_mail_is_given_up(
    visitor: Visitor, server: tuple[Server, Carrier]
) -> None:
    handler, smtp = server
    handler.sender_answer = "550 log in first"
    visitor.sign()
    work(visitor, smtp)
    assert owed(visitor) == (1, 0)


def test_a_mail_that_cannot_be_written_keeps_no_other_waiting(
    visitor: Visitor, server: tuple[Server, Carrier], clock: Clock
) -> None:
    handler, smtp = server
    with visitor.tools.database.write() as session:
        queue_mail(session, "first@example.org", "sign/nothing", "en", {}, now=clock())
    visitor.sign()
    work(visitor, smtp)
    assert [recipient for recipient, _content in handler.taken] == ["odile@example.org"]
    assert owed(visitor) == (1, 0)


def test_a_server_that_is_away_is_tried_for_two_days(visitor: Visitor, clock: Clock) -> None:
    away = Smtp("smtp://127.0.0.1:9")
    visitor.sign()
    for _ in range(60):
        work(visitor, away)
        clock.move(hours=1)
    assert owed(visitor) == (0, 1)


def test_a_mail_sent_twice_after_a_crash_is_one_mail_to_its_reader(visitor: Visitor, clock: Clock) -> None:
    visitor.sign()
    box = carrier(visitor.tools.site.mail_url, visitor.tools.site.root)
    with visitor.tools.database.write() as session:
        (mail,) = lease_mails(session, 5, now=clock())
    work(visitor, box)
    assert list(visitor.mailbox.glob("*.eml")) == [], "it is leased to the worker that died"
    clock.move(minutes=3)
    work(visitor, box)
    assert [path.stem for path in visitor.mailbox.glob("*.eml")] == [mail.message_id]


def test_two_workers_never_lease_the_same_mail(visitor: Visitor, clock: Clock) -> None:
    with visitor.tools.database.write() as session:
        for number in range(6):
            queue_mail(
                session, f"p{number}@example.org", "sign/confirm", "en", {"link": "x", "code": "1"}, now=clock()
            )
    leased = []
    for _ in range(2):
        with visitor.tools.database.write() as session:
            leased += [mail.id for mail in lease_mails(session, 5, now=clock())]
    assert len(leased) == len(set(leased)) == 6


def test_a_muted_mail_is_never_sent_and_never_shown_as_owed(
    visitor: Visitor, server: tuple[Server, Carrier], clock: Clock
) -> None:
    handler, smtp = server
    with visitor.tools.database.write() as session:
        for recipient in (None, "ana@example.org", None):
            queue_mail(session, recipient, "sign/confirm", "en", {"link": "x", "code": "1"}, now=clock())
    assert owed(visitor) == (1, 0)
    work(visitor, smtp)
    assert [recipient for recipient, _content in handler.taken] == ["ana@example.org"]
    with visitor.tools.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Mail)) == 0
