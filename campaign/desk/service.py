"""Invite, join, admit, change a role, remove, let back in."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.audit.models import Officer
from campaign.desk.admissions import BY_COMMAND, add_admission, end_admission
from campaign.desk.approvals import ApprovalRequest, use
from campaign.desk.models import Approval, Invitation
from campaign.desk.rules import ADMIT, INVITATION_LIFE, OWNER, RECOVER, VIEWER, lesser_role
from campaign.seal.locks import fingerprint
from campaign.signin.factors import lock_secret, matching_step, totp_secret
from campaign.signin.keyring import CodeWrong, add_passkey, forget_factors, totp_mark
from campaign.signin.officers import find_officer, officer_numbered
from campaign.signin.service import Answer, joining_handle
from campaign.storage.journal import write_act
from campaign.storage.statements import Turn, wait_turn
from campaign.web.staff import Staff

REMOVED, DUTIES_CHANGED, LET_IN = "removed", "placed", "let in"
OWNERS_TURN = Turn.OWNERS
FIRST_PASSKEY = "First passkey"


class NoSuchInvitation(Exception):
    """The invitation was used or replaced, or has expired."""


class AlreadyOfficer(Exception):
    """An officer with this address is at the desk already."""


class PasskeyWrong(Exception):
    """The browser's answer is no new passkey for this site."""


class LastOwner(Exception):
    """The desk would be left without an owner; only the command line may do that."""


@dataclass(frozen=True)
class Duties:
    """An officer's role and countries (codes with spaces between; empty: all)."""

    role: str
    countries: str = ""

    def within(self, other: "Duties") -> "Duties":
        """Return what both allow; without a common country, only the role of a viewer is left."""
        role, mine, theirs = lesser_role(self.role, other.role), self.countries.split(), other.countries.split()
        both = [code for code in mine if code in theirs] if theirs else mine
        return Duties(role if both or not mine else VIEWER, " ".join(both or theirs))


@dataclass(frozen=True)
class Joining:
    """What an invited officer typed: a password with an authenticator's code, or the answer of a new passkey.

    The password is hashed already: that takes too long for a write transaction.
    """

    name: str
    password_hash: str = ""
    code: str = ""
    passkey: Answer | None = None


def invite(session: Session, email: str, duties: Duties, by: Staff | None, *, now: datetime) -> bytes:
    """Make an invitation and return its link's secret; an earlier one to the same address is replaced.

    Raises AlreadyOfficer.
    """
    if find_officer(session, email) is not None:
        raise AlreadyOfficer
    write_log(session, by, "invite", "officer", _logged(duties), now=now)
    return _open_invitation(session, email, duties, by, now)


def recover(session: Session, officer: Officer, by: Staff | None, *, now: datetime) -> bytes:
    """Return the secret of a link that resets the same account; the old factors work until the link is used.

    At the desk this takes two owners (approvals.py). On the command line it takes access to the machine.
    """
    write_log(session, by, "recover", f"officer:{officer.id}", {}, now=now)
    return _open_invitation(session, officer.email, Duties(officer.role, officer.countries), by, now)


def recovery_request(officer: Officer) -> ApprovalRequest:
    """Return what two owners agree to when they let an officer back in."""
    return ApprovalRequest(
        RECOVER, f"officer:{officer.id}", _account_state(officer), "A new invitation to the same account"
    )


def admission_request(officer: Officer) -> ApprovalRequest:
    """Return what two owners agree to when they admit an officer: this account since it joined, in this role."""
    told = f"As {officer.role}, counted as a person of their own wherever something takes two"
    return ApprovalRequest(ADMIT, f"officer:{officer.id}", _account_state(officer), told)


def carry_out(session: Session, approval: Approval, by: Staff, *, now: datetime) -> bytes | None:
    """Do at once what two owners agreed about an officer; return an invitation's secret, if that makes one.

    Approvals of other kinds are left as they are. Raises NoSuchOfficer, or NotApproved if the account has changed
    since the request.
    """
    if approval.kind not in (RECOVER, ADMIT):
        return None
    person = officer_numbered(session, int(approval.subject.removeprefix("officer:")))
    if approval.kind == RECOVER:
        use(session, recovery_request(person), by, now=now)
        return recover(session, person, by, now=now)
    admit(session, person, use(session, admission_request(person), by, now=now), by, now=now)
    return None


def admit(session: Session, officer: Officer, agreed: Approval | None, by: Staff | None, *, now: datetime) -> None:
    """Admit an officer: by the two people of a used approval, or by the command line (None)."""
    add_admission(session, officer, agreed, now=now)
    write_log(session, by, "admit", f"officer:{officer.id}", {"role": officer.role}, now=now)


def find_invitation(session: Session, secret: bytes, *, now: datetime) -> Invitation:
    """Return an open invitation. Raises NoSuchInvitation."""
    invitation = session.scalar(select(Invitation).where(Invitation.link_sha256 == fingerprint(secret)))
    if invitation is None or invitation.expires_at <= now:
        raise NoSuchInvitation
    return invitation


