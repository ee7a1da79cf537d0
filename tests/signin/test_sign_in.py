"""Who gets in at the desk, and who does not."""

import re
from collections.abc import Callable
from html import unescape

import pyotp
import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError
from werkzeug import Response

from campaign.audit.log import first_bad_entry
from campaign.audit.models import LogEntry
from campaign.signin.factors import check_password
from campaign.signin.gate_views import remember_browser, set_session_cookie
from campaign.signin.service import Attempt, TooSoon, password_hash_of, sign_in
from tests.cast import PASSWORD, Officer, Visitor
from tests.conftest import Clock

COOKIE = "desk"


def test_an_invited_officer_joins_and_signs_in(vera: Officer) -> None:
    page = vera.get("/desk/")
    assert page.status_code == 200
    assert "Vera Lind, owner" in page.text


def test_an_invitation_works_once_and_for_a_week(visitor: Visitor, clock: Clock) -> None:
    run = visitor.app.test_cli_runner()
    link = (
        run.invoke(args=["desk", "invite", "a@campaign.test", "--role", "viewer"])
        .output.strip()
        .split("localhost")[1]
    )
    assert visitor.get(link).status_code == 200
    clock.move(days=7, seconds=1)
    assert visitor.get(link).status_code == 410
    newer = (
        run.invoke(args=["desk", "invite", "a@campaign.test", "--role", "viewer"])
        .output.strip()
        .split("localhost")[1]
    )
    assert visitor.get(newer).status_code == 200
    assert run.invoke(args=["desk", "invite", "not an address", "--role", "viewer"]).exit_code != 0
    assert run.invoke(args=["desk", "invite", "a@campaign.test", "--role", "emperor"]).exit_code != 0


@pytest.mark.parametrize("path", ["/desk/", "/desk/log", "/desk/signatory/1", "/desk/deliver"])
def test_a_stranger_is_sent_to_sign_in(visitor: Visitor, path: str) -> None:
    for cookie in (None, "x", "AAAA", "A" * 43 + "="):
        if cookie:
            visitor.client.set_cookie(COOKIE, cookie)
        answer = visitor.get(path)
        assert answer.status_code == 303
        assert answer.headers["Location"].partition("?")[0] == "/desk/sign-in"


def test_a_colleagues_link_opens_its_page_after_signing_in(vera: Officer) -> None:
    stranger = vera.elsewhere()
    asked = stranger.get("/desk/log?what=decisions").headers["Location"]
    assert asked == "/desk/sign-in?next=/desk/log?what%3Ddecisions"
    form = {"email": vera.email, "password": PASSWORD, "code": "000000"}
    refused = stranger.fill_in(stranger.get(asked).text, asked, form)
    assert refused.status_code == 422
    again = unescape(re.findall(r'action="(/desk/sign-in[^"]*)"', refused.text)[-1])
    entered = stranger.fill_in(refused.text, again, {**form, "code": vera.wait_for_code()})
    assert entered.headers["Location"] == "/desk/log?what=decisions"


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example/desk/", "/desk/sign-out", "/en/appeal"]
)
def test_signing_in_never_leads_elsewhere(vera: Officer, elsewhere: str) -> None:
    stranger, form = vera.elsewhere(), {"email": vera.email, "password": PASSWORD, "code": vera.wait_for_code()}
    page = stranger.get("/desk/sign-in", query_string={"next": elsewhere}).text
    entered = stranger.fill_in(page, re.findall(r'action="(/desk/sign-in\?[^"]*)"', page)[-1], form)
    assert entered.headers["Location"] == "/desk/"


def test_wrong_password_code_and_address_get_one_answer(vera: Officer, clock: Clock) -> None:
    stranger = vera.elsewhere()
    answers = set()
    for email, password, code in (
        (vera.email, "wrong password here", vera.code()),
        (vera.email, PASSWORD, "000000"),
        ("nobody@campaign.test", PASSWORD, "123456"),
    ):
        clock.move(minutes=1)
        form = {"email": email, "password": password, "code": code}
        answer = stranger.post("/desk/sign-in", form)
        answers.add((answer.status_code, answer.text.split("<form")[0]))
    assert len(answers) == 1


