"""Getting back to one's own page after losing its address."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.confirm.models import SignatureLink
from campaign.mail.models import Mail
from campaign.seal.indexes import address_index
from campaign.sign.service import bar_address
from campaign.withdraw.models import LinkRequest
from tests.cast import ACTIVIST, Visitor, read_link
from tests.conftest import Clock
from tests.withdraw.ground import count, purge

ASK = "/signature/again"


def ask(visitor: Visitor, email: str = "odile@example.org", letter: str = "") -> tuple[int, str, bytes]:
    answer = visitor.post(f"{ASK}?language=en", {"email": email, "letter": letter})
    return answer.status_code, answer.headers.get("Location", ""), answer.data


def opened(visitor: Visitor, link: str) -> str:
    """Follow a mailed link to the page with the button."""
    answer = visitor.get(link)
    assert answer.status_code == 303, answer.text
    return urlsplit(answer.headers["Location"]).path


def lost(visitor: Visitor) -> tuple[str, str]:
    """Sign, wait a day, ask for the link; return the path of the page with the button, and the code."""
    visitor.sign_and_confirm()
    ask(visitor)
    link, code = visitor.link_and_code()
    return opened(visitor, link), code


def test_who_lost_the_link_gets_a_new_one_by_mail_and_the_old_keeps_working(visitor: Visitor) -> None:
    first = visitor.sign_and_confirm(ACTIVIST)
    ask(visitor, "SONAM@example.net", "appeal")
    link, _code = visitor.link_and_code()
    answer = visitor.confirm(opened(visitor, link))
    assert answer.status_code == 303
    new = urlsplit(answer.headers["Location"]).path
    assert new != first
    for path in (first, new):
        assert "Lake House" in visitor.get(path).text
    assert visitor.client.post(f"{new}/withdraw").status_code == 303
    assert count(visitor, SignatureLink, LinkRequest) == [0, 0]


def test_a_stranger_learns_nothing_and_the_rows_are_the_same(visitor: Visitor) -> None:
    visitor.sign_and_confirm(email="known@example.org")
    withdrawn = visitor.sign_and_confirm(email="gone@example.org")
    visitor.client.post(f"{withdrawn}/withdraw")
    answers = {ask(visitor.elsewhere(), f"{who}@example.org") for who in ("known", "gone", "never")}
    assert answers == {(303, "/signature/again/sent?language=en", next(iter(answers))[2])}
    assert count(visitor, LinkRequest, Mail) == [3, 3]
    assert len(visitor.deliver_mail()) == 1
    assert count(visitor, Mail) == [0], "the muted ones are dropped unsent"


def test_a_muted_mail_is_as_much_work_as_one_that_is_sent(visitor: Visitor) -> None:
    visitor.sign_and_confirm()
    ask(visitor)
    ask(visitor, "nobody@example.org")
    with visitor.tools.database.read() as session:
        goes, muted = session.scalars(select(Mail).order_by(Mail.id.desc()).limit(2)).all()[::-1]
    assert (goes.recipient, muted.recipient) == ("odile@example.org", None)
    columns = [column.key for column in Mail.__table__.columns if column.key != "recipient"]
    written = [{name for name in columns if getattr(mail, name) is not None} for mail in (goes, muted)]
    assert written[0] == written[1]


def test_the_mail_is_word_for_word_the_one_that_confirms(visitor: Visitor) -> None:
    visitor.sign()
    (confirming,) = visitor.deliver_mail()
    visitor.confirm(read_link(confirming)[0])
    ask(visitor)
    (again,) = visitor.deliver_mail()
    bare = [re.sub(r"/confirm/\S+|\b\d{6}\b", "…", mail) for mail in (confirming, again)]
    assert bare[0] == bare[1]
    assert "sign" not in again.lower().replace("undersigned", "")


def test_a_scanner_that_follows_and_submits_opens_nothing(visitor: Visitor) -> None:
    page, _code = lost(visitor)
    scanner = visitor.elsewhere()
    for typed in ("", "on", "12345"):
        scanner.get(page)
        assert scanner.confirm(page, typed).status_code == 422
    assert count(visitor, SignatureLink) == [1]


def test_on_another_device_the_code_is_asked_and_enough(visitor: Visitor) -> None:
    page, code = lost(visitor)
    phone = visitor.elsewhere()
    assert 'name="code"' in phone.get(page).text
    assert 'name="code"' not in visitor.get(page).text
    answers = [phone.confirm(page, code) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert count(visitor, SignatureLink) == [2], "pressing twice gives one link"
    assert "Odile Verchamp" in phone.get(answers[0].headers["Location"]).text


def test_after_five_wrong_codes_only_the_browser_that_asked_can_open(visitor: Visitor) -> None:
    page, code = lost(visitor)
    thief = visitor.elsewhere()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert [thief.confirm(page, wrong).status_code for _ in range(5)] == [422] * 5
    assert thief.confirm(page, code).status_code == 422
    assert "no longer work" in thief.confirm(page, code).text
    assert visitor.confirm(page).status_code == 303


def test_the_link_works_for_72_hours_and_its_row_is_forgotten(visitor: Visitor, clock: Clock) -> None:
    page, _code = lost(visitor)
    clock.move(hours=72, seconds=1)
    assert visitor.get(page).status_code == 410
    assert visitor.confirm(page).status_code == 410
    assert "Ask for another link" in visitor.get(page).text
    assert "1 link requests" in purge(visitor)
    assert count(visitor, LinkRequest) == [0]


def test_a_link_asked_for_before_withdrawing_leads_nowhere(visitor: Visitor) -> None:
    private = visitor.sign_and_confirm()
    ask(visitor)
    link, _code = visitor.link_and_code()
    page = opened(visitor, link)
    visitor.client.post(f"{private}/withdraw")
    assert visitor.get(page).status_code == 410
    assert visitor.confirm(page).status_code == 410


def test_three_lost_links_a_day_are_mailed_whatever_was_signed_in_ones_name_and_the_rest_goes_in_one(
    visitor: Visitor, clock: Clock
) -> None:
    visitor.sign_and_confirm()
    for _ in range(5):
        visitor.sign()
    visitor.deliver_mail()
    for _ in range(6):
        assert ask(visitor)[0] == 303
    assert len(visitor.deliver_mail()) == 3
    clock.move(hours=24)
    late = [
        mail
        for mail in visitor.deliver_mail()
        if "/signature/" in (visitor.get(read_link(mail)[0]).location or "")
    ]
    assert len(late) == 1
    link, code = read_link(late[0])
    clock.move(hours=71)
    assert visitor.elsewhere().confirm(opened(visitor, link), code).status_code == 303


def test_a_stranger_who_asks_every_hour_keeps_no_signatory_from_their_link(visitor: Visitor, clock: Clock) -> None:
    visitor.sign_and_confirm()
    stranger = visitor.elsewhere()
    for hour in range(72):
        ask(stranger)
        if hour == 30:
            ask(visitor)
        mails = visitor.deliver_mail()
        clock.move(hours=1)
        if hour > 30 and mails:
            break
    assert hour <= 54
    link, code = read_link(mails[0])
    assert visitor.confirm(opened(visitor, link), code).status_code == 303


def test_a_barred_address_is_not_written_to(visitor: Visitor) -> None:
    visitor.sign_and_confirm()
    tools = visitor.tools
    assert tools.keys is not None
    with tools.database.write() as session:
        bar_address(session, address_index(tools.keys.index_key, "*", "odile@example.org"), now=tools.clock())
    assert ask(visitor)[0] == 303
    assert visitor.deliver_mail() == []


def test_a_foreign_or_altered_token_is_no_page(visitor: Visitor) -> None:
    page, code = lost(visitor)
    visitor.sign(email="b@example.org")
    confirming, _code = visitor.link_and_code()
    token = page.rpartition("/")[2]
    for altered in (confirming.rpartition("/")[2], token[1:], token + "=", "x"):
        assert visitor.get(f"/signature/open/{altered}").status_code == 404
        assert visitor.confirm(f"/signature/open/{altered}", code).status_code == 404
    for other in (f"/signature/{token}", f"/confirm/{token}x"):
        assert visitor.get(other).status_code == 404
    assert visitor.confirm(f"/confirm/{token}", code).status_code == 404


@pytest.mark.parametrize(("email", "letter"), [("", ""), ("not one", ""), ("a@example.org", "unknown")])
def test_a_malformed_request_is_said_and_kept(visitor: Visitor, email: str, letter: str) -> None:
    answer = visitor.post(ASK, {"email": email, "letter": letter})
    assert answer.status_code == 422
    assert "Please check these" in answer.text
    assert count(visitor, LinkRequest) == [0]


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_every_page_on_the_way_back_speaks_the_readers_language(
    site: Flask, tmp_path: Path, language: str, direction: str
) -> None:
    visitor = Visitor(site, tmp_path / "mail")
    visitor.sign_and_confirm()
    visitor.post(f"{ASK}?language={language}", {"email": "odile@example.org", "letter": ""})
    link, _code = visitor.link_and_code()
    wish = {"Accept-Language": language}
    for path in (
        f"{ASK}?language={language}&letter=appeal",
        f"{ASK}/sent?language={language}",
        opened(visitor, link),
    ):
        assert f'<html lang="{language}" dir="{direction}">' in visitor.get(path, headers=wish).text


def test_the_letter_leads_there(site: Flask) -> None:
    assert "/signature/again?language=en&amp;letter=appeal" in site.test_client().get("/en/appeal").text


def test_the_database_does_not_say_who_asked_from_where(visitor: Visitor) -> None:
    visitor.sign_and_confirm()
    ask(visitor)
    visitor.deliver_mail()
    with visitor.tools.database.read() as session:
        row = session.scalars(select(LinkRequest)).one()
    assert {len(row.link_sha256), len(row.code_sha256), len(row.browser_sha256), len(row.address_index)} == {32}
