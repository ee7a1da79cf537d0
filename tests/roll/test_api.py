"""What programs read: documented, open to every site, refusing in JSON."""

import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from campaign.roll.rules import Position
from tests.cast import Officer, Visitor
from tests.roll.conftest import Crowd

ROOT = Path(__file__).parents[2]
LETTER = "/api/v1/letters/appeal"
DOCUMENTED = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def keys(said: object) -> set[str]:
    """Return every field name in an answer."""
    if isinstance(said, list):
        return set().union(*map(keys, said))
    return set(said) | keys(list(said.values())) if isinstance(said, dict) else set()


def test_every_address_and_every_field_is_documented(crowd: Crowd) -> None:
    crowd.gather()
    fields = set()
    for rule in crowd.visitor.app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            assert f"`GET {rule.rule}`" in DOCUMENTED
            fields |= keys(crowd.visitor.get(rule.rule.replace("<slug>", "appeal")).json)
    assert {field for field in fields if f"`{field}`" not in DOCUMENTED} == set()


def test_a_letter_says_its_days_versions_languages_and_hashes(site: Flask) -> None:
    said = site.test_client().get(LETTER).json
    assert said is not None
    assert (said["opens_on"], said["closes_on"], said["version"]) == ("2026-01-01", "2026-12-31", 1)
    assert said["languages"] == ["ar", "en", "zh-Hant"]
    assert {text["language"]: text["draft"] for text in said["texts"]} == {
        "ar": True,
        "en": False,
        "zh-Hant": False,
    }
    assert all(re.fullmatch("[0-9a-f]{64}", text["sha256"]) for text in said["texts"])
    assert said["page"] == "http://localhost/en/appeal"
    listed = site.test_client().get("/api/v1/letters").json
    assert listed is not None
    assert [letter["letter"] for letter in listed["letters"]] == ["appeal"]


def follow(visitor: Visitor, path: str) -> list[str]:
    """Return every name, page after page."""
    names: list[str] = []
    while path:
        said = visitor.get(path.removeprefix("http://localhost")).json
        assert said is not None
        names += [person["name"] for person in said["signatories"]]
        path = said["next"]
    return names


def test_names_are_followed_page_by_page_through_all_countries(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaign.roll.api.PAGE", 1)
    crowd.gather()
    everyone = ["Nour Satea", "Bela Trost", "Édouard Belin", "Odile Verchamp"]
    assert follow(crowd.visitor, f"{LETTER}/signatories") == everyone
    assert follow(crowd.visitor, f"{LETTER}/signatories?country=FR") == everyone[2:]
    assert follow(crowd.visitor, f"{LETTER}/signatories?country=AT") == []


def test_a_signatory_is_described_as_they_described_themselves(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm(name="林曜辰", latin_name="Lin Yaochen", country="TW", affiliation="not a lawmaker's")
    vera.decide(1)
    said = visitor.get(f"{LETTER}/signatories").json
    assert said is not None
    assert said["signatories"] == [
        {
            "name": "林曜辰",
            "latin_name": "Lin Yaochen",
            "language": "zh-Hant-TW",
            "kind": "lawmaker",
            "country": "TW",
            "level": 3,
            "office": None,
            "legislature": "Assemblée nationale",
            "constituency": None,
            "party": "Groupe des Rives",
            "affiliation": None,
            "community": None,
        }
    ]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/v1/nothing", 404),
        ("/api/v1/letters/nothing", 404),
        (f"{LETTER}/signatories?country=XX", 404),
        (f"{LETTER}/signatories?country=fr", 404),
        (f"{LETTER}/signatories?after=x", 400),
        (f"{LETTER}/signatories?country=FR&after={Position('DE', 'lawmaker', b'key', 1).written()}", 400),
        (f"{LETTER}/signatories?country=FR&country=DE", 400),
        (f"{LETTER}/signatories?after=%00", 400),
    ],
)
def test_a_refusal_is_json(site: Flask, path: str, code: int) -> None:
    assert_refused(site.test_client().get(path), code)


def test_nothing_can_be_done_to_it(site: Flask) -> None:
    assert_refused(site.test_client().post(LETTER), 405)


def assert_refused(answer: TestResponse, code: int) -> None:
    assert (answer.status_code, answer.mimetype) == (code, "application/json")
    assert answer.json is not None
    assert set(answer.json) == {"error"}


def test_any_site_may_read_it_and_no_other_page_of_ours(site: Flask) -> None:
    client = site.test_client()
    for path in ("/api/v1/letters", LETTER, f"{LETTER}/tally", f"{LETTER}/signatories"):
        for _kept in range(2):
            assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get("/en/appeal/signatories").headers


READING = ("/api/v1/letters", LETTER, f"{LETTER}/tally", f"{LETTER}/signatories", f"{LETTER}/deliveries")


@pytest.mark.parametrize("path", READING)
def test_a_page_of_another_site_may_ask_whether_anything_is_new(site: Flask, path: str) -> None:
    """A browser asks first, without credentials, whether it may send If-None-Match; then it may see the ETag."""
    client = site.test_client()
    asking = {
        "Origin": "https://paper.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match",
    }
    for where in (path, f"{path}?colour=red"):  # a refusal, too, can be read there
        told = client.options(where, headers=asking)
        assert told.status_code == 204
        assert "if-none-match" in told.headers["Access-Control-Allow-Headers"].lower()
        assert "GET" in told.headers["Access-Control-Allow-Methods"]
        assert int(told.headers["Access-Control-Max-Age"]) > 0
        assert told.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in told.headers
    first = client.get(path, headers={"Origin": "https://paper.example"})
    assert "ETag" in first.headers["Access-Control-Expose-Headers"]
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.headers["Access-Control-Allow-Origin"]) == (304, "*")
    assert "ETag" in again.headers["Access-Control-Expose-Headers"]


def test_only_the_api_is_open_to_other_sites(site: Flask) -> None:
    for path in ("/en/appeal", "/en/appeal/sign", "/guard/challenge", "/static/site.css"):
        with site.test_client().options(path, headers={"Access-Control-Request-Method": "GET"}) as told:
            assert [name for name, _value in told.headers if name.startswith("Access-Control")] == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("colour=red", "colour: no such parameter; this address takes country and after"),
        ("Country=FR", "Country: no such parameter; this address takes country and after"),
        ("country=FR&limit=5", "limit: no such parameter; this address takes country and after"),
        ("country=FR&country=DE", "country: given 2 times; give it once"),
        ("country=FR&country=FR", "country: given 2 times; give it once"),
        ("=x", ": no such parameter; this address takes country and after"),
    ],
)
def test_a_misspelt_parameter_is_refused_by_name(site: Flask, query: str, sentence: str) -> None:
    answer = site.test_client().get(f"{LETTER}/signatories?{query}")
    assert_refused(answer, 400)
    assert answer.json == {"error": sentence}
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", [one for one in READING if not one.endswith("signatories")])
def test_an_address_without_parameters_takes_none(site: Flask, path: str) -> None:
    answer = site.test_client().get(f"{path}?country=FR")
    assert_refused(answer, 400)
    assert answer.json == {"error": "country: no such parameter; this address takes none"}


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", f"{LETTER}/signatories?country=XX", f"{LETTER}/signatories?after=%00"]
)
def test_every_refusal_can_be_read_by_any_site(site: Flask, path: str) -> None:
    assert site.test_client().get(path).headers["Access-Control-Allow-Origin"] == "*"
