"""Who waits, who is held, who is decided: cards by state, and whom a rule would hold."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from operator import eq, ge, lt
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from campaign.confirm.models import Signatory, Signature
from campaign.confirm.service import ADDRESS_CONTEXT, ENTRY_CONTEXT, plain_entry
from campaign.desk.models import Officer
from campaign.letter.models import Letter, LetterText
from campaign.mail.address import AddressRefused, accept_address
from campaign.names.doubts import doubts
from campaign.seal.boxes import CannotOpen
from campaign.seal.indexes import domain_index
from campaign.seal.keys import Keys
from campaign.sign.rules import Entry
from campaign.verify.models import Dispute, Verification
from campaign.verify.rules import ACCEPTED, HELD, REFUSED, HoldRule, RuleMalformed, set_hash

WAITING, DISPUTED = "waiting", "disputed"
STATES = (WAITING, DISPUTED, HELD, REFUSED, ACCEPTED)
SHOWN = 200  # of a rule's signatories, this many are shown one by one
STREAM = 1_000


@dataclass(frozen=True)
class Card:
    """One signatory as the desk sees them; `entry` and `address` are None where no key here opens them."""

    signatory: Signatory
    verification: Verification | None
    letter: str
    language: str
    entry: Entry | None
    address: str | None
    reviewers: tuple[str, ...] = ()
    dispute: Dispute | None = None

    @property
    def name(self) -> str:
        """Return the name, or a dash where it is sealed to a key that is not here."""
        return self.entry.name if self.entry else "—"

    @property
    def domain(self) -> str:
        """Return the part of the address after the @, in ASCII as it is stored."""
        return self.address.rpartition("@")[2] if self.address else ""

    @property
    def doubts(self) -> tuple[str, ...]:
        """Return what is odd about the name."""
        return tuple(str(doubt) for doubt in doubts(self.entry.name)) if self.entry else ()


@dataclass(frozen=True)
class Filter:
    """Which cards: a state, and if wanted a country, a kind, and the mail domain of one signatory."""

    state: str = WAITING
    country: str = ""
    kind: str = ""
    near: int = 0

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what a standing signatory must meet, the state apart; Signature must be joined."""
        wanted = [
            (self.country, Signatory.country == self.country),
            (self.kind, Signatory.kind == self.kind),
            (self.near, shares_domain(self.near)),
        ]
        return [Signatory.stands.is_(True), *(condition for value, condition in wanted if value)]


def in_state(state: str) -> ColumnElement[bool]:
    """Return the condition by which a signatory is in one of STATES; Verification must be outer-joined.

    Held are those an officer holds, and those the guard found odd and nobody has decided about: they wait for
    an officer too, but apart from the others. Disputed are those of whom somebody says it is not them, until an
    officer settles it or refuses them, whatever else they are.
    """
    undecided = Verification.signatory_id.is_(None)
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


def find_cards(session: Session, keys: Keys | None, wanted: Filter, *, after: int = 0, limit: int) -> list[Card]:
    """Return a page of cards in one state, the longest waiting first; `after` is the last card's id."""
    rows = _rows().where(in_state(wanted.state), *wanted.conditions(), Signatory.id > after)
    return [_card(keys, row) for row in session.execute(rows.order_by(Signatory.id).limit(limit))]


def find_card(session: Session, keys: Keys | None, signatory_id: int) -> Card | None:
    """Return one standing signatory's card with its reviewers, None if there is none."""
    row = session.execute(_rows().where(Signatory.stands, Signatory.id == signatory_id)).first()
    if row is None:
        return None
    verification = row[1]
    ids = [verification.officer_id, verification.second_officer_id] if verification else []
    names = tuple(session.scalars(select(Officer.name).where(Officer.id.in_([i for i in ids if i is not None]))))
    return replace(_card(keys, row), reviewers=names, dispute=open_dispute(session, row[0].signature_id))


def find_near(session: Session, keys: Keys | None, signatory_id: int, *, limit: int) -> list[Card]:
    """Return the newest other cards from one signatory's mail domain under its letter, whatever their state."""
    rows = _rows().where(shares_domain(signatory_id), Signatory.stands, Signatory.id != signatory_id)
    return [_card(keys, row) for row in session.execute(rows.order_by(Signatory.id.desc()).limit(limit))]


def open_dispute(session: Session, signature_id: int) -> Dispute | None:
    """Return the dispute about a signature that no officer has settled."""
    return session.scalar(
        select(Dispute).where(Dispute.signature_id == signature_id, Dispute.settled_at.is_(None))
    )


