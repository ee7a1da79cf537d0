"""Which level a mailbox allows: one test for each rule against strangers who pose as lawmakers (docs/threats.md)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from campaign.roster.rules import DecisionMalformed
from campaign.verify.models import Verification
from campaign.verify.rules import ACCEPTED, METHODS, NEAR_MISS, ROLE, STAFF, Decision, check_decision
from campaign.web.toolbox import EXTENSION
from campaign.world.legislatures import parse
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.review.crowd import hold_by_guard

DOMAINS = {"aides.assemblee.test": "staff", "parlement.test": "mixed"}
NOTE = "seen on the parliament's page"


def highest(method: str, weakness: str | None = None) -> int:
    """Return the highest level that one way of knowing gives."""
    allowed = [0]
    for level in (1, 2, 3, 4):
        try:
            check_decision(Decision(ACCEPTED, level, method, None, NOTE), weakness)
        except DecisionMalformed:
            continue
        allowed.append(level)
    return max(allowed)


def test_a_parliamentary_mailbox_alone_gives_level_2() -> None:
    assert highest("mailbox") == 2


def test_a_confirmed_address_alone_gives_level_1() -> None:
    assert highest("none") == 1


@pytest.mark.parametrize("weakness", [ROLE, STAFF, NEAR_MISS])
def test_a_weak_mailbox_is_not_lifted_by_a_roster_that_shows_only_that_the_member_exists(weakness: str) -> None:
    assert highest("roster") == 4
    assert highest("roster", weakness) == 2


@pytest.mark.parametrize("weakness", [ROLE, STAFF, NEAR_MISS])
def test_reaching_the_person_otherwise_lifts_a_weak_mailbox(weakness: str) -> None:
    assert {method for method in METHODS if highest(method, weakness) > 2} == {"office", "public", "known"}


def test_a_domain_that_resembles_a_parliaments_is_no_parliamentary_mailbox() -> None:
    assert highest("mailbox", NEAR_MISS) == 0
    assert highest("none", NEAR_MISS) == 1


def test_the_desk_is_told_why_and_nothing_is_decided(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm()
    answer = vera.decide(1, method="mailbox")
    assert answer.status_code == 422
    assert "A parliamentary mailbox alone gives level 2 at most." in answer.text
    assert vera.decide(1, method="mailbox", level="2").status_code == 303


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("press-office@example.org", "an office reads this mailbox"),
        ("odile@parlement.test.example.org", "this domain only resembles a parliament"),
        ("odile@aides.assemblee.test", "staff write from this domain"),
    ],
)
def test_the_card_says_what_a_weak_mailbox_means_and_the_form_and_command_hold_to_it(
    somebody: Visitor, ines: Officer, clock: Clock, address: str, says: str
) -> None:
    today = clock().date()
    entry = {"evidence": "a test", "seen_on": today, "expires_on": today + timedelta(days=365)}
    domains = [entry | {"name": name, "class": holds} for name, holds in DOMAINS.items()]
    chamber = {"country": "FR", "name": "Essai", "english": "Test House", "domains": domains}
    somebody.app.extensions[EXTENSION] = replace(
        somebody.tools, shipped=replace(somebody.tools.shipped, legislatures=parse({"chamber": [chamber]}))
    )
    somebody.sign_and_confirm(email=address)
    assert says in ines.get("/desk/signatory/1").text
    refused = ines.decide(1, method="roster")
    assert refused.status_code == 422
    assert says in refused.text
    options = ["--level", "3", "--method", "roster", "--note", NOTE, "--by", ines.email]
    run = somebody.app.test_cli_runner().invoke(args=["verify", "accept", "1", *options])
    assert run.exit_code != 0
    assert says in run.output
    assert ines.decide(1, method="office").status_code == 303


def test_where_no_key_is_here_the_guards_word_about_an_office_counts(
    somebody: Visitor, ines: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody.sign_and_confirm(email="info@example.org")
    hold_by_guard(ines.tools, 1, "role")
    assert ines.tools.keys is not None
    monkeypatch.setattr(type(ines.tools.keys.opener), "_private_keys", lambda _opener: [])
    assert "an office reads this mailbox" in ines.get("/desk/signatory/1").text
    assert ines.decide(1, method="roster").status_code == 422


def test_level_2_stands_on_an_offices_mailbox_and_is_not_listed(somebody: Visitor, ines: Officer) -> None:
    somebody.sign_and_confirm(email="info@example.org")
    assert ines.decide(1, level="2", method="roster").status_code == 303
    with ines.tools.database.read() as session:
        assert session.get_one(Verification, 1).level == 2
    assert "Odile" not in somebody.get("/en/appeal/signatories").text
