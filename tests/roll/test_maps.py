"""The map of where signatories are: the public numbers and no others, told apart without colour."""

import re
from base64 import b64encode
from hashlib import sha256
from xml.etree import ElementTree

import pytest

from campaign.roll.maps import KINDS, bounds
from tests.roll.conftest import Crowd

SVG = "{http://www.w3.org/2000/svg}"
WORLD, EUROPE = "/en/appeal/signatories-world.svg", "/en/appeal/signatories-europe.svg"


def drawn(crowd: Crowd, path: str = WORLD) -> ElementTree.Element:
    return ElementTree.fromstring(crowd.visitor.get(path).data)


def marked(root: ElementTree.Element) -> dict[str, str]:
    """Return how each marked country is drawn, by what is said of it."""
    found = {}
    for element in root.iter():
        title = element.findtext(f"{SVG}title")
        if title and element is not root:
            shape = element.find(f"{SVG}rect") if element.tag == f"{SVG}g" else element
            assert shape is not None
            found[title] = shape.get("class") or ""
    return found


def test_countries_are_marked_by_their_public_totals(crowd: Crowd) -> None:
    crowd.gather()
    assert marked(drawn(crowd)) == {
        "Germany: 1": "hollow",
        "France: 2": "hatched",
        "Switzerland: 3 and more": "solid",
    }
    page = crowd.visitor.get("/en/appeal/signatories").text
    assert re.findall(r'swatch (\w+)"></span> ([^<]+)</li>', page) == [
        ("hollow", "1"),
        ("hatched", "2"),
        ("solid", "3 and more"),
    ]


def test_countries_with_fewer_than_five_withheld_names_are_on_no_map(crowd: Crowd) -> None:
    crowd.gather()
    for path in (WORLD, EUROPE):
        assert "Austria" not in crowd.visitor.get(path).text
    assert "Not on the map: 6" in crowd.visitor.get("/en/appeal/signatories").text


def test_the_eu_is_a_square_of_its_own(crowd: Crowd) -> None:
    crowd.sign("Ena Moor", {}, "EU")
    for path in (WORLD, EUROPE):
        assert marked(drawn(crowd, path)) == {"European Union: 1": "hollow"}
    assert "signatories-europe.svg" not in crowd.visitor.get("/en/appeal/signatories").text


def test_europe_is_shown_enlarged_if_a_european_signed(crowd: Crowd) -> None:
    crowd.sign("Ena Moor", {}, "JP")
    page = crowd.visitor.get("/en/appeal/signatories").text
    assert ("signatories-world.svg" in page, "signatories-europe.svg" in page) == (True, False)
    crowd.sign("Ina Foss", {}, "NO")
    assert "signatories-europe.svg" in crowd.visitor.get("/en/appeal/signatories").text


def test_an_empty_list_has_no_map(crowd: Crowd) -> None:
    assert "signatories-world.svg" not in crowd.visitor.get("/en/appeal/signatories").text
    assert marked(drawn(crowd)) == {}


def test_its_own_policy_allows_its_style_and_nothing_else(crowd: Crowd) -> None:
    crowd.gather()
    answer = crowd.visitor.get("/ar/appeal/signatories-world.svg")
    (style,) = re.findall("<style>(.*?)</style>", answer.text, re.DOTALL)
    allowed = b64encode(sha256(style.encode()).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{allowed}';")
    tags = {element.tag.removeprefix(SVG) for element in ElementTree.fromstring(answer.data).iter()}
    assert tags <= {"svg", "title", "desc", "style", "defs", "pattern", "rect", "path", "circle", "g", "text"}
    assert "href" not in answer.text


def test_a_reader_who_cannot_see_the_map_hears_it(crowd: Crowd) -> None:
    crowd.gather()
    root = drawn(crowd)
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "title desc")
    assert root.findtext(f"{SVG}desc") == "1: Germany — 2: France — 3 and more: Switzerland"
    assert "سويسرا" in crowd.visitor.get("/ar/appeal/signatories-world.svg").text
    page = crowd.visitor.get("/en/appeal/signatories").text
    assert re.search(r'<img src="/en/appeal/signatories-world.svg" width="2000" height="\d+" alt="Map: ', page)


def test_what_is_hatched_differs_by_more_than_colour(crowd: Crowd) -> None:
    crowd.gather()
    fills = {
        element.get("class"): element.get("fill")
        for element in drawn(crowd).iter(f"{SVG}path")
        if element.get("class") in KINDS
    }
    assert fills["hatched"] == "url(#hatch)"
    assert {fills[kind] for kind in KINDS if kind != "hatched"} == {None}


@pytest.mark.parametrize(
    ("most", "steps"),
    [
        (0, (2, 3)),
        (1, (2, 3)),
        (4, (2, 3)),
        (6, (2, 3)),
        (40, (3, 10)),
        (1_000, (10, 100)),
        (9_999_999, (200, 30_000)),
    ],
)
def test_the_steps_follow_the_largest_number(most: int, steps: tuple[int, int]) -> None:
    assert bounds(most) == steps
