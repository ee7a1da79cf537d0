"""Invite, join, sign in, sign out, remove."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaign.desk.factors import (
    check_password,
    lock_secret,
    matching_step,
    totp_secret,
    unlock_secret,
)
from campaign.desk.log import write_log
from campaign.desk.models import DeskSession, Invitation, Officer
from campaign.desk.rules import INVITATION_LIFE, SESSION_LIFE, wait_after
from campaign.seal.locks import fingerprint
from campaign.web.toolbox import Staff


class NoSuchInvitation(Exception):
    """The invitation was taken up, replaced, or has expired."""


class AlreadyOfficer(Exception):
    """Somebody with this address is at the desk already."""


class CodeWrong(Exception):
    """The six digits do not fit the authenticator's secret at this moment."""


class TooSoon(Exception):
    """Too many wrong sign-ins in a row: wait."""


@dataclass(frozen=True)
class Joining:
    """What an invited officer typed; the password is hashed before the database is held."""

    name: str
    password_hash: str
    code: str


def invite(session: Session, email: str, role: str, by: Staff | None, *, now: datetime) -> bytes:
    """Open an invitation and return its link's secret; an earlier one to the same address is replaced.

    Raises AlreadyOfficer.
    """
    email = email.strip().lower()
    if session.scalar(select(Officer.id).where(Officer.email == email, Officer.removed_at.is_(None))) is not None:
        raise AlreadyOfficer
    secret = secrets.token_bytes(16)
    session.execute(delete(Invitation).where(Invitation.email == email))
    session.add(
        Invitation(email=email, role=role, link_sha256=fingerprint(secret), expires_at=now + INVITATION_LIFE)
    )
    write_log(session, by, "invite", "officer", {"role": role}, now=now)
    return secret


def find_invitation(session: Session, secret: bytes, *, now: datetime) -> Invitation:
    """Return an open invitation. Raises NoSuchInvitation."""
    invitation = session.scalar(select(Invitation).where(Invitation.link_sha256 == fingerprint(secret)))
    if invitation is None or invitation.expires_at <= now:
        raise NoSuchInvitation
    return invitation


def join(session: Session, secret: bytes, joining: Joining, key: bytes, *, now: datetime) -> Officer:
    """Take up an invitation. Raises NoSuchInvitation or CodeWrong."""
    invitation = find_invitation(session, secret, now=now)
    shared = totp_secret(secret)
    step = matching_step(shared, joining.code, 0, now)
    if step is None:
        raise CodeWrong
    salt, locked = lock_secret(key, shared)
    officer = session.scalar(select(Officer).where(Officer.email == invitation.email))
    values = {
        "name": joining.name,
        "role": invitation.role,
        "password_hash": joining.password_hash,
        "totp_salt": salt,
        "totp_locked": locked,
        "totp_last_step": step,
        "failures": 0,
        "next_try_at": now,
        "joined_at": now,
        "removed_at": None,
    }
    if officer is None:
        officer = Officer(email=invitation.email, **values)  # type: ignore[arg-type]  # one dict for both branches
        session.add(officer)
    for name, value in values.items():
        setattr(officer, name, value)
    session.delete(invitation)
    session.flush()
    write_log(session, officer, "join", f"officer:{officer.id}", {"role": officer.role}, now=now)
    return officer


def find_officer(session: Session, email: str, *, hold: bool = False) -> Officer | None:
    """Return the officer who signs in with this address, if there is one, held against others if asked."""
    found = select(Officer).where(Officer.email == email.strip().lower(), Officer.removed_at.is_(None))
    return session.scalar(found.with_for_update() if hold else found)


def knows_password(session: Session, email: str, password: str, *, now: datetime) -> bool:
    """Say whether a password fits; call it while only reading, since Argon2 takes a tenth of a second.

    An unknown officer costs the same and is answered no. Raises TooSoon before any hashing.
    """
    officer = find_officer(session, email)
    if officer is not None and officer.next_try_at > now:
        raise TooSoon
    return check_password(officer.password_hash if officer else None, password)


def sign_in(session: Session, email: str, right: bool, code: str, key: bytes, *, now: datetime) -> bytes | None:
    """Return a new session's cookie, or None if address, password (`right`) and code do not fit together.

    Returns rather than raises, so that the counted failure is committed. Raises TooSoon if others have guessed
    meanwhile: a right password among a hundred tried at once waits too.
    """
    officer = find_officer(session, email, hold=True)
    if officer is None:
        return None
    if officer.next_try_at > now:
        raise TooSoon
    secret = unlock_secret(key, officer.totp_salt, officer.totp_locked)
    step = matching_step(secret, code, officer.totp_last_step, now)
    if not right or step is None:
        officer.failures += 1
        officer.next_try_at = now + wait_after(officer.failures)
        return None
    officer.failures, officer.totp_last_step = 0, step
    write_log(session, officer, "sign in", f"officer:{officer.id}", {}, now=now)
    return _open_session(session, officer, now)


def _open_session(session: Session, officer: Officer, now: datetime) -> bytes:
    cookie = secrets.token_bytes(32)
    session.execute(delete(DeskSession).where(DeskSession.expires_at <= now))
    session.add(
        DeskSession(
            officer_id=officer.id,
            cookie_sha256=fingerprint(cookie),
            began_at=now,
            expires_at=now + SESSION_LIFE,
        )
    )
    return cookie


def officer_of(session: Session, cookie: bytes, *, now: datetime) -> Officer | None:
    """Return who a session's cookie belongs to; a removed officer is out within one request."""
    return session.scalar(
        select(Officer)
        .join(DeskSession, DeskSession.officer_id == Officer.id)
        .where(
            DeskSession.cookie_sha256 == fingerprint(cookie),
            DeskSession.expires_at > now,
            Officer.removed_at.is_(None),
        )
    )


def sign_out(session: Session, cookie: bytes) -> None:
    """End one session."""
    session.execute(delete(DeskSession).where(DeskSession.cookie_sha256 == fingerprint(cookie)))


def remove(session: Session, officer: Officer, by: Staff | None, *, now: datetime) -> None:
    """Take an officer off the desk and end their sessions."""
    officer.removed_at = now
    session.execute(delete(DeskSession).where(DeskSession.officer_id == officer.id))
    write_log(session, by, "remove", f"officer:{officer.id}", {}, now=now)


def officers(session: Session) -> list[Officer]:
    """Return everybody at the desk, in the order they joined."""
    return list(session.scalars(select(Officer).where(Officer.removed_at.is_(None)).order_by(Officer.id)))
