"""The steps of a delivery: approved by a second person, sent, received, answered; each step is a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy.orm import Session

from campaign.deliver.life import Life, find_life
from campaign.deliver.models import Answer, Arrival, DeliveryApproval, Sending
from campaign.deliver.rules import latest_day
from campaign.desk.log import write_log
from campaign.mail.service import attach, queue_mail
from campaign.web.toolbox import Staff

MAIL = "deliver/document"
LARGEST_PDF = 10 << 20  # what mail servers commonly take, once base64 has added a third to it, is 15 to 25 MB
ANEW = (
    "Somebody in it has withdrawn, or no longer wants to be named in it. Make it anew; this one must not go out."
)
DAY = timedelta(days=1)


class StepRefused(Exception):
    """This step cannot be taken now; the message says why."""


@dataclass(frozen=True)
class Posted:
    """The PDF that a mail carries, the address it goes to, and the site on which it can be checked."""

    address: str
    pdf: bytes
    site: str


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
    right = sha256(posted.pdf).digest() == life.delivery.pdf_sha256
    _refuse(not right, "This is not the PDF of this delivery: its SHA-256 is another.")
    values = {
        "reference": life.delivery.reference,
        "link": f"{posted.site}/verify?asked={life.delivery.reference}",
    }
    mail_id = queue_mail(session, posted.address, MAIL, life.delivery.language, values, now=now)
    attach(session, mail_id, f"{life.delivery.reference}.pdf", posted.pdf)


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
