"""Who waits, who is held, who is decided: cards by state, narrowed by a filter and by what a name holds."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.confirm.models import Signatory, Signature
from campaign.confirm.service import ADDRESS_CONTEXT, ENTRY_CONTEXT, plain_entry
from campaign.letter.models import Letter, LetterText
from campaign.names.doubts import doubts
from campaign.review.filters import Filter, shares_domain
from campaign.review.search import holds, reads, words_in
from campaign.seal.boxes import CannotOpen
from campaign.seal.keys import Keys
from campaign.sign.rules import Entry
from campaign.verify.disputes import open_dispute
from campaign.verify.models import Dispute, Verification

STREAM = 1_000
MOST_OPENED = 10_000  # withheld entries opened for one page of a search: about three seconds


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
class Found:
    """A page of cards, the number to go on after (0: that was all), and how far the withheld were looked at.

    `opened` is how many withheld entries were opened for it, `shut` how many no key here opens.
    """

    cards: list[Card]
    onward: int = 0
    opened: int = 0
    shut: int = 0


def find_cards(session: Session, keys: Keys | None, wanted: Filter, *, after: int = 0, limit: int) -> list[Card]:
    """Return a page of cards in one state, in its filter's order; `after` is the last card's id."""
    return look(session, keys, wanted, after=after, limit=limit).cards


def look(session: Session, keys: Keys | None, wanted: Filter, *, after: int = 0, limit: int) -> Found:
    """Return a page of cards, and how far it was looked.

    Public entries are searched by the database. Withheld ones are sealed: where a key is here they are opened one
    after the other and forgotten again, at most MOST_OPENED of them, and nothing of them is kept to search in.
    """
    words = words_in(wanted.words)
    if wanted.words and not words:
        return Found([])  # signs alone are in nobody's name
    if words:
        ids, found = _search(session, keys, wanted, words, (after, limit))
        rows = card_rows().where(Signatory.id.in_(ids))
    else:
        found = Found([])
        rows = card_rows().where(*wanted.in_list(), wanted.beyond(session, after)).limit(limit)
    cards = [make_card(keys, row) for row in session.execute(rows.order_by(*wanted.order()))]
    disputes = _open_disputes(session, [card.signatory.signature_id for card in cards])
    cards = [replace(card, dispute=disputes.get(card.signatory.signature_id)) for card in cards]
    onward = cards[-1].signatory.id if len(cards) == limit else found.onward
    return replace(found, cards=cards, onward=onward)


def _search(
    session: Session, keys: Keys | None, wanted: Filter, words: Sequence[str], page: tuple[int, int]
) -> tuple[list[int], Found]:
    """Return the numbers of those whose entry holds the words, at most a page of them, and how far it was looked."""
    after, limit = page
    sealed = func.length(Signatory.sealed_entry) > 0
    rows = _narrow(select(Signatory.id, Signatory.sealed_entry), wanted).where(Signatory.id > after)
    if keys is None:
        ids = session.scalars(rows.where(reads(words)).order_by(Signatory.id).limit(limit))
        shut = session.scalar(_narrow(select(func.count()).select_from(Signatory), wanted).where(sealed))
        return list(ids), Found([], shut=shut or 0)
    whole = rows.where(or_(reads(words), sealed)).order_by(Signatory.id)
    return _opened(session, keys, whole, words, limit)


def _opened(
    session: Session, keys: Keys, whole: Select[*tuple[Any, ...]], words: Sequence[str], limit: int
) -> tuple[list[int], Found]:
    ids: list[int] = []
    opened = shut = last = onward = 0
    with closing(session.execute(whole.execution_options(yield_per=STREAM))) as rows:
        for number, box in rows:
            if len(ids) == limit or opened + shut == MOST_OPENED:
                onward = last
                break
            last = number
            raw = _open(keys, box, ENTRY_CONTEXT) if box is not None else None
            opened, shut = opened + (raw is not None), shut + (box is not None and raw is None)
            if box is None or (raw is not None and holds(Entry.from_bytes(raw), words)):
                ids.append(number)
    return ids, Found([], onward, opened, shut)


def _narrow(columns: Select[*tuple[Any, ...]], wanted: Filter) -> Select[*tuple[Any, ...]]:
    return (
        columns.join(Signature, Signature.id == Signatory.signature_id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(*wanted.in_list())
    )


def find_card(session: Session, keys: Keys | None, signatory_id: int) -> Card | None:
    """Return one standing signatory's card with its reviewers, None if there is none."""
    row = session.execute(card_rows().where(Signatory.stands, Signatory.id == signatory_id)).first()
    if row is None:
        return None
    verification = row[1]
    ids = [verification.officer_id, verification.second_officer_id] if verification else []
    names = tuple(session.scalars(select(Officer.name).where(Officer.id.in_([i for i in ids if i is not None]))))
    return replace(make_card(keys, row), reviewers=names, dispute=open_dispute(session, row[0].signature_id))


def find_near(session: Session, keys: Keys | None, signatory_id: int, *, limit: int) -> list[Card]:
    """Return the newest other cards from one signatory's mail domain under its letter, whatever their state."""
    rows = card_rows().where(shares_domain(signatory_id), Signatory.stands, Signatory.id != signatory_id)
    return [make_card(keys, row) for row in session.execute(rows.order_by(Signatory.id.desc()).limit(limit))]


def _open_disputes(session: Session, signature_ids: Sequence[int]) -> dict[int, Dispute]:
    found = select(Dispute).where(Dispute.signature_id.in_(signature_ids), Dispute.settled_at.is_(None))
    return {dispute.signature_id: dispute for dispute in session.scalars(found)}


def open_entry(signatory: Signatory, keys: Keys | None) -> Entry | None:
    """Return what a signatory said, opening it if it is sealed and a key is here."""
    if signatory.sealed_entry is None:
        return plain_entry(signatory)
    raw = _open(keys, signatory.sealed_entry, ENTRY_CONTEXT)
    return Entry.from_bytes(raw) if raw is not None else None


def card_rows() -> Select[Signatory, Verification, str, str, bytes]:
    """Select what a card is made of, one row a signatory, standing or not."""
    return (
        select(Signatory, Verification, Letter.slug, LetterText.language, Signature.sealed_address)
        .join(Signature, Signature.id == Signatory.signature_id)
        .join(Letter, Letter.id == Signatory.letter_id)
        .join(LetterText, LetterText.id == Signatory.letter_text_id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
    )


def make_card(keys: Keys | None, row: Row[Signatory, Verification, str, str, bytes]) -> Card:
    """Return a row as a card, opened as far as a key here opens it."""
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
