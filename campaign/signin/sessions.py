"""Open an officer's sessions, find them by their cookie, keep them awake, end them."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.audit.models import Officer
from campaign.seal.locks import fingerprint
from campaign.signin.models import DeskSession, RecoveryCode
from campaign.signin.officers import NoSuchOfficer
from campaign.signin.rules import (
    FRESH_FOR,
    SEEN_EVERY,
    SESSION_IDLE,
    SESSION_LIFE,
)
from campaign.web.staff import Staff


@dataclass(frozen=True)
class NewSession:
    """A session's cookie, and whether a used recovery code waits for its owner to acknowledge it."""

    cookie: bytes
    unseen: bool


@dataclass(frozen=True)
class SignedIn:
    """The officer and the session of a request."""

    officer: Officer
    session: DeskSession

    def is_fresh(self, now: datetime) -> bool:
        """Say whether a second factor was shown within the last minutes."""
        return now - self.session.fresh_at <= FRESH_FOR


def session_of(session: Session, cookie: bytes, *, now: datetime) -> SignedIn | None:
    """Return the officer and session of a cookie, if it is valid.

    A removed officer loses access with their next request, an idle one after an hour.
    """
    row = session.execute(
        select(Officer, DeskSession)
        .join(DeskSession, DeskSession.officer_id == Officer.id)
        .where(
            DeskSession.cookie_sha256 == fingerprint(cookie),
            DeskSession.expires_at > now,
            # A later end means that it began while the clock was ahead: such a session would last too long.
            DeskSession.expires_at <= now + SESSION_LIFE,
            DeskSession.seen_at > now - SESSION_IDLE,
            Officer.removed_at.is_(None),
        )
    ).first()
    return SignedIn(row[0], row[1]) if row else None


def is_seen_long_ago(signed_in: SignedIn, now: datetime) -> bool:
    """Say whether a session's last use should be written again."""
    return now - signed_in.session.seen_at >= SEEN_EVERY


def note_use(session: Session, signed_in: SignedIn, *, now: datetime) -> None:
    """Write the session's last use, so that it does not end as idle."""
    session.execute(update(DeskSession).where(DeskSession.id == signed_in.session.id).values(seen_at=now))


def sign_out(session: Session, cookie: bytes) -> None:
    """End one session."""
    session.execute(delete(DeskSession).where(DeskSession.cookie_sha256 == fingerprint(cookie)))


def open_session(session: Session, officer: Officer, how: str, browser: str, now: datetime) -> NewSession:
    """Open a session for an officer who showed two factors; sessions that ended are deleted."""
    cookie = secrets.token_bytes(32)  # only its hash is stored: a stolen database opens no session
    ended = (DeskSession.expires_at <= now) | (DeskSession.seen_at <= now - SESSION_IDLE)
    session.execute(delete(DeskSession).where(ended))
    session.add(
        DeskSession(
            officer_id=officer.id,
            cookie_sha256=fingerprint(cookie),
            how=how,
            browser=browser,
            began_at=now,
            seen_at=now,
            fresh_at=now,
            expires_at=now + SESSION_LIFE,
        )
    )
    write_log(session, officer, "sign in", f"officer:{officer.id}", {"with": how}, now=now)
    used = RecoveryCode.used_at.is_not(None) & RecoveryCode.seen_at.is_(None)
    unseen = session.scalar(select(exists().where(RecoveryCode.officer_id == officer.id, used)))
    return NewSession(cookie, bool(unseen))


def mark_fresh(session: Session, signed_in: SignedIn, now: datetime) -> None:
    """Write that a second factor was shown just now."""
    values = {"fresh_at": now, "seen_at": now}
    session.execute(update(DeskSession).where(DeskSession.id == signed_in.session.id).values(values))


def sessions_of(session: Session, officer_id: int, *, now: datetime) -> list[DeskSession]:
    """Return an officer's open sessions, the newest first."""
    lives = (DeskSession.expires_at > now) & (DeskSession.seen_at > now - SESSION_IDLE)
    found = select(DeskSession).where(DeskSession.officer_id == officer_id, lives)
    return list(session.scalars(found.order_by(DeskSession.id.desc())))


def end_session(session: Session, officer_id: int, number: int, by: Staff, *, now: datetime) -> None:
    """End one of an officer's sessions. Raises NoSuchOfficer if there is none of this number."""
    found = session.get(DeskSession, number)
    if found is None or found.officer_id != officer_id:
        raise NoSuchOfficer
    session.delete(found)
    write_log(session, by, "end session", f"officer:{officer_id}", {}, now=now)
