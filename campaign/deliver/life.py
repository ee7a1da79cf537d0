"""The life of a delivery, as its rows tell it: prepared, approved, sent, received, answered."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, func, literal, select
from sqlalchemy.orm import Session, aliased

from campaign.confirm.models import Signatory
from campaign.deliver.models import Answer, Arrival, Delivery, DeliveryApproval, DeliveryLine, Package, Sending
from campaign.letter.models import Letter


class NoSuchDelivery(Exception):
    """There is no delivery of this number or reference."""


@dataclass(frozen=True)
class Life:
    """A delivery and its steps so far; `missing` names have gone since it was prepared."""

    delivery: Delivery
    letter: Letter
    package: Package | None
    approval: DeliveryApproval | None
    sendings: tuple[Sending, ...]
    arrival: Arrival | None
    answer: Answer | None
    missing: int

    @property
    def office(self) -> str:
        """Return the office a package is for, as its manifest says; empty for a document without one."""
        return str(json.loads(self.package.manifest)["recipient"]["lines"][0]) if self.package else ""

    @property
    def published(self) -> Answer | None:
        """Return the answer, if the public may read it."""
        return self.answer if self.answer and self.answer.published else None

    @property
    def anew(self) -> bool:
        """Say whether it may no longer go out, though it has not yet."""
        return not self.sendings and self.missing > 0

    @property
    def following(self) -> str:
        """Return what is next: anew, approve, send, receive, answer, or nothing."""
        if self.anew:
            return "anew"
        steps = (("approve", self.approval), ("send", self.sendings), ("receive", self.arrival))
        return next((step for step, fact in (*steps, ("answer", self.answer)) if not fact), "")


def _standing() -> ScalarSelect[int]:
    """Count who may still be named in a delivery: who has not withdrawn, nor signed again to be seen by fewer."""
    entry, now_standing = aliased(Signatory), aliased(Signatory)
    allowed = (now_standing.visibility == "public") | (Delivery.annex & (now_standing.visibility == "withheld"))
    return (
        select(func.count())
        .select_from(DeliveryLine)
        .join(entry, entry.id == DeliveryLine.signatory_id)
        .join(now_standing, (now_standing.signature_id == entry.signature_id) & now_standing.stands)
        .where(DeliveryLine.delivery_id == Delivery.id, allowed)
        .correlate(Delivery)
        .scalar_subquery()
    )


MISSING = Delivery.names - _standing()


def find_lives(session: Session, limit: int) -> list[Life]:
    """Return the newest deliveries with their steps; names missing are counted of those that are still here."""
    unsent = ~select(Sending.number).where(Sending.delivery_id == Delivery.id).exists()
    newest = select(Delivery.id).order_by(Delivery.id.desc()).limit(limit)
    return _lives(session, newest, case((unsent, MISSING), else_=0))


def public_lives(session: Session, letter: Letter, *, now: datetime) -> list[Life]:
    """Return what the public is told of: what went out, the earliest first; no annex, nothing under embargo."""
    sent = select(Sending.number).where(Sending.delivery_id == Delivery.id).exists()
    wanted = select(Delivery.id).where(Delivery.letter_id == letter.id, ~Delivery.annex, sent)
    return [] if letter.is_silent(now) else _lives(session, wanted, literal(0))[::-1]


def find_life(session: Session, number: int, *, hold: bool = False) -> Life:
    """Return one delivery with its steps, held against a withdrawal if asked. Raises NoSuchDelivery.

    A withdrawal adds a recall, whose foreign key waits for this row: it comes wholly before a step or wholly after.
    """
    if hold:
        session.execute(select(Delivery.id).where(Delivery.id == number).with_for_update())
    lives = _lives(session, select(Delivery.id).where(Delivery.id == number), MISSING)
    if not lives:
        raise NoSuchDelivery(f"there is no delivery {number}")
    return lives[0]


def number_of(session: Session, reference: str) -> int:
    """Return the number of the newest delivery of this reference. Raises NoSuchDelivery."""
    wanted = select(Delivery.id).where(Delivery.reference == reference.upper()).order_by(Delivery.id.desc())
    number = session.scalar(wanted.limit(1))
    if number is None:
        raise NoSuchDelivery(f"there is no delivery {reference}")
    return number


def _lives(session: Session, numbers: Select[int], missing: ColumnElement[int]) -> list[Life]:
    rows = session.execute(
        select(Delivery, Letter, Package, DeliveryApproval, Arrival, Answer, missing)
        .join(Letter, Letter.id == Delivery.letter_id)
        .outerjoin(Package, Package.delivery_id == Delivery.id)
        .outerjoin(DeliveryApproval, DeliveryApproval.delivery_id == Delivery.id)
        .outerjoin(Arrival, Arrival.delivery_id == Delivery.id)
        .outerjoin(Answer, Answer.delivery_id == Delivery.id)
        .where(Delivery.id.in_(numbers))
        .order_by(Delivery.id.desc())
    ).all()
    sendings: dict[int, list[Sending]] = {}
    here = Sending.delivery_id.in_([row[0].id for row in rows])
    for sending in session.scalars(select(Sending).where(here).order_by(Sending.number)):
        sendings.setdefault(sending.delivery_id, []).append(sending)
    return [
        Life(delivery, letter, package, approval, tuple(sendings.get(delivery.id, ())), arrival, answer, gone)
        for delivery, letter, package, approval, arrival, answer, gone in rows
    ]
