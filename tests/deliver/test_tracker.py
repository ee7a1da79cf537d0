"""What was handed over to whom, when, and the answers: public, and never more exact than a day."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import select

from campaign.document.models import Delivery
from campaign.letter.models import Letter
from tests.cast import Officer, Visitor
from tests.deliver.ways import BY_HAND, approve, step, walk
from tests.package.parcels import FIRST, make
from tests.payloads import ACCEPTED

PAGE, DATA = "/en/appeal/deliveries", "/api/v1/letters/appeal/deliveries"


class Tags(HTMLParser):
    """The tags of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_public_reads_what_was_handed_over_and_what_was_answered(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str
) -> None:
    assert "Nothing has been delivered yet" in visitor.get(PAGE).text
    approve(vera)
    assert FIRST not in visitor.get(PAGE).text, "approved is not delivered"
    assert step(vera, "undo").status_code == 303
    walk(vera, paul)
    page = visitor.get(PAGE).text
    for fact in (
        "4 May 2026 · by hand",
        "Ministère de l",
        "Nous lirons.",
        "French",
        f"asked={FIRST}",
        "Still to be delivered",
    ):
        assert fact in page, fact
    assert "Quai d" not in page, "the place is for the desk"
    (answer,) = [attributes for tag, attributes in Tags(page).tags if tag == "blockquote"]
    assert answer["lang"] == "fr"
    arabic = visitor.get("/ar/appeal/deliveries").text
    assert (FIRST in arabic, 'dir="rtl"' in arabic) == (True, True)
    data = visitor.get(DATA).json
    assert data is not None
    assert data["counts"] == {"governments": 4, "delivered": 1, "received": 1, "answered": 1}
    (told,) = data["deliveries"]
    assert told["sent"] == [{"sent_on": "2026-05-04", "channel": "hand"}]
    assert told["answer"]["text"] == "Bien reçu.\n\nNous lirons."
    assert told["verify"].endswith(f"/verify?asked={FIRST}")
    for path in ("/en/appeal", "/en/appeal/signatories"):
        assert 'href="/en/appeal/deliveries"' in visitor.get(path).text


@pytest.mark.parametrize(
    ("language", "waiting"),
    [
        ("en", "France, Germany, Japan, and Switzerland"),
        ("de", "Deutschland, Frankreich, Japan und Schweiz"),
        ("es", "Alemania, Francia, Japón y Suiza"),
        ("zh-Hant", "日本、法國、瑞士和德國"),
        ("ug", "شىۋېتسارىيە، فىرانسىيە، گېرمانىيە ۋە ياپونىيە"),
    ],
)
def test_governments_stand_in_the_order_of_their_names_in_the_readers_language(
    visitor: Visitor, language: str, waiting: str
) -> None:
    page = visitor.get(f"/{language}/appeal/deliveries").text
    (section,) = re.findall(r'<section aria-labelledby="waiting">.*?<p>(.*?)</p>', page)
    assert section == waiting


def test_an_answer_that_is_not_published_and_an_annex_stay_at_the_desk(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str
) -> None:
    walk(vera, paul, published="")
    assert FIRST in visitor.get(PAGE).text
    for path in (PAGE, DATA):
        assert "Nous lirons" not in visitor.get(path).text
    assert "Nous lirons" in paul.get("/desk/deliveries/1").text
    with visitor.tools.database.write() as session:
        session.scalars(select(Delivery)).one().annex = True
    for path in (PAGE, DATA):
        assert FIRST not in visitor.get(path).text
    today = {"day": "2026-05-04", "language": "fr", "answer": "x", "published": "yes"}
    assert step(paul, "answer", today).status_code == 422


def test_under_embargo_the_page_and_its_data_tell_nothing(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str
) -> None:
    walk(vera, paul)
    with visitor.tools.database.write() as session:
        session.scalars(select(Letter)).one().embargo_until = visitor.tools.clock().replace(hour=23)
    for path in (PAGE, DATA):
        assert (visitor.get(path).status_code, FIRST in visitor.get(path).text) == (404, False)


def test_whatever_a_government_writes_stays_text(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str
) -> None:
    plain = [
        tag for tag, _attributes in Tags(visitor.get(PAGE).text).tags if tag in ("script", "img", "svg", "iframe")
    ]
    walk(vera, paul, answer="\n\n".join(ACCEPTED))
    page = Tags(visitor.get(PAGE).text)
    assert [tag for tag, _attributes in page.tags if tag in ("script", "img", "svg", "iframe")] == plain
    assert not [attributes for _tag, attributes in page.tags if any(name.startswith("on") for name in attributes)]
    assert json.loads(visitor.get(DATA).text)["deliveries"][0]["answer"]["text"].count("\n\n") == len(ACCEPTED) - 1


def test_a_letter_that_went_out_twice_shows_both_days_and_counts_one_government(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str, tmp_path: Path
) -> None:
    approve(vera)
    step(paul, "send", BY_HAND)
    step(paul, "send", {**BY_HAND, "number": "2", "again": "yes", "channel": "post"})
    make(visitor, tmp_path, "--again")
    data = visitor.get(DATA).json
    assert data is not None
    assert [len(one["sent"]) for one in data["deliveries"]] == [2]
    assert data["counts"]["delivered"] == 1
