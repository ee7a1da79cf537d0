"""An officer who must confirm themselves loses nothing they typed, and no other session can use it."""

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.cast import Officer, Visitor
from tests.conftest import Clock

PACKAGE = {
    "letter": "appeal",
    "country": "DE",
    "office": "interior",
    "language": "ar",
    "paper": "us-letter",
    "again": "yes",
}
HIDDEN = re.compile(r'<input type="hidden" name="carried" value="([^"]*)"')
STEP = "/desk/confirm-yourself"


@pytest.fixture
def vera(site: Flask, tmp_path: Path, clock: Clock) -> Officer:
    officer = Officer(site, tmp_path / "mail").join()
    clock.move(minutes=6)
    return officer


def carried(asked: TestResponse) -> str:
    assert asked.status_code == 428
    assert "Confirm that it is you" in asked.text
    found = HIDDEN.search(asked.text)
    assert found is not None
    return found[1]


def confirm(officer: Officer, asked: TestResponse, **changes: str) -> TestResponse:
    """Type the next code on the page that asks for it."""
    (action,) = re.findall(r'action="(/desk/confirm-yourself\?[^"]*)"', asked.text)
    form = {"code": officer.wait_for_code(), "carried": carried(asked), **changes}
    return officer.fill_in(asked.text, unescape(action), form)


def builds(officer: Officer) -> list[str]:
    return re.findall(r"Open: package (\d+)", officer.get("/desk/packages").text)


def test_a_package_is_asked_for_with_everything_that_was_chosen(vera: Officer) -> None:
    asked = vera.post("/desk/packages", PACKAGE)
    assert builds(vera) == []
    done = confirm(vera, asked)
    assert done.status_code == 303, re.findall("<p>.*?</p>", done.text)[:4]
    assert (done.status_code, done.headers["Location"]) == (303, "/desk/packages/1")
    page = vera.get("/desk/packages/1").text
    for said in ("Germany", "ministry of the interior", "العربية", "US Letter"):
        assert said in page


def test_a_form_that_is_still_wrong_comes_back_with_its_fields(vera: Officer) -> None:
    done = confirm(
        vera, vera.post("/desk/people", {"email": "no address", "role": "verifier", "countries": "DE FR"})
    )
    assert done.status_code == 422
    assert "That is not an e-mail address." in done.text
    assert 'value="no address"' in done.text
    assert 'value="DE FR"' in done.text


def test_a_wrong_code_keeps_the_form_and_says_how_many_tries_are_left(vera: Officer) -> None:
    asked = vera.post("/desk/people", {"email": "paul@campaign.test", "role": "viewer"})
    for left in ("4 tries are left", "3 tries are left", "2 tries are left", "One try is left", "have to wait"):
        again = confirm(vera, asked, code="000000")
        assert again.status_code == 422
        assert "That code is not right." in again.text
        assert left in again.text
        found = HIDDEN.search(again.text)
        assert found is not None
        assert found[1] == carried(asked)
    vera.tools.clock.move(minutes=1)  # type: ignore[attr-defined]  # the tests' clock
    assert "Hand this link over" in confirm(vera, asked).text


def test_a_carried_act_still_needs_its_form_token_and_its_role(vera: Officer, site: Flask) -> None:
    bare = vera.client.post("/desk/packages", data=PACKAGE)
    assert confirm(vera, bare).status_code == 422
    assert builds(vera) == []
    vera.tools.clock.move(minutes=6)  # type: ignore[attr-defined]  # the tests' clock
    asked = vera.client.post("/desk/people/1/remove", data={})
    assert confirm(vera, asked).status_code == 400


def test_a_carried_form_is_useless_in_another_session_altered_or_old(
    vera: Officer, site: Flask, clock: Clock
) -> None:
    asked = vera.post("/desk/packages", PACKAGE)
    paul = Officer(site, vera.mailbox).join("paul@campaign.test", name="Paul Sand")
    clock.move(minutes=6)
    theirs = paul.post("/desk/packages", PACKAGE)
    assert confirm(paul, theirs, carried=carried(asked)).headers["Location"] == "/desk/packages"
    clock.move(minutes=6)
    theirs = paul.post("/desk/packages", PACKAGE)
    altered = carried(theirs)[:-4] + ("AAAA" if not carried(theirs).endswith("AAAA") else "BBBB")
    assert confirm(paul, theirs, carried=altered).headers["Location"] == "/desk/packages"
    assert confirm(vera, asked).headers["Location"] == "/desk/packages"
    assert builds(vera) == []


def test_nothing_typed_can_be_read_in_the_page_and_no_officer_is_led_elsewhere(vera: Officer) -> None:
    asked = vera.post("/desk/people", {"email": "canary@campaign.test", "role": "viewer"})
    assert "canary" not in asked.text
    assert asked.headers["Cache-Control"] == "no-store"
    answer = vera.post(f"{STEP}?next=//evil.example", {"code": vera.wait_for_code(), "carried": "x"}, STEP)
    assert answer.headers["Location"] == "/desk/"


def test_too_much_to_carry_leads_back_as_before(vera: Officer) -> None:
    asked = vera.post("/desk/packages", {**PACKAGE, "language": "x" * 40_000})
    assert carried(asked) == ""
    assert confirm(vera, asked).headers["Location"] == "/desk/packages"


def test_a_stranger_is_not_asked(site: Flask, tmp_path: Path) -> None:
    answer = Visitor(site, tmp_path / "mail").client.post("/desk/packages", data=PACKAGE)
    assert answer.headers["Location"] == "/desk/sign-in?next=/desk/packages"
