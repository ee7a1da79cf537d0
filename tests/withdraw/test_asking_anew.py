"""Who is asked whether they sign a material version: by one mail and one reminder, among mails of its own kind."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from campaign.confirm.models import AskedAnew, SignedAnew
from campaign.letter.service import find_letter, mark_material
from campaign.mail.models import Mail
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.withdraw.ground import count, purge
from tests.withdraw.versions import LIST, Publisher, asked, form_of, open_mail, work, work_for_days


def test_one_reminder_comes_after_a_week_and_never_a_third_mail(
    somebody: Visitor, owner: Publisher, listed: str, clock: Clock
) -> None:
    asked(somebody, owner, clock)
    mails = [len(mails) for mails in work_for_days(somebody, clock, 20)]
    assert mails == [0] * 6 + [1] + [0] * 13
    assert count(somebody, AskedAnew) == [2]


def test_a_signatory_who_answered_is_not_reminded(
    somebody: Visitor, owner: Publisher, listed: str, clock: Clock
) -> None:
    page, code = asked(somebody, owner, clock)
    somebody.client.post(page, data={"code": code, **form_of(somebody, page)})
    assert not any(work_for_days(somebody, clock, 9))
    assert "You need do nothing" in somebody.get(page).text


def test_held_refused_disputed_and_withdrawn_signatories_are_not_asked(
    somebody: Visitor, owner: Publisher, ines: Officer, clock: Clock
) -> None:
    pages = [somebody.sign_and_confirm(email=f"p{number}@example.org") for number in range(5)]
    ines.decide(1, "held", reason="look-again")
    ines.decide(2, "refused", reason="joke")
    for number in (3, 4, 5):
        ines.decide(number)
    disputed = somebody.get(LIST).text.split('class="notme" href="')[1].split('"')[0]
    assert somebody.client.post(disputed).status_code == 303
    somebody.client.post(f"{pages[4]}/withdraw")
    owner.publish(material=True)
    assert len(work(somebody, clock)) == 1
    assert count(somebody, AskedAnew) == [1]


def test_an_entry_that_is_let_go_is_asked_then(
    somebody: Visitor, owner: Publisher, ines: Officer, clock: Clock
) -> None:
    somebody.sign_and_confirm()
    ines.decide(1, "held", reason="look-again")
    owner.publish(material=True)
    assert work(somebody, clock) == []
    assert ines.post("/desk/signatory/1/undo", {}, "/desk/signatory/1").status_code == 303
    assert len(work(somebody, clock)) == 1


def test_a_form_that_was_filled_in_before_and_confirmed_after_is_asked_too(
    somebody: Visitor, owner: Publisher, clock: Clock
) -> None:
    somebody.sign()
    link, _code = somebody.link_and_code()
    owner.publish(material=True)
    own = urlsplit(somebody.confirm(link).headers["Location"]).path
    assert "See what changed" in somebody.get(own).text
    assert len(work(somebody, clock)) == 1


def test_who_signs_the_new_version_with_the_form_is_asked_nothing(
    somebody: Visitor, owner: Publisher, listed: str, clock: Clock
) -> None:
    owner.publish(material=True)
    own = somebody.sign_and_confirm()
    assert "has changed" not in somebody.get(own).text
    assert work(somebody, clock) == []


def test_the_mail_waits_among_its_own_kind_and_takes_no_place_of_others(
    somebody: Visitor, owner: Publisher, listed: str, clock: Clock
) -> None:
    clock.move(days=2)
    owner.publish(material=True)
    for chore in somebody.tools.chores:
        chore(somebody.tools.database, clock())
    with somebody.tools.database.read() as session:
        (mail,) = session.scalars(select(Mail)).all()
    assert (mail.gathers, mail.domain, mail.language) == ("anew", None, "en")
    clock.move(minutes=5)
    for number in range(3):
        somebody.sign(name=f"Odile {number}")
    assert len(somebody.deliver_mail()) == 4, "three of signing, one that asks"


def test_a_barred_address_gets_no_mail(somebody: Visitor, owner: Publisher, listed: str, clock: Clock) -> None:
    somebody.sign(email="odile@example.org")
    link, code = somebody.link_and_code()
    somebody.client.post(f"{link}/not-mine", data={"code": code, "bar": "yes"})
    owner.publish(material=True)
    assert work(somebody, clock) == []
    assert count(somebody, Mail) == [0]


def test_the_mail_comes_in_the_language_that_was_signed_in(
    somebody: Visitor, owner: Publisher, clock: Clock
) -> None:
    somebody.sign_and_confirm(letter="/ar/appeal")
    owner.publish(material=True)
    for chore in somebody.tools.chores:
        chore(somebody.tools.database, clock())
    with somebody.tools.database.read() as session:
        assert session.scalars(select(Mail.language)).all() == ["ar"]
    clock.move(minutes=5)
    (mail,) = somebody.deliver_mail()
    page, _code = open_mail(somebody, mail)
    assert '<html lang="ar" dir="rtl">' in somebody.get(page).text


def test_a_letter_that_closed_is_answered_for_72_hours_and_the_question_forgotten(
    somebody: Visitor, owner: Publisher, listed: str, clock: Clock
) -> None:
    page, code = asked(somebody, owner, clock)
    with somebody.tools.database.read() as session:
        closes = find_letter(session, "appeal").closes_on
    clock.move(days=(closes - clock().date()).days + 3)
    assert somebody.get(page).status_code == 200
    purge(somebody)
    assert count(somebody, AskedAnew) == [1]
    clock.move(days=1)
    answer = somebody.client.post(page, data={"code": code, **form_of(somebody, page)})
    assert answer.status_code == 410
    assert "questions to sign anew" in purge(somebody)
    assert count(somebody, AskedAnew, SignedAnew) == [0, 0]
    assert somebody.get(page).status_code == 410


def test_the_desk_sees_how_many_have_answered_and_nobody_by_name(
    somebody: Visitor, owner: Publisher, listed: str, ines: Officer, clock: Clock
) -> None:
    somebody.sign_and_confirm(email="second@example.org")
    somebody.sign_and_confirm(email="third@example.org")
    ines.decide(3, "held", reason="look-again")
    assert "No letter has changed materially" in ines.get("/desk/consents").text
    owner.publish(material=True)
    assert row(ines) == ["2", "0", "3", "0", "0", "2", "1"]
    first, _second = work(somebody, clock)
    page, code = open_mail(somebody, first)
    somebody.client.post(page, data={"code": code, **form_of(somebody, page)})
    assert row(ines) == ["2", "1", "2", "1", "0", "0", "1"]
    work_for_days(somebody, clock, 7)
    ines.sign_in()
    assert row(ines) == ["2", "1", "2", "1", "1", "0", "1"]
    assert "Odile" not in ines.get("/desk/consents").text


def row(officer: Officer) -> list[str]:
    """Return the numbers of the letter on the desk's page: version, signed, waiting, asked, reminded, due, rest."""
    return re.findall(r"<td>(\d+)</td>", officer.get("/desk/consents").text)


def test_the_database_refuses_a_third_mail_and_a_question_without_a_material_version(
    visitor: Visitor, clock: Clock
) -> None:
    visitor.sign_and_confirm()
    row: dict[str, Any] = {
        "signature_id": 1,
        "letter_id": 1,
        "version": 2,
        "code_sha256": b"",
        "code_tries": 0,
        "asked_at": clock(),
    }
    with pytest.raises(IntegrityError), visitor.tools.database.write() as session:
        session.add(AskedAnew(**row, reminder=False, link_sha256=b"0"))
    with visitor.tools.database.write() as session:
        letter = find_letter(session, "appeal")
        letter.version = 2
        mark_material(session, letter)
        session.add_all(AskedAnew(**row, reminder=one, link_sha256=bytes([one])) for one in (False, True))
    for reminder in (False, True):
        with pytest.raises(IntegrityError), visitor.tools.database.write() as session:
            session.add(AskedAnew(**row, reminder=reminder, link_sha256=b"another"))
