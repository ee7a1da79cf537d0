"""The cards in one state, narrowed by a filter and by words of an entry."""

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.confirm.models import Signatory, Signature
from campaign.confirm.service import ADDRESS_CONTEXT, ENTRY_CONTEXT, SAID_CONTEXT, plain_entry
from campaign.letter.fields import filled_in
from campaign.letter.models import Letter, LetterText
from campaign.names.doubts import doubts
from campaign.review.filters import Filter, shares_domain
from campaign.review.search import entry_contains, text_contains, words_in
from campaign.seal.boxes import CannotOpen
from campaign.seal.keys import Keys
from campaign.sign.rules import Entry
from campaign.verify.disputes import open_dispute
from campaign.verify.models import Dispute, Verification

STREAM = 1_000
MOST_OPENED = 10_000  # withheld entries opened for one page of a search: about three seconds


@dataclass(frozen=True)
class Card:
    """One signatory as the desk sees them; `entry` and `address` are None if no key on this machine opens them."""

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
        """Return the name, or a dash if it is sealed to a key that is not on this machine."""
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
class CardPage:
    """A page of cards, and `onward`: the number after which the next page begins (0: this was the last).

    `opened` counts the withheld entries that were opened for it, `shut` those that no key on this machine opens.
    """

    cards: list[Card]
    onward: int = 0
    opened: int = 0
    shut: int = 0


def find_card_page(session: Session, keys: Keys | None, wanted: Filter, *, after: int = 0, limit: int) -> CardPage:
    """Return a page of cards in one state, in the filter's order, after the card numbered `after`.

    The database searches public entries. Withheld ones are sealed: if a key is on this machine, they are opened one
    after the other, at most MOST_OPENED of them. None is kept: an index of them would be a second copy of the names.
    """
    words = words_in(wanted.words)
    if wanted.words and not words:
        return CardPage([])  # only signs such as % were typed, and no name contains those
    if words:
        ids, found = _search(session, keys, wanted, words, after=after, limit=limit)
        rows = card_rows().where(Signatory.id.in_(ids))
    else:
        found = CardPage([])
        rows = card_rows().where(*wanted.list_conditions(), wanted.comes_after(session, after)).limit(limit)
    cards = [make_card(keys, row) for row in session.execute(rows.order_by(*wanted.order()))]
    disputes = _open_disputes(session, [card.signatory.signature_id for card in cards])
    cards = [replace(card, dispute=disputes.get(card.signatory.signature_id)) for card in cards]
    onward = cards[-1].signatory.id if len(cards) == limit else found.onward
    return replace(found, cards=cards, onward=onward)


def _search(
    session: Session, keys: Keys | None, wanted: Filter, words: Sequence[str], *, after: int, limit: int
) -> tuple[list[int], CardPage]:
    """Return the numbers of at most `limit` signatories whose entry contains the words, and a page without cards."""
    sealed = func.length(Signatory.sealed_entry) > 0
    rows = _narrow(select(Signatory.id, Signatory.sealed_entry), wanted).where(Signatory.id > after)
    if keys is None:
        # Without a key the withheld entries can only be counted, so that an officer knows what was not searched.
        ids = session.scalars(rows.where(text_contains(words)).order_by(Signatory.id).limit(limit))
        shut = session.scalar(_narrow(select(func.count()).select_from(Signatory), wanted).where(sealed))
        return list(ids), CardPage([], shut=shut or 0)
    whole = rows.where(or_(text_contains(words), sealed)).order_by(Signatory.id)
    return _search_opened(session, keys, whole, words, limit)


def _search_opened(
    session: Session, keys: Keys, whole: Select[*tuple[Any, ...]], words: Sequence[str], limit: int
) -> tuple[list[int], CardPage]:
    """Search the public and the withheld entries in one pass, in the order of their numbers."""
    ids: list[int] = []
    opened = shut = last = onward = 0
    # Streamed: up to MOST_OPENED sealed entries are never in memory at once. Closed early when the page is full.
    with closing(session.execute(whole.execution_options(yield_per=STREAM))) as rows:
        for number, box in rows:
            if len(ids) == limit or opened + shut == MOST_OPENED:
                onward = last
                break
            last = number
            raw = _open(keys, box, ENTRY_CONTEXT) if box is not None else None
            opened, shut = opened + (raw is not None), shut + (box is not None and raw is None)
            if box is None or (raw is not None and entry_contains(Entry.from_bytes(raw), words)):
                ids.append(number)
    return ids, CardPage([], onward, opened, shut)


def _narrow(columns: Select[*tuple[Any, ...]], wanted: Filter) -> Select[*tuple[Any, ...]]:
    return (
        columns.join(Signature, Signature.id == Signatory.signature_id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(*wanted.list_conditions())
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
    """Return a signatory's entry, None if it is sealed and no key on this machine opens it."""
    if signatory.sealed_entry is None:
        entry = plain_entry(signatory)
    else:
        raw = _open(keys, signatory.sealed_entry, ENTRY_CONTEXT)
        if raw is None:
            return None
        entry = Entry.from_bytes(raw)
    private = _open(keys, signatory.sealed_said, SAID_CONTEXT) if signatory.sealed_said else None
    return replace(entry, said=filled_in({**entry.said, **json.loads(private)})) if private else entry


def card_rows() -> Select[Signatory, Verification, str, str, bytes]:
    """Select the columns of a card, one row for each signatory, superseded ones too."""
    return (
        select(Signatory, Verification, Letter.slug, LetterText.language, Signature.sealed_address)
        .join(Signature, Signature.id == Signatory.signature_id)
        .join(Letter, Letter.id == Signatory.letter_id)
        .join(LetterText, LetterText.id == Signatory.letter_text_id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
    )


def make_card(keys: Keys | None, row: Row[Signatory, Verification, str, str, bytes]) -> Card:
    """Return a row as a card; opens what the keys on this machine open."""
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
