"""What a form of the desk says when something is wrong: each line names its field and leads to it."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Officer, Visitor

ITEM = re.compile(r'<li><a href="#([\w-]+)">(.*?)</a></li>')
TEMPLATES = Path(__file__).parents[2] / "templates"


def said(page: str) -> dict[str, str]:
    assert '<div class="summary" role="alert" tabindex="-1" autofocus>' in page
    found = dict(ITEM.findall(page))
    assert all(re.search(rf'<(input|select|textarea)[^>]* id="{name}"', page) for name in found), found
    return found


def test_an_officer_who_signs_in_is_told_what_is_missing(site: Flask, tmp_path: Path) -> None:
    page = Visitor(site, tmp_path / "mail").post("/desk/sign-in", {"email": "vera@campaign.test"}).text
    assert said(page) == {
        "password": "Enter your password.",
        "code": "Enter the six digits, or a recovery code.",
    }


@pytest.mark.parametrize(
    ("path", "form", "names"),
    [
        ("/desk/people", {"role": "x", "countries": "XX"}, {"email", "role", "countries"}),
        ("/desk/packages", {"office": "x", "language": "x"}, {"letter", "country", "office", "language"}),
    ],
)
def test_each_field_of_a_form_is_named(
    site: Flask, tmp_path: Path, path: str, form: dict[str, str], names: set[str]
) -> None:
    told = said(Officer(site, tmp_path / "mail").join().post(path, form).text)
    assert set(told) == names
    assert len(set(told.values())) == len(names)
    assert not [sentence for sentence in told.values() if "This field" in sentence or "Invalid" in sentence]


def test_every_page_that_says_what_is_wrong_begins_there() -> None:
    silent = [
        path.name
        for path in TEMPLATES.rglob("*.html")
        if re.search(
            r'class="summary" role="alert"(?![^>]*tabindex="-1" autofocus)', path.read_text(encoding="utf-8")
        )
    ]
    assert sorted(silent) == ["me.html", "queue.html"], "a notice that is no answer to what was just sent"