def count_states(session: Session, wanted: Filter) -> dict[str, int]:
    """Return how many standing signatories are in each state, the filter's own state apart."""
    counts = (func.count().filter(in_state(state)) for state in STATES)
    row = session.execute(
        select(*counts)
        .select_from(Signatory)
        .join(Signature, Signature.id == Signatory.signature_id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(*wanted.conditions())
    ).one()
    return dict(zip(STATES, row, strict=True))


@dataclass(frozen=True)
class Matched:
    """Whom a rule would hold: all of them by number, and the first of them to look at."""

    ids: tuple[int, ...]
    of_guard: int
    cards: tuple[Card, ...]

    @property
    def hash(self) -> str:
        """Return the name of exactly this set."""
        return set_hash(self.ids)

    @property
    def more(self) -> int:
        """Return how many are not shown."""
        return len(self.ids) - len(self.cards)


def find_matching(session: Session, keys: Keys | None, rule: HoldRule) -> Matched:
    """Return whom nobody has decided about and the rule picks.

    Only a doubt about names needs them opened: that is done in a stream, 50,000 sealed ones take seconds.
    """
    found = (
        select(Signatory.id, Signatory.held_for)
        .join(Signature, Signature.id == Signatory.signature_id)
        .join(Letter, Letter.id == Signatory.letter_id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(Signatory.stands, Verification.signatory_id.is_(None), *_criteria(rule))
        .order_by(Signatory.id)
    )
    if rule.doubted:
        whole = session.execute(found.with_only_columns(Signatory).execution_options(yield_per=STREAM))
        with closing(whole):
            pairs = list(_doubted(keys, whole.scalars()))
    else:
        pairs = [(number, held_for) for number, held_for in session.execute(found)]
    ids = tuple(number for number, _held_for in pairs)
    shown = session.execute(_rows().where(Signatory.id.in_(ids[:SHOWN])).order_by(Signatory.id))
    return Matched(ids, sum(1 for _number, held in pairs if held), tuple(_card(keys, row) for row in shown))


def index_of(keys: Keys | None, letter: str, typed: str) -> bytes | None:
    """Return the blind index of a mail domain as somebody typed it, None for nothing. Raises RuleMalformed."""
    domain = typed.strip().removeprefix("@")
    if not domain:
        return None
    if not letter:
        raise RuleMalformed("Choose the letter too: a mail domain is known under one letter only.")
    if keys is None:
        raise RuleMalformed("Mail domains cannot be looked up here: the campaign's keys are not on this machine.")
    try:
        return domain_index(keys.index_key, letter, accept_address(f"x@{domain}").domain)
    except AddressRefused as fault:
        raise RuleMalformed("That is not a mail domain.") from fault


def open_entry(signatory: Signatory, keys: Keys | None) -> Entry | None:
    """Return what a signatory said, opening it if it is sealed and a key is here."""
    if signatory.sealed_entry is None:
        return plain_entry(signatory)
    raw = _open(keys, signatory.sealed_entry, ENTRY_CONTEXT)
    return Entry.from_bytes(raw) if raw is not None else None


def _criteria(rule: HoldRule) -> list[ColumnElement[bool]]:
    wanted: tuple[tuple[Any, Any, object], ...] = (
        (eq, Letter.slug, rule.letter),
        (eq, Signatory.kind, rule.kind),
        (eq, Signatory.country, rule.country),
        (eq, Signature.domain_index, rule.domain),
        (ge, Signatory.confirmed_at, rule.since),
        (lt, Signatory.confirmed_at, rule.until),
        (eq, Signatory.held_for, rule.held_for),
    )
    near = [shares_domain(rule.near)] if rule.near else []
    return near + [compares(column, value) for compares, column, value in wanted if value]


def _doubted(keys: Keys | None, signatories: Iterable[Signatory]) -> Iterator[tuple[int, str | None]]:
    for signatory in signatories:
        entry = open_entry(signatory, keys)
        if entry is not None and doubts(entry.name):
            yield signatory.id, signatory.held_for


def _rows() -> Select[Signatory, Verification, str, str, bytes]:
    return (
        select(Signatory, Verification, Letter.slug, LetterText.language, Signature.sealed_address)
        .join(Signature, Signature.id == Signatory.signature_id)
        .join(Letter, Letter.id == Signatory.letter_id)
        .join(LetterText, LetterText.id == Signatory.letter_text_id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
    )


def _card(keys: Keys | None, row: Row[Signatory, Verification, str, str, bytes]) -> Card:
    signatory, verification, letter, language, sealed_address = row
    address = _open(keys, sealed_address, ADDRESS_CONTEXT)
    return Card(
        signatory=signatory,
        verification=verification,
        letter=letter,
        language=language,
        entry=open_entry(signatory, keys),
        address=address.decode() if address is not None else None,
    )


def _open(keys: Keys | None, box: bytes, context: bytes) -> bytes | None:
    try:
        return keys.opener.open(box, context) if keys else None
    except CannotOpen:
        return None
