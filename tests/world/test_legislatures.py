"""A parliament's own domain is recognised, and nothing that only looks like one."""

import tomllib
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from campaign.world.countries import COUNTRIES
from campaign.world.legislatures import DomainClass, Legislatures, LegislaturesInvalid, parse
from tests.world.lookalike_domains import honest_domains, lookalikes_of

LISTED: dict[str, Any] = tomllib.loads(
    (Path(__file__).parents[2] / "config" / "legislatures.toml").read_text("utf-8")
)

COVERED = (
    "GB AU CA NZ US EU DE FR SE DK FI NO IS NL BE AT CH IT ES PT IE EE LV LT PL CZ SK HU BG RO LU CY MT GE AM MD UA IL "
    "IN LK TW KR JP BR AR MX PE ZA UG"
)


@pytest.fixture(scope="module")
def legislatures() -> Legislatures:
    return parse(LISTED)


def test_every_entry_names_a_country_we_know_and_a_year_to_review_it_in(legislatures: Legislatures) -> None:
    assert len(legislatures.every) >= 60
    for chamber in legislatures.every:
        assert chamber.country in COUNTRIES
        assert chamber.name
        assert chamber.english.isascii()
        for domain in chamber.domains:
            assert domain.evidence
            assert timedelta(days=365) <= domain.expires_on - domain.seen_on <= timedelta(days=366)


def test_every_listed_domain_is_official_and_no_near_miss(legislatures: Legislatures) -> None:
    for name in legislatures.matches:
        domain = name.replace("*", "group")
        match = legislatures.official(domain)
        assert match is not None
        assert match.domain.name in {name, name.removeprefix("*.")}
        assert legislatures.near_miss(domain) is None
        assert legislatures.official(domain.upper()) == match


def test_two_chambers_may_share_a_domain(legislatures: Legislatures) -> None:
    match = legislatures.official("parliament.uk")
    assert match is not None
    assert [chamber.name for chamber in match.chambers] == ["House of Commons", "House of Lords"]


def test_a_star_matches_below_and_not_the_name_itself(legislatures: Legislatures) -> None:
    match = legislatures.official("gp.ps.parlamento.pt")
    assert match is not None
    assert match.domain.holds is DomainClass.MIXED
    assert legislatures.official("parlamento.pt") is None
    assert legislatures.official("*.parlamento.pt") is None


def test_a_name_below_a_listed_one_is_neither_official_nor_suspect(legislatures: Legislatures) -> None:
    assert legislatures.official("mail.parliament.uk") is None
    assert legislatures.near_miss("mail.parliament.uk") is None


def test_chambers_of_a_country_include_its_regions(legislatures: Legislatures) -> None:
    regions = {chamber.region for chamber in legislatures.chambers("GB")}
    assert {None, "GB-WLS", "GB-SCT", "GB-NIR"} == regions
    assert legislatures.chambers("ZZ") == ()
    assert len(legislatures.chambers("EU")) == 1


def test_no_look_alike_is_official(legislatures: Legislatures) -> None:
    suspects = [suspect for name in legislatures.matches for suspect in lookalikes_of(name.removeprefix("*."))]
    assert len(suspects) > 1_500
    assert [suspect for suspect in suspects if legislatures.official(suspect)] == []


def test_nearly_every_look_alike_is_shown_to_the_desk(legislatures: Legislatures) -> None:
    suspects = {suspect for name in legislatures.matches for suspect in lookalikes_of(name.removeprefix("*."))}
    unseen = [suspect for suspect in suspects if legislatures.near_miss(suspect) is None]
    assert len(unseen) <= len(suspects) * 0.02, unseen


def test_honest_domains_are_not_suspected(legislatures: Legislatures) -> None:
    assert [name for name in honest_domains() if legislatures.near_miss(name) or legislatures.official(name)] == []


@pytest.mark.parametrize(
    ("domain", "like"),
    [
        ("paliament.uk", "parliament.uk"),
        ("parl1ament.uk", "parliament.uk"),
        ("parliament.uk.evil.tld", "parliament.uk"),
        ("parliament-uk.org", "parliament.uk"),
        ("pаrliament.uk", "parliament.uk"),
        ("xn--prliament-0yh.uk", "parliament.uk"),
        ("bundes-tag.de", "bundestag.de"),
        ("europarI.europa.eu", "europarl.europa.eu"),
    ],
)
def test_the_desk_is_told_what_a_domain_resembles(legislatures: Legislatures, domain: str, like: str) -> None:
    assert legislatures.near_miss(domain) == like


@pytest.mark.parametrize(
    "domain", ["", ".", "@", "x" * 5_000, "a." * 200, "xn--", "xn--\u00e9.uk", "\x00", "*.", "xn--99999999999.uk"]
)
def test_nonsense_is_neither_official_nor_an_error(legislatures: Legislatures, domain: str) -> None:
    assert legislatures.official(domain) is None
    assert legislatures.near_miss(domain) is None


def test_an_entry_expires(legislatures: Legislatures) -> None:
    match = legislatures.official("bundestag.de")
    assert match is not None
    assert match.domain.is_current(match.domain.seen_on)
    assert not match.domain.is_current(match.domain.expires_on)


@pytest.mark.parametrize(
    ("key", "wrong", "says"),
    [
        ("name", "Bundestag.de", "not a domain"),
        ("name", "bündestag.de", "not a domain"),
        ("name", "de", "not a domain"),
        ("name", "*.*.de", "not a domain"),
        ("class", "minister", "none of member"),
        ("expires_on", date(2020, 1, 1), "expires_on"),
        ("seen_on", None, "lacks 'seen_on'"),
    ],
)
def test_a_wrong_entry_is_refused_with_one_clear_line(key: str, wrong: object, says: str) -> None:
    listed = deepcopy(LISTED)
    domain = listed["chamber"][0]["domains"][0]
    if wrong is None:
        del domain[key]
    else:
        domain[key] = wrong
    with pytest.raises(LegislaturesInvalid, match=says):
        parse(listed)


def test_a_domain_listed_with_two_classes_is_refused() -> None:
    listed = deepcopy(LISTED)
    listed["chamber"][1]["domains"][0]["class"] = "staff"
    with pytest.raises(LegislaturesInvalid, match="both as"):
        parse(listed)


def test_a_region_of_another_country_is_refused() -> None:
    listed = deepcopy(LISTED)
    listed["chamber"][0]["region"] = "FR-COR"
    with pytest.raises(LegislaturesInvalid, match="not in GB"):
        parse(listed)


def test_the_parliaments_of_the_first_campaign_are_all_listed(legislatures: Legislatures) -> None:
    countries = {chamber.country for chamber in legislatures.every}
    assert countries >= set(COVERED.split())
    assert len(legislatures.matches) >= 60
    assert {domain.holds for domain in (match.domain for match in legislatures.matches.values())} >= {
        DomainClass.MEMBER,
        DomainClass.MIXED,
        DomainClass.STAFF,
    }


def test_what_is_due_for_review_is_known_beforehand(legislatures: Legislatures) -> None:
    last = max(match.domain.expires_on for match in legislatures.matches.values())
    first = min(match.domain.expires_on for match in legislatures.matches.values())
    assert legislatures.due(first - timedelta(days=1)) == ()
    assert len(legislatures.due(last)) == len(legislatures.matches)