def test_a_code_works_once_even_with_another_between(vera: Officer, clock: Clock) -> None:
    clock.move(minutes=1)
    a = vera.code()
    assert vera.sign_in(code=a).status_code == 303
    assert vera.sign_in(code=a).status_code == 422
    assert vera.sign_in(code=f" {a[:3]} {a[3:]} ").status_code == 422
    clock.move(seconds=30)
    b = vera.code()
    assert vera.sign_in(code=b).status_code == 303
    assert vera.sign_in(code=a).status_code == 422


def test_guessing_is_slowed_and_a_right_password_waits_too(vera: Officer, clock: Clock) -> None:
    clock.move(minutes=1)
    for _ in range(5):
        assert vera.sign_in(password="guess after guess").status_code == 422
    assert vera.sign_in().status_code == 429
    clock.move(minutes=1)
    assert vera.sign_in().status_code == 303


def test_signing_in_opens_a_new_session_and_signing_out_ends_it(vera: Officer, clock: Clock) -> None:
    before = vera.client.get_cookie(COOKIE)
    clock.move(minutes=1)
    vera.sign_in()
    after = vera.client.get_cookie(COOKIE)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert vera.post("/desk/sign-out", {}, "/desk/").status_code == 303
    vera.client.set_cookie(COOKIE, after.value)
    assert vera.get("/desk/").status_code == 303


def test_a_session_ends_after_ten_hours(vera: Officer, clock: Clock) -> None:
    clock.move(hours=10, seconds=1)
    assert vera.get("/desk/").status_code == 303


def test_a_removed_officer_loses_access_with_the_next_request(vera: Officer) -> None:
    removed = vera.app.test_cli_runner().invoke(args=["desk", "remove", vera.email])
    assert removed.exit_code == 0, removed.output
    assert vera.get("/desk/").status_code == 303
    assert vera.sign_in().status_code == 422


