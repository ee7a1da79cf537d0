"""What had to wait for one mailbox comes in one mail, within a day; its link leads to each form of that address."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from campaign.mail.models import Mail
from campaign.sign.models import Intent, SharedLink
from tests.cast import Visitor, read_link
from tests.conftest import Clock
from tests.guard.crowd import send
from tests.guard.test_places import VICTIM, most_in_a_day


@pytest.mark.parametrize("attack", ["victim@outlook.com", "victim+{}@outlook.com"])
def test_an_attacker_who_posts_every_hour_delays_no_form_for_more_than_a_day(
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


def test_no_mail_opens_a_form_of_an_address_it_did_not_go_to(visitor: Visitor, clock: Clock) -> None:
    for number in range(6):
        for local in ("victim", "victim+a"):
            send(visitor, f"{local}@example.org", f"198.51.{number}.1", name=f"Person {local.replace('+', ' ')}")
    visitor.deliver_mail()
    clock.move(hours=24)
    behind = [set(names_behind(visitor, read_link(mail)[0])) for mail in visitor.deliver_mail()]
    assert {"victim"} in behind
    assert all(len(names) == 1 for names in behind)


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


def number_in_letters(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in str(number)).capitalize()


def names_behind(visitor: Visitor, link: str) -> list[str]:
    """Return the names of the forms that a mail's link shows on another device."""
    page = visitor.elsewhere().get(link).text
    return re.findall(r"<bdi>Person ([^<]+)</bdi>", page)


def shared_mail(visitor: Visitor, clock: Clock, others: int = 6) -> tuple[str, str]:
    """Let a visitor sign whose mailbox an attacker has filled; return the late mail's link and code."""
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
