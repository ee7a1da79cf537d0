"""A signatory whose address only resembles a parliament's is never shown as one of its members."""

import re
from datetime import UTC, datetime

import pytest

from campaign.mail.address import AddressRefused, accept_address
from campaign.review.evidence import mailbox
from campaign.roster.rules import DecisionMalformed
from campaign.verify.rules import ACCEPTED, ROUTED, Decision, check_decision
from campaign.world.legislatures import Legislatures
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.world.lookalike_domains import lookalikes_of

REVIEWED = datetime(2026, 11, 25, 6, tzinfo=UTC)  # from the day before on, the registry's entries are current
OFFICIAL = re.compile(r'<dt>Mailbox</dt>\s*<dd><span class="fine">')
WALKED = ("parliament.uk", "bundestag.de", "europarl.europa.eu")


def tricks(name: str) -> list[str]:
    """Return addresses that try to pass for one at `name`: look-alike domains, and traps for a careless parser."""
    return [f"jane@{domain}" for domain in lookalikes_of(name)] + [
        f"jane@{name}@evil.example",
        f"jane%{name}@evil.example",
        f"jane!{name}@evil.example",
        f'"jane@{name}"@evil.example',
        f'"jane"@{name}.evil.example',
        f"jane@{name}(@evil.example",
        f"jane@evil.example(@{name})",
        f"<jane@{name}>jane@evil.example",
        f"jane@{name} <jane@evil.example>",
        f"jane@{name},jane@evil.example",
        f"jane@[{name}]",
        f"jane+{name}@evil.example",
        f"jane.{name}@evil.example",
        f"ｊane@{name}",
        f"jаne@{name}",
        f"jane＠{name}",
        f"jane@{name}\r\nBcc: jane@evil.example",
        f"jane@{name}\x00.evil.example",
    ]


def accepted(name: str) -> list[str]:
    """Return what the parser takes and mails elsewhere than to `name` itself: the tricks that could work."""
    taken = []
    for typed in tricks(name):
        try:
            address = accept_address(typed)
        except AddressRefused:
            continue
        if address.domain != name:
            taken.append(typed)
    return taken


@pytest.fixture
def legislatures(somebody: Visitor) -> Legislatures:
    return somebody.tools.legislatures


def test_no_trick_that_the_parser_takes_is_official_anywhere_in_the_registry(legislatures: Legislatures) -> None:
    names = [name.removeprefix("*.") for name in legislatures.matches]
    suspects = [accept_address(typed).written for name in names for typed in accepted(name)]
    assert len(suspects) > 1_000
    fooled = [suspect for suspect in suspects if mailbox(legislatures, suspect, REVIEWED.date()).chambers]
    assert fooled == []


@pytest.mark.parametrize(
    ("local", "weakness"),
    [
        ("jane%evil.example", "routed"), ("evil.example!jane", "routed"), ("jane=evil", "routed"), ("jane/mp", "routed"),
        ("jane+letter", None), ("info+letter", "role"),
    ],
)  # fmt: skip
def test_a_mailbox_no_parliament_gives_out_is_not_official(
    legislatures: Legislatures, local: str, weakness: str | None
) -> None:
    address = accept_address(f"{local}@parliament.uk").written
    box = mailbox(legislatures, address, REVIEWED.date())
    assert (box.chambers, box.weakness) == ("", weakness)


@pytest.mark.parametrize("local", ["jane", "Jane.Smith.MP", "o'neil", "jane_smith-2", "x" * 64])
def test_a_mailbox_a_parliament_gives_out_is_official(legislatures: Legislatures, local: str) -> None:
    assert mailbox(legislatures, f"{local}@parliament.uk", REVIEWED.date()).chambers


def test_what_only_looks_like_a_parliaments_mailbox_is_accepted_by_nothing_but_other_evidence() -> None:
    with pytest.raises(DecisionMalformed, match="No parliament gives out such an address"):
        check_decision(Decision(ACCEPTED, 2, "mailbox", None, "wrote"), ROUTED)
    with pytest.raises(DecisionMalformed, match="Level 2 at most"):
        check_decision(Decision(ACCEPTED, 3, "roster", None, "on the roster"), ROUTED)
    check_decision(Decision(ACCEPTED, 3, "office", None, "the office called back"), ROUTED)


def test_no_signatory_with_a_tricky_address_is_shown_as_official(somebody: Visitor, clock: Clock) -> None:
    clock.now = REVIEWED
    somebody.sign_and_confirm(email="jane@parliament.uk")
    suspects = [typed for name in WALKED for typed in accepted(name)]
    assert len(suspects) > 60
    for typed in suspects:
        clock.move(minutes=7)
        somebody.sign_and_confirm(email=typed)
    officer = Officer(somebody.app, somebody.mailbox).join()
    assert OFFICIAL.search(officer.get("/desk/signatory/1").text), "a real one is, or this test sees nothing"
    for number in range(2, len(suspects) + 2):
        assert not OFFICIAL.search(officer.get(f"/desk/signatory/{number}").text), suspects[number - 2]
