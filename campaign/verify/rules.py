"""Levels, methods and reasons, which of them may go together, and by what rule many are held at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from campaign.letter.rules import ORGANISATION, Kind
from campaign.roster.rules import DecisionMalformed

LEVELS = {
    1: "E-mail confirmed",
    2: "From a parliamentary mailbox",
    3: "Matched to a sitting member, or known to the campaign",
    4: "Confirmed with the office through a second channel, by two reviewers",
}
OWN_MAILBOX = (
    "From a mailbox of a parliament, or at the organisation’s own domain"  # level 2 where organisations sign
)
LISTED_LAWMAKER = 3
TWO_REVIEWERS = 4
METHODS = {
    "mailbox": "They wrote from a parliamentary mailbox",
    "roster": "Found in the parliament's own list of members",
    "office": "The office confirmed it through a second channel",
    "public": "They said so publicly: profile, statement, post",
    "known": "Known to the campaign, or vouched for by a partner",
    "none": "Nothing beyond the confirmed address",
}
OWN_METHODS = {ORGANISATION: {"mailbox": "They wrote from the organisation's own domain"}}
MOMENTS = ("since", "until")  # of a rule
FLOOD = "flood"
REASONS = {
    "not-found": "No such person could be found",
    "not-entitled": "They are not what they say they are",
    "duplicate": "They signed already under another address",
    "joke": "A joke or an insult, not a name",
    "asked": "The person says it was not them",
    "look-again": "Needs another look",
    FLOOD: "Part of a flood or a campaign of fakes",
}
ACCEPTED, HELD, REFUSED = "accepted", "held", "refused"
SHORTEST_NOTE = 3
SECOND = "second"  # why somebody from paper is held whom one reviewer has accepted
AWAITED = {SECOND: "One reviewer has accepted: a second one must"}
SAME_MAILBOX, NO_ADDRESS, NOT_PUBLIC, BARRED = "same-mailbox", "no-address", "not-public", "barred"
UNSENT = {  # why a member picked from a roster was not told
    SAME_MAILBOX: "the address the parliament publishes is the one that confirmed",
    NO_ADDRESS: "the parliament publishes no address of this member: call the office",
    NOT_PUBLIC: "the name is not public",
    BARRED: "the published address asked us never to write to it: call the office",
}
ANYBODY, OFFICIAL = "anybody", "official"  # who disputes an entry
RESTORED = "restored"
HELD_FOR = {
    "network": "Unusually many signatures came from one network within a short time.",
    "domain": "Unusually many addresses of this mail domain signed within a short time.",
    "surge": "The letter was signed unusually often at that moment.",
    "disposable": "The address belongs to a service that hands out throw-away mailboxes.",
    "role": "The mailbox belongs to an office, not to one person.",
    "name": "Something about the name is odd.",
    RESTORED: "They replaced this entry after the backup that was restored, and what they wrote then is lost. Do not accept it as it stands.",
}
MAILBOX_LEVEL = 2
ALONE = {"mailbox": MAILBOX_LEVEL, "none": 1}  # what a method gives at most when nothing else was found
BESIDES_THE_MAILBOX = ("office", "public", "known")  # the person spoke, or somebody who knows them did
ROLE, STAFF, NEAR_MISS, ROUTED, FOREIGN = "role", "staff", "near-miss", "routed", "foreign"
WEAK_MAILBOXES = {
    ROLE: "an office reads this mailbox, not one person",
    STAFF: "staff write from this domain, members do not",
    NEAR_MISS: "this domain only resembles a parliament's",
    ROUTED: "the part before the @ is none that a parliament gives out, and may lead elsewhere",
    FOREIGN: "the address is not at the organisation's own domain",
}
NO_MAILBOX = {
    NEAR_MISS: "This domain only resembles a parliament's: it is no parliamentary mailbox.",
    ROUTED: "No parliament gives out such an address: it is no parliamentary mailbox.",
    FOREIGN: "The address is not at the organisation's own domain: anybody could have made it.",
}


def levels_of(kinds: Sequence[Kind]) -> dict[int, str]:
    """Return what each level means under a letter that asks for these kinds."""
    organised = any(kind.established == ORGANISATION for kind in kinds)
    return LEVELS | {MAILBOX_LEVEL: OWN_MAILBOX} if organised else LEVELS


class RuleMalformed(Exception):
    """A rule to hold many by says nothing, or what cannot be; the message says what is missing."""


class OnPaper(DecisionMalformed):
    """Nobody who came on paper confirmed an address: one officer alone, or level 1 or 2, does not accept them."""


@dataclass(frozen=True)
class Decision:
    """What an officer decided and on what evidence."""

    outcome: str
    level: int | None
    method: str | None
    reason: str | None
    note: str


def check_decision(decision: Decision, weakness: str | None = None) -> None:
    """Raise DecisionMalformed unless the decision carries what its outcome needs and claims no more than it shows.

    A parliamentary mailbox alone gives level 2 at most, a confirmed address alone level 1. `weakness` says why a
    mailbox cannot speak for one member (a key of WEAK_MAILBOXES; None if nothing is known against it): then a
    roster does not lift it above level 2 either, because it shows that the member exists, not that they wrote.
    The office through a second channel, a public statement or somebody who knows the person does. A domain that
    only resembles a parliament's is no parliamentary mailbox at all.
    """
    if decision.outcome == ACCEPTED:
        if decision.level not in LEVELS:
            raise DecisionMalformed("Choose a level.")
        if decision.method not in METHODS:
            raise DecisionMalformed("Say how you know.")
        _check_level(decision.level, decision.method, weakness)
        if decision.level >= LISTED_LAWMAKER and len(decision.note.strip()) < SHORTEST_NOTE:
            raise DecisionMalformed(
                "Write down the evidence: level 3 and above must be explainable a year from now."
            )
    elif decision.reason not in REASONS:
        raise DecisionMalformed("Choose a reason.")


def _check_level(level: int, method: str, weakness: str | None) -> None:
    if method == "mailbox" and weakness in NO_MAILBOX:
        raise DecisionMalformed(NO_MAILBOX[weakness])
    if level > ALONE.get(method, level):
        alone = "A parliamentary mailbox" if method == "mailbox" else "A confirmed address"
        raise DecisionMalformed(
            f"{alone} alone gives level {ALONE[method]} at most. Say what else you found, or choose a lower level."
        )
    if weakness and level > MAILBOX_LEVEL and method not in BESIDES_THE_MAILBOX:
        raise DecisionMalformed(
            f"Level {MAILBOX_LEVEL} at most: {WEAK_MAILBOXES[weakness]}. "
            "Reach the person through a second channel to go higher."
        )


@dataclass(frozen=True)
class HoldRule:
    """By what signatories are picked to be held at once; a criterion left empty is not asked.

    `since` is included, `until` is not. `near` is a signatory whose mail domain the others share. A mail domain
    somebody typed is here as its blind index only, and needs the letter it is made under.
    """

    letter: str = ""
    kind: str = ""
    country: str = ""
    domain: bytes | None = None
    near: int = 0
    since: datetime | None = None
    until: datetime | None = None
    doubted: bool = False
    held_for: str = ""

    def told(self) -> dict[str, object]:
        """Return the criteria as the log and the list of holds keep them; no domain, no name, no address."""
        every: dict[str, object] = {
            "letter": self.letter,
            "kind": self.kind,
            "country": self.country,
            "domain": self.domain.hex()[:12] if self.domain else "",
            "near": self.near,
            "since": f"{self.since:%Y-%m-%d %H:%M:%S} UTC" if self.since else "",
            "until": f"{self.until:%Y-%m-%d %H:%M:%S} UTC" if self.until else "",
            "doubted": self.doubted,
            "held_for": self.held_for,
        }
        return {name: value for name, value in every.items() if value}

    def written(self) -> dict[str, object]:
        """Return the whole rule as it waits for a second person; `rule_written` reads it."""
        moments = {name: moment.isoformat() for name in MOMENTS if (moment := getattr(self, name))}
        return {**self.told(), **moments, **({"domain": self.domain.hex()} if self.domain else {})}


def rule_written(kept: Mapping[str, Any]) -> HoldRule:
    """Return the rule that HoldRule.written wrote."""
    moments = {name: datetime.fromisoformat(kept[name]) for name in MOMENTS if name in kept}
    domain = {"domain": bytes.fromhex(kept["domain"])} if "domain" in kept else {}
    return HoldRule(**{**kept, **moments, **domain})


def check_rule(rule: HoldRule) -> None:
    """Raise RuleMalformed unless a rule asks something and can be met."""
    if not rule.told():
        raise RuleMalformed("Choose at least one criterion: nobody is held by no rule.")
    if rule.since and rule.until and rule.since >= rule.until:
        raise RuleMalformed("The first moment must be before the second.")


def read_moment(text: str) -> datetime | None:
    """Return what was typed as a moment in UTC (ISO 8601, a day is its midnight), None for nothing.

    Raises RuleMalformed.
    """
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as fault:
        raise RuleMalformed("Write a moment as 2026-05-31T18:00, in UTC.") from fault
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def rule_in_words(told: Mapping[str, object]) -> str:
    """Return what HoldRule.told said as an officer reads it."""
    words = {
        "letter": "letter {}",
        "kind": "{}s",
        "country": "from {}",
        "domain": "one mail domain (index {}…)",
        "near": "the mail domain of no. {}",
        "since": "confirmed from {} on",
        "until": "confirmed before {}",
        "doubted": "an odd name",
        "held_for": "held by the guard: {}",
    }
    return ", ".join(words[name].format(told[name]) for name in words if name in told)


def set_hash(ids: Sequence[int]) -> str:
    """Return the SHA-256 by which a preview names exactly whom it showed."""
    return sha256(",".join(map(str, ids)).encode()).hexdigest()


def spans(numbers: Sequence[int]) -> list[list[int]]:
    """Return numbers as runs, first and last: thousands of neighbours take one line of the journal."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs
