"""After a restore, end again the access that officers have lost since the backup.

The journal is only trusted to take something away: a forged line in it must give nobody access.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.desk.admissions import end_admissions
from campaign.desk.models import Approval, Invitation
from campaign.desk.service import DUTIES_CHANGED, LET_IN, REMOVED, Duties, end_access
from campaign.signin.keyring import AUTHENTICATOR, forget_factors, totp_mark
from campaign.signin.models import DeskSession, Passkey, RecoveryCode
from campaign.storage.journal import ENDED, Act, mark_of, newest

NO_PASSWORD = ""  # no password fits it
# A code must belong to a later time step than the last accepted one; no step is later than this.
NO_STEP = 2**31 - 1


def end_open_access(session: Session, *, now: datetime) -> Counter[str]:
    """End all sessions, invitations and open approvals: the backup may contain some that were ended or used since."""
    open_still = (Approval.expires_at > now) & Approval.used_at.is_(None)
    ended = {
        "desk sessions": delete(DeskSession),
        "invitations": delete(Invitation),
        "approvals": update(Approval).where(open_still).values(expires_at=Approval.asked_at),
    }
    done = Counter[str]()
    for name, statement in ended.items():
        result = session.execute(statement, execution_options={"synchronize_session": False})
        assert isinstance(result, CursorResult)
        done[name] = result.rowcount
    return done


def end_lost_access(session: Session, acts: Sequence[Act]) -> Counter[str]:
    """Repeat what the journal says officers lost; doing it twice changes nothing.

    An officer who joined after an act is another person, or was let in again: the act does not concern them.
    """
    done = Counter[str]()
    gone = _concerned(session, newest(acts, REMOVED, LET_IN))
    # Only an officer's newest act counts: one who was removed and then let in again must not be removed.
    for officer, act in gone:
        if act.kind == REMOVED:
            end_access(session, officer, now=act.at)
            done["officers removed"] += 1
        elif officer.password_hash != NO_PASSWORD and totp_mark(officer) not in _authenticators(acts, act):
            forget_factors(session, officer)
            officer.password_hash = NO_PASSWORD
            done["officers to let in anew"] += 1
    for officer, act in _concerned(session, newest(acts, DUTIES_CHANGED, LET_IN)):
        done["officers with less to do"] += _narrow(officer, act)
    for officer, act in _concerned(session, newest(acts, AUTHENTICATOR, LET_IN)):
        done["authenticators ended"] += act.kind == AUTHENTICATOR and _end_authenticator(officer, act)
    done["admissions ended"] += end_admissions(session, acts)
    session.flush()
    return done + _end_factors(session, acts)


def _concerned(session: Session, acts: dict[str, Act]) -> list[tuple[Officer, Act]]:
    pairs = [(session.get(Officer, act.number), act) for act in acts.values()]
    return [
        (officer, act)
        for officer, act in pairs
        if officer and officer.removed_at is None and officer.joined_at <= act.at
    ]


def _authenticators(acts: Sequence[Act], let_in: Act) -> set[str]:
    """Return the authenticators an officer has had since this act let them in.

    A backup that has one of them was made after the act.
    """
    return {
        act.details["totp"]
        for act in acts
        if act.of == let_in.of and act.at >= let_in.at and "totp" in act.details
    }


def _narrow(officer: Officer, act: Act) -> bool:
    # Never wider than the backup says: the journal could be forged, and must not make an owner.
    before = Duties(officer.role, officer.countries)
    duties = before.within(Duties(act.details["role"], act.details["countries"]))
    officer.role, officer.countries = duties.role, duties.countries
    return duties != before


def _end_authenticator(officer: Officer, act: Act) -> bool:
    """Accept no more codes from an authenticator that was replaced since; recovery codes and passkeys still work."""
    if act.details["totp"] == totp_mark(officer) or officer.totp_last_step == NO_STEP:
        return False
    officer.totp_last_step = NO_STEP
    return True


def _end_factors(session: Session, acts: Sequence[Act]) -> Counter[str]:
    ended, done = newest(acts, ENDED), Counter[str]()
    for passkey in session.scalars(select(Passkey)) if ended else ():
        if mark_of("passkey", passkey.credential_id) in ended:
            session.delete(passkey)
            done["passkeys ended"] += 1
    for code in session.scalars(select(RecoveryCode).where(RecoveryCode.used_at.is_(None))) if ended else ():
        act = ended.get(mark_of("recovery_code", code.code_sha256))
        if act is not None:
            code.used_at = code.seen_at = act.at
            done["recovery codes ended"] += 1
    session.flush()
    return done
