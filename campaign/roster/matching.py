"""Propose which sitting member a lawmaker may be: a hint for the desk, never a decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio

from campaign.names.folding import words_of

LIKE_NAME, LIKE_CHAMBER = 85, 80  # of 100
MOST = 5
ADDRESS, SAME_NAME = "the published address", "the same name"


@dataclass(frozen=True)
class Seat:
    """One member of a roster as the desk sees it; `gone_on` is the day of the first roster without them.

    `number` is their row.
    """

    name: str
    constituency: str
    party: str
    address: str
    telephone: str
    gone_on: date | None
    chamber: str
    source: str
    on: date
    number: int = 0


@dataclass(frozen=True)
class SelfDescription:
    """What a signatory says of themselves, and the address with which they confirmed."""

    names: tuple[str, ...]
    legislature: str
    address: str


@dataclass(frozen=True)
class Proposal:
    """A member that a signatory may be, why, and a score up to 100 (a published address: 200, and so always first)."""

    seat: Seat
    reasons: tuple[str, ...]
    score: int


def name_key(name: str) -> str:
    """Return a name for comparison: lower case without accents, its words in alphabetical order."""
    return " ".join(sorted(words_of(name)))


def same_chamber(typed: str, chamber: str, aliases: Iterable[tuple[str, ...]]) -> bool:
    """Say whether a signatory may mean this chamber; `aliases` are the names of each chamber in several languages."""
    if not typed or _within(typed, chamber):
        return True
    return any(
        any(_within(typed, name) for name in names) and any(_within(chamber, name) for name in names)
        for names in aliases
    )


def propose(
    signatory: SelfDescription, seats: Iterable[Seat], aliases: Iterable[tuple[str, ...]]
) -> list[Proposal]:
    """Return at most five members, the best first; a published address counts in every chamber of the country."""
    known = tuple(aliases)
    found = (_proposal(signatory, seat, known) for seat in seats)
    return sorted(filter(None, found), key=lambda one: (-one.score, one.seat.gone_on is not None))[:MOST]


def _proposal(signatory: SelfDescription, seat: Seat, aliases: tuple[tuple[str, ...], ...]) -> Proposal | None:
    by_address = bool(signatory.address) and signatory.address == seat.address
    likeness = max((_alike(name, seat.name) for name in signatory.names if name), default=0)
    by_name = likeness >= LIKE_NAME and same_chamber(signatory.legislature, seat.chamber, aliases)
    why = SAME_NAME if likeness == 100 else f"a similar name, {likeness} %"
    reasons = (ADDRESS,) * by_address + (why,) * by_name
    return Proposal(seat, reasons, 200 * by_address + likeness) if reasons else None


def _within(typed: str, chamber: str) -> bool:
    """Say whether a chamber is called so, or so by some of its words: “Eerste Kamer” for the whole official name."""
    return token_set_ratio(name_key(typed), name_key(chamber)) >= LIKE_CHAMBER


def _alike(one: str, other: str) -> int:
    return int(token_sort_ratio(name_key(one), name_key(other)))
