"""Invite, join, admit, change a role, remove, let back in."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.audit.models import Officer
from campaign.desk.admissions import BY_COMMAND, admit, end_admission
from campaign.desk.approvals import Asked, use
from campaign.desk.models import Approval, Invitation
from campaign.desk.rules import ADMIT, INVITATION_LIFE, OWNER, RECOVER, VIEWER, lesser_role
from campaign.seal.locks import fingerprint
from campaign.signin.factors import lock_secret, matching_step, totp_secret
from campaign.signin.keyring import CodeWrong, forget_factors, totp_mark
from campaign.signin.officers import find_officer, officer_numbered
from campaign.storage.journal import write_act
from campaign.storage.statements import Turn, wait_turn
from campaign.web.staff import Staff

REMOVED, PLACED, LET_IN = "removed", "placed", "let in"
OWNERS_TURN = Turn.OWNERS


class NoSuchInvitation(Exception):
    """The invitation was taken up, replaced, or has expired."""


class AlreadyOfficer(Exception):
    """Somebody with this address is at the desk already."""


class LastOwner(Exception):
    """The desk would be left without an owner; only the command line may do that."""


@dataclass(frozen=True)
class Place:
    """What an officer may do, and for which countries (codes with spaces between; empty: all)."""

    role: str
    countries: str = ""

    def within(self, other: "Place") -> "Place":
        """Return what both places allow; a role for no common country only looks."""
        role, mine, theirs = lesser_role(self.role, other.role), self.countries.split(), other.countries.split()
        both = [code for code in mine if code in theirs] if theirs else mine
        return Place(role if both or not mine else VIEWER, " ".join(both or theirs))


@dataclass(frozen=True)
class Joining:
    """What an invited officer typed; the password is hashed before the database is held."""

    name: str
    password_hash: str
    code: str


def invite(session: Session, email: str, place: Place, by: Staff | None, *, now: datetime) -> bytes:
    """Open an invitation and return its link's secret; an earlier one to the same address is replaced.

    Raises AlreadyOfficer.
    """
    if find_officer(session, email) is not None:
        raise AlreadyOfficer
    write_log(session, by, "invite", "officer", _said(place), now=now)
    return _open_invitation(session, email, place, by, now)


def recover(session: Session, officer: Officer, by: Staff | None, *, now: datetime) -> bytes:
    """Return the secret of a link that makes the same account anew; the old factors work until it is taken up.

    At the desk this takes two owners (approvals.py); on the command line, whoever has the machine.
    """
    write_log(session, by, "recover", f"officer:{officer.id}", {}, now=now)
    return _open_invitation(session, officer.email, Place(officer.role, officer.countries), by, now)


def recovery_of(officer: Officer) -> Asked:
    """Return what two owners agree to when they let an officer back in."""
    return Asked(RECOVER, f"officer:{officer.id}", _same(officer), "A new invitation to the same account")


def admission_wanted(officer: Officer) -> Asked:
    """Return what two owners agree to when they admit an officer: this account as it was made, in this role."""
    told = f"As {officer.role}, counted as a person of their own wherever something takes two"
    return Asked(ADMIT, f"officer:{officer.id}", _same(officer), told)


def carry_out(session: Session, approval: Approval, by: Staff, *, now: datetime) -> bytes | None:
    """Do at once what two owners agreed about an officer; return the secret of an invitation, if that makes one.

    What else was agreed waits for one of the two to do it. Raises NoSuchOfficer, or NotApproved if the account is
    not what was asked about any more.
    """
    if approval.kind not in (RECOVER, ADMIT):
        return None
    person = officer_numbered(session, int(approval.subject.removeprefix("officer:")))
    if approval.kind == RECOVER:
        use(session, recovery_of(person), by, now=now)
        return recover(session, person, by, now=now)
    let_count(session, person, use(session, admission_wanted(person), by, now=now), by, now=now)
    return None


def let_count(
    session: Session, officer: Officer, agreed: Approval | None, by: Staff | None, *, now: datetime
) -> None:
    """Admit an officer, by the two of an approval that was taken up, or (None) by the command line."""
    admit(session, officer, agreed, now=now)
    write_log(session, by, "admit", f"officer:{officer.id}", {"role": officer.role}, now=now)


def find_invitation(session: Session, secret: bytes, *, now: datetime) -> Invitation:
    """Return an open invitation. Raises NoSuchInvitation."""
    invitation = session.scalar(select(Invitation).where(Invitation.link_sha256 == fingerprint(secret)))
    if invitation is None or invitation.expires_at <= now:
        raise NoSuchInvitation
    return invitation


def join(session: Session, secret: bytes, joining: Joining, key: bytes, *, now: datetime) -> Officer:
    """Take up an invitation; whatever let this account in before does so no more.

    Whoever made the invitation may be who takes it up: only one from the command line admits the officer. Raises NoSuchInvitation or CodeWrong.
    """
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
        "countries": invitation.countries,
        "password_hash": joining.password_hash,
        "totp_salt": salt,
        "totp_locked": locked,
        "totp_last_step": step,
        "joined_at": now,
        "removed_at": None,
    }
    if officer is None:
        officer = Officer(email=invitation.email, **values)  # type: ignore[arg-type]  # one dict for both branches
        session.add(officer)
    else:
        forget_factors(session, officer)
    ended = end_admission(session, officer, now=now) if officer.id else {}
    for name, value in values.items():
        setattr(officer, name, value)
    session.delete(invitation)
    session.flush()
    told = {"totp": totp_mark(officer), "role": officer.role, "countries": officer.countries}
    write_act(session, LET_IN, f"officer:{officer.id}", told, now=now)
    if admits(invitation):
        admit(session, officer, None, now=now)
        ended = BY_COMMAND
    write_log(session, officer, "join", f"officer:{officer.id}", {"role": officer.role, **ended}, now=now)
    return officer


def admits(invitation: Invitation) -> bool:
    """Say whether who joins with it is admitted: whoever makes one at the desk may take it up themselves."""
    return invitation.from_command_line


def change_place(session: Session, officer: Officer, place: Place, by: Staff, *, now: datetime) -> None:
    """Give an officer another role or other countries, from their next request on. Raises LastOwner.

    In another role they are not admitted until two owners agree to it.
    """
    if place.role != OWNER:
        _keep_an_owner(session, officer)
    before = Place(officer.role, officer.countries)
    officer.role, officer.countries = place.role, place.countries
    session.flush()
    told, gives = {"role": place.role, "countries": place.countries}, before.within(place) == before
    write_act(session, PLACED, f"officer:{officer.id}", told, gives=gives, now=now)
    ended = end_admission(session, officer, now=now) if place.role != before.role else {}
    said = {**_said(place), "was": before.role, **ended}
    write_log(session, by, "change role", f"officer:{officer.id}", said, now=now)


def remove(session: Session, officer: Officer, by: Staff | None, *, now: datetime) -> None:
    """Take an officer off the desk, with all that lets them in. Raises LastOwner, except on the command line."""
    if by is not None:
        _keep_an_owner(session, officer)
    take_off(session, officer, now=now)
    write_act(session, REMOVED, f"officer:{officer.id}", now=now)
    write_log(session, by, "remove", f"officer:{officer.id}", {}, now=now)


def take_off(session: Session, officer: Officer, *, now: datetime) -> None:
    """Take an officer off, with all that lets them in."""
    officer.removed_at = now
    end_admission(session, officer, now=now)
    forget_factors(session, officer)
    session.execute(delete(Invitation).where(Invitation.email == officer.email))


def _open_invitation(session: Session, email: str, place: Place, by: Staff | None, now: datetime) -> bytes:
    email, secret = email.strip().lower(), secrets.token_bytes(16)
    session.execute(delete(Invitation).where(Invitation.email == email))
    session.add(
        Invitation(
            email=email,
            role=place.role,
            countries=place.countries,
            link_sha256=fingerprint(secret),
            expires_at=now + INVITATION_LIFE,
            from_command_line=by is None,
        )
    )
    return secret


def _keep_an_owner(session: Session, officer: Officer) -> None:
    """Refuse to take the last owner's role. Raises LastOwner."""
    wait_turn(session, OWNERS_TURN)
    others = (Officer.role == OWNER) & Officer.removed_at.is_(None) & (Officer.id != officer.id)
    if officer.role == OWNER and not session.scalar(select(func.count()).where(others)):
        raise LastOwner


def _same(officer: Officer) -> list[object]:
    """Return what must not change between asking and agreeing: the account made anew is another one."""
    return [officer.id, officer.role, officer.joined_at.isoformat()]


def _said(place: Place) -> dict[str, object]:
    return {"role": place.role, **({"countries": place.countries} if place.countries else {})}
