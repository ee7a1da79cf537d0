"""Give an officer the next card that nobody else has."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import not_, or_, select
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory, Signature
from campaign.review.filters import DISPUTED, WAITING, Filter
from campaign.review.queue import look
from campaign.seal.keys import Keys
from campaign.storage.statements import insert_once
from campaign.verify.claims import claim_values, hold_claim
from campaign.verify.models import CardClaim, Verification
from campaign.verify.rules import HELD
from campaign.web.staff import Staff

ROUND_AGAIN = (WAITING, HELD, DISPUTED)  # states that a decision takes a card out of
TRIED = 20  # cards looked at in one go; with more officers than that on the same few cards, press again


def claim_next(
    session: Session, keys: Keys | None, wanted: Filter, by: Staff, after: int = 0, *, now: datetime
) -> int | None:
    """Take the first card after `after` that nobody else has and this officer may decide; None if there is none.

    Cards that nobody has decided about are gone round once more, since some may have been left out.
    """
    for number in _free(session, keys, wanted, by, after, now=now):
        mine_or_over = or_(CardClaim.officer_id == by.id, CardClaim.until <= now)
        if hold_claim(session, number, by, mine_or_over, now=now):
            return number
        if insert_once(session, CardClaim, claim_values(number, by, now)):
            return number
    return None


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