def test_a_stamp_from_another_session_is_refused(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm()
    paul = Officer(visitor.app, visitor.mailbox).join("paul@campaign.test", name="Paul Sand")
    page = paul.get("/desk/signatory/1").text
    stamp = page.rpartition('name="form_token"')[2].split('value="')[1].split('"')[0]
    form = {"form_token": stamp, "outcome": "refused", "reason": "joke"}
    assert vera.client.post("/desk/signatory/1", data=form).status_code == 422


def test_another_sites_page_cannot_act(vera: Officer) -> None:
    answer = vera.client.post("/desk/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_the_log_cannot_be_changed_and_a_forged_entry_is_found(vera: Officer) -> None:
    database = vera.tools.database
    for statement in ("UPDATE log_entry SET actor = 'Nobody'", "DELETE FROM log_entry"):
        with pytest.raises(DatabaseError), database.engine.begin() as connection:
            connection.execute(text(statement))
    run = vera.app.test_cli_runner()
    assert run.invoke(args=["desk", "audit", "verify"]).exit_code == 0
    drop = (
        "DROP TRIGGER log_entry_refuses_update"
        if database.engine.dialect.name == "sqlite"
        else "DROP TRIGGER log_entry_refuses ON log_entry"
    )
    with database.write() as session:
        session.execute(text(drop))
        session.execute(update(LogEntry).where(LogEntry.id == 2).values(actor="Nobody"))
    with database.read() as session:
        assert first_bad_entry(session) == 2
    assert "entry 2" in run.invoke(args=["desk", "audit", "verify"]).output


def test_a_right_password_among_many_guesses_at_once_waits_too(vera: Officer, clock: Clock) -> None:
    clock.move(minutes=1)
    tools = vera.tools
    assert tools.keys is not None
    key, attempt = tools.keys.index_key, Attempt(vera.email, "", b"c" * 32)
    with tools.database.read() as session:
        assert check_password(password_hash_of(session, attempt, now=clock()), PASSWORD)
    for _ in range(5):
        with tools.database.write() as session:
            assert sign_in(session, attempt, False, vera.code(), key, now=clock()) is None
    with pytest.raises(TooSoon), tools.database.write() as session:
        sign_in(session, attempt, True, vera.code(), key, now=clock())


def test_a_replay_after_a_failed_try_is_refused(vera: Officer, clock: Clock) -> None:
    clock.move(minutes=1)
    code = vera.code()
    assert vera.sign_in(code=code).status_code == 303
    assert vera.sign_in(password="a wrong password", code=code).status_code == 422
    assert vera.sign_in(code=code).status_code == 422
    assert vera.sign_in(code=f"{code[:3]} {code[3:]}").status_code == 422


def test_a_code_that_signed_in_confirms_nothing(vera: Officer, clock: Clock) -> None:
    clock.move(minutes=6)
    code = vera.code()
    assert vera.sign_in(code=code).status_code == 303
    clock.move(minutes=6)
    assert vera.post("/desk/confirm-yourself", {"code": code}).status_code == 422
    assert vera.post("/desk/confirm-yourself", {"code": vera.code()}).status_code == 303
    assert vera.post("/desk/confirm-yourself", {"code": vera.code()}).status_code == 422


def test_a_stranger_cannot_lock_an_officer_out_of_a_browser_that_was_let_in(vera: Officer, clock: Clock) -> None:
    stranger, form = vera.elsewhere(), {"email": vera.email, "password": "guess after guess", "code": "000000"}
    for _ in range(30):
        clock.move(minutes=1)
        stranger.post("/desk/sign-in", form)
    assert stranger.post("/desk/sign-in", {**form, "password": PASSWORD, "code": vera.code()}).status_code == 429
    assert vera.sign_in().status_code == 303


def test_a_known_browser_is_slowed_as_well(vera: Officer, clock: Clock) -> None:
    clock.move(minutes=1)
    for _ in range(5):
        vera.sign_in(password="guess after guess")
    assert vera.sign_in().status_code == 429


def test_guessing_at_an_unknown_address_is_slowed_the_same(vera: Officer) -> None:
    answers = []
    for email in (vera.email, "nobody@campaign.test"):
        stranger, form = vera.elsewhere(), {"email": email, "password": "guess after guess", "code": "000000"}
        answers.append([stranger.post("/desk/sign-in", form).status_code for _ in range(7)])
    assert answers[0] == answers[1] == [422] * 5 + [429] * 2


def test_strangers_cannot_make_the_server_hash_without_end(
    vera: Officer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def check(_hash: str | None, password: str) -> bool:
        hashed.append(password)
        return False

    monkeypatch.setattr("campaign.signin.views.check_password", check)
    stranger = vera.elsewhere()
    clock.move(minutes=2)
    codes = [
        stranger.post("/desk/sign-in", {"email": f"a{n}@x.test", "password": "p", "code": "1"}).status_code
        for n in range(60)
    ]
    assert codes == [422] * 30 + [429] * 30
    assert len(hashed) == 30
    clock.move(minutes=1)
    monkeypatch.undo()
    assert vera.sign_in().status_code == 303


def test_a_session_left_alone_for_an_hour_ends_and_a_used_one_lives(vera: Officer, clock: Clock) -> None:
    for _ in range(3):
        clock.move(minutes=55)
        assert vera.get("/desk/").status_code == 200
    clock.move(minutes=60)
    assert vera.get("/desk/").status_code == 303


def test_an_officer_changes_to_a_new_authenticator(vera: Officer, clock: Clock) -> None:
    found = re.search(r'<code class="hash">([A-Z2-7]+)</code>', vera.get("/desk/me/authenticator").text)
    assert found is not None
    old, vera.secret = vera.secret, found[1]
    assert vera.post("/desk/me/authenticator", {"code": "000000"}).status_code == 422
    assert vera.post("/desk/me/authenticator", {"code": vera.code()}).status_code == 303
    clock.move(minutes=1)
    assert vera.sign_in(code=pyotp.TOTP(old).at(clock())).status_code == 422
    assert vera.sign_in().status_code == 303


def test_cookies_are_host_bound_over_https(make_app: Callable[..., Flask], sqlite_url: str) -> None:
    app = make_app(sqlite_url, site_url="https://letters.example.org")
    response = Response()
    with app.test_request_context(base_url="https://letters.example.org"):
        set_session_cookie(response, b"c" * 32)
        remember_browser(response, "vera@campaign.test")
    cookies = response.headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["__Host-desk", "__Host-known"]
    assert all("Secure" in cookie and "HttpOnly" in cookie and "Path=/" in cookie for cookie in cookies)


def test_a_stolen_password_hash_is_expensive_to_guess(real_hasher: PasswordHasher) -> None:
    """RFC 9106, section 4, second recommended option; other tests hash cheaply."""
    assert real_hasher.hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
