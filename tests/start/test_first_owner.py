"""The first start: the link that the server's command line prints makes the first owner, once."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from campaign.audit.models import Officer as OfficerRow
from campaign.desk.admissions import is_admitted
from campaign.web.tokens import new_secret
from tests.cast import PASSWORD, Officer, Visitor
from tests.conftest import Clock
from tests.signin.authenticator import CHALLENGE, OPTIONS, Authenticator, enter

DIRECTOR = {"name": "Dana Reeve-Orlok", "email": "dana@campaign.test", "password": PASSWORD}
KEY = re.compile(r'<code class="hash">([A-Z2-7]+)</code>')
SEED = re.compile(r'name="seed" value="([^"]+)"')


def printed(app: Flask) -> str:
    """Return the path of the link that the command line prints."""
    run = app.test_cli_runner().invoke(args=["start", "link"])
    assert run.exit_code == 0, run.output
    return urlsplit(run.output.strip()).path


def fill_in(visitor: Visitor, page: str, path: str, **changes: str) -> TestResponse:
    """Fill in the page as it lies open, with a right code unless another is given."""
    key, seed = KEY.search(page), SEED.search(page)
    assert key is not None
    assert seed is not None
    code = pyotp.TOTP(key[1]).at(visitor.tools.clock())
    return visitor.fill_in(page, path, {**DIRECTOR, "seed": seed[1], "code": code, **changes})


@pytest.fixture
def director(somebody: Visitor) -> Visitor:
    """The first owner, who has just used the link."""
    path = printed(somebody.app)
    made = fill_in(somebody, somebody.get(path).text, path)
    assert made.status_code == 303, made.text
    return somebody


def test_the_link_makes_the_first_owner_who_is_signed_in_and_admitted(director: Visitor, clock: Clock) -> None:
    page = director.get("/desk/start/")
    assert page.status_code == 200
    assert "<h1>Start</h1>" in page.text
    with director.tools.database.read() as session:
        owner = session.scalars(select(OfficerRow)).one()
        assert (owner.name, owner.email, owner.role) == (DIRECTOR["name"], DIRECTOR["email"], "owner")
        assert is_admitted(session, owner.id, clock())


def test_the_link_is_dead_once_there_is_an_owner_and_no_other_is_printed(somebody: Visitor) -> None:
    path = printed(somebody.app)
    page, late = somebody.get(path).text, somebody.elsewhere()
    assert fill_in(somebody, page, path).status_code == 303
    again = fill_in(late, page, path, email="late@campaign.test")
    assert (again.status_code, again.headers["Location"]) == (303, "/desk/start/")
    assert late.get(path).headers["Location"] == "/desk/start/"
    assert late.get("/desk/start/").headers["Location"].startswith("/desk/sign-in")
    with somebody.tools.database.read() as session:
        assert len(session.scalars(select(OfficerRow)).all()) == 1
    refused = somebody.app.test_cli_runner().invoke(args=["start", "link"])
    assert refused.exit_code == 1
    assert "has an owner" in refused.output


def test_of_two_people_who_use_the_link_at_the_same_moment_one_becomes_the_owner(
    app: Flask, tmp_path: Path
) -> None:
    path, people = printed(app), [Visitor(app, tmp_path) for _ in range(2)]
    pages = [person.get(path).text for person in people]
    with ThreadPoolExecutor(2) as pool:
        sent = [
            pool.submit(fill_in, person, page, path, email=f"dana{number}@campaign.test")
            for number, (person, page) in enumerate(zip(people, pages, strict=True))
        ]
    assert {one.result().status_code for one in sent} == {303}
    with people[0].tools.database.read() as session:
        assert len(session.scalars(select(OfficerRow)).all()) == 1


def test_a_used_link_stays_dead_when_the_server_removes_the_owner(director: Visitor) -> None:
    run = director.app.test_cli_runner()
    assert run.invoke(args=["desk", "remove", DIRECTOR["email"]]).exit_code == 0
    before = director.tools.tokens.issue("start", new_secret())
    assert director.get(f"/desk/start/{before}").status_code == 404
    assert director.get(printed(director.app)).status_code == 200


def test_a_link_that_was_used_is_another_than_the_next(somebody: Visitor) -> None:
    old = printed(somebody.app)
    fill_in(somebody, somebody.get(old).text, old)
    somebody.app.test_cli_runner().invoke(args=["desk", "remove", DIRECTOR["email"]])
    assert somebody.get(old).status_code == 404


def test_guessed_links_are_counted_and_the_right_one_never_waits(somebody: Visitor) -> None:
    guesses = [somebody.get(f"/desk/start/{new_secret().hex()}").status_code for _ in range(32)]
    assert guesses == [404] * 30 + [429] * 2
    assert somebody.get(printed(somebody.app)).status_code == 200


def test_a_link_is_over_after_seven_days(somebody: Visitor, clock: Clock) -> None:
    path = printed(somebody.app)
    clock.move(days=8)
    assert somebody.get(path).status_code == 410


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "not an address"}, "This is not an e-mail address."),
        ({"code": "000000"}, "That code is not right."),
        ({"password": "short"}, "Use a password of at least 12"),
        ({"name": ""}, "Enter your name."),
        ({"seed": "stale"}, "This page had grown old."),
    ],
)
def test_a_fault_is_a_sentence_and_name_and_address_are_kept(
    somebody: Visitor, changes: dict[str, str], sentence: str
) -> None:
    path = printed(somebody.app)
    answer = fill_in(somebody, somebody.get(path).text, path, **changes)
    assert answer.status_code == 422
    assert sentence in answer.text
    for name in {"name", "email"} - set(changes):
        assert DIRECTOR[name] in answer.text
    assert fill_in(somebody, answer.text, path).status_code == 303


def test_the_authenticators_key_cannot_be_read_from_the_link(somebody: Visitor) -> None:
    path = printed(somebody.app)
    first, second = KEY.search(somebody.get(path).text), KEY.search(somebody.get(path).text)
    assert first is not None
    assert second is not None
    assert first[1] != second[1]


def by_passkey(visitor: Visitor, path: str, passkey: Authenticator, **changes: str) -> TestResponse:
    """Make an account with a passkey, from one page: the question and its secret belong together."""
    page = visitor.get(path).text
    asked, challenge, seed = OPTIONS.search(page), CHALLENGE.search(page), SEED.search(page)
    assert asked is not None
    assert challenge is not None
    answer = passkey.make(json.loads(unescape(asked[2])))
    typed = {"name": DIRECTOR["name"], "challenge": challenge[1], "answer": answer}
    first = {"email": DIRECTOR["email"], "seed": seed[1]} if seed else {}
    return visitor.fill_in(page, unescape(asked[1]), {**typed, **first, **changes})


def test_a_browser_that_made_no_passkey_is_told_so_and_makes_no_account(somebody: Visitor) -> None:
    answer = by_passkey(somebody, printed(somebody.app), Authenticator(), answer="{}")
    assert answer.status_code == 422
    assert "This passkey was not accepted" in answer.text
    assert DIRECTOR["name"] in answer.text
    printed(somebody.app)


@pytest.mark.parametrize("who", ["the first owner", "an invited officer"])
def test_an_account_that_began_with_a_passkey_signs_in_with_it_alone(
    somebody: Visitor, who: str, tmp_path: Path
) -> None:
    path = printed(somebody.app)
    if who == "an invited officer":
        run = somebody.app.test_cli_runner().invoke(args=["desk", "invite", DIRECTOR["email"], "--role", "owner"])
        path = urlsplit(run.output.strip()).path
    passkey = Authenticator()
    made = by_passkey(somebody, path, passkey)
    assert made.status_code == 303, made.text
    fresh = Officer(somebody.app, tmp_path / "mail")
    assert enter(fresh, passkey).status_code == 303
    assert fresh.get("/desk/start/").status_code == 200
    fresh.email = DIRECTOR["email"]
    assert (
        Visitor(somebody.app, tmp_path)
        .post("/desk/sign-in", {"email": fresh.email, "password": "", "code": "000000"})
        .status_code
        == 422
    )
