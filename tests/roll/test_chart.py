"""The picture of the numbers: a document of its own that needs nothing else, in both directions."""

import re
from base64 import b64encode
from hashlib import sha256
from xml.etree import ElementTree

from campaign.letter.kinds import SHIPPED
from campaign.roll.chart import GAP, MOST_BARS, RowNames, draw
from campaign.roll.rules import CountryTally, Tally
from campaign.world.countries import COUNTRIES
from tests.roll.conftest import Crowd

NAMES = RowNames(elsewhere="elsewhere", others="others")
SVG = "{http://www.w3.org/2000/svg}"


def test_its_own_policy_allows_its_style_and_nothing_else(crowd: Crowd) -> None:
    crowd.gather()
    answer = crowd.visitor.get("/ar/appeal/signatories.svg")
    assert answer.mimetype == "image/svg+xml"
    (style,) = re.findall("<style>(.*?)</style>", answer.text, re.DOTALL)
    allowed = b64encode(sha256(style.encode()).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{allowed}';")
    assert "unsafe" not in policy
    tags = {element.tag.removeprefix(SVG) for element in ElementTree.fromstring(answer.data).iter()}
    assert tags == {"svg", "title", "desc", "style", "rect", "text", "g"}


def test_a_reader_who_cannot_see_the_chart_hears_it(crowd: Crowd) -> None:
    crowd.gather()
    root = ElementTree.fromstring(crowd.visitor.get("/en/appeal/signatories.svg").data)
    assert root.get("aria-labelledby") == "title desc"
    assert root.findtext(f"{SVG}desc") == "Switzerland: 6 · France: 2 · Germany: 1 · Elsewhere, withheld: 4"
    page = crowd.visitor.get("/en/appeal/signatories").text
    assert re.search(r'<img src="/en/appeal/signatories.svg" height="\d+" alt="[^"]{20,}">', page)


def test_it_is_read_from_the_right_in_arabic(crowd: Crowd) -> None:
    crowd.gather()
    root = ElementTree.fromstring(crowd.visitor.get("/ar/appeal/signatories.svg").data)
    assert root.get("direction") == "rtl"
    assert "سويسرا" in (root.findtext(f"{SVG}desc") or "")
    tally = Tally(countries={"FR": CountryTally({"lawmaker": 1, "activist": 2})})
    (left,), (right,) = (draw(tally, SHIPPED, "en", NAMES, mirrored=mirrored).bars for mirrored in (False, True))
    for part, mirrored in zip(left.parts, right.parts, strict=True):
        assert round(part.x + part.width + mirrored.x, 1) == 100


def test_bars_are_as_long_as_their_numbers() -> None:
    tally = Tally(
        countries={"FR": CountryTally({"lawmaker": 2, "activist": 1}, 5), "DE": CountryTally({"lawmaker": 4})}
    )
    france, germany = draw(tally, SHIPPED, "en", NAMES, mirrored=False).bars
    assert [round(part.width + GAP) for part in france.parts] == [25, 12, 62]
    assert [round(part.width + GAP) for part in germany.parts] == [50]


def test_countries_too_many_to_draw_are_one_number() -> None:
    tally = Tally(countries={code: CountryTally({"lawmaker": 1}) for code in COUNTRIES}, elsewhere=3)
    *_bars, elsewhere, others = draw(tally, SHIPPED, "en", NAMES, mirrored=False).bars
    assert (elsewhere.name, elsewhere.total) == ("elsewhere", 3)
    assert (others.name, others.total, others.parts) == ("others", len(COUNTRIES) - MOST_BARS, ())
