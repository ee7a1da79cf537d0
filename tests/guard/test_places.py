"""Three mails a mailbox and so many a domain in any 24 hours, however it is spelled; what is over is mailed late."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.guard.models import MailPlace
from campaign.guard.places import waiting_domains
from campaign.guard.rules import MAILS_CROWD, MAILS_DOMAIN, box_of, mailbox_of, owner_of
from campaign.guard.service import sweep
from campaign.mail.address import Address, accept_address
from campaign.mail.models import Mail
from tests.cast import Visitor, read_link
from tests.conftest import Clock
from tests.guard.crowd import owed_to, send

VICTIM = "victim@outlook.com"


def mailed_to(visitor: Visitor) -> Counter[str]:
    """Send what may go now; return how many mails came, by the address on them."""
    before = set(visitor.mailbox.glob("*.eml"))
    visitor.deliver_mail()
    new = set(visitor.mailbox.glob("*.eml")) - before
    return Counter(message_from_bytes(path.read_bytes())["To"] for path in new)


@pytest.mark.parametrize(
    "spelled",
    [
        "victim+{}@outlook.com",
        "victim+{}@example.org",
        "VICTIM+x{}@Example.ORG",
        "vic.tim+{}@gmail.com",
        "v.i.c.t.i.m+{}@googlemail.com",
        "victim-{}@yahoo.com",
        "victim-{}@yahoo.co.uk",
        "x{}@victim.fastmail.com",
        "vic_tim+{}@pm.me",
        "victim+{}@müller.example",
    ],
)
def test_a_mailbox_gets_three_mails_a_day_however_it_is_spelled(visitor: Visitor, spelled: str) -> None:
    answers = {send(visitor, spelled.format(n), f"198.51.{n}.1").headers["Location"] for n in range(12)}
    assert len(answers) == 1
    assert len(owed_to(visitor)) == 12, "the work was the same"
    assert mailed_to(visitor).total() == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana+x@example.org", "Ana@example.org"),
        ("a.na@googlemail.com", "ana+1@gmail.com"),
        ("ana@me.com", "ana@icloud.com"),
        ("a.n-a@protonmail.com", "ana@proton.me"),
        ("ana-shop@yahoo.de", "ana@yahoo.de"),
        ("shop@ana.fastmail.com", "ana@fastmail.com"),
        ("ana@xn--mller-kva.example", "ana+b@müller.example"),
    ],
)
def test_two_spellings_of_one_mailbox_are_counted_as_one(one: str, other: str) -> None:
    assert mailbox_of(accept_address(one)) == mailbox_of(accept_address(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana@outlook.com", "ana@hotmail.com"),
        ("jean-pierre@example.org", "jean-paul@example.org"),
        ("a.na@outlook.com", "ana@outlook.com"),
        ("+1@example.org", "+2@example.org"),
    ],
)
def test_two_mailboxes_are_not_counted_as_one(one: str, other: str) -> None:
    assert mailbox_of(accept_address(one)) != mailbox_of(accept_address(other))


def test_only_a_provider_is_trusted_to_deliver_every_tag_to_one_person() -> None:
    assert box_of(Address("ana+x", "outlook.com")) == box_of(Address("ana", "outlook.com"))
    assert box_of(Address("ana+x", "example.org")) != box_of(Address("ana", "example.org"))
    assert Address("ana+x", "outlook.com").key != Address("ana", "outlook.com").key, "uniqueness folds nothing"


@pytest.mark.parametrize("domain", ["catch.example", "n{}.catch.example", "N{}.catch.Example"])
def test_a_catch_all_domain_gets_its_cap_under_any_names(site_visitor: Visitor, clock: Clock, domain: str) -> None:
    for number in range(MAILS_CROWD.a_day + 30):
        send(site_visitor, f"any{number}@{domain.format(number)}", f"198.51.{number}.1")
    sent = [(mailed_to(site_visitor).total(), clock())]
    assert sent[0][0] == MAILS_CROWD.a_day
    with site_visitor.tools.database.read() as session:
        assert waiting_domains(session) == {"catch.example": 30}
    for _ in range(50):
        clock.move(hours=1)
        sent.append((mailed_to(site_visitor).total(), clock()))
    assert most_in_a_day(sent) == MAILS_CROWD.a_day
    assert sum(many for many, _at in sent) == MAILS_CROWD.a_day + 30, "nothing is dropped"


def test_those_who_are_not_held_for_their_crowd_find_room_where_a_flood_waits(
    site_visitor: Visitor, clock: Clock
) -> None:
    for number in range(MAILS_CROWD.a_day + 30):
        send(site_visitor, f"any{number}@office.example", "198.51.100.1")
    mailed_to(site_visitor)
    with site_visitor.tools.database.write() as session:
        waiting = session.scalars(select(Mail).order_by(Mail.id.desc()).limit(1)).one()
        waiting.domain_most, waiting.rank, waiting.due_at = MAILS_DOMAIN.a_day, 0, clock()
    assert mailed_to(site_visitor).total() == 1


def test_a_mailbox_provider_is_no_catch_all(site_visitor: Visitor) -> None:
    for number in range(MAILS_CROWD.a_day * 2):
        send(site_visitor, f"ana{number}@gmail.com", f"198.51.{number}.1")
    assert mailed_to(site_visitor).total() == MAILS_CROWD.a_day * 2


def test_a_parliament_is_no_catch_all(site_visitor: Visitor) -> None:
    for number in range(MAILS_CROWD.a_day * 2):
        send(site_visitor, f"mp{number}@parliament.uk", "203.0.113.5")
    assert mailed_to(site_visitor).total() == MAILS_CROWD.a_day * 2


def test_the_plain_spelling_goes_before_any_tags_where_tags_may_be_another_persons(
    visitor: Visitor, clock: Clock
) -> None:
    for number in range(40):
        send(visitor, f"victim+{number}@example.org", f"198.51.{number}.1")
    mailed_to(visitor)
    send(visitor, "victim@example.org", "203.0.113.9")
    assert mailed_to(visitor) == {}
    clock.move(hours=24)
    assert mailed_to(visitor)["victim@example.org"] == 1


def test_a_waiting_mail_is_deleted_after_72_hours_with_its_address(site_visitor: Visitor, clock: Clock) -> None:
    for number in range(MAILS_CROWD.a_day * 5):
        send(site_visitor, f"any{number}@catch.example", "198.51.100.1")
    for _ in range(72):
        mailed_to(site_visitor)
        clock.move(hours=1)
    site_visitor.app.test_cli_runner().invoke(args=["withdraw", "purge"])
    assert owed_to(site_visitor) == []


def test_a_person_who_asks_for_no_mail_gets_nothing_that_waits_and_nothing_under_a_tag(
    visitor: Visitor, clock: Clock
) -> None:
    for number in range(5):
        send(visitor, f"victim+{number}@outlook.com", f"198.51.{number}.1")
    send(visitor, VICTIM)
    page, code = read_link(visitor.deliver_mail()[0])
    assert (
        visitor.elsewhere().client.post(f"{page}/not-mine", data={"code": code, "bar": "yes"}).status_code == 303
    )
    assert owed_to(visitor) == []
    clock.move(hours=25)
    send(visitor, "vic+tim@outlook.com")
    send(visitor, "victim+99@outlook.com")
    assert mailed_to(visitor) == {"vic+tim@outlook.com": 1}


def test_two_workers_give_no_place_twice(app: Flask, visitor: Visitor) -> None:
    for number in range(24):
        send(visitor, f"victim+{number}@outlook.com", f"198.51.{number}.1")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _n: visitor.elsewhere().deliver_mail(), range(4)))
    assert len(list(visitor.mailbox.glob("*.eml"))) == 3


def test_places_are_deleted_after_a_day_and_name_no_person(visitor: Visitor, clock: Clock) -> None:
    send(visitor, VICTIM)
    mailed_to(visitor)
    with visitor.tools.database.read() as session:
        assert [len(window) for window in session.scalars(select(MailPlace.window))] == [32, 32]
    clock.move(hours=24)
    sweep(visitor.tools.database, clock())
    with visitor.tools.database.read() as session:
        assert session.scalar(select(func.count()).select_from(MailPlace)) == 0


@pytest.mark.parametrize(
    ("domain", "owner"), [("a.b.example.gouv.fr", "example.gouv.fr"), ("x.y.sch.uk", "y.sch.uk")]
)
def test_a_school_is_not_its_countrys_schools(domain: str, owner: str) -> None:
    assert owner_of(domain) == owner


@pytest.fixture
def site_visitor(site: Flask, tmp_path: Path) -> Visitor:
    """A visitor where the database decides nothing."""
    return Visitor(site, tmp_path / "mail")


def most_in_a_day(sent: list[tuple[int, datetime]]) -> int:
    """Return the most mails in any 24 hours."""
    day = timedelta(hours=24)
    return max(sum(many for many, at in sent if start <= at < start + day) for _many, start in sent)
