"""Levels, methods and reasons, which of them may go together, and the rule of a bulk hold."""

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
SECOND = "second"  # why a signatory from paper is held whom one reviewer has accepted
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
BESIDES_THE_MAILBOX = ("office", "public", "known")  # the person spoke, or a person who knows them did
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
    """The rule of a bulk hold is empty or contradicts itself; the message says what is missing."""


class OnPaper(DecisionMalformed):
    """A signatory from paper confirmed no address: they need two officers, and level 3 or 4."""


@dataclass(frozen=True)
class Decision:
    """An officer's decision and the evidence for it."""

    outcome: str
    level: int | None
    method: str | None
    reason: str | None
    note: str


def check_decision(decision: Decision, weakness: str | None = None) -> None:
    """Raise DecisionMalformed unless a decision has what its outcome needs, and its evidence allows its level.

    A parliamentary mailbox alone gives level 2 at most, a confirmed address alone level 1. `weakness` is why the
    mailbox is weak evidence (a key of WEAK_MAILBOXES), None if nothing is known against it. With a weak mailbox a
    roster does not give more than level 2 either: it shows that the member exists, not that they wrote. The office
    through a second channel, a public statement, or a person who knows them does give more. A domain that only
    resembles a parliament's is no parliamentary mailbox at all.
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
    """The criteria of a bulk hold; an empty one does not count.

    `since` is included, `until` is not. `near` is a signatory whose mail domain the others share. `domain` is only
    the blind index of a mail domain, and needs the letter under which it was made.
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

    def criteria(self) -> dict[str, object]:
        """Return the criteria for the log and the list of holds: no domain, no name, no address."""
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

    def as_payload(self) -> dict[str, object]:
        """Return the whole rule as JSON values, to wait for a second person; `rule_from_payload` reads them."""
        moments = {name: moment.isoformat() for name in MOMENTS if (moment := getattr(self, name))}
        return {**self.criteria(), **moments, **({"domain": self.domain.hex()} if self.domain else {})}


def rule_from_payload(payload: Mapping[str, Any]) -> HoldRule:
    """Return the rule that HoldRule.as_payload wrote."""
    moments = {name: datetime.fromisoformat(payload[name]) for name in MOMENTS if name in payload}
    domain = {"domain": bytes.fromhex(payload["domain"])} if "domain" in payload else {}
    return HoldRule(**{**payload, **moments, **domain})


def check_rule(rule: HoldRule) -> None:
    """Raise RuleMalformed if a rule has no criterion or contradicts itself."""
    if not rule.criteria():
        raise RuleMalformed("Choose at least one criterion: an empty rule would hold all.")
    if rule.since and rule.until and rule.since >= rule.until:
        raise RuleMalformed("The first moment must be before the second.")


def read_moment(text: str) -> datetime | None:
    """Return a typed moment in UTC (ISO 8601, a day is its midnight), None if it is empty. Raises RuleMalformed."""
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as fault:
        raise RuleMalformed("Write a moment as 2026-05-31T18:00, in UTC.") from fault
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def rule_in_words(criteria: Mapping[str, object]) -> str:
    """Return HoldRule.criteria as an officer reads it."""
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
    return ", ".join(words[name].format(criteria[name]) for name in words if name in criteria)


def set_hash(ids: Sequence[int]) -> str:
    """Return the SHA-256 by which a form names exactly the signatories that its preview showed."""
    return sha256(",".join(map(str, ids)).encode()).hexdigest()


def spans(numbers: Sequence[int]) -> list[list[int]]:
    """Return numbers as runs of first and last, so that the journal keeps thousands of neighbours in one line."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs
