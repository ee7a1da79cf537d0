"""Claims: an officer has a card for ten minutes, so that two people do not decide about it at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, delete, select, update
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.storage.statements import insert_once
from campaign.verify.models import CardClaim
from campaign.web.staff import Staff

LASTS = timedelta(minutes=10)


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
    if not hold_claim(session, signatory_id, by, CardClaim.officer_id > 0, now=now):
        insert_once(session, CardClaim, claim_values(signatory_id, by, now))


def release(session: Session, signatory_id: int, by: Staff) -> None:
    """Let go of a card, if this officer has it."""
    session.execute(delete(CardClaim).where(CardClaim.signatory_id == signatory_id, CardClaim.officer_id == by.id))


def hold_claim(
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


def claim_values(signatory_id: int, by: Staff, now: datetime) -> dict[str, Any]:
    """Return the row of a claim that begins now."""
    return {"signatory_id": signatory_id, "officer_id": by.id, "until": now + LASTS}
