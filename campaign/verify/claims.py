"""Claims: an officer has a card for ten minutes, so that two people do not decide about it at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, delete, not_, or_, select, update
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory, Signature
from campaign.desk.models import Officer
from campaign.seal.keys import Keys
from campaign.storage.statements import insert_once
from campaign.verify.filters import DISPUTED, WAITING, Filter
from campaign.verify.models import CardClaim, Verification
from campaign.verify.queue import look
from campaign.verify.rules import HELD
from campaign.web.toolbox import Staff

LASTS = timedelta(minutes=10)
ROUND_AGAIN = (WAITING, HELD, DISPUTED)  # states that a decision takes a card out of
TRIED = 20  # cards looked at in one go; with more officers than that on the same few cards, press again


class Claimed(Exception):
    """Another officer has this card before them; the message names them."""


@dataclass(frozen=True)
class Holder:
    """Who has a card, and until when unless they decide or leave it sooner."""

    officer_id: int
    name: str
    until: datetime


def find_holder(session: Session, signatory_id: int, *, now: datetime) -> Holder | None:
    """Return who has a card before them, None if nobody does any more."""
    row = session.execute(
        select(CardClaim.officer_id, Officer.name, CardClaim.until)
        .join(Officer, Officer.id == CardClaim.officer_id)
        .where(CardClaim.signatory_id == signatory_id, CardClaim.until > now)
    ).first()
    return Holder(*row) if row else None


def check_free(session: Session, signatory_id: int, by: Staff, *, now: datetime) -> None:
    """Raise Claimed if another officer has the card."""
    holder = find_holder(session, signatory_id, now=now)
    if holder is not None and holder.officer_id != by.id:
        raise Claimed(holder.name)


def claim(session: Session, signatory_id: int, by: Staff, *, now: datetime) -> None:
    """Take a card, from another officer too: who does so has been shown the other's name."""
    if not _take(session, signatory_id, by, CardClaim.officer_id > 0, now=now):
        insert_once(session, CardClaim, _values(signatory_id, by, now))


def claim_next(
    session: Session, keys: Keys | None, wanted: Filter, by: Staff, after: int = 0, *, now: datetime
) -> int | None:
    """Take the first card after `after` that nobody else has and this officer may decide; None if there is none.

    Cards that nobody has decided about are gone round once more, since some may have been left out.
    """
    for number in _free(session, keys, wanted, by, after, now=now):
        mine_or_over = or_(CardClaim.officer_id == by.id, CardClaim.until <= now)
        if _take(session, number, by, mine_or_over, now=now):
            return number
        if insert_once(session, CardClaim, _values(number, by, now)):
            return number
    return None


def release(session: Session, signatory_id: int, by: Staff) -> None:
    """Let go of a card, if this officer has it."""
    session.execute(delete(CardClaim).where(CardClaim.signatory_id == signatory_id, CardClaim.officer_id == by.id))


def _take(
    session: Session, signatory_id: int, by: Staff, condition: ColumnElement[bool], *, now: datetime
) -> bool:
    """Make an existing claim this officer's, if the condition holds for it."""
    taken = session.execute(
        update(CardClaim)
        .where(CardClaim.signatory_id == signatory_id, condition)
        .values(officer_id=by.id, until=now + LASTS)
    )
    assert isinstance(taken, CursorResult)
    return taken.rowcount == 1


def _values(signatory_id: int, by: Staff, now: datetime) -> dict[str, Any]:
    return {"signatory_id": signatory_id, "officer_id": by.id, "until": now + LASTS}


def _free(
    session: Session, keys: Keys | None, wanted: Filter, by: Staff, after: int, *, now: datetime
) -> Iterator[int]:
    """Give the cards this officer could take, those after `after` first."""
    others = select(CardClaim.signatory_id).where(CardClaim.officer_id != by.id, CardClaim.until > now)
    found = (
        select(Signatory.id)
        .join(Signature, Signature.id == Signatory.signature_id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(*wanted.in_list(), Signatory.id.not_in(others))
        .order_by(*wanted.order())
        .limit(TRIED)
    )
    if by.countries:
        found = found.where(Signatory.country.in_(by.countries.split()))
    if wanted.words:  # withheld names must be opened to be searched
        met = [card.signatory.id for card in look(session, keys, wanted, after=after, limit=TRIED).cards]
        found = found.where(Signatory.id.in_(met))
    beyond = wanted.beyond(session, after)
    yield from session.scalars(found.where(beyond)).all()
    if wanted.state in ROUND_AGAIN:
        yield from session.scalars(found.where(not_(beyond), Signatory.id != after)).all()
