"""A country is known by its code and by its name in any of our languages, and never guessed."""

import pytest

from campaign.world.countries import COUNTRIES, countries
from campaign.world.languages import LANGUAGES
from campaign.world.spellings import find_country


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_is_known_by_its_name_in_every_language(language: str) -> None:
    assert [(code, name) for code, name in countries(language) if find_country(name) not in (code, None)] == []
    unknown = {code for code, name in countries(language) if find_country(name) is None}
    assert unknown <= {"CG", "CD"}, "only the two Congos share a name"
    assert {find_country(code) for code in COUNTRIES} == COUNTRIES


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("de", "DE"), (" UK ", "GB"), ("U.S.A.", "US"), ("the netherlands", "NL"), ("COTE D'IVOIRE", "CI"), ("臺灣", "TW"),
        ("Türkiye", "TR"), ("turkei", "TR"), ("European Parliament", "EU"), ("Kosovo", "XK"),
    ],
)  # fmt: skip
def test_people_write_countries_as_they_like(written: str, code: str) -> None:
    assert find_country(written) == code


@pytest.mark.parametrize("written", ["", " ", "Congo", "Korea", "Narnia", "XX", "D"])
def test_what_is_no_one_country_is_none(written: str) -> None:
    assert find_country(written) is None
