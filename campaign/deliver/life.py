"""The life of a delivery: prepared, approved by a second person, sent, received, answered; each step is a row."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, func, literal, select
from sqlalchemy.orm import Session, aliased

from campaign.confirm.models import Signatory
from campaign.deliver.manifest import volumes_of
from campaign.deliver.models import Answer, Arrival, Delivery, DeliveryApproval, DeliveryLine, Package, Sending
from campaign.deliver.rules import Posted, latest_day
from campaign.desk.log import write_log
from campaign.letter.models import Letter
from campaign.mail.service import attach, queue_mail
from campaign.web.toolbox import Staff

MAIL = "deliver/document"
LARGEST_PDF = 10 << 20  # what mail servers commonly take, once base64 has added a third to it, is 15 to 25 MB
ANEW = (
    "Somebody in it has withdrawn, or no longer wants to be named in it. Make it anew; this one must not go out."
)
DAY = timedelta(days=1)


class NoSuchDelivery(Exception):
    """There is no delivery of this number or reference."""


class StepRefused(Exception):
    """This step cannot be taken now; the message says why."""


@dataclass(frozen=True)
class Sent:
    """How a delivery went out; `number` is which sending of it this is, and the second and later are meant."""

    channel: str
    sent_on: date
    place: str = ""
    note: str = ""
    number: int = 1
    posted: Posted | None = None


@dataclass(frozen=True)
class Answered:
    """What was answered, when, in which language (BCP 47), and whether the public may read it."""

    answered_on: date
    language: str
    text: str
    published: bool


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
    def volumes(self) -> list[str]:
        """Return the SHA-256 of each volume it is in; nothing if it is one document."""
        return (
            [said["sha256"] for _n, said in volumes_of(json.loads(self.package.manifest))] if self.package else []
        )

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


def approve_delivery(session: Session, number: int, by: Staff, *, now: datetime) -> None:
    """Agree as the second person that a delivery goes out. Raises NoSuchDelivery, StepRefused."""
    life = find_life(session, number, hold=True)
    _refuse(life.approval is not None, "It is approved already.")
    _refuse(life.delivery.officer_id == by.id, "You prepared it yourself. A second person approves it.")
    _refuse(life.missing > 0, ANEW)
    session.add(DeliveryApproval(delivery_id=number, officer_id=by.id, approved_at=now))
    _log(session, by, "deliver approve", life, {}, now=now)


def send_delivery(session: Session, number: int, sent: Sent, by: Staff, *, now: datetime) -> None:
    """Note that a delivery went out, or let the worker mail it; the queue and this row are one transaction.

    Raises NoSuchDelivery, StepRefused: not approved, approved by the sender, out already and not meant again.
    """
    life = find_life(session, number, hold=True)
    if life.approval is None:
        raise StepRefused("A second person approves it first.")
    _refuse(life.approval.officer_id == by.id, "You approved it yourself. Another person sends it.")
    _refuse(life.missing > 0, ANEW)
    _refuse(sent.number <= len(life.sendings), "It has been sent already. Say that you mean it to go out again.")
    _refuse(sent.number != len(life.sendings) + 1, "It has not been sent yet.")
    _in_order(life.delivery.printed_on - DAY, sent.sent_on, now)  # it may be yesterday where it is handed over
    session.add(
        Sending(
            delivery_id=number,
            number=sent.number,
            channel=sent.channel,
            sent_on=sent.sent_on,
            place=sent.place,
            note=sent.note,
            queued=sent.posted is not None,
            approved_by=life.approval.officer_id,
            officer_id=by.id,
        )
    )
    if sent.posted is not None:
        _post(session, life, sent.posted, now=now)
    _log(session, by, "deliver send", life, {"channel": sent.channel, "number": sent.number}, now=now)


def receive_delivery(session: Session, number: int, on: date, by: Staff, *, now: datetime) -> None:
    """Note the day the recipient received it. Raises NoSuchDelivery, StepRefused."""
    life = find_life(session, number, hold=True)
    _refuse(life.arrival is not None, "That it was received is noted already.")
    _refuse(not life.sendings, "It has not been sent yet.")
    _in_order(life.sendings[0].sent_on, on, now)
    last = [sending.number for sending in life.sendings if sending.sent_on <= on][-1]
    session.add(Arrival(delivery_id=number, sending=last, received_on=on, officer_id=by.id))
    _log(session, by, "deliver receive", life, {"day": on.isoformat()}, now=now)


def answer_delivery(session: Session, number: int, said: Answered, by: Staff, *, now: datetime) -> None:
    """Keep what was answered, or correct what was kept. Raises NoSuchDelivery, StepRefused."""
    life = find_life(session, number, hold=True)
    if life.arrival is None:
        raise StepRefused("Note first that it was received.")
    _in_order(life.arrival.received_on, said.answered_on, now)
    _refuse(life.delivery.annex and said.published, "Nothing about an annex is published.")
    answer = Answer(
        delivery_id=number,
        answered_on=said.answered_on,
        language=said.language,
        text=said.text,
        published=said.published,
        officer_id=by.id,
    )
    session.merge(answer)
    digest = sha256(said.text.encode()).hexdigest()[:12]
    details = {"shown": "published" if said.published else "kept to the desk", "sha256": digest}
    _log(session, by, "deliver answer", life, details, now=now)


def take_back(session: Session, number: int, by: Staff, *, now: datetime) -> None:
    """Take the newest step back, which was noted by mistake; what the worker mails stays. Raises StepRefused."""
    life = find_life(session, number, hold=True)
    steps = (
        ("answer", life.answer),
        ("receive", life.arrival),
        ("send", life.sendings[-1] if life.sendings else None),
    )
    for step, fact in (*steps, ("approve", life.approval)):
        if fact is not None:
            _refuse(isinstance(fact, Sending) and fact.queued, "The worker has its mail. It cannot be taken back.")
            session.delete(fact)
            _log(session, by, "deliver undo", life, {"step": step}, now=now)
            return
    raise StepRefused("Nothing has been done with it yet.")


def _post(session: Session, life: Life, posted: Posted, *, now: datetime) -> None:
    _refuse(life.delivery.annex, "An annex never goes by mail: anybody on the way could read it.")
    _refuse(
        len(posted.pdf) > LARGEST_PDF, f"The PDF is larger than {LARGEST_PDF >> 20} MB: no mail server takes it."
    )
    _refuse(bool(life.volumes), "It is in volumes, too large for a mail. Hand it over, or send it by post.")
    right = sha256(posted.pdf).digest() == life.delivery.pdf_sha256
    _refuse(not right, "This is not the PDF of this delivery: its SHA-256 is another.")
    values = {
        "reference": life.delivery.reference,
        "link": f"{posted.site}/verify?asked={life.delivery.reference}",
    }
    mail_id = queue_mail(session, posted.address, MAIL, life.delivery.language, values, now=now)
    attach(session, mail_id, f"{life.delivery.reference}.pdf", posted.pdf)


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


def _in_order(earliest: date, day: date, now: datetime) -> None:
    _refuse(day > latest_day(now), "This day has not come yet.")
    _refuse(day < earliest, "This day is before the step that comes before it.")


def _refuse(wrong: bool, sentence: str) -> None:
    if wrong:
        raise StepRefused(sentence)


def _log(
    session: Session, by: Staff, action: str, life: Life, said: Mapping[str, object], *, now: datetime
) -> None:
    details = {"reference": life.delivery.reference, "letter": life.letter.slug, **said}
    write_log(session, by, action, f"delivery:{life.delivery.id}", details, now=now)
    session.flush()
