"""Levels, methods and reasons, and which of them may go together."""

from dataclasses import dataclass

LEVELS = {
    1: "E-mail confirmed",
    2: "From a parliamentary mailbox",
    3: "Matched to a sitting member, or known to the campaign",
    4: "Confirmed with the office through a second channel, by two reviewers",
}
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
REASONS = {
    "not-found": "No such person could be found",
    "not-entitled": "They are not what they say they are",
    "duplicate": "They signed already under another address",
    "joke": "A joke or an insult, not a name",
    "asked": "The person says it was not them",
    "look-again": "Needs another look",
}
ACCEPTED, HELD, REFUSED = "accepted", "held", "refused"
SHORTEST_NOTE = 3
SECOND = "second"  # why somebody from paper is held whom one reviewer has accepted
AWAITED = {SECOND: "One reviewer has accepted: a second one must"}


class DecisionMalformed(Exception):
    """The decision says too little to be defended a year later; the message says what is missing."""


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


def check_decision(decision: Decision) -> None:
    """Raise DecisionMalformed unless the decision carries what its outcome needs."""
    if decision.outcome == ACCEPTED:
        if decision.level not in LEVELS:
            raise DecisionMalformed("Choose a level.")
        if decision.method not in METHODS:
            raise DecisionMalformed("Say how you know.")
        if decision.level >= LISTED_LAWMAKER and len(decision.note.strip()) < SHORTEST_NOTE:
            raise DecisionMalformed(
                "Write down the evidence: level 3 and above must be explainable a year from now."
            )
    elif decision.reason not in REASONS:
        raise DecisionMalformed("Choose a reason.")
