"""The form suggests the chambers of parliaments, and accepts any other that a visitor types."""

import re
from html import unescape

import pytest
from flask import Flask

from campaign.names.rules import accept_text
from campaign.world.countries import country_name
from campaign.world.languages import LANGUAGES
from tests.cast import Visitor
from tests.conftest import toolbox_of

FORM = "/{}/appeal/sign?as={}"
OPTION = re.compile(r'<option value="([^"]*)" label="([^"]*)" data-country="([A-Z]{2})"></option>')
ISOLATES = {"\u2068": 1, "\u2069": -1}


def suggested(site: Flask, language: str) -> list[tuple[str, ...]]:
    """Return the value, label and country of each suggestion, as the browser reads them."""
    page = site.test_client().get(FORM.format(language, "lawmaker")).text
    return [tuple(unescape(part) for part in found) for found in OPTION.findall(page)]


def test_every_chamber_is_suggested_in_its_own_language_and_in_english(site: Flask) -> None:
    options = suggested(site, "en")
    every = toolbox_of(site).legislatures.every
    assert len(options) == len(every) >= 60
    for chamber in every:
        (label,) = [label for value, label, code in options if (value, code) == (chamber.name, chamber.country)]
        assert all(name in label for name in (chamber.name, chamber.english, country_name(chamber.country, "en")))
    bare = [(value, label.translate(dict.fromkeys((0x2068, 0x2069))), code) for value, label, code in options]
    assert ("European Parliament", "European Parliament, European Union", "EU") in bare
    assert ("衆議院", "衆議院 · House of Representatives, Japan", "JP") in bare
    assert ("Scottish Parliament", "Scottish Parliament, United Kingdom", "GB") in bare


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reader_of_any_language_finds_their_country_beside_the_chamber(site: Flask, language: str) -> None:
    for value, label, code in suggested(site, language):
        assert label.startswith(f"\u2068{value}\u2069")
        assert label.endswith(f"\u2068{country_name(code, language)}\u2069")
        depth = [sum(ISOLATES.get(letter, 0) for letter in label[:end]) for end in range(len(label) + 1)]
        assert (min(depth), max(depth), depth[-1]) == (0, 1, 0)


def test_every_suggestion_is_accepted(site: Flask) -> None:
    for value, _label, _code in suggested(site, "en"):
        assert accept_text(value) == value


def test_an_activist_is_suggested_no_parliament(site: Flask) -> None:
    page = site.test_client().get(FORM.format("en", "activist")).text
    assert "datalist" not in page
    assert "chambers.js" not in page


def test_a_parliament_that_is_not_listed_is_taken_as_it_is_typed(visitor: Visitor) -> None:
    assert visitor.sign(country="BT", legislature="Gyelyong Tshogdu").status_code == 303


def test_a_signatory_who_corrects_their_entry_gets_the_same_suggestions(visitor: Visitor) -> None:
    page = visitor.get(f"{visitor.sign_and_confirm()}/edit").text
    assert len(OPTION.findall(page)) == len(visitor.tools.legislatures.every)
    assert "<script" not in page
