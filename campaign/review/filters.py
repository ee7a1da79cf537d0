"""Which signatories an officer wants to see: a state, and what narrows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, true, tuple_
from sqlalchemy.orm import Session, aliased

from campaign.confirm.models import Signatory, Signature
from campaign.letter.models import Letter
from campaign.letter.rules import LAWMAKER
from campaign.roster.models import Roster, RosterMember
from campaign.storage.models import Moment
from campaign.storage.statements import table_of
from campaign.verify.models import Dispute, Verification
from campaign.verify.rules import ACCEPTED, HELD, REFUSED

WAITING, DISPUTED, ALL = "waiting", "disputed", "all"
STATES = (WAITING, DISPUTED, HELD, REFUSED, ACCEPTED, ALL)
AGES = (1, 3, 7)  # days somebody may have been waiting
ON_ROSTER = 4  # as much as the guard gives for a proof of work: names can be copied, but a flood copies few


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

    def order(self) -> tuple[ColumnElement[int], ...]:
        """Return in which order cards come: those held the likeliest to be real first, then the longest waiting."""
        return (evidence().desc(), _number()) if self._by_evidence else (_number(),)

    def beyond(self, session: Session, after: int) -> ColumnElement[bool]:
        """Return the condition by which a card comes after the one numbered `after`; all do after 0."""
        if not after or not self._by_evidence:
            return _number() > after
        mark = session.scalar(select(evidence()).where(Signatory.id == after))
        if mark is None:  # withdrawn meanwhile
            return true()
        return or_(evidence() < mark, and_(evidence() == mark, _number() > after))

    @property
    def _by_evidence(self) -> bool:
        """Say whether a flood may have to be looked through; a search finds its few anyway."""
        return self.state == HELD and not self.words

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


def evidence() -> ColumnElement[int]:
    """Return how likely a signatory is real: what the guard saw of the form, and whether a roster has the name.

    The name is compared as it is written, for an order only: what a card proposes is found by likeness.
    """
    members = (
        select(Roster.country, func.lower(RosterMember.name))
        .join(RosterMember, RosterMember.roster_id == Roster.id)
        .where(RosterMember.gone_on.is_(None))
    )
    listed = or_(
        tuple_(Signatory.country, func.lower(Signatory.name)).in_(members),
        tuple_(Signatory.country, func.lower(Signatory.latin_name)).in_(members),
    )
    return Signatory.likely + case((and_(Signatory.established == LAWMAKER, listed), ON_ROSTER), else_=0)


def _number() -> ColumnElement[int]:
    return table_of(Signatory).c.id


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
