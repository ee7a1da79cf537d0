"""The recipients of letters: offices with an address, and a list whose faults are named."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import ROOT
from campaign.letter.rules import read_facts
from campaign.names.coverage import is_printable
from campaign.world.languages import LANGUAGES
from campaign.world.recipients import NoSuchRecipient, RecipientsInvalid, parse
from tests.cast import Officer

LISTED = tomllib.loads((ROOT / "config" / "recipients.toml").read_text(encoding="utf-8"))
ENTRY: dict[str, Any] = {
    "country": "DE",
    "office": "foreign",
    "name": "Auswärtiges Amt",
    "english": "Federal Foreign Office",
    "language": "de",
    "evidence": "seen",
}


def listed(**changes: Any) -> dict[str, Any]:
    offices = {
        "foreign": {"words": "ministry"},
        "seat": {"words": "seat", "heading": "Seats", "english": "{country}"},
    }
    salutations = dict.fromkeys(LANGUAGES, "Dear")
    return {"salutations": salutations, "offices": offices, "recipient": [ENTRY | changes]}


@pytest.mark.parametrize("slug", ["governments", "interpol"])
def test_every_government_a_shipped_letter_goes_to_has_its_office(slug: str) -> None:
    facts = read_facts((ROOT / "config" / "letters" / slug / "letter.toml").read_text(encoding="utf-8"))
    recipients = parse(LISTED)
    offices = ("foreign", "interior") if slug == "governments" else ("bureau",)
    assert facts.office == offices[0]
    for country in facts.recipients:
        for office in offices:
            assert recipients.find(country, office).name


def test_every_country_with_a_listed_parliament_has_both_ministries() -> None:
    chambers = tomllib.loads((ROOT / "config" / "legislatures.toml").read_text(encoding="utf-8"))["chamber"]
    recipients = parse(LISTED)
    for country in {chamber["country"] for chamber in chambers}:
        assert all(recipients.find(country, office).name for office in ("foreign", "interior"))


def test_interpols_members_are_196_and_those_that_are_none_are_not_among_them() -> None:
    bureaus = {one.country for one in parse(LISTED).every if one.office == "bureau"}
    assert len(bureaus) == 196
    assert not bureaus & {"TW", "XK", "KP", "TV", "EU"}


def test_every_listed_address_was_confirmed() -> None:
    assert [
        one.name for one in parse(LISTED).every if (one.mail or one.address) and "confirmed" in one.evidence
    ] == []


def test_our_fonts_draw_every_office() -> None:
    for one in parse(LISTED).every:
        assert is_printable("".join(one.lines("en"))), one.country


def test_an_office_is_greeted_in_the_letters_language() -> None:
    recipients = parse(LISTED)
    berlin = recipients.find("DE", "foreign")
    assert recipients.salutation(berlin, "de") == "Sehr geehrte Damen und Herren,"
    assert recipients.salutation(berlin, "fr") == "Madame, Monsieur,"
    assert berlin.lines("de") == ("Auswärtiges Amt",)
    assert berlin.lines("en") == ("Auswärtiges Amt", "Federal Foreign Office")
    with pytest.raises(NoSuchRecipient, match="interior office for ZZ"):
        recipients.find("ZZ", "interior")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"country": "ZZ"}, "'ZZ' is not a country"),
        ({"office": "palace"}, "office 'palace' is none of"),
        ({"language": "tlh"}, "none of our languages"),
        ({"channel": "pigeon"}, "channel 'pigeon'"),
        ({"channel": "mail"}, "there is no mail address"),
        ({"mail": "a@b@c"}, "no mail address"),
        ({"name": ""}, "a name, an English name and evidence"),
        ({"name": 5}, "is text"),
        ({"address": "one line"}, "list of lines"),
        ({"address": ["two\nlines"]}, "no line break"),
        ({"minister": "Somebody"}, "does not know ['minister']"),
    ],
)
def test_an_entry_that_cannot_be_is_named(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RecipientsInvalid) as raised:
        parse(listed(**changes))
    assert sentence in str(raised.value)


def test_a_list_with_a_gap_or_a_twin_is_refused() -> None:
    for broken in (
        {"recipient": [ENTRY]},
        listed() | {"recipient": [ENTRY, ENTRY]},
        listed() | {"recipient": [{"country": "DE"}]},
        listed() | {"group": [{"office": "seat", "name": "{country}", "language": "en"}]},
        listed() | {"bureaus": []},
        listed() | {"offices": {"foreign": {"words": "ministry", "heading": "Ministries"}}},
        listed() | {"offices": {"foreign": {"called": "ministry"}}},
    ):
        with pytest.raises(RecipientsInvalid):
            parse(broken)


def test_the_desk_sees_them_all(site: Flask, tmp_path: Path) -> None:
    page = Officer(site, tmp_path / "mail").join(role="viewer").get("/desk/recipients").text
    assert "Auswärtiges Amt" in page
    assert 'href="/desk/offices"' in page
    told = site.test_cli_runner().invoke(args=["deliver", "recipients", "--country", "jp"]).output
    assert told.count("\n") == 3
    assert "外務省" in told
