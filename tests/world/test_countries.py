"""Everyone finds their country, by the name their language gives it and where that language puts it."""

import subprocess
import sys
from pathlib import Path

import pytest

from campaign.world.countries import COUNTRIES, countries, country_name
from campaign.world.languages import LANGUAGES

ROOT = Path(__file__).parents[2]
OURS = ("TW", "HK", "MO", "PS", "XK", "EU")
CHINA = ("中国", "中國", "China", "Chine", "chinoise", "جۇڭگو", "الصين", "中華人民共和国", "SAR", "RAE", "R.A.S")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_is_listed_once_with_a_name_of_its_own(language: str) -> None:
    listed = countries(language)
    assert sorted(code for code, _ in listed) == sorted(COUNTRIES)
    assert len({name for _, name in listed}) == len(COUNTRIES)
    assert all(name.strip() and name == country_name(code, language) for code, name in listed)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", OURS)
def test_contested_places_bear_a_plain_name(code: str, language: str) -> None:
    name = country_name(code, language)
    assert not any(word in name for word in CHINA)
    assert "(" not in name


def test_the_codes_are_countries_and_territories_with_people() -> None:
    assert len(COUNTRIES) == 244
    assert {"TW", "HK", "MO", "PS", "XK", "EU", "EH", "AX"} <= COUNTRIES
    assert not COUNTRIES & {"AQ", "BV", "HM", "UN", "EZ", "XA", "XB", "ZZ", "QO", "AC", "IC"}


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        ("en", "TW", "Taiwan"),
        ("fr", "HK", "Hong Kong"),
        ("de", "PS", "Palästina"),
        ("es", "DE", "Alemania"),
        ("ja", "HK", "香港"),
        ("zh-Hant", "MO", "澳門"),
        ("zh-Hans", "TW", "台湾"),
        ("ar", "PS", "فلسطين"),
        ("ug", "HK", "خوڭكوڭ"),
        ("ug", "KR", "جەنۇبىي كورېيە"),
        ("ug", "TR", "تۈركىيە"),
    ],
)
def test_a_country_is_called_as_its_readers_call_it(language: str, code: str, name: str) -> None:
    assert country_name(code, language) == name


@pytest.mark.parametrize(
    ("language", "codes"),
    [
        ("en", "AF AX AL"),
        ("de", "AF EG AX AL"),
        ("fr", "EC ER ES EE"),
        ("es", "ES US EE"),
        ("ja", "JP NC"),
        ("zh-Hant", "CF CN DK"),
        ("zh-Hans", "AL AF AU CN"),
        ("ar", "EU PS"),
        ("ug", "US BR TR CN"),
    ],
)
def test_countries_stand_in_the_order_of_the_language(language: str, codes: str) -> None:
    order = [code for code, _ in countries(language)]
    places = [order.index(code) for code in codes.split()]
    assert places == sorted(places)


def test_a_code_or_language_that_is_not_ours_is_an_error() -> None:
    for code, language in (("ZZ", "en"), ("de", "en"), ("DE", "bo"), ("DE", "zh")):
        with pytest.raises(KeyError):
            country_name(code, language)


def test_importing_reads_no_names() -> None:
    script = (
        "from campaign.world import countries, languages\n"
        "assert countries._names.cache_info().currsize == 0\n"
        "assert countries._orders.cache_info().currsize == 0\n"
        "assert languages.locale_of.cache_info().currsize == 0\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
