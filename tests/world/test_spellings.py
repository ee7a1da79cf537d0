"""A country is known by its code and by its name in any of our languages, and never guessed."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel import Locale, localedata
from babel.languages import get_official_languages

from campaign.world.countries import COUNTRIES, countries
from campaign.world.languages import LANGUAGES
from campaign.world.native import gather, native_names
from campaign.world.spellings import find_country

ROOT = Path(__file__).parents[2]
SPOKEN = frozenset(localedata.locale_identifiers())


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


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "Congo", "Korea", "Narnia", "XX", "D", "Republic of the", "Georgia, USA", "State of Georgia", "Paris, Texas", "Kongo", "конго",
        "ABC", "-", "the", "Republic", "()", ",", "Germany or France", "Nigeri", "Virgin Islands", "Guinea?!x",
    ],
)  # fmt: skip
def test_what_is_no_one_country_is_none(written: str) -> None:
    assert find_country(written) is None


@pytest.mark.parametrize("code", sorted(COUNTRIES - {"EU", "XK"}))
def test_a_country_is_known_by_its_own_languages_name(code: str) -> None:
    languages = [language for language in get_official_languages(code, de_facto=True) if language in SPOKEN]
    names = {Locale.parse(language, sep="_").territories.get(code, code) for language in languages}
    shared = {"CG", "CD"}  # two countries say Congo of themselves
    assert [name for name in names if find_country(name) != code and code not in shared] == []


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Polska", "PL"), ("Suomi", "FI"), ("Україна", "UA"), ("日本", "JP"), ("Deutschland", "DE"), ("DEUTSCHLAND", "DE"), ("Ελλάδα", "GR"),
        ("Հայաստան", "AM"), ("საქართველო", "GE"), ("Magyarország", "HU"), ("Shqipëri", "AL"), ("Hrvatska", "HR"), ("대한민국", "KR"), ("ישראל", "IL"),
        ("Lietuva", "LT"), ("lietuva", "LT"), ("Česko", "CZ"), ("Niemcy", "DE"), ("Francja", "FR"), ("Saksa", "DE"), ("Nippon", None),
        ("DEU", "DE"), ("usa", "US"), ("TWN", "TW"), ("HKG", "HK"), ("XKX", "XK"), ("gbr", "GB"), ("Zzz", None),
        ("Taiwan, ROC", "TW"), ("Taiwan (R.O.C.)", "TW"), ("Taiwan (ROC)", "TW"), ("Taiwan, Province of China", "TW"), ("Republic of China (Taiwan)", "TW"),
        ("Great Britain", "GB"), ("England", "GB"), ("U.K.", "GB"), ("Czech Republic", "CZ"), ("Burma", "MM"), ("Macedonia", "MK"), ("Ivory Coast", "CI"),
        ("Swaziland", "SZ"), ("Holland", "NL"), ("Turkey", "TR"), ("TURKIYE", "TR"), ("South Korea", "KR"), ("The Gambia", "GM"), ("Gambia, The", "GM"),
        ("Bahamas (the)", "BS"), ("EU", "EU"), ("Hong Kong SAR", "HK"), ("Hong Kong S.A.R.", "HK"), ("Hong Kong, China", "HK"), ("Macau", "MO"),
        ("Republic of Poland", "PL"), ("Federal Republic of Germany", "DE"), ("Kingdom of Norway", "NO"), ("Commonwealth of Australia", "AU"),
        ("Islamic Republic of Pakistan", "PK"), ("People's Republic of Bangladesh", "BD"), ("Moldova, Republic of", "MD"), ("Iran (Islamic Republic of)", "IR"),
        ("Iran, Islamic Rep.", "IR"), ("Egypt, Arab Rep.", "EG"), ("Tanzania, United Republic of", "TZ"), ("Korea, Rep.", "KR"), ("Korea, Republic of", "KR"),
        ("Korea (Democratic People's Republic of)", "KP"), ("Congo (Democratic Republic of the)", "CD"), ("Congo, Dem. Rep.", "CD"), ("Congo, Rep.", "CG"),
        ("Congo, the Democratic Republic of the", "CD"), ("Venezuela (Bolivarian Republic of)", "VE"), ("Bolivia, Plurinational State of", "BO"),
        ("Micronesia (Federated States of)", "FM"), ("Trinidad and Tobago", "TT"), ("Bosnia and Herzegovina", "BA"), ("Bosnia & Herzegovina", "BA"),
        ("Saint Vincent and the Grenadines", "VC"), ("St. Kitts and Nevis", "KN"), ("Sao Tome and Principe", "ST"), ("Saint Lucia", "LC"),
        ("Russian Federation", "RU"), ("Syrian Arab Republic", "SY"), ("Lao People's Democratic Republic", "LA"), ("Viet Nam", "VN"), ("Cabo Verde", "CV"),
        ("Brunei Darussalam", "BN"), ("Cote d'Ivoire", "CI"), ("Curacao", "CW"), ("Aland Islands", "AX"), ("Palestine, State of", "PS"),
        ("United Kingdom of Great Britain and Northern Ireland", "GB"), ("United States of America", "US"), ("EE. UU.", "US"), ("Kingdom of the Netherlands", "NL"),
        ("Dominican Republic", "DO"), ("Dominica", "DM"), ("Niger", "NE"), ("Nigeria", "NG"), ("Guinea", "GN"), ("Guinea-Bissau", "GW"), ("Equatorial Guinea", "GQ"),
        ("Papua New Guinea", "PG"), ("Central African Republic", "CF"), ("Georgia", "GE"), ("Ireland", "IE"), ("Northern Ireland", "GB"), ("Ireland, Republic of", "IE"),
        ("Virgin Islands (British)", "VG"), ("Slovak Republic", "SK"), ("Kyrgyz Republic", "KG"), ("  france. ", "FR"), ("Vatican City State", "VA"),
    ],
)  # fmt: skip
def test_a_country_is_known_as_people_and_offices_write_it(written: str, code: str | None) -> None:
    assert find_country(written) == code


def test_the_table_of_native_names_is_what_cldr_says() -> None:
    assert native_names() == {name: code for code, names in gather().items() for name in names}


def test_serving_pages_reads_no_native_names() -> None:
    script = "import app; from campaign.world import native; assert native.native_names.cache_info().currsize == 0"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
