"""An officer claims a card for ten minutes, so that two officers do not decide about it at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, delete, select, update
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.storage.statements import insert_once
from campaign.verify.models import CardClaim
from campaign.web.staff import Staff

CLAIM_LIFE = timedelta(minutes=10)


class Claimed(Exception):
    """Another officer has claimed this card; the message names them."""


@dataclass(frozen=True)
class Claimant:
    """The officer who has claimed a card, until `until` unless they decide or release it sooner."""

    officer_id: int
    name: str
    until: datetime


def find_claimant(session: Session, signatory_id: int, *, now: datetime) -> Claimant | None:
    """Return the officer who has claimed a card, None if it is free."""
    row = session.execute(
        select(CardClaim.officer_id, Officer.name, CardClaim.until)
        .join(Officer, Officer.id == CardClaim.officer_id)
        .where(CardClaim.signatory_id == signatory_id, CardClaim.until > now)
    ).first()
    return Claimant(*row) if row else None


def check_free(session: Session, signatory_id: int, by: Staff, *, now: datetime) -> None:
    """Raise Claimed if another officer has claimed the card."""
    claimant = find_claimant(session, signatory_id, now=now)
    if claimant is not None and claimant.officer_id != by.id:
        raise Claimed(claimant.name)


def claim(session: Session, signatory_id: int, by: Staff, *, now: datetime) -> None:
    """Claim a card, from another officer too: the page showed their name before the button was pressed."""
    if not update_claim(session, signatory_id, by, CardClaim.officer_id > 0, now=now):
        insert_once(session, CardClaim, claim_values(signatory_id, by, now))


def release(session: Session, signatory_id: int, by: Staff) -> None:
    """End this officer's claim of a card; another officer's stays."""
    session.execute(delete(CardClaim).where(CardClaim.signatory_id == signatory_id, CardClaim.officer_id == by.id))


def update_claim(
    session: Session, signatory_id: int, by: Staff, condition: ColumnElement[bool], *, now: datetime
) -> bool:
    """Make an existing claim this officer's if it meets the condition; say whether it did."""
    updated = session.execute(
        update(CardClaim)
        .where(CardClaim.signatory_id == signatory_id, condition)
        .values(officer_id=by.id, until=now + CLAIM_LIFE)
    )
    assert isinstance(updated, CursorResult)
    return updated.rowcount == 1


def claim_values(signatory_id: int, by: Staff, now: datetime) -> dict[str, Any]:
    """Return the columns of a claim that begins now."""
    return {"signatory_id": signatory_id, "officer_id": by.id, "until": now + CLAIM_LIFE}
