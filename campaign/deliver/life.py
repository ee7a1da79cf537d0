"""A delivery with its steps: prepared, approved, sent, received, answered."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, case, literal, select
from sqlalchemy.orm import Session, undefer

from campaign.deliver.models import Answer, AnswerFile, Arrival, HandoverFile, Posting, Sending
from campaign.document.models import Delivery, DeliveryApproval
from campaign.document.service import MISSING
from campaign.letter.models import Letter
from campaign.letter.service import embargo_over
from campaign.letter.standing import standing
from campaign.package.manifest import volumes_of
from campaign.package.models import Package

POSTED = (Posting.delivery_id == Sending.delivery_id) & (Posting.number == Sending.number)


class NoSuchDelivery(Exception):
    """There is no delivery of this number or reference."""


@dataclass(frozen=True)
class Sent:
    """One sending and, if the worker mails it, its posting."""

    fact: Sending
    posting: Posting | None

    @property
    def gone(self) -> bool:
        """Say whether it has left: handed over, or accepted by a mail server."""
        return self.posting is None or self.posting.accepted_on is not None

    @property
    def under_way(self) -> bool:
        """Say whether its mail is still in the queue."""
        return not self.gone and not self.failed

    @property
    def failed(self) -> bool:
        """Say whether its mail was refused for good, or deleted unsent after 72 hours."""
        posting = self.posting
        return posting is not None and not posting.accepted_on and bool(posting.refused_on or not posting.mail_id)


@dataclass(frozen=True)
class Life:
    """A delivery and its steps so far; `missing` counts the names that were withdrawn since it was prepared."""

    delivery: Delivery
    letter: Letter
    package: Package | None
    approval: DeliveryApproval | None
    sendings: tuple[Sent, ...]
    arrival: Arrival | None
    answer: Answer | None
    missing: int
    receipt: HandoverFile | None
    document: AnswerFile | None

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Return a package's manifest; empty for a document without a package."""
        return dict(json.loads(self.package.manifest)) if self.package else {}

    @property
    def office(self) -> str:
        """Return the office of a package, from its manifest; empty for a document without a package."""
        return str(self.facts["recipient"]["lines"][0]) if self.facts else ""

    @property
    def wanted(self) -> dict[str, str]:
        """Return the order for the same package again; empty for a document without a package."""
        if self.package is None:
            return {}
        order = {"letter": self.letter.slug, "country": self.delivery.country, "office": self.package.office}
        return order | {"language": self.delivery.language, "paper": self.facts["paper"]}

    @property
    def volumes(self) -> list[str]:
        """Return the SHA-256 of each volume; empty if it is one document."""
        return [volume["sha256"] for _name, volume in volumes_of(self.facts)] if self.facts else []

    @property
    def published(self) -> Answer | None:
        """Return the answer, if the public may read it."""
        return self.answer if self.answer and self.answer.published else None

    @property
    def out(self) -> tuple[Sending, ...]:
        """Return the sendings that were sent or will be: all but those whose mail failed."""
        return tuple(sent.fact for sent in self.sendings if not sent.failed)

    @property
    def gone(self) -> tuple[Sending, ...]:
        """Return the sendings that have left, which the public may know of."""
        return tuple(sent.fact for sent in self.sendings if sent.gone)

    @property
    def anew(self) -> bool:
        """Say whether it must be made anew: it was never sent, and carries withdrawn names."""
        return not self.out and self.missing > 0

    @property
    def following(self) -> str:
        """Return the next step: anew, approve, send, receive, answer, or ""."""
        if self.anew:
            return "anew"
        steps = (("approve", self.approval), ("send", self.out), ("receive", self.arrival))
        return next((step for step, fact in (*steps, ("answer", self.answer)) if not fact), "")


def was_sent(*, queued: bool = False) -> ColumnElement[bool]:
    """Return the condition that a delivery was sent; with `queued`, or that its mail is in the queue."""
    accepted = Posting.accepted_on.is_not(None)
    way = accepted | (Posting.refused_on.is_(None) & Posting.mail_id.is_not(None)) if queued else accepted
    sent = select(Sending.number).where(Sending.delivery_id == Delivery.id)
    return sent.outerjoin(Posting, POSTED).where(Posting.number.is_(None) | way).correlate(Delivery).exists()


