"""Find officers, by address or number."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.audit.models import Officer


class NoSuchOfficer(Exception):
    """There is no officer of this number at the desk, or no such session."""


def find_officer(session: Session, email: str, *, lock: bool = False) -> Officer | None:
    """Return the officer who signs in with this address, if there is one; `lock` locks the row."""
    found = select(Officer).where(Officer.email == email.strip().lower(), Officer.removed_at.is_(None))
    return session.scalar(found.with_for_update() if lock else found)


def officer_in(session: Session, email: str, roles: Collection[str]) -> Officer | None:
    """Return the officer who signs in with this address, if their role is one of these."""
    officer = find_officer(session, email)
    return officer if officer is not None and officer.role in roles else None


def officer_numbered(session: Session, number: int) -> Officer:
    """Return the officer of this number, if they are still at the desk. Raises NoSuchOfficer."""
    officer = session.get(Officer, number)
    if officer is None or officer.removed_at is not None:
        raise NoSuchOfficer
    return officer


def officers(session: Session) -> list[Officer]:
    """Return the officers who are at the desk, in the order of their numbers."""
    return list(session.scalars(select(Officer).where(Officer.removed_at.is_(None)).order_by(Officer.id)))
