"""Three mails a mailbox and so many a domain in any 24 hours, however it is spelled; what is over is mailed late."""

import re
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
from campaign.sign.models import Intent, SharedLink
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


def test_only_a_provider_is_trusted_to_give_a_tag_to_nobody_else() -> None:
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


@pytest.mark.parametrize("attack", ["victim@outlook.com", "victim+{}@outlook.com"])
def test_who_posts_every_hour_for_three_days_keeps_nobodys_form_back_for_more_than_a_day(
    visitor: Visitor, clock: Clock, attack: str
) -> None:
    """Each hour's own form, the victim's among them, is behind a link that was mailed within 24 hours."""
    filled_in: dict[str, datetime] = {}
    opened: dict[str, datetime] = {}
    sent = []
    for hour in range(24 * 4):
        if hour < 24 * 3:
            address = VICTIM if hour % 7 == 5 else attack.format(hour)
            send(visitor, address, f"198.51.{hour}.1", name=f"Person {number_in_letters(hour)}")
            filled_in[number_in_letters(hour)] = clock()
        mails = visitor.deliver_mail()
        sent.append((len(mails), clock()))
        for mail in mails:
            for name in names_behind(visitor, read_link(mail)[0]):
                opened.setdefault(name, clock())
        clock.move(hours=1)
    assert set(opened) == set(filled_in)
    assert max(opened[name] - filled_in[name] for name in filled_in) <= timedelta(hours=24)
    assert most_in_a_day(sent) == 3


def test_the_plain_spelling_goes_before_any_tags_where_tags_may_be_somebody_elses(
    visitor: Visitor, clock: Clock
) -> None:
    for number in range(40):
        send(visitor, f"victim+{number}@example.org", f"198.51.{number}.1")
    mailed_to(visitor)
    send(visitor, "victim@example.org", "203.0.113.9")
    assert mailed_to(visitor) == {}
    clock.move(hours=24)
    assert mailed_to(visitor)["victim@example.org"] == 1


def test_no_mail_opens_a_form_of_an_address_it_did_not_go_to(visitor: Visitor, clock: Clock) -> None:
    for number in range(6):
        for local in ("victim", "victim+a"):
            send(visitor, f"{local}@example.org", f"198.51.{number}.1", name=f"Person {local.replace('+', ' ')}")
    visitor.deliver_mail()
    clock.move(hours=24)
    (mail, *_others) = visitor.deliver_mail()
    assert set(names_behind(visitor, read_link(mail)[0])) == {"victim"}


def test_in_the_browser_that_signed_a_shared_mail_leads_to_ones_own_form(visitor: Visitor, clock: Clock) -> None:
    link, _code = shared_mail(visitor, clock)
    own = visitor.get(link)
    assert own.status_code == 303
    page = visitor.get(own.location)
    assert "Odile Verchamp" in page.text
    assert 'name="code"' not in page.text
    assert visitor.confirm(own.location).status_code == 303
    assert "Already confirmed" in visitor.get(own.location).text


def test_on_another_device_one_chooses_ones_own_form_and_types_the_mails_code(
    visitor: Visitor, clock: Clock
) -> None:
    link, code = shared_mail(visitor, clock)
    phone = visitor.elsewhere()
    page = phone.get(link)
    assert page.status_code == 200
    assert "Which form is yours?" in page.text
    (mine,) = re.findall(r'href="(/confirm/[^"]+)"><bdi>Odile Verchamp', page.text)
    assert phone.confirm(mine).status_code == 422
    assert phone.confirm(mine, code).status_code == 303
    assert phone.confirm(link, code).status_code == 410, "the shared link itself signs nothing"


def test_a_shared_mail_of_many_forms_is_shown_page_by_page(visitor: Visitor, clock: Clock) -> None:
    link, _code = shared_mail(visitor, clock, others=57)
    phone = visitor.elsewhere()
    first = phone.get(link).text
    onward = re.search(r'href="(/confirm/[^"]+from=50)"', first)
    assert onward is not None
    assert first.count("<bdi>Person") + phone.get(onward[1]).text.count("<bdi>Person") == 57 - 3


def test_a_form_lives_for_72_hours_from_its_late_mail(visitor: Visitor, clock: Clock) -> None:
    link, _code = shared_mail(visitor, clock)
    clock.move(hours=71)
    visitor.app.test_cli_runner().invoke(args=["withdraw", "purge"])
    own = visitor.get(link)
    assert visitor.confirm(own.location).status_code == 303
    clock.move(hours=2)
    visitor.app.test_cli_runner().invoke(args=["withdraw", "purge"])
    with visitor.tools.database.read() as session:
        for model in (Intent, SharedLink, Mail):
            assert session.scalar(select(func.count()).select_from(model)) == 0
    assert visitor.elsewhere().get(link).status_code == 410


def test_what_waits_is_forgotten_after_72_hours_with_its_address(site_visitor: Visitor, clock: Clock) -> None:
    for number in range(MAILS_CROWD.a_day * 5):
        send(site_visitor, f"any{number}@catch.example", "198.51.100.1")
    for _ in range(72):
        mailed_to(site_visitor)
        clock.move(hours=1)
    site_visitor.app.test_cli_runner().invoke(args=["withdraw", "purge"])
    assert owed_to(site_visitor) == []


def test_who_asks_never_to_be_written_to_gets_nothing_that_waits_and_nothing_under_a_tag(
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


def test_places_are_forgotten_after_a_day_and_name_nobody(visitor: Visitor, clock: Clock) -> None:
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


def number_in_letters(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in str(number)).capitalize()


def names_behind(visitor: Visitor, link: str) -> list[str]:
    """Return the names of the forms that a mail's link shows to somebody on another device."""
    page = visitor.elsewhere().get(link).text
    return re.findall(r"<bdi>Person ([^<]+)</bdi>", page)


def shared_mail(visitor: Visitor, clock: Clock, others: int = 6) -> tuple[str, str]:
    """Let somebody sign whose mailbox others have filled; return the late mail's link and code."""
    stranger = visitor.elsewhere()
    for number in range(others):
        send(
            stranger,
            f"victim+{number}@outlook.com",
            f"198.51.{number}.1",
            name=f"Person {number_in_letters(number)}",
        )
    assert len(visitor.deliver_mail()) == 3
    send(visitor, VICTIM)
    assert visitor.deliver_mail() == []
    clock.move(hours=24)
    (mail,) = visitor.deliver_mail()
    return read_link(mail)
