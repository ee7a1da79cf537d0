"""The steps of a delivery: approved by a second person, sent, received, answered; each step is a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.deliver.files import File
from campaign.deliver.life import Life, find_life
from campaign.deliver.models import Answer, AnswerFile, Arrival, HandoverFile, Posting, Sending
from campaign.deliver.rules import latest_day
from campaign.desk.admissions import is_admitted
from campaign.desk.identity import read_identity
from campaign.desk.rules import NOT_ADMITTED
from campaign.document.models import DeliveryApproval
from campaign.document.service import is_prepared
from campaign.letter.standing import State, standing
from campaign.mail.service import attach, queue_mail
from campaign.storage.journal import write_act
from campaign.storage.statements import table_of
from campaign.web.staff import Staff

MAIL = "deliver/document"
UNDONE = "deliver undo"
STEP, STEP_UNDONE = "step", "step undone"  # kinds of journal lines
LARGEST_PDF = 10 << 20  # what mail servers commonly take, once base64 has added a third to it, is 15 to 25 MB
RECALLED = "The letter is withdrawn: nothing of it is sent any more."
ANEW = "A signatory in it has withdrawn, or no longer wants to be named in it. Make it anew; do not send this one."
PREPARER_NOT_ADMITTED = (
    "The officer who prepared it does not count as one of two people: they were not admitted then, or are no longer. "
    "Prepare it yourself, and ask a colleague to approve it."
)
DAY = timedelta(days=1)
_POSTED = update(table_of(Posting)).where(table_of(Posting).c.mail_id == bindparam("mail"))
ACCEPTED, REFUSED = (_POSTED.values({name: bindparam("day")}) for name in ("accepted_on", "refused_on"))


class StepRefused(Exception):
    """This step cannot be taken now; the message says why."""


@dataclass(frozen=True)
class Posted:
    """The PDF of a mail, the address of the office, and the URL of the site where it can be checked."""

    address: str
    pdf: bytes
    site: str


@dataclass(frozen=True)
class Outgoing:
    """How a delivery is sent; `again` says that the officer means to send it once more.

    `number` counts the sendings of the delivery: the form carries the next one, so that a button pressed twice sends
    once. None is the next, whichever that is.
    """

    channel: str
    sent_on: date
    place: str = ""
    note: str = ""
    number: int | None = None
    again: bool = False
    posted: Posted | None = None


@dataclass(frozen=True)
class Answered:
    """An answer, its day and language (BCP 47), and whether the public may read it."""

    answered_on: date
    language: str
    text: str
    published: bool
    file: File | None = None


def approve_delivery(session: Session, number: int, by: Staff, *, now: datetime) -> None:
    """Approve a delivery as the second person. Raises NoSuchDelivery, StepRefused.

    The officer who prepared it and the one who approves it must both be admitted as persons (desk.admissions).
    """
    life = find_life(session, number, lock=True)
    _refuse_if(standing(life.letter, now).state is State.WITHDRAWN, RECALLED)
    _refuse_if(life.approval is not None, "It is approved already.")
    _refuse_if(life.delivery.officer_id == by.id, "You prepared it yourself. A second person approves it.")
    _refuse_if(life.missing > 0, ANEW)
    _refuse_if(not is_admitted(session, by.id, now), NOT_ADMITTED)
    _refuse_if(not is_prepared(session, life.delivery), PREPARER_NOT_ADMITTED)
    session.add(DeliveryApproval(delivery_id=number, officer_id=by.id, approved_at=now))
    _log(session, by, "deliver approve", life, {}, now=now)


def send_delivery(session: Session, number: int, outgoing: Outgoing, by: Staff, *, now: datetime) -> None:
    """Note that a delivery was sent, or queue its mail for the worker, in the same transaction as the sending.

    Raises NoSuchDelivery, and StepRefused: not approved, approved by the sender, or sent already without `again`.
    """
    life = find_life(session, number, lock=True)
    if life.approval is None:
        raise StepRefused("A second person approves it first.")
    _refuse_if(standing(life.letter, now).state is State.WITHDRAWN, RECALLED)
    _refuse_if(life.approval.officer_id == by.id, "You approved it yourself. Another person sends it.")
    _refuse_if(not is_admitted(session, by.id, now), NOT_ADMITTED)
    _refuse_if(life.missing > 0, ANEW)
    number_of_this = len(life.sendings) + 1
    pressed_twice = outgoing.number not in (None, number_of_this)
    meant = outgoing.again or not life.out
    _refuse_if(pressed_twice or not meant, "It has been sent already. Say that you mean to send it again.")
    _in_order(life.delivery.printed_on - DAY, outgoing.sent_on, now)  # it may be yesterday where it is handed over
    session.add(
        Sending(
            delivery_id=number,
            number=number_of_this,
            channel=outgoing.channel,
            sent_on=outgoing.sent_on,
            place=outgoing.place,
            note=outgoing.note,
            queued=outgoing.posted is not None,
            approved_by=life.approval.officer_id,
            officer_id=by.id,
        )
    )
    session.flush()  # the posting refers to this row; and the database refuses here a name withdrawn meanwhile
    if outgoing.posted is not None:
        mail_id = _post(session, life, outgoing.posted, now=now)
        session.add(Posting(delivery_id=number, number=number_of_this, mail_id=mail_id))
    _log(session, by, "deliver send", life, {"channel": outgoing.channel, "number": number_of_this}, now=now)


def note_outcome(session: Session, mail_id: int, accepted: bool, now: datetime) -> None:
    """Record on the posting whether a mail server accepted a mail; a mail that carries no delivery has none."""
    session.connection().execute(ACCEPTED if accepted else REFUSED, {"mail": mail_id, "day": now.date()})


def keep_receipt(session: Session, number: int, file: File, by: Staff, *, now: datetime) -> None:
    """Keep the receipt or photograph of the newest sending, in place of an earlier file.

    Raises NoSuchDelivery, StepRefused.
    """
    life = find_life(session, number, lock=True)
    _refuse_if(not life.out, "It has not been sent yet.")
    row = HandoverFile(delivery_id=number, number=life.out[-1].number, officer_id=by.id, **_columns(file))
    session.merge(row)
    _log(session, by, "deliver receipt", life, {"sha256": file.sha256.hex()[:12]}, now=now)


def receive_delivery(session: Session, number: int, on: date, by: Staff, *, now: datetime) -> None:
    """Note the day the recipient received it. Raises NoSuchDelivery, StepRefused."""
    life = find_life(session, number, lock=True)
    _refuse_if(life.arrival is not None, "That it was received is noted already.")
    _refuse_if(not life.out, "It has not been sent yet.")
    _in_order(life.out[0].sent_on, on, now)
    last = [sending.number for sending in life.out if sending.sent_on <= on][-1]
    session.add(Arrival(delivery_id=number, sending=last, received_on=on, officer_id=by.id))
    _log(session, by, "deliver receive", life, {"day": on.isoformat()}, now=now)


def answer_delivery(session: Session, number: int, answered: Answered, by: Staff, *, now: datetime) -> None:
    """Keep an answer, or correct the one that is kept. Raises NoSuchDelivery, StepRefused."""
    life = find_life(session, number, lock=True)
    if life.arrival is None:
        raise StepRefused("Note first that it was received.")
    _in_order(life.arrival.received_on, answered.answered_on, now)
    _refuse_if(life.delivery.annex and answered.published, "Nothing about an annex is published.")
    _refuse_if(
        not answered.text and not answered.file and not life.document,
        "Write the answer, or add its document.",
    )
    answer = Answer(
        delivery_id=number,
        answered_on=answered.answered_on,
        language=answered.language,
        text=answered.text,
        published=answered.published,
        officer_id=by.id,
    )
    session.merge(answer)
    session.flush()
    if answered.file is not None:
        session.merge(AnswerFile(delivery_id=number, officer_id=by.id, **_columns(answered.file)))
    digest = sha256(answered.text.encode()).hexdigest()[:12]
    details = {"shown": "published" if answered.published else "kept to the desk", "sha256": digest}
    if answered.file is not None:
        details["document"] = answered.file.sha256.hex()[:12]
    _log(session, by, "deliver answer", life, details, now=now)


def undo_step(session: Session, number: int, by: Staff, *, now: datetime) -> None:
    """Undo the newest step; a sending that the worker mails cannot be undone. Raises NoSuchDelivery, StepRefused."""
    life = find_life(session, number, lock=True)
    steps = (
        ("answer", life.answer),
        ("receive", life.arrival),
        ("send", life.sendings[-1].fact if life.sendings else None),
    )
    for step, fact in (*steps, ("approve", life.approval)):
        if fact is not None:
            _refuse_if(isinstance(fact, Sending) and fact.queued, "The worker has its mail. It cannot be undone.")
            session.delete(fact)
            _log(session, by, UNDONE, life, {"step": step}, now=now)
            return
    raise StepRefused("It has no step to undo yet.")


def _columns(file: File) -> dict[str, Any]:
    return {
        "media_type": file.media_type,
        "sha256": file.sha256,
        "size": len(file.content),
        "content": file.content,
    }


def _post(session: Session, life: Life, posted: Posted, *, now: datetime) -> int:
    _refuse_if(life.delivery.annex, "An annex never goes by mail: the mail servers on the way could read it.")
    _refuse_if(
        len(posted.pdf) > LARGEST_PDF, f"The PDF is larger than {LARGEST_PDF >> 20} MB: no mail server takes it."
    )
    _refuse_if(bool(life.volumes), "It is in volumes, too large for a mail. Hand it over, or send it by post.")
    # An officer chooses the file by hand: another letter's PDF must not go to this office.
    right = sha256(posted.pdf).digest() == life.delivery.pdf_sha256
    _refuse_if(not right, "This is not the PDF of this delivery: its SHA-256 is another.")
    us = read_identity(session).shown(life.delivery.language)
    values = {
        "reference": life.delivery.reference,
        "link": f"{posted.site}/verify?asked={life.delivery.reference}",
        "sender": us.name.words if us.version else "",
        "reply_to": us.reply_to,
    }
    mail_id = queue_mail(session, posted.address, MAIL, life.delivery.language, values, now=now)
    attach(session, mail_id, f"{life.delivery.reference}.pdf", posted.pdf)
    return mail_id


def _in_order(earliest: date, day: date, now: datetime) -> None:
    _refuse_if(day > latest_day(now), "This day has not come yet.")
    _refuse_if(day < earliest, "This day is before the step that comes before it.")


def _refuse_if(wrong: bool, sentence: str) -> None:
    if wrong:
        raise StepRefused(sentence)


def _log(
    session: Session, by: Staff, action: str, life: Life, details: Mapping[str, object], *, now: datetime
) -> None:
    """Write a step to the log and to the journal; a published answer and every other step give something."""
    named = {"reference": life.delivery.reference, "letter": life.letter.slug}
    subject = f"delivery:{life.delivery.id}"
    write_log(session, by, action, subject, {**named, **details}, now=now)
    step, shown = details.get("step", action.removeprefix("deliver ")), details.get("shown") == "published"
    kind = STEP_UNDONE if action == UNDONE else STEP
    line = {"reference": life.delivery.reference, "step": step, "shown": shown}
    write_act(session, kind, subject, line, gives=kind == STEP and (step != "answer" or shown), now=now)
    session.flush()
