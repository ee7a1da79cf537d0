"""Which signatories an officer wants to see: a state, and what narrows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, literal, or_, select, true
from sqlalchemy.orm import aliased

from campaign.confirm.models import Signatory, Signature
from campaign.letter.models import Letter
from campaign.storage.models import Moment
from campaign.verify.models import Dispute, Verification
from campaign.verify.rules import ACCEPTED, HELD, REFUSED

WAITING, DISPUTED, ALL = "waiting", "disputed", "all"
STATES = (WAITING, DISPUTED, HELD, REFUSED, ACCEPTED, ALL)
AGES = (1, 3, 7)  # days somebody may have been waiting


@dataclass(frozen=True)
class Filter:
    """Which cards: a state, and whatever else is asked; what is empty does not narrow.

    `near` is a signatory whose mail domain the others share, `held_for` what the guard saw, `older` how many days
    they must have been here by the moment `asked_at`, `words` what was typed to find somebody.
    """

    state: str = WAITING
    country: str = ""
    kind: str = ""
    near: int = 0
    letter: str = ""
    level: int = 0
    older: int = 0
    held_for: str = ""
    words: str = ""
    asked_at: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what a standing signatory must meet, state, level and words apart; Signature must be joined."""
        letter = select(Letter.id).where(Letter.slug == self.letter).scalar_subquery()
        wanted = [
            (self.country, Signatory.country == self.country),
            (self.kind, Signatory.kind == self.kind),
            (self.near, shares_domain(self.near)),
            (self.letter, Signatory.letter_id == letter),
            (self.held_for, Signatory.held_for == self.held_for),
            (self.older, Signatory.confirmed_at <= literal(self.confirmed_by, Moment())),
        ]
        return [Signatory.stands.is_(True), *(condition for value, condition in wanted if value)]

    def in_list(self) -> list[ColumnElement[bool]]:
        """Return what a signatory on this state's list must meet, words apart; Verification must be outer-joined."""
        level = [Verification.level == self.level] if self.level else []
        return [in_state(self.state), *self.conditions(), *level]

    @property
    def confirmed_by(self) -> datetime | None:
        """Return the moment by which they must have been here, None where nobody said when it is asked."""
        return self.asked_at - timedelta(days=self.older) if self.asked_at else None


def in_state(state: str) -> ColumnElement[bool]:
    """Return the condition by which a signatory is in one of STATES; Verification must be outer-joined.

    Held are those an officer holds, and those the guard found odd and nobody has decided about: they wait for
    an officer too, but apart from the others. Disputed are those of whom somebody says it is not them, until an
    officer settles it or refuses them, whatever else they are.
    """
    undecided = Verification.signatory_id.is_(None)
    if state == ALL:
        return true()
    if state == DISPUTED:
        unsettled = select(Dispute.signature_id).where(Dispute.settled_at.is_(None))
        return and_(Signatory.signature_id.in_(unsettled), or_(undecided, Verification.outcome != REFUSED))
    if state == WAITING:
        return and_(undecided, Signatory.held_for.is_(None))
    decided = Verification.outcome == state
    return or_(decided, and_(undecided, Signatory.held_for.is_not(None))) if state == HELD else decided


def shares_domain(signatory_id: int) -> ColumnElement[bool]:
    """Return the condition by which a signature is under the letter and from the mail domain of a signatory's.

    Nobody meets it where that domain is not known, as for signatures older than its index.
    """
    own, theirs = aliased(Signature), aliased(Signatory)
    wanted = select(own.letter_id, own.domain_index).join(theirs, theirs.signature_id == own.id)
    found = wanted.where(theirs.id == signatory_id)
    return and_(
        Signature.letter_id == found.with_only_columns(own.letter_id).scalar_subquery(),
        Signature.domain_index == found.with_only_columns(own.domain_index).scalar_subquery(),
    )