def join(session: Session, secret: bytes, joining: Joining, key: bytes, *, now: datetime) -> Officer:
    """Use an invitation to make or reset an account; its earlier passkeys, codes and sessions stop working.

    An invitation from the command line also admits the officer. One made at the desk does not: the owner who made it
    has seen the link and could use it themselves. Raises NoSuchInvitation, CodeWrong or PasskeyWrong.
    """
    invitation = find_invitation(session, secret, now=now)
    officer = open_account(session, invitation, secret, joining, key, now=now)
    session.delete(invitation)
    session.flush()
    return officer


def open_account(
    session: Session, invitation: Invitation, secret: bytes, joining: Joining, key: bytes, *, now: datetime
) -> Officer:
    """Make or reset the account that an invitation is for. Raises CodeWrong or PasskeyWrong."""
    shared, step = _authenticator(secret, joining, now)
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
        forget_factors(session, officer)  # a thief who has them must lose access now
    ended = end_admission(session, officer, now=now) if officer.id else {}
    for name, value in values.items():
        setattr(officer, name, value)
    session.flush()
    told = {"totp": totp_mark(officer), "role": officer.role, "countries": officer.countries}
    write_act(session, LET_IN, f"officer:{officer.id}", told, now=now)
    if admits(invitation):
        add_admission(session, officer, None, now=now)
        ended = BY_COMMAND
    write_log(session, officer, "join", f"officer:{officer.id}", {"role": officer.role, **ended}, now=now)
    handle = joining_handle(key, secret)
    if joining.passkey and not add_passkey(session, officer, joining.passkey, FIRST_PASSKEY, handle, now=now):
        raise PasskeyWrong
    return officer


def _authenticator(secret: bytes, joining: Joining, now: datetime) -> tuple[str, int]:
    """Return an account's secret for codes and the step of the code that proved it. Raises CodeWrong.

    It is derived from the link, so nothing is stored before the first code has proved it. An account with a passkey
    gets one that nobody knows: its page has shown the other.
    """
    if joining.passkey:
        return totp_secret(secrets.token_bytes(16)), 0
    shared = totp_secret(secret)
    step = matching_step(shared, joining.code, 0, now)
    if step is None:
        raise CodeWrong
    return shared, step


def admits(invitation: Invitation) -> bool:
    """Say whether the officer who joins with it is admitted at once."""
    return invitation.from_command_line


def change_duties(session: Session, officer: Officer, duties: Duties, by: Staff, *, now: datetime) -> None:
    """Change an officer's role or countries, from their next request on. Raises LastOwner.

    A changed role ends their admission: two owners must admit them again.
    """
    if duties.role != OWNER:
        _check_other_owner(session, officer)
    before = Duties(officer.role, officer.countries)
    officer.role, officer.countries = duties.role, duties.countries
    session.flush()
    told, gives = {"role": duties.role, "countries": duties.countries}, before.within(duties) == before
    # A restored backup may have the wider duties: the journal narrows them again.
    write_act(session, DUTIES_CHANGED, f"officer:{officer.id}", told, gives=gives, now=now)
    ended = end_admission(session, officer, now=now) if duties.role != before.role else {}
    details = {**_logged(duties), "was": before.role, **ended}
    write_log(session, by, "change role", f"officer:{officer.id}", details, now=now)


def remove(session: Session, officer: Officer, by: Staff | None, *, now: datetime) -> None:
    """Remove an officer and end all their access. Raises LastOwner, except on the command line."""
    if by is not None:
        _check_other_owner(session, officer)
    end_access(session, officer, now=now)
    write_act(session, REMOVED, f"officer:{officer.id}", now=now)
    write_log(session, by, "remove", f"officer:{officer.id}", {}, now=now)


def end_access(session: Session, officer: Officer, *, now: datetime) -> None:
    """Mark an officer as removed, and end their admission, factors, sessions and invitation."""
    officer.removed_at = now
    end_admission(session, officer, now=now)
    forget_factors(session, officer)
    session.execute(delete(Invitation).where(Invitation.email == officer.email))


def _open_invitation(session: Session, email: str, duties: Duties, by: Staff | None, now: datetime) -> bytes:
    email, secret = email.strip().lower(), secrets.token_bytes(16)
    session.execute(delete(Invitation).where(Invitation.email == email))
    session.add(
        Invitation(
            email=email,
            role=duties.role,
            countries=duties.countries,
            link_sha256=fingerprint(secret),
            expires_at=now + INVITATION_LIFE,
            from_command_line=by is None,
        )
    )
    return secret


def _check_other_owner(session: Session, officer: Officer) -> None:
    """Raise LastOwner if this officer is the only owner."""
    # Without the lock, two owners who remove each other at the same moment would both find the other still there.
    wait_turn(session, OWNERS_TURN)
    others = (Officer.role == OWNER) & Officer.removed_at.is_(None) & (Officer.id != officer.id)
    if officer.role == OWNER and not session.scalar(select(func.count()).where(others)):
        raise LastOwner


def _account_state(officer: Officer) -> list[object]:
    """Return what must not change between asking and agreeing; a reset account has another `joined_at`."""
    return [officer.id, officer.role, officer.joined_at.isoformat()]


def _logged(duties: Duties) -> dict[str, object]:
    return {"role": duties.role, **({"countries": duties.countries} if duties.countries else {})}
