"""When a form is wrong, a summary on top names each field and links to it."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from werkzeug.test import TestResponse

from campaign.confirm.rules import FILLERS
from campaign.world.languages import LANGUAGES
from tests.cast import Visitor

ITEM = re.compile(r'<li><a href="#([\w-]+)">(.*?)</a></li>')
SUMMARY = re.compile(r'<div class="summary"[^>]*>')
NOTHING: dict[str, str] = {"kind": "lawmaker"}


class Ids(HTMLParser):
    """The elements of a page that a link can lead to, each id with its tag."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs).get("id")
        if named:
            assert named not in self.found, f"#{named} stands twice"
            self.found[named] = tag


def said(answer: TestResponse) -> dict[str, str]:
    """Return the summary's sentence for each field; check that it links there and takes the focus."""
    (summary,) = SUMMARY.findall(answer.text)
    assert 'role="alert"' in summary
    assert 'tabindex="-1"' in summary
    assert " autofocus" in summary
    ids = Ids(answer.text).found
    found = {name: unescape(sentence) for name, sentence in ITEM.findall(answer.text)}
    assert all(ids.get(name) in ("input", "select", "textarea") for name in found), found
    return found


def test_the_answer_to_an_empty_form_names_every_missing_field(visitor: Visitor) -> None:
    answer = visitor.post("/en/appeal/sign", {"kind": "lawmaker"}, "/en/appeal/sign?as=lawmaker")
    assert answer.status_code == 422
    assert said(answer) == {
        "name": "Enter your name",
        "country": "Choose the country",
        "legislature": "Please name the parliament you sit in.",
        "email": "Please type one plain e-mail address, like name@example.org.",
        "visibility": "Choose how your name may be used",
    }


def test_the_summary_names_the_field_of_each_fault(visitor: Visitor) -> None:
    wrong = {
        "name": "a\u202eb",
        "latin_name": "😀😀",
        "office": "x" * 400,
        "party": "https://evil.example",
        "consent": [],
    }
    told = said(visitor.sign(wrong))
    assert {name: sentence.partition(" – ")[0] for name, sentence in told.items()} == {
        "name": "Your name",
        "latin_name": "Your name in Latin letters",
        "office": "Office",
        "party": "Party or group",
        "consent": "What you agree to",
    }
    activist = {"kind": "activist", "affiliation": "=1+1", "community": "x" * 400, "office": "a\nb"}
    assert {part.partition(" – ")[0] for part in said(visitor.sign(activist)).values()} == {
        "Organisation",
        "Community",
        "Role",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_line_of_the_summary_is_distinct_in_every_language(visitor: Visitor, language: str) -> None:
    page = visitor.sign({"name": "", "consent": [], "country": ""}, letter=f"/{language}/appeal")
    lines = list(said(page).values())
    assert len(lines) == len(set(lines)) == 3


def test_the_forms_of_the_private_page_and_of_a_lost_link_have_the_same_summary(visitor: Visitor) -> None:
    private = visitor.sign_and_confirm()
    edited = said(visitor.post(f"{private}/edit", {"kind": "lawmaker", "visibility": "public"}, f"{private}/edit"))
    assert edited["name"] == "Enter your name"
    assert set(edited) == {"name", "country", "legislature", "consent"}
    assert said(visitor.post(f"{private}/visibility", {})) == {"visibility": "Choose how your name may be used"}
    lost = visitor.post("/signature/again?language=en", {"email": "x", "letter": "nothing"})
    assert set(said(lost)) == {"email", "letter"}


def test_a_wrong_code_says_so_and_how_many_tries_are_left(visitor: Visitor) -> None:
    visitor.sign()
    link, code = visitor.link_and_code()
    wrong = next(f"{number:06d}" for number in range(314159, 999999) if f"{number:06d}" not in (code, *FILLERS))
    other = visitor.elsewhere()
    for left in ("4 tries are left", "3 tries are left", "2 tries are left", "One try is left"):
        page = other.confirm(link, wrong).text
        assert f'<a href="#code">That code is not right. {left}.</a>' in page
        assert SUMMARY.search(page)
    over = other.confirm(link, wrong).text
    assert "Too many wrong tries" in over
    assert "autofocus" in over
    assert other.confirm(link, code).status_code == 422
