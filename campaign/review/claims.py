"""Claim the next card that no other officer has open."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import not_, or_, select
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory, Signature
from campaign.review.filters import DISPUTED, WAITING, Filter
from campaign.review.queue import find_card_page
from campaign.seal.keys import Keys
from campaign.storage.statements import insert_once
from campaign.verify.claims import claim_values, update_claim
from campaign.verify.models import CardClaim, Verification
from campaign.verify.rules import HELD
from campaign.web.staff import Staff

ROUND_AGAIN = (WAITING, HELD, DISPUTED)  # states that a decision takes a card out of
TRIED = 20  # cards tried in one go; if more officers than that work on the same few cards, press again


def claim_next(
    session: Session, keys: Keys | None, wanted: Filter, by: Staff, after: int = 0, *, now: datetime
) -> int | None:
    """Claim the first card after `after` that is free and that this officer may decide; None if there is none.

    In a state that cards leave by a decision, it begins again at the front: earlier cards may have been skipped.
    """
    for number in _free(session, keys, wanted, by, after, now=now):
        mine_or_over = or_(CardClaim.officer_id == by.id, CardClaim.until <= now)
        # Another officer may claim the card between the SELECT and here. One UPDATE with a condition, or an INSERT
        # that the primary key refuses, lets only one of them have it; the other goes on to the next card.
        if update_claim(session, number, by, mine_or_over, now=now):
            return number
        if insert_once(session, CardClaim, claim_values(number, by, now)):
            return number
    return None


def _free(
    session: Session, keys: Keys | None, wanted: Filter, by: Staff, after: int, *, now: datetime
) -> Iterator[int]:
    """Yield the cards that this officer could claim, those after `after` first."""
    others = select(CardClaim.signatory_id).where(CardClaim.officer_id != by.id, CardClaim.until > now)
    found = (
        select(Signatory.id)
        .join(Signature, Signature.id == Signatory.signature_id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(*wanted.list_conditions(), Signatory.id.not_in(others))
        .order_by(*wanted.order())
        .limit(TRIED)
    )
    if by.countries:
        found = found.where(Signatory.country.in_(by.countries.split()))
    if wanted.words:  # SQL cannot search withheld names: they must be opened
        met = [card.signatory.id for card in find_card_page(session, keys, wanted, after=after, limit=TRIED).cards]
        found = found.where(Signatory.id.in_(met))
    beyond = wanted.comes_after(session, after)
    yield from session.scalars(found.where(beyond)).all()
    if wanted.state in ROUND_AGAIN:
        yield from session.scalars(found.where(not_(beyond), Signatory.id != after)).all()
