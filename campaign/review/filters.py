"""Which signatories an officer wants to see: a state, and the choices that narrow it."""

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
AGES = (1, 3, 7)  # days a signatory may have been waiting
ROSTER_POINTS = 4  # as many as the guard gives for a proof of work: names can be copied, but a flood copies few


@dataclass(frozen=True)
class Filter:
    """Which cards: a state, and further choices; an empty one does not narrow.

    `near` is a signatory whose mail domain the others share, `held_for` the guard's reason, `older` how many days
    ago they must have confirmed by the moment `asked_at`, `words` what an officer searches for.
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
        """Return the conditions for a standing signatory, without state, level and words; Signature must be joined."""
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

    def list_conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions for this state's list, without words; Verification must be outer-joined."""
        level = [Verification.level == self.level] if self.level else []
        return [in_state(self.state), *self.conditions(), *level]

    def order(self) -> tuple[ColumnElement[int], ...]:
        """Return the order of the cards: the longest waiting first; of the held, the likeliest to be real first."""
        return (likelihood().desc(), _number()) if self._by_likelihood else (_number(),)

    def comes_after(self, session: Session, after: int) -> ColumnElement[bool]:
        """Return the condition that a card comes after the one numbered `after`; after 0 all do."""
        if not after or not self._by_likelihood:
            return _number() > after
        mark = session.scalar(select(likelihood()).where(Signatory.id == after))
        if mark is None:  # withdrawn meanwhile: begin at the front again
            return true()
        # Many cards have equal points: the number decides, so that no card is skipped or shown twice.
        return or_(likelihood() < mark, and_(likelihood() == mark, _number() > after))

    @property
    def _by_likelihood(self) -> bool:
        """Say whether the likeliest come first: a flood may hide real people. A search finds few anyway."""
        return self.state == HELD and not self.words

    @property
    def confirmed_by(self) -> datetime | None:
        """Return the moment by which they must have confirmed, None without `asked_at`."""
        return self.asked_at - timedelta(days=self.older) if self.asked_at else None


def in_state(state: str) -> ColumnElement[bool]:
    """Return the condition that a signatory is in one of STATES; Verification must be outer-joined.

    Held: an officer holds them, or the guard does and no officer has decided. Those wait for an officer too, but
    apart from the others. Disputed: an open dispute says that the entry is not theirs, and they are not refused;
    such a signatory is in another state as well.
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


def likelihood() -> ColumnElement[int]:
    """Return points for how likely a signatory is real: the guard's for the form, and some for a name on a roster.

    The name must be spelt the same: this only orders cards. A card proposes similar names too (roster.matching).
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
    return Signatory.likely + case((and_(Signatory.established == LAWMAKER, listed), ROSTER_POINTS), else_=0)


def _number() -> ColumnElement[int]:
    return table_of(Signatory).c.id


def shares_domain(signatory_id: int) -> ColumnElement[bool]:
    """Return the condition that a signature has the letter and the mail domain of one signatory's.

    No signature meets it if that domain is not known, as with signatures older than the index of domains.
    """
    own, theirs = aliased(Signature), aliased(Signatory)
    wanted = select(own.letter_id, own.domain_index).join(theirs, theirs.signature_id == own.id)
    found = wanted.where(theirs.id == signatory_id)
    return and_(
        Signature.letter_id == found.with_only_columns(own.letter_id).scalar_subquery(),
        Signature.domain_index == found.with_only_columns(own.domain_index).scalar_subquery(),
    )
