"""Queue, lease and finish mails: each is sent at least once; a killed worker causes at most one duplicate."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from campaign.mail.models import Attachment, Mail
from campaign.mail.rules import LEASE, OWED_FOR, Place, next_try
from campaign.storage.statements import Turn, table_of, wait_turn

NOWHERE = dict.fromkeys(("mailbox", "domain", "joins", "gathers")) | {"domain_most": 0, "rank": 0}
OWE = insert(table_of(Mail)).returning(table_of(Mail).c.id)
FINISH = delete(table_of(Mail)).where(table_of(Mail).c.id == bindparam("number"))


def queue_mail(
    session: Session,
    recipient: str | None,
    letter: str,
    language: str,
    values: Mapping[str, str],
    place: Place | None = None,
    *,
    now: datetime,
) -> int:
    """Queue a mail and return its number. `letter` names templates/mail/<letter>.

    `values` must contain nothing that a stranger typed: the site would become a spam relay. Without a recipient the
    mail is muted: it takes the same row, place and time, so that no answer tells whether an address is known, and the
    worker deletes it unsent. With `place`, the mail waits until there is room for it. The Message-ID is made here, once,
    so that mail programs show a mail that was sent twice as one.
    """
    row = {
        "recipient": recipient,
        "letter": letter,
        "language": language,
        "values": json.dumps(values),
        "message_id": secrets.token_hex(16),
        "created_at": now,
        "due_at": now,
        "attempts": 0,
        **(asdict(place) if place is not None else NOWHERE),
    }
    return int(session.connection().execute(OWE, row).scalar_one())


def attach(session: Session, mail_id: int, filename: str, content: bytes) -> None:
    """Attach a PDF to a queued mail; `filename` is ASCII."""
    session.add(Attachment(mail_id=mail_id, filename=filename, content=content))
    session.flush()


def attached(session: Session, mails: Sequence[Mail]) -> dict[int, Attachment]:
    """Return the attachments of these mails, by mail number."""
    carried = select(Attachment).where(Attachment.mail_id.in_([mail.id for mail in mails]))
    return {one.mail_id: one for one in session.scalars(carried)}


def lease_mails(session: Session, limit: int, *, now: datetime) -> list[Mail]:
    """Lease up to `limit` mails that are due and not leased by another worker."""
    # SKIP LOCKED alone would not do: two workers could count the same places of a mailbox as free.
    wait_turn(session, Turn.MAIL)
    due = (
        select(Mail)
        .where(Mail.failed_at.is_(None), Mail.due_at <= now, _free(now))
        .order_by(Mail.due_at, Mail.rank, Mail.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    mails = list(session.scalars(due))
    for mail in mails:
        mail.leased_until = now + LEASE
    return mails


def overdue_mails(session: Session, *, now: datetime) -> Sequence[Mail]:
    """Return the mails that are due for 48 hours and not leased.

    A mail that waits for a place was never tried; its 48 hours begin when it gets the place.
    """
    overdue = select(Mail).where(Mail.failed_at.is_(None), Mail.recipient.is_not(None), _free(now))
    owed_since = func.coalesce(Mail.placed_at, Mail.created_at)
    overdue = overdue.where(Mail.waits.is_(None), owed_since <= now - OWED_FOR).limit(100)
    return session.scalars(overdue.with_for_update(skip_locked=True)).all()


def release_mails(session: Session, mails: Sequence[Mail]) -> None:
    """End the lease of mails that were not tried: they stay due, and no try is counted."""
    numbers = [mail.id for mail in mails]
    session.execute(update(Mail).where(Mail.id.in_(numbers)).values(leased_until=None))


def finish_mail(session: Session, mail_id: int) -> None:
    """Delete a mail that was accepted, with its address, link and code."""
    session.connection().execute(FINISH, {"number": mail_id})


def postpone_mail(session: Session, mail: Mail, fault: str, *, now: datetime) -> bool:
    """Try again later, or give up after 48 hours; say whether the mail will be tried again.

    The time that it waited for a place is not counted.
    """
    if now - (mail.placed_at or mail.created_at) >= OWED_FOR:
        refuse_mail(session, mail.id, fault, now=now)
        return False
    attempts = mail.attempts + 1
    session.execute(
        update(Mail)
        .where(Mail.id == mail.id)
        .values(attempts=attempts, due_at=next_try(attempts, now), leased_until=None, fault=fault[:40])
    )
    return True


def refuse_mail(session: Session, mail_id: int, fault: str, *, now: datetime) -> None:
    """Give up a mail: keep the row and the fault, erase the recipient, the values and the attachment."""
    session.execute(delete(Attachment).where(Attachment.mail_id == mail_id))
    session.execute(
        update(Mail)
        .where(Mail.id == mail_id)
        .values(failed_at=now, recipient=None, values=None, leased_until=None, fault=fault[:40])
    )


def owed_and_refused(session: Session) -> tuple[int, int]:
    """Return how many mails are still to be sent, and how many were given up."""
    owed = session.scalar(select(func.count()).where(Mail.failed_at.is_(None), Mail.recipient.is_not(None))) or 0
    refused = session.scalar(select(func.count()).where(Mail.failed_at.is_not(None))) or 0
    return owed, refused


def oldest_owed(session: Session) -> datetime | None:
    """Return since when the first mail waits to be sent, None if none does."""
    waiting = Mail.failed_at.is_(None) & Mail.recipient.is_not(None)
    return session.scalar(select(func.min(func.coalesce(Mail.placed_at, Mail.created_at))).where(waiting))


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(Mail.leased_until.is_(None), Mail.leased_until < now)
