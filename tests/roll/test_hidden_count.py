"""A letter may keep to itself how many have signed until signing has closed; the names that are public stay."""

import re

from sqlalchemy import update

from campaign.letter.models import Letter
from tests.cast import ACTIVIST
from tests.conftest import Clock
from tests.roll.conftest import Crowd

PAGES = (
    "/en/appeal",
    "/en/appeal/signatories",
    "/en/appeal/signatories/FR",
    "/ar/appeal",
    "/de/appeal/signatories",
)
PROGRAMS = ("/api/v1/letters", "/api/v1/letters/appeal", "/api/v1/letters/appeal/tally")
PICTURES = ("signatories.svg", "signatories-world.svg", "signatories-europe.svg")
SENTENCE = "How many have signed is shown once signing has closed."


def hide(crowd: Crowd, clock: Clock) -> None:
    with crowd.visitor.tools.database.write() as session:
        session.execute(update(Letter).values(show_count=False, goal=4711))
    clock.move(seconds=30)


def answers(crowd: Crowd) -> list[str]:
    return [crowd.visitor.get(path).text for path in (*PAGES, *PROGRAMS, "/api/v1/letters/appeal/signatories")]


def test_no_page_and_no_program_learns_how_many_signed_while_people_may_sign(crowd: Crowd, clock: Clock) -> None:
    crowd.gather()
    hide(crowd, clock)
    before = answers(crowd)
    for number in range(6):
        crowd.sign(f"Yvaine Nor {number}", {**ACTIVIST, "latin_name": ""}, "AT")
        crowd.sign(
            f"Ulla Nor {number}", {**ACTIVIST, "latin_name": ""}, "CH", visibility="counted", consent=["sign"]
        )
        crowd.sign(f"Lookagain {number}", {}, "FR", outcome="held")
    clock.move(seconds=30)
    assert answers(crowd) == before
    assert "4711" not in "".join(before)
    assert all(SENTENCE in page for page in before[:3])
    assert not re.search(r"<strong>\d|<progress|<h2[^>]*>[^<]*<span>\d", "".join(before))
    assert "Odile Verchamp" in before[1]
    assert ">Austria<" not in before[1], "only withheld names are there"
    assert [crowd.visitor.get(f"/en/appeal/{name}").status_code for name in PICTURES] == [404] * 3
    tally = crowd.visitor.get(PROGRAMS[2]).get_json()
    assert {name: value for name, value in tally.items() if value is not None} == {
        "letter": "appeal",
        "countries": [],
    }


def test_the_numbers_are_shown_once_signing_has_closed(crowd: Crowd, clock: Clock) -> None:
    crowd.sign("Odile Verchamp", {}, "FR")
    hide(crowd, clock)
    with crowd.visitor.tools.database.write() as session:
        session.execute(update(Letter).values(opens_on=Letter.opens_on, closes_on=Letter.opens_on))
    clock.move(seconds=30)
    page = crowd.visitor.get("/en/appeal/signatories").text
    assert SENTENCE not in page
    assert "<strong>1</strong> lawmaker" in page
    assert crowd.visitor.get(PROGRAMS[2]).get_json()["total"] == 1
    assert crowd.visitor.get(PROGRAMS[1]).get_json()["goal"] == 4711
    assert crowd.visitor.get("/en/appeal/signatories.svg").status_code == 200
