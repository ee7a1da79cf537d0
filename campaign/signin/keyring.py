"""An officer's own second factors: passkeys, recovery codes, the authenticator."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.audit.models import Officer
from campaign.seal.locks import derived
from campaign.signin.factors import lock_secret, matching_step, new_recovery_codes, recovery_hash, totp_secret
from campaign.signin.models import DeskSession, Passkey, RecoveryCode
from campaign.signin.passkeys import PasskeyRefused, Question, check_creation, creation_options
from campaign.signin.service import RECOVERY, Answer, joining_handle, use_challenge, user_handle
from campaign.signin.sessions import SignedIn
from campaign.storage.journal import ENDED, mark_of, write_act

AUTHENTICATOR = "authenticator"  # the journal's word for a changed authenticator


class NoSuchPasskey(Exception):
    """The passkey belongs to another officer, or was removed."""


class NotYours(Exception):
    """A session that a recovery code opened cannot confirm that the owner used the code."""


class CodeWrong(Exception):
    """The six digits do not fit the authenticator's secret at this moment."""


@dataclass(frozen=True)
class Keyring:
    """An officer's second factors; `unseen` are used recovery codes that they have not acknowledged."""

    passkeys: list[Passkey]
    codes_left: int
    unseen: list[RecoveryCode]


def keyring_of(session: Session, officer_id: int) -> Keyring:
    """Return an officer's passkeys, the number of recovery codes left, and the used codes not acknowledged."""
    codes = RecoveryCode.officer_id == officer_id
    left = select(func.count()).select_from(RecoveryCode).where(codes, RecoveryCode.used_at.is_(None))
    unseen = select(RecoveryCode).where(codes, RecoveryCode.used_at.is_not(None), RecoveryCode.seen_at.is_(None))
    return Keyring(
        list(session.scalars(select(Passkey).where(Passkey.officer_id == officer_id).order_by(Passkey.id))),
        session.scalar(left) or 0,
        list(session.scalars(unseen.order_by(RecoveryCode.used_at))),
    )


def passkey_question(session: Session, question: Question, officer: Officer, key: bytes) -> str:
    """Return the options with which a browser makes a passkey for this officer, as JSON."""
    return creation_options(
        question, user_handle(key, officer.id), officer.name, credentials_of(session, officer.id)
    )


def joining_question(question: Question, secret: bytes, role: str, key: bytes) -> str:
    """Return the options with which an invited officer's browser makes their first passkey, as JSON."""
    return creation_options(question, joining_handle(key, secret), role, [])


def credentials_of(session: Session, officer_id: int) -> list[bytes]:
    """Return the WebAuthn credential ids of an officer's passkeys."""
    return list(session.scalars(select(Passkey.credential_id).where(Passkey.officer_id == officer_id)))


def add_passkey(
    session: Session, officer: Officer, answer: Answer, name: str, handle: bytes | None = None, *, now: datetime
) -> bool:
    """Store a new passkey; say whether the browser's answer was genuine and new.

    `handle` is the user id that it was made with, if that is not the officer's.
    """
    if not use_challenge(session, answer.question.challenge, now=now):
        return False
    try:
        made = check_creation(answer.question, answer.text)
    except PasskeyRefused:
        return False
    if session.scalar(select(exists().where(Passkey.credential_id == made.credential_id))):
        return False
    passkey = Passkey(
        officer_id=officer.id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=name,
        added_at=now,
        handle=handle,
    )
    session.add(passkey)
    session.flush()
    write_log(session, officer, "add passkey", f"officer:{officer.id}", {"passkey": passkey.id}, now=now)
    return True


def remove_passkey(session: Session, officer: Officer, number: int, *, now: datetime) -> None:
    """Remove one of the officer's own passkeys. Raises NoSuchPasskey."""
    passkey = session.get(Passkey, number)
    if passkey is None or passkey.officer_id != officer.id:
        raise NoSuchPasskey
    session.delete(passkey)
    write_act(session, ENDED, mark_of("passkey", passkey.credential_id), now=now)
    write_log(session, officer, "remove passkey", f"officer:{officer.id}", {"passkey": number}, now=now)


def renew_recovery_codes(session: Session, officer: Officer, *, now: datetime) -> list[str]:
    """Return ten new codes; they are not stored in the clear. The earlier ones stop working."""
    codes = new_recovery_codes()
    # A used code that its owner has not acknowledged stays: a thief must not be able to erase the trace.
    unused = RecoveryCode.used_at.is_(None) | RecoveryCode.seen_at.is_not(None)
    for code in session.scalars(select(RecoveryCode).where(RecoveryCode.officer_id == officer.id, unused)):
        session.delete(code)
        write_act(session, ENDED, mark_of("recovery_code", code.code_sha256), now=now)
    session.add_all(RecoveryCode(officer_id=officer.id, code_sha256=recovery_hash(code)) for code in codes)
    write_log(session, officer, "new recovery codes", f"officer:{officer.id}", {"codes": len(codes)}, now=now)
    return codes


def acknowledge(session: Session, signed_in: SignedIn, *, now: datetime) -> None:
    """Note that the owner has seen which recovery codes were used.

    Raises NotYours in a session that a recovery code opened: a thief must not be able to hide the theft.
    """
    if signed_in.session.how == RECOVERY:
        raise NotYours
    mine = RecoveryCode.officer_id == signed_in.officer.id
    unseen = mine & RecoveryCode.used_at.is_not(None) & RecoveryCode.seen_at.is_(None)
    session.execute(update(RecoveryCode).where(unseen).values(seen_at=now))


def next_authenticator(officer: Officer, key: bytes) -> str:
    """Return the secret of an officer's next authenticator; it stays the same until the authenticator is changed."""
    return totp_secret(derived(key, b"authenticator:%d:" % officer.id + officer.totp_salt))


def change_authenticator(session: Session, officer_id: int, code: str, key: bytes, *, now: datetime) -> None:
    """Replace the present authenticator by the next one. Raises CodeWrong."""
    officer = session.scalars(select(Officer).where(Officer.id == officer_id).with_for_update()).one()
    secret = next_authenticator(officer, key)
    step = matching_step(secret, code, 0, now)
    if step is None:
        raise CodeWrong
    officer.totp_salt, officer.totp_locked = lock_secret(key, secret)
    officer.totp_last_step = step
    session.flush()
    write_act(session, AUTHENTICATOR, f"officer:{officer.id}", {"totp": totp_mark(officer)}, now=now)
    write_log(session, officer, "change authenticator", f"officer:{officer.id}", {}, now=now)


def totp_mark(officer: Officer) -> str:
    """Return the name of an officer's present authenticator in the journal."""
    return mark_of("totp", officer.totp_salt)


def forget_factors(session: Session, officer: Officer) -> None:
    """Delete an officer's sessions, passkeys and recovery codes."""
    for table in (DeskSession, Passkey, RecoveryCode):
        session.execute(delete(table).where(table.officer_id == officer.id))
