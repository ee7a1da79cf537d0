"""How far a letter has come, on the map, on its own page and for programs: the same sums, and none under embargo."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlalchemy import select

from campaign.document.models import Delivery
from campaign.letter.models import Letter
from tests.cast import Officer, Visitor
from tests.deliver.ways import BY_HAND, approve, step, walk
from tests.package.parcels import make
from tests.roll.test_maps import SVG, marked

PAGE, DATA, LETTER = "/en/appeal/deliveries", "/api/v1/letters/appeal/deliveries", "/en/appeal"
WORLD, EUROPE = "/en/appeal/deliveries-world.svg", "/en/appeal/deliveries-europe.svg"
WAITING, DELIVERED, ANSWERED = ": Still to be delivered", ": Delivered, no answer published yet", ": Answered"


def seen(visitor: Visitor, path: str = WORLD) -> dict[str, str]:
    return marked(ElementTree.fromstring(visitor.get(path).data))


def states(visitor: Visitor) -> dict[str, str]:
    found = visitor.get(DATA).json
    assert found is not None
    return {one["country"]: one["state"] for one in found["states"]}


def line(visitor: Visitor) -> str:
    """Return what the letter's own page says of deliveries, without its tags."""
    found = re.search(r'<p class="about reach">(.*?)</p>', visitor.get(LETTER).text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", found[1]).split()) if found else ""


def key(visitor: Visitor) -> list[tuple[str, str, str]]:
    return re.findall(r'swatch (\w+)"></span> ([^<]+) <strong>(\d+)', visitor.get(PAGE).text)


def test_a_government_is_hollow_then_hatched_then_solid(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str
) -> None:
    waiting = {f"{name}{WAITING}": "hollow" for name in ("Germany", "Switzerland", "Japan")}
    approve(vera)
    assert seen(visitor) == {f"France{WAITING}": "hollow", **waiting}, "approved is not delivered"
    assert (line(visitor), states(visitor)["FR"]) == ("", "waiting")
    step(paul, "send", BY_HAND)
    assert seen(visitor) == {f"France{DELIVERED}": "hatched", **waiting}
    assert (line(visitor), states(visitor)["FR"]) == ("Delivered to 1 of 4 governments.", "delivered")
    assert step(vera, "undo").status_code == 303
    assert step(vera, "undo").status_code == 303
    walk(vera, paul)
    assert seen(visitor) == {f"France{ANSWERED}": "solid", **waiting}
    assert line(visitor) == "Delivered to 1 of 4 governments. One has answered."
    assert states(visitor) == {"CH": "waiting", "DE": "waiting", "FR": "answered", "JP": "waiting"}
    assert key(visitor) == [("hollow", "Still to be delivered", "3"), ("solid", "Answered", "1")]
    assert "Japan" not in visitor.get(EUROPE).text
    assert f'href="{PAGE}"' in visitor.get(LETTER).text


def test_the_picture_says_in_words_what_it_shows(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str
) -> None:
    walk(vera, paul)
    root = ElementTree.fromstring(visitor.get(WORLD).data)
    assert root.findtext(f"{SVG}title") == "Deliveries, government by government"
    found = root.findtext(f"{SVG}desc")
    assert found == "Still to be delivered: Germany · Japan · Switzerland — Answered: France"


def test_an_answer_kept_to_the_desk_is_none_to_the_public(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str
) -> None:
    walk(vera, paul, published="")
    assert seen(visitor)[f"France{DELIVERED}"] == "hatched"
    assert line(visitor) == "Delivered to 1 of 4 governments."
    with visitor.tools.database.write() as session:
        session.scalars(select(Delivery)).one().annex = True
    assert seen(visitor)[f"France{WAITING}"] == "hollow"
    assert (line(visitor), states(visitor)["FR"]) == ("", "waiting")


@pytest.mark.parametrize("path", [WORLD, EUROPE])
def test_under_embargo_there_is_no_map_no_line_and_no_state_and_no_page_for_them(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str, path: str
) -> None:
    walk(vera, paul)
    with visitor.tools.database.write() as session:
        session.scalars(select(Letter)).one().embargo_until = visitor.tools.clock().replace(hour=23)
    for hidden in (path, PAGE, LETTER, DATA):
        assert visitor.get(hidden).status_code == 404


def test_a_government_that_a_letter_did_not_mean_to_go_to_is_counted_with_the_others(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str, tmp_path: Path
) -> None:
    approve(vera)
    step(paul, "send", BY_HAND)
    with visitor.tools.database.write() as session:
        session.scalars(select(Letter)).one().recipients = "DE"
    assert line(visitor) == "Delivered to 1 of 2 governments."
    assert states(visitor) == {"DE": "waiting", "FR": "delivered"}


def test_a_letter_to_one_government_says_so_in_a_sentence(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str
) -> None:
    with visitor.tools.database.write() as session:
        session.scalars(select(Letter)).one().recipients = "FR"
    walk(vera, paul)
    assert line(visitor) == "Delivered to the government it goes to. One has answered."


def test_a_second_package_to_one_office_is_one_government(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str, tmp_path: Path
) -> None:
    walk(vera, paul)
    make(visitor, tmp_path, "--again")
    approve(vera, "/desk/deliveries/2")
    step(paul, "send", BY_HAND, "/desk/deliveries/2")
    assert line(visitor) == "Delivered to 1 of 4 governments. One has answered."
    assert seen(visitor)[f"France{ANSWERED}"] == "solid"


def test_a_letter_without_recipients_has_no_map(visitor: Visitor) -> None:
    with visitor.tools.database.write() as session:
        session.scalars(select(Letter)).one().recipients = ""
    assert "<figure" not in visitor.get(PAGE).text
    assert visitor.get(WORLD).status_code == 404
