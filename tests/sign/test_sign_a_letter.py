"""What happens when a visitor fills in the form."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from campaign.mail.models import Mail
from campaign.sign.models import Intent
from tests.cast import ACTIVIST, LAWMAKER, Officer, Visitor
from tests.conftest import Clock


def count(visitor: Visitor, model: type) -> int:
    with visitor.tools.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_form_stores_one_intent_and_queues_one_mail(visitor: Visitor) -> None:
    answer = visitor.sign()
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/en/appeal/sign/sent"
    assert (count(visitor, Intent), count(visitor, Mail)) == (1, 1)
    assert "Look for our mail" in visitor.get("/en/appeal/sign/sent").text


def test_the_mail_is_neutral_and_in_the_forms_language(visitor: Visitor) -> None:
    visitor.sign(name="نور", email="n@example.org", letter="/zh-Hant/appeal")
    visitor.sign()
    for mail in visitor.deliver_mail():
        lowered = mail.lower()
        for telling in (
            "appeal",
            "letter",
            "sign",
            "campaign",
            "Odile",
            "نور",
            "呼籲",
            "連署",
            "lawmaker",
            "interpol",
        ):
            assert telling.lower() not in lowered, telling


def test_each_fault_stands_beside_its_field_and_nothing_is_lost(visitor: Visitor) -> None:
    answer = visitor.sign(
        email="not an address", name="=cmd()", country="ZZ", party="Groupe des Rives", consent=["sign"]
    )
    assert answer.status_code == 422
    for name in ("email", "name", "country"):
        assert f'id="{name}-fault"' in answer.text
    assert 'id="consent-fault"' in answer.text
    assert 'value="Groupe des Rives"' in answer.text
    assert 'value="not an address"' in answer.text
    assert answer.text.index("Please check these") < answer.text.index("<form")
    assert count(visitor, Intent) == 0


@pytest.mark.parametrize("kind", ["lawmaker", "activist"])
def test_a_name_is_public_for_lawmakers_and_withheld_for_activists_unless_they_choose(
    site: Flask, kind: str
) -> None:
    page = site.test_client().get(f"/en/appeal/sign?as={kind}").text
    expected = "public" if kind == "lawmaker" else "withheld"
    assert f'value="{expected}" checked' in page
    assert page.count(" checked") == 1, "no consent is ticked beforehand"


def test_the_form_first_asks_for_the_kind_of_signatory(site: Flask) -> None:
    page = site.test_client().get("/en/appeal/sign").text
    assert "as=lawmaker" in page
    assert "<form" not in page


def test_a_stale_form_is_shown_again_with_everything_kept(visitor: Visitor, clock: Clock) -> None:
    page = visitor.get("/en/appeal/sign?as=lawmaker").text
    stamp = page.split('name="form_token"')[1].split('value="')[1].split('"')[0]
    clock.move(hours=13)
    answer = visitor.client.post("/en/appeal/sign", data={**LAWMAKER, "form_token": stamp})
    assert answer.status_code == 422
    assert 'value="Odile Verchamp"' in answer.text
    assert "grown old" in answer.text
    assert count(visitor, Intent) == 0


def test_a_letter_that_closed_meanwhile_keeps_the_text_and_says_so(visitor: Visitor, clock: Clock) -> None:
    clock.now = clock.now.replace(month=12, day=31, hour=23)
    page = visitor.get("/en/appeal/sign?as=lawmaker").text
    stamp = page.split('name="form_token"')[1].split('value="')[1].split('"')[0]
    clock.move(hours=2)
    answer = visitor.client.post("/en/appeal/sign", data={**LAWMAKER, "form_token": stamp})
    assert answer.status_code == 409
    assert 'value="Odile Verchamp"' in answer.text
    assert "does not take signatures" in answer.text
    assert count(visitor, Mail) == 0


def test_without_keys_signing_is_closed(make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path) -> None:
    app = make_app(sqlite_url, seal_keys=tmp_path / "none")
    assert app.test_client().get("/en/appeal/sign?as=lawmaker").status_code == 410


def test_new_known_withdrawn_and_refused_addresses_get_the_same_answer_and_mail(visitor: Visitor) -> None:
    officer = Officer(visitor.app, visitor.mailbox).join()
    visitor.sign_and_confirm(email="known@example.org")
    refused = visitor.sign_and_confirm(email="refused@example.org")
    assert refused
    officer.decide(2, "refused", reason="joke")
    page = visitor.sign_and_confirm(email="withdrawn@example.org")
    visitor.post(f"{page}/withdraw", {})
    answers, mails = set(), set()
    for address in ("new", "known", "refused", "withdrawn"):
        stranger = visitor.elsewhere()
        answer = stranger.sign(email=f"{address}@example.org")
        answers.add((answer.status_code, answer.headers["Location"], answer.data))
        (mail,) = stranger.deliver_mail()
        mails.add("\n".join(line for line in mail.splitlines() if "http" not in line and "digits" not in line))
    assert len(answers) == 1
    assert len(mails) == 1


def test_an_address_gets_at_most_three_mails_a_day(visitor: Visitor, clock: Clock) -> None:
    answers = {visitor.sign(email=f"od.ile+{n}@gmail.com").status_code for n in range(10)}
    assert answers == {303}
    assert len(visitor.deliver_mail()) == 3
    clock.move(hours=25)
    visitor.sign(email="odile@gmail.com")
    assert len(visitor.deliver_mail()) == 1


def test_the_database_alone_reveals_nothing_of_an_intent(
    sqlite_url: str, make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    visitor = Visitor(make_app(sqlite_url), tmp_path / "mail")
    visitor.sign(ACTIVIST, email="sonam.canary@example.net")
    visitor.deliver_mail()
    visitor.tools.database.truncate_log()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("campaign.db*"))
    for canary in ("sonam.canary", "Sonam Yangchen", "བསོད་ནམས", "Lake House"):
        assert canary.encode() not in stored


@pytest.mark.parametrize(
    "body",
    [
        b"kind=lawmaker&name=a%00b",
        b"kind=lawmaker&name=%ff%fe",
        b"kind=lawmaker&name=%ed%a0%80",
        b"kind=lawmaker&kind=activist",
    ],
    ids=["NUL", "not UTF-8", "lone surrogate", "sent twice"],
)
def test_hostile_bytes_are_refused_before_anything_else(site: Flask, body: bytes) -> None:
    answer = site.test_client().post(
        "/en/appeal/sign", data=body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 400
    assert "<h1>" in answer.text


def test_an_absurdly_long_field_is_refused_with_its_echo_cut(visitor: Visitor) -> None:
    answer = visitor.sign(name="a" * 5000)
    assert answer.status_code == 422
    assert "a" * 301 not in answer.text


def test_a_body_over_64_kib_is_refused(site: Flask) -> None:
    assert site.test_client().post("/en/appeal/sign", data={"name": "a" * 70_000}).status_code == 413


def test_reading_the_form_changes_nothing(visitor: Visitor) -> None:
    for method in ("get", "head", "options"):
        getattr(visitor.client, method)("/en/appeal/sign?as=activist")
    assert count(visitor, Intent) == 0


def test_a_database_that_cannot_write_keeps_the_form_and_says_not_saved(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: object, **_options: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr("campaign.sign.views.record_intent", away)
    answer = visitor.sign()
    assert answer.status_code == 503
    assert "could not save" in answer.text
    assert 'value="Odile Verchamp"' in answer.text
    assert visitor.get("/en/appeal").status_code == 200, "reading keeps working"
