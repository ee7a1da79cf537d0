"""Passkeys: two factors in one, for the right site, answered once."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.audit.models import LogEntry
from campaign.signin.models import DeskSession, Passkey
from tests.cast import PASSWORD, Officer, Visitor
from tests.conftest import Clock
from tests.signin.authenticator import PRESENT, Authenticator, add_passkey, enter, question


@pytest.fixture
def vera(site: Flask, tmp_path: Path) -> Officer:
    return Officer(site, tmp_path / "mail").join()


@pytest.fixture
def vera_anywhere(visitor: Visitor) -> Officer:
    """Vera on each database, where the database decides."""
    return Officer(visitor.app, visitor.mailbox).join()


def count_passkeys(vera: Officer) -> int:
    with vera.tools.database.read() as session:
        return session.scalar(select(func.count()).select_from(Passkey)) or 0


def test_an_officer_adds_two_passkeys_and_signs_in_with_either(vera_anywhere: Officer, clock: Clock) -> None:
    vera = vera_anywhere
    blue, laptop = Authenticator(), Authenticator()
    assert add_passkey(vera, blue).status_code == 303
    assert add_passkey(vera, laptop, "office laptop").status_code == 303
    page = vera.get("/desk/me").text
    assert "blue key" in page
    assert "office laptop" in page
    for passkey in (blue, laptop):
        somewhere = vera.elsewhere()
        assert enter(somewhere, passkey).headers["Location"] == "/desk/"
        assert "Vera Lind, owner" in somewhere.get("/desk/").text


def test_a_removed_passkey_does_not_sign_in(vera: Officer) -> None:
    passkey = Authenticator()
    add_passkey(vera, passkey)
    assert vera.post("/desk/me/passkeys/1/remove", {}, "/desk/me").status_code == 303
    assert enter(vera.elsewhere(), passkey).status_code == 422


def test_an_officer_cannot_remove_anothers_passkey(vera: Officer) -> None:
    add_passkey(vera, Authenticator())
    paul = Officer(vera.app, vera.mailbox).join("paul@campaign.test", name="Paul Sand")
    add_passkey(paul, Authenticator())
    assert paul.post("/desk/me/passkeys/1/remove", {}, "/desk/me").status_code == 404
    assert count_passkeys(vera) == 2


def test_a_challenge_is_answered_once(vera_anywhere: Officer) -> None:
    vera = vera_anywhere
    passkey = Authenticator()
    add_passkey(vera, passkey)
    stranger = vera.elsewhere()
    action, options, challenge = question(stranger, "/desk/sign-in")
    first, second = passkey.sign(options), passkey.sign(options)
    assert stranger.post(action, {"challenge": challenge, "answer": first}, "/desk/sign-in").status_code == 303
    for again in (first, second):
        thief = vera.elsewhere()
        answer = thief.post(action, {"challenge": challenge, "answer": again}, "/desk/sign-in")
        assert answer.status_code == 422
        assert thief.get("/desk/").status_code == 303


def test_a_challenge_for_making_a_passkey_is_answered_once_too(vera: Officer) -> None:
    action, options, challenge = question(vera, "/desk/me")
    for wanted in (303, 422):
        form = {"challenge": challenge, "answer": Authenticator().make(options)}
        assert vera.post(action, form, "/desk/me").status_code == wanted
    assert count_passkeys(vera) == 1


def test_a_challenge_expires_and_serves_one_purpose(vera: Officer, clock: Clock) -> None:
    passkey = Authenticator()
    add_passkey(vera, passkey)
    stranger = vera.elsewhere()
    action, options, challenge = question(stranger, "/desk/sign-in")
    signed = passkey.sign(options)
    confirm, _, _ = question(vera, "/desk/confirm-yourself")
    assert (
        vera.post(confirm, {"challenge": challenge, "answer": signed}, "/desk/confirm-yourself").status_code == 422
    )
    clock.move(minutes=10, seconds=1)
    assert stranger.post(action, {"challenge": challenge, "answer": signed}, "/desk/sign-in").status_code == 422


@pytest.mark.parametrize(
    "bent",
    [
        {"flags": PRESENT},
        {"origin": "http://localhost.evil.example"},
        {"origin": "https://localhost"},
        {"host": "evil.example"},
    ],
)
def test_a_passkey_must_know_its_user_and_its_site(vera: Officer, bent: dict[str, object]) -> None:
    passkey = Authenticator()
    add_passkey(vera, passkey)
    for name, value in bent.items():
        setattr(passkey, name, value)
    assert enter(vera.elsewhere(), passkey).status_code == 422
    assert add_passkey(vera, Authenticator(**bent)).status_code == 422  # type: ignore[arg-type]  # bent on purpose
    assert count_passkeys(vera) == 1


def test_a_copied_passkey_is_refused(vera: Officer) -> None:
    passkey = Authenticator()
    add_passkey(vera, passkey)
    assert enter(vera.elsewhere(), passkey).status_code == 303
    passkey.count -= 1
    assert enter(vera.elsewhere(), passkey).status_code == 422


def test_another_key_cannot_answer_under_a_known_name(vera: Officer) -> None:
    passkey = Authenticator()
    add_passkey(vera, passkey)
    assert enter(vera.elsewhere(), Authenticator(id=passkey.id, user=passkey.user, count=9)).status_code == 422
    assert enter(vera.elsewhere(), Authenticator(id=b"unknown", user=passkey.user)).status_code == 422
    assert add_passkey(vera, Authenticator(id=passkey.id)).status_code == 422


@pytest.mark.parametrize("answer", ["", "x", "[]", "{}", '{"id": 1}', "ü", "9" * 19_000])
def test_nonsense_is_refused_politely(vera: Officer, answer: str) -> None:
    for page in ("/desk/sign-in", "/desk/me"):
        action, _, challenge = question(vera if page == "/desk/me" else vera.elsewhere(), page)
        form = {"challenge": challenge, "answer": answer}
        assert vera.post(action, form, page).status_code == 422


def test_password_guesses_never_stop_a_passkey(vera: Officer) -> None:
    passkey, thief = Authenticator(), vera.elsewhere()
    add_passkey(vera, passkey)
    form = {"email": vera.email, "password": "guess after guess", "code": "000000"}
    for _ in range(6):
        thief.post("/desk/sign-in", form)
    assert thief.post("/desk/sign-in", form).status_code == 429
    assert enter(vera.elsewhere(), passkey).status_code == 303


def test_a_removed_officers_passkey_does_not_sign_in(vera: Officer) -> None:
    passkey = Authenticator()
    add_passkey(vera, passkey)
    vera.app.test_cli_runner().invoke(args=["desk", "remove", vera.email])
    assert enter(vera.elsewhere(), passkey).status_code == 422
    with vera.tools.database.read() as session:
        assert session.scalars(select(DeskSession)).all() == []


def test_the_log_says_how_an_officer_signed_in(vera: Officer) -> None:
    passkey = Authenticator()
    add_passkey(vera, passkey)
    enter(vera.elsewhere(), passkey)
    with vera.tools.database.read() as session:
        last = session.scalars(select(LogEntry).order_by(LogEntry.id.desc()).limit(1)).one()
    assert (last.action, last.facts) == ("sign in", {"with": "passkey"})


def test_a_script_runs_only_where_passkeys_are(vera: Officer) -> None:
    for page, runs in (("/desk/sign-in", True), ("/desk/me", True), ("/desk/log", False), ("/en/appeal", False)):
        policy = vera.get(page).headers["Content-Security-Policy"]
        assert ("script-src 'self'" in policy) == runs, page
        assert "require-trusted-types-for 'script'" in policy
        assert PASSWORD not in policy
