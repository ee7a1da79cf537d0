"""The desk's navigation: it offers each officer what they may open, and says where they are."""

import re
from pathlib import Path

import pytest
from flask import Flask

from campaign.office.navigation import GROUPS, Place, current_place, open_groups
from tests.cast import Officer

LINK = re.compile(r'<a href="([^"]+)"( aria-current="page")?>([^<]+)')


def links(page: str) -> dict[str, tuple[str, bool]]:
    """Return the links of a page's navigation: their addresses, and whether they are the current one."""
    menu = page.partition('<nav class="places"')[2].partition("</nav>")[0]
    return {label.strip(): (address, bool(current)) for address, current, label in LINK.findall(menu)}


@pytest.mark.parametrize("role", ["viewer", "verifier", "deliverer", "owner"])
def test_every_place_that_an_officer_is_offered_opens_for_them(site: Flask, tmp_path: Path, role: str) -> None:
    person = Officer(site, tmp_path / "mail").join(f"{role}@campaign.test", role)
    person.confirm_oneself()
    offered = links(person.get("/desk/me").text)
    assert {
        label: person.get(address).status_code for label, (address, _current) in offered.items()
    } == dict.fromkeys(offered, 200)
    assert ("Identity" in offered) == (role == "owner")
    assert ("Lists from paper" in offered) == (role in ("verifier", "owner"))
    assert ("Export" in offered) == (role in ("deliverer", "owner"))


def test_one_place_is_marked_also_on_the_pages_beneath_it(ines: Officer) -> None:
    ines.sign_and_confirm()
    for path, label in {
        "/desk/people": "People",
        "/desk/people/1": "People",
        "/desk/signatory/1": "Queue",
        "/desk/hold": "Queue",
        "/desk/deliveries": "Deliveries",
    }.items():
        marked = [name for name, (_address, current) in links(ines.get(path).text).items() if current]
        assert marked == [label], path


def test_a_place_that_this_application_does_not_have_is_left_out() -> None:
    (only,) = open_groups(lambda endpoint: endpoint == "recall.recalls")
    assert only == (
        "Signatories",
        [place for _name, places in GROUPS for place in places if place.label == "Recalls"],
    )


def test_the_nearest_place_above_a_page_is_the_current_one() -> None:
    letters, moments = Place("Letters", "editor.letters", ("moments",)), Place("Moments", "x.y")
    addresses = {letters: "/desk/letters", moments: "/desk/letters/appeal/moments"}
    assert current_place(addresses, "/desk/letters/appeal/moments", "moments") == moments
    assert current_place(addresses, "/desk/letters/appeal", "editor") == letters
    assert current_place(addresses, "/desk/lettersets", "moments") == letters
    assert current_place(addresses, "/desk/log", "audit_desk") is None


def test_an_officer_reads_the_titles_of_letters_and_not_their_short_names(ines: Officer) -> None:
    ines.sign_and_confirm()
    for path in ("/desk/signatory/1", "/desk/hold", "/desk/intake", "/desk/queue?state=all"):
        text = " ".join(re.sub(r"<[^>]+>", " ", ines.get(path).text).split())
        assert "An appeal" in text, path
        assert "appeal" not in text.replace("An appeal", ""), path