def find_lives(session: Session, limit: int) -> list[Life]:
    """Return the newest deliveries with their steps; missing names are counted only for those not sent yet."""
    newest = select(Delivery.id).order_by(Delivery.id.desc()).limit(limit)
    # Counting reads every line of a delivery; once it is sent, the recalls say which names are missing.
    return _lives(session, newest, case((was_sent(queued=True), 0), else_=MISSING))


def public_lives(session: Session, letter: Letter, *, now: datetime) -> list[Life]:
    """Return the deliveries the public may know of: those sent, the earliest first; no annex, none under embargo."""
    wanted = select(Delivery.id).where(Delivery.letter_id == letter.id, ~Delivery.annex, was_sent())
    return [] if standing(letter, now).embargoed else _lives(session, wanted, literal(0))[::-1]


def find_life(session: Session, number: int, *, lock: bool = False) -> Life:
    """Return one delivery with its steps; `lock` locks its row against a withdrawal. Raises NoSuchDelivery.

    A withdrawal inserts a recall, whose foreign key waits for the locked row: it comes wholly before or after a step.
    """
    if lock:
        session.execute(select(Delivery.id).where(Delivery.id == number).with_for_update())
    lives = _lives(session, select(Delivery.id).where(Delivery.id == number), MISSING)
    if not lives:
        raise NoSuchDelivery(f"there is no delivery {number}")
    return lives[0]


def find_approved_unsent(session: Session, letter: Letter) -> list[Life]:
    """Return the approved packages of a letter that were not sent, the newest for each office, the oldest first."""
    wanted = (
        select(Delivery.id)
        .join(Package, Package.delivery_id == Delivery.id)
        .join(DeliveryApproval, DeliveryApproval.delivery_id == Delivery.id)
        .where(Delivery.letter_id == letter.id, ~Delivery.annex)
    )
    newest = {(life.delivery.country, life.office): life for life in _lives(session, wanted, MISSING)[::-1]}
    return [life for life in newest.values() if not life.out]


def published_document(session: Session, reference: str, *, now: datetime) -> AnswerFile | None:
    """Return the document of an answer that the public may read, None if there is none."""
    open_to_all = Answer.published & ~Delivery.annex & embargo_over(now)
    return session.scalar(
        select(AnswerFile)
        .join(Answer, Answer.delivery_id == AnswerFile.delivery_id)
        .join(Delivery, Delivery.id == AnswerFile.delivery_id)
        .join(Letter, Letter.id == Delivery.letter_id)
        .where(Delivery.reference == reference, open_to_all)
        .options(undefer(AnswerFile.content))
        .order_by(Delivery.id.desc())
        .limit(1)
    )


def number_of(session: Session, reference: str) -> int:
    """Return the number of the newest delivery of this reference. Raises NoSuchDelivery."""
    wanted = select(Delivery.id).where(Delivery.reference == reference.upper()).order_by(Delivery.id.desc())
    number = session.scalar(wanted.limit(1))
    if number is None:
        raise NoSuchDelivery(f"there is no delivery {reference}")
    return number


def _lives(session: Session, numbers: Select[int], missing: ColumnElement[int]) -> list[Life]:
    facts = (Package, DeliveryApproval, Arrival, Answer, HandoverFile, AnswerFile)
    asked = select(Delivery, Letter, missing, *facts).join(Letter, Letter.id == Delivery.letter_id)
    for fact in facts:
        asked = asked.outerjoin(fact, fact.delivery_id == Delivery.id)
    rows = session.execute(asked.where(Delivery.id.in_(numbers)).order_by(Delivery.id.desc())).all()
    sendings = _sendings(session, [row[0].id for row in rows])
    return [_life(tuple(row), tuple(sendings.get(row[0].id, ()))) for row in rows]


def _life(row: tuple[Any, ...], sendings: tuple[Sent, ...]) -> Life:
    delivery, letter, missing, package, approval, arrival, answer, receipt, document = row
    return Life(delivery, letter, package, approval, sendings, arrival, answer, missing, receipt, document)


def _sendings(session: Session, deliveries: list[int]) -> dict[int, list[Sent]]:
    rows = session.execute(
        select(Sending, Posting)
        .outerjoin(Posting, POSTED)
        .where(Sending.delivery_id.in_(deliveries))
        .order_by(Sending.number)
    )
    found: dict[int, list[Sent]] = {}
    for fact, posting in rows:
        found.setdefault(fact.delivery_id, []).append(Sent(fact, posting))
    return found
