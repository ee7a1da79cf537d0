"""Find one's own signature, withdraw it, and forget what has had its time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, func, or_, select
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory, Signature, SignatureLink
from campaign.confirm.service import OWNER_CONTEXT
from campaign.letter.models import Letter, LetterText
from campaign.mail.models import Mail
from campaign.mail.rules import OWED_FOR
from campaign.seal.boxes import CannotOpen
from campaign.seal.locks import fingerprint, unlock
from campaign.sign.models import Intent
from campaign.sign.rules import Entry
from campaign.storage.database import Database
from campaign.verify.models import Verification
from campaign.verify.queue import open_entry
from campaign.withdraw.models import Withdrawal

FAILED_MAIL_LIFE = timedelta(hours=72)


class NoSuchSignature(Exception):
    """The link is genuine, but the signature is no longer here: it was withdrawn."""


@dataclass(frozen=True)
class Receipt:
    """What a signatory sees of their own signature; `entry` is None where only a newer link opens it."""

    signature: Signature
    signatory: Signatory
    letter: Letter
    text: LetterText
    verification: Verification | None
    entry: Entry | None


def find_receipt(session: Session, secret: bytes) -> Receipt:
    """Return what a private link leads to. Raises NoSuchSignature."""
    row = session.execute(
        select(Signature, Signatory, Letter, LetterText, Verification)
        .join(SignatureLink, SignatureLink.signature_id == Signature.id)
        .join(Signatory, Signatory.signature_id == Signature.id)
        .join(Letter, Letter.id == Signature.letter_id)
        .join(LetterText, LetterText.id == Signatory.letter_text_id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(SignatureLink.link_sha256 == fingerprint(secret), Signatory.stands)
    ).first()
    if row is None:
        raise NoSuchSignature
    return Receipt(*row, entry=_own_entry(row[1], secret))


def withdraw_signature(session: Session, secret: bytes, *, now: datetime) -> None:
    """Erase a signature with everything that hangs on it. Raises NoSuchSignature if it is gone already."""
    receipt = find_receipt(session, secret)
    signature = receipt.signature
    entries = select(Signatory.id).where(Signatory.signature_id == signature.id).scalar_subquery()
    session.add(Withdrawal(signature_id=signature.id, letter_id=signature.letter_id, withdrawn_on=now.date()))
    for statement in (
        delete(Verification).where(Verification.signatory_id.in_(entries)),
        delete(SignatureLink).where(SignatureLink.signature_id == signature.id),
        delete(Signatory).where(Signatory.signature_id == signature.id),
        delete(Intent).where(Intent.address_index == signature.address_index),
        delete(Signature).where(Signature.id == signature.id),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})


def purge(session: Session, *, now: datetime, dry_run: bool = False) -> dict[str, int]:
    """Forget intents older than 72 hours and the traces of mails given up; return how many of each."""
    old_intents = Intent.expires_at <= now
    old_mails = or_(
        Mail.failed_at <= now - FAILED_MAIL_LIFE, Mail.created_at <= now - OWED_FOR - FAILED_MAIL_LIFE / 3
    )
    if dry_run:
        return {
            "intents": session.scalar(select(func.count()).select_from(Intent).where(old_intents)) or 0,
            "mails": session.scalar(select(func.count()).select_from(Mail).where(old_mails)) or 0,
        }
    return {
        "intents": _rows(session.execute(delete(Intent).where(old_intents))),
        "mails": _rows(session.execute(delete(Mail).where(old_mails))),
    }


def forget(database: Database, now: datetime) -> None:
    """Purge, and leave no erased byte in SQLite's log; the worker does this every few minutes."""
    with database.write() as session:
        purge(session, now=now)
    database.truncate_log()


def _rows(result: object) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount


def _own_entry(signatory: Signatory, secret: bytes) -> Entry | None:
    if signatory.owner_entry is None:
        return open_entry(signatory, None)
    try:
        return Entry.from_bytes(unlock(secret, OWNER_CONTEXT, signatory.owner_entry))
    except CannotOpen:
        return None
