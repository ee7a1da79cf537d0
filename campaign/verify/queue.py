"""Lay the evidence about each signatory out: what they said, what speaks for it, what is odd."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory, Signature
from campaign.confirm.service import ADDRESS_CONTEXT, ENTRY_CONTEXT, plain_entry
from campaign.desk.models import Officer
from campaign.letter.models import Letter, LetterText
from campaign.names.doubts import doubts
from campaign.seal.boxes import CannotOpen
from campaign.seal.keys import Keys
from campaign.sign.rules import Entry
from campaign.verify.models import Verification
from campaign.world.legislatures import Legislatures

WAITING = "waiting"
STATES = (WAITING, "held", "refused", "accepted")


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
class Mailbox:
    """What the registry of parliaments says of a domain."""

    chambers: str = ""
    holds: str = ""
    near_miss: str = ""


def mailbox(legislatures: Legislatures, domain: str, today: date) -> Mailbox:
    """Say whether a domain is a parliament's, exactly and still known to be; a domain alone gives level 2 at most."""
    match = legislatures.official(domain) if domain else None
    if match is not None and match.domain.is_current(today):
        chambers = " / ".join(f"{chamber.english}, {chamber.country}" for chamber in match.chambers)
        return Mailbox(chambers, str(match.domain.holds))
    return Mailbox(near_miss=legislatures.near_miss(domain) or "") if domain else Mailbox()


@dataclass(frozen=True)
class Filter:
    """Which cards: a state, and if wanted a country and a kind."""

    state: str = WAITING
    country: str = ""
    kind: str = ""


def find_cards(session: Session, keys: Keys | None, wanted: Filter, *, after: int = 0, limit: int) -> list[Card]:
    """Return a page of cards in one state, the longest waiting first; `after` is the last card's id."""
    rows = _rows().where(Signatory.stands, Signatory.id > after).order_by(Signatory.id).limit(limit)
    waiting = Verification.signatory_id.is_(None)
    rows = rows.where(waiting if wanted.state == WAITING else Verification.outcome == wanted.state)
    if wanted.country:
        rows = rows.where(Signatory.country == wanted.country)
    if wanted.kind:
        rows = rows.where(Signatory.kind == wanted.kind)
    return [_card(keys, row) for row in session.execute(rows)]


def find_card(session: Session, keys: Keys | None, signatory_id: int) -> Card | None:
    """Return one standing signatory's card with its reviewers, None if there is none."""
    row = session.execute(_rows().where(Signatory.stands, Signatory.id == signatory_id)).first()
    if row is None:
        return None
    verification = row[1]
    ids = [verification.officer_id, verification.second_officer_id] if verification else []
    names = tuple(session.scalars(select(Officer.name).where(Officer.id.in_([i for i in ids if i is not None]))))
    return _card(keys, row, reviewers=names)


def namesakes(session: Session, card: Card) -> list[Signatory]:
    """Return other standing public entries of the same letter whose names sort the same: possible duplicates."""
    if card.signatory.name is None:
        return []
    same = select(Signatory).where(
        Signatory.letter_id == card.signatory.letter_id,
        Signatory.sort_key == card.signatory.sort_key,
        Signatory.id != card.signatory.id,
        Signatory.stands,
    )
    return list(session.scalars(same.limit(10)))


def editions(session: Session, card: Card) -> int:
    """Return how many earlier entries of the same address this one replaced."""
    earlier = select(func.count()).where(
        Signatory.signature_id == card.signatory.signature_id, Signatory.id != card.signatory.id
    )
    return session.scalar(earlier) or 0


def count_states(session: Session) -> dict[str, int]:
    """Return how many standing signatories are in each state."""
    rows = session.execute(
        select(Verification.outcome, func.count())
        .select_from(Signatory)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(Signatory.stands)
        .group_by(Verification.outcome)
    )
    found: dict[str | None, int] = {row[0]: row[1] for row in rows}
    return {state: found.get(None if state == WAITING else state, 0) for state in STATES}


def open_entry(signatory: Signatory, keys: Keys | None) -> Entry | None:
    """Return what a signatory said, opening it if it is sealed and a key is here."""
    if signatory.sealed_entry is None:
        return plain_entry(signatory)
    raw = _open(keys, signatory.sealed_entry, ENTRY_CONTEXT)
    return Entry.from_bytes(raw) if raw is not None else None


def _rows() -> Select[Signatory, Verification, str, str, bytes]:
    return (
        select(Signatory, Verification, Letter.slug, LetterText.language, Signature.sealed_address)
        .join(Signature, Signature.id == Signatory.signature_id)
        .join(Letter, Letter.id == Signatory.letter_id)
        .join(LetterText, LetterText.id == Signatory.letter_text_id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
    )


def _card(
    keys: Keys | None, row: Row[Signatory, Verification, str, str, bytes], reviewers: tuple[str, ...] = ()
) -> Card:
    signatory, verification, letter, language, sealed_address = row
    address = _open(keys, sealed_address, ADDRESS_CONTEXT)
    return Card(
        signatory=signatory,
        verification=verification,
        letter=letter,
        language=language,
        entry=open_entry(signatory, keys),
        address=address.decode() if address is not None else None,
        reviewers=reviewers,
    )


def _open(keys: Keys | None, box: bytes, context: bytes) -> bytes | None:
    try:
        return keys.opener.open(box, context) if keys else None
    except CannotOpen:
        return None
