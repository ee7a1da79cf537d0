"""A roster is taken in at the desk: checked first, and by two people, since it says where a member is asked."""

from pathlib import Path
from typing import Any

import pytest

from tests.cast import Officer, agree
from tests.directory.book import fault, logged, send
from tests.roster.test_roster import FIRST, LATER, seats

PAGE, CHECK = "/desk/rosters", "/desk/rosters/check"
SAID = {
    "country": "FR",
    "chamber": "Assemblée nationale",
    "source": "https://assembly.example/members",
    "on": "2026-05-01",
}


@pytest.fixture
def paul(ines: Officer) -> Officer:
    """A second owner, where the database decides nothing."""
    return Officer(ines.app, ines.mailbox).join("paul@campaign.test", name="Paul Ried")


def check(officer: Officer, content: str, **changes: Any) -> str:
    officer.confirm_oneself()
    return send(officer, officer.get(PAGE).text, CHECK, {**SAID, **changes}, content.encode()).text


def test_two_people_take_in_a_roster(ines: Officer, paul: Officer) -> None:
    page = check(ines, FIRST)
    assert "<strong>2</strong> members: 2 new, 0 gone" in page
    assert "row 3:" in page
    asked = send(ines, page, PAGE, {})
    assert asked.status_code == 202
    assert "this takes two people" in asked.text
    assert seats(ines) == {}
    waiting = paul.get("/desk/approvals").text
    assert "Assemblée nationale (France), as of 01 May 2026: 2 members, 2 new, 0 gone" in waiting
    assert "published at https://assembly.example/members; SHA-256 of the file " in waiting
    paul.confirm_oneself()
    agree(paul)
    assert seats(ines) == {}
    assert send(ines, asked.text, PAGE, {}).headers["Location"] == "/desk/rosters?taken=2"
    assert set(seats(ines)) == {"Verchamp Odile", "Ánton Brévil"}
    assert "as of 01 May 2026" in ines.get(PAGE).text
    assert "took in the roster of Assemblée nationale, as of 2026-05-01: 2 members" in ines.get("/desk/log").text
    assert "Verchamp" not in logged(ines)


def test_another_file_is_not_what_two_people_agreed_to(ines: Officer, paul: Officer) -> None:
    send(ines, check(ines, FIRST), PAGE, {})
    paul.confirm_oneself()
    agree(paul)
    assert send(ines, check(ines, FIRST.replace("Rives 5e", "Rives 6e")), PAGE, {}).status_code == 202
    moved = send(ines, check(ines, FIRST), PAGE, {"on": "2026-05-02"})
    assert moved.status_code == 409
    assert "Check it again" in moved.text
    assert seats(ines) == {}


def test_bad_input_is_kept_with_a_sentence_and_an_older_day_needs_a_tick(
    ines: Officer, paul: Officer, tmp_path: Path
) -> None:
    wrong = check(ines, FIRST, chamber="", source="assembly.example", on="yesterday")
    for name in ("chamber", "source", "on"):
        assert fault(wrong, name)
    assert "the one you chose is still here" in wrong
    assert "No row of this file is a member" in check(ines, "name\n=\n")
    page = check(ines, LATER, on="2026-05-03")
    send(ines, page, PAGE, {})
    paul.confirm_oneself()
    agree(paul)
    assert send(ines, page, PAGE, {}).status_code == 303
    older = check(ines, FIRST)
    assert "The roster that stands is of 03 May 2026" in fault(older, "on")
    assert "members: 1 new, 1 gone" in check(ines, FIRST, older="yes")


def test_a_checked_roster_is_kept_when_the_owner_must_confirm_anew(ines: Officer) -> None:
    page = check(ines, FIRST)
    ines.tools.clock.move(minutes=6)  # type: ignore[attr-defined]  # a test's clock
    stale = send(ines, page, PAGE, {})
    assert stale.status_code == 428
    ines.confirm_oneself()
    assert send(ines, stale.text, PAGE, {}).status_code == 202
