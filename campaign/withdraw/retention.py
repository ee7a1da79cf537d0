"""Delete what is older than we promise to keep it (docs/privacy.md says how long)."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Select, and_, case, delete, false, func, or_, select, update
from sqlalchemy.orm import Session

from campaign.audit.log import forget_entries
from campaign.audit.models import LogEntry, LogHead
from campaign.confirm.models import AskedAnew, Signatory, Signature
from campaign.confirm.rules import answers_until
from campaign.confirm.service import CLEAR
from campaign.deliver.models import HandoverFile, Sending
from campaign.desk.models import Approval
from campaign.document.models import Delivery
from campaign.letter.models import Letter, LetterText, Preview
from campaign.letter.service import all_letters, embargo_over
from campaign.letter.standing import own_clock
from campaign.mail.models import Mail
from campaign.sign.models import Intent
from campaign.storage.database import Database
from campaign.storage.journal import JOURNAL_LIFE, drop_before
from campaign.storage.statements import table_of
from campaign.verify.models import Verification
from campaign.withdraw.clock import jumped_from, save_moment
from campaign.withdraw.models import LinkRequest
from campaign.withdraw.rules import (
    CONTACT_LIFE,
    MAIL_LIFE,
    NAME_LIFE,
    is_over,
    last_day,
    months_before,
)

log = structlog.get_logger()
LINES = "journal lines"
PROMISED = ("mails",)  # deleted even by a clock that has jumped
BATCH = 1_000  # rows of each kind in one transaction: other writers wait only a moment
SIGNATORY, SIGNATURE, NOTES = table_of(Signatory), table_of(Signature), table_of(Verification)
NAMELESS: dict[str, Any] = dict.fromkeys(CLEAR) | {
    "owner_entry": None,
    "sealed_said": None,
    "sealed_entry": b"",
    "sort_key": b"",
}


@dataclass(frozen=True)
class Retention:
    """One kind of record: which rows are due for deletion, and how they are deleted."""

    due: Callable[[Session, datetime], Select[int]]
    forget: Callable[[Session, list[int], datetime], None]


def forget(journal: Path, database: Database, now: datetime, *, clock_is_right: bool = False) -> dict[str, int]:
    """Delete all that is due, a batch at a time, and leave no deleted byte in SQLite's log; return counts by kind.

    The worker calls this every few minutes; if nothing is due, other writers do not wait for it. A clock that has jumped
    deletes only plain addresses until an operator confirms the clock: we promise to keep those for 72 hours at most,
    and a person whose mail a wrong clock deleted can ask for another.
    """
    known = _retentions(database, now, clock_is_right)
    with database.read() as session:
        waiting = any(count_due(session, now=now).values())
    total = dict.fromkeys([*RETENTIONS, LINES], 0)
    while waiting:
        with database.write() as session:
            gone = purge(session, known, now=now)
        total |= {name: total[name] + count for name, count in gone.items()}
        waiting = BATCH in gone.values()
    database.truncate_log()  # deleted names stand in SQLite's write-ahead log until it is emptied
    if known is RETENTIONS:
        total[LINES] = drop_before(journal, now.date() - JOURNAL_LIFE)
    return total


def _retentions(database: Database, now: datetime, clock_is_right: bool) -> dict[str, Retention]:
    """Return the kinds that may be deleted now, and store this moment unless the clock has jumped."""
    with database.write() as session:
        if clock_is_right or jumped_from(session, now=now) is None:
            save_moment(session, now=now)
            return RETENTIONS
    log.warning("clock_jumped")
    return {name: RETENTIONS[name] for name in PROMISED}


def purge(session: Session, kinds: dict[str, Retention], *, now: datetime) -> dict[str, int]:
    """Delete up to a batch of each of these kinds; return how many of each."""
    gone = {}
    for name, kind in kinds.items():
        ids = list(session.scalars(kind.due(session, now).limit(BATCH)))
        if ids:
            kind.forget(session, ids, now)
        gone[name] = len(ids)
    return gone


def count_due(session: Session, *, now: datetime) -> dict[str, int]:
    """Return how many of each kind are due."""
    return {
        name: session.scalar(select(func.count()).select_from(kind.due(session, now).order_by(None).subquery()))
        or 0
        for name, kind in RETENTIONS.items()
    }


def _intents(session: Session, now: datetime) -> Select[int]:
    """Return the intents whose 72 hours are over, by the clock of their own letter."""
    over = (
        (LetterText.letter_id == letter.id) & (Intent.expires_at <= own_clock(letter, now))
        for letter in session.scalars(select(Letter))
    )
    return select(Intent.id).join(LetterText, LetterText.id == Intent.letter_text_id).where(or_(false(), *over))


def _requests(_session: Session, now: datetime) -> Select[int]:
    return select(LinkRequest.id).where(LinkRequest.expires_at <= now)


def _previews(_session: Session, now: datetime) -> Select[int]:
    """Return the preview links of letters that everybody can read by now; they say for whom they were."""
    return select(Preview.id).join(Letter, Letter.id == Preview.letter_id).where(embargo_over(now))


def _asked(session: Session, now: datetime) -> Select[int]:
    """What a signatory was asked anew is due when there is no more time to answer; what they signed stays."""
    over = [letter.id for letter in all_letters(session) if now >= answers_until(letter)]
    return select(AskedAnew.signature_id).where(AskedAnew.letter_id.in_(over)).distinct()


def _forget_asked(session: Session, ids: list[int], _now: datetime) -> None:
    session.execute(delete(AskedAnew).where(AskedAnew.signature_id.in_(ids)))


def _mails(_session: Session, now: datetime) -> Select[int]:
    return select(Mail.id).where(or_(Mail.failed_at <= now - MAIL_LIFE, Mail.created_at <= now - MAIL_LIFE))


def _contacts(session: Session, now: datetime) -> Select[int]:
    over = _letters_over(session, CONTACT_LIFE, now.date())
    return select(Signature.id).where(Signature.letter_id.in_(over), func.length(Signature.sealed_address) > 0)


def _withheld(session: Session, now: datetime) -> Select[int]:
    over = _letters_over(session, NAME_LIFE, now.date())
    sealed = func.length(Signatory.sealed_entry) > 0
    return select(Signatory.id).where(Signatory.stands, Signatory.letter_id.in_(over), sealed)


def _public(_session: Session, now: datetime) -> Select[int]:
    named = Signatory.name.is_not(None)
    return select(Signatory.id).where(Signatory.stands, named, Signatory.confirmed_at <= months_before(now))


def _superseded(session: Session, now: datetime) -> Select[int]:
    """Superseded entries are due as a withheld or a public name would be, whichever is earlier."""
    over = _letters_over(session, NAME_LIFE, now.date())
    named = or_(Signatory.name.is_not(None), func.length(Signatory.sealed_entry) > 0)
    due = or_(Signatory.letter_id.in_(over), Signatory.confirmed_at <= months_before(now))
    return select(Signatory.id).where(and_(Signatory.stands.is_(False), named, due))


def _log(_session: Session, now: datetime) -> Select[int]:
    """The log is deleted up to a signed head: without one, an audit could not tell it from a log cut short."""
    signed = select(func.max(LogHead.entry_id)).where(LogHead.at <= months_before(now)).scalar_subquery()
    return select(LogEntry.id).where(LogEntry.id <= signed).order_by(LogEntry.id)


def _letters_over(session: Session, life: timedelta, today: date) -> list[int]:
    rows = session.execute(
        select(Letter.id, Letter.closes_on, func.max(_delivered_on()))
        .outerjoin(Delivery, Delivery.letter_id == Letter.id)
        .outerjoin(Sending, Sending.delivery_id == Delivery.id)
        .group_by(Letter.id, Letter.closes_on)
    )
    return [number for number, closes, delivered in rows if is_over(last_day(closes, delivered), life, today)]


def _delivered_on() -> ColumnElement[date]:
    """Return the day a delivery was sent, or printed if it is not sent yet: it may still need the names."""
    return func.coalesce(Sending.sent_on, Delivery.printed_on)


def _receipts(_session: Session, now: datetime) -> Select[int]:
    here = (Sending.delivery_id == HandoverFile.delivery_id) & (Sending.number == HandoverFile.number)
    return select(HandoverFile.delivery_id).join(Sending, here).where(Sending.sent_on <= months_before(now).date())


def _forget_receipts(session: Session, ids: list[int], _now: datetime) -> None:
    session.execute(delete(HandoverFile).where(HandoverFile.delivery_id.in_(ids)))


def _requests_for_two(_session: Session, now: datetime) -> Select[int]:
    return select(Approval.id).where(Approval.expires_at <= now, Approval.payload.is_not(None))


def _forget_payloads(session: Session, ids: list[int], _now: datetime) -> None:
    """Delete what an officer typed with a request, which may name a person; who asked for what stays."""
    session.execute(update(Approval).where(Approval.id.in_(ids)).values(payload=None))


def _delete(model: type[Any], session: Session, ids: list[int], _now: datetime) -> None:
    session.execute(delete(model).where(model.id.in_(ids)), execution_options={"synchronize_session": False})


def _forget_contacts(session: Session, ids: list[int], _now: datetime) -> None:
    """Delete all that an address could be found or compared by; a random index keeps the column unique."""
    for number in ids:  # one by one: each needs a random index of its own
        statement = (
            update(SIGNATURE)
            .where(SIGNATURE.c.id == number)
            .values(sealed_address=b"", address_index=secrets.token_bytes(32), domain_index=None)
        )
        session.connection().execute(statement)


def _forget_names(session: Session, ids: list[int], _now: datetime) -> None:
    """Delete the name and the desk's note about the person; the row stays and counts."""
    used = case((SIGNATORY.c.visibility == "public", "counted"), else_=SIGNATORY.c.visibility)
    here = SIGNATORY.c.id.in_(ids)
    session.connection().execute(update(SIGNATORY).where(here).values(**NAMELESS, visibility=used))
    session.connection().execute(update(NOTES).where(NOTES.c.signatory_id.in_(ids)).values(note=""))


def _forget_log(session: Session, ids: list[int], now: datetime) -> None:
    # The log can be cut only at a signed head: the first one that is not before the last entry of this batch.
    through = session.scalars(select(func.min(LogHead.entry_id)).where(LogHead.entry_id >= ids[-1])).one()
    forget_entries(session, through, now=now)


RETENTIONS = {
    "intents": Retention(_intents, partial(_delete, Intent)),
    "link requests": Retention(_requests, partial(_delete, LinkRequest)),
    "preview links": Retention(_previews, partial(_delete, Preview)),
    "questions to sign anew": Retention(_asked, _forget_asked),
    "mails": Retention(_mails, partial(_delete, Mail)),
    "addresses": Retention(_contacts, _forget_contacts),
    "superseded names": Retention(_superseded, _forget_names),
    "withheld names": Retention(_withheld, _forget_names),
    "public names": Retention(_public, _forget_names),
    "receipts of handing over": Retention(_receipts, _forget_receipts),
    "requests nobody agreed to": Retention(_requests_for_two, _forget_payloads),
    "log entries": Retention(_log, _forget_log),
}
