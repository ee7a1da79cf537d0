"""Which officers may be one of two: two admitted owners admit them, or the server's command line does.

One person can have any number of mailboxes, and so of accounts. An act that needs two people therefore needs two
admitted officers.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from campaign.audit.models import Officer
from campaign.desk.models import Admission, Approval
from campaign.desk.rules import NOT_ADMITTED, admitted_roles_fault
from campaign.storage.journal import ENDED, Act, newest, write_act
from campaign.storage.statements import table_of
from campaign.web.staff import Staff

ADMITTED = "admitted"  # an act that gives back what ENDED took
NO_MORE: dict[str, object] = {"admitted": "no more"}
BY_COMMAND: dict[str, object] = {"admitted": "from the command line"}
_ADMISSION, _OFFICER = table_of(Admission).alias().c, table_of(Officer).alias().c


class NotAdmitted(Exception):
    """One of the two officers is not admitted, or was not when they asked; the message says which."""


def was_admitted(
    who: int | InstrumentedAttribute[Any], at: datetime | InstrumentedAttribute[Any]
) -> ColumnElement[bool]:
    """Return an SQL condition: the officer was admitted at this moment, and has been since.

    It checks the time as well as the row. Otherwise an officer could ask now, be admitted later, and the old request
    would count.
    """
    return exists().where(
        _ADMISSION.officer_id == who,
        _OFFICER.id == _ADMISSION.officer_id,
        _OFFICER.removed_at.is_(None),
        # The role and the moment of joining are compared here too: a row that a restored backup or an intruder brings
        # back must not count for a changed or reset account.
        _ADMISSION.role == _OFFICER.role,
        _ADMISSION.since >= _OFFICER.joined_at,
        _ADMISSION.since <= at,
    )


def is_admitted(session: Session, officer_id: int, at: datetime) -> bool:
    """Say whether an officer was admitted at a moment, and has been since."""
    return bool(session.scalar(select(was_admitted(officer_id, at))))


def check_admitted(session: Session, by: Staff, *, now: datetime) -> None:
    """Raise NotAdmitted unless the officer is admitted now."""
    if not is_admitted(session, by.id, now):
        raise NotAdmitted(NOT_ADMITTED)


def admitted_officers(session: Session, *, now: datetime) -> dict[int, Officer]:
    """Return every admitted officer, by number."""
    found = session.scalars(select(Officer).where(was_admitted(Officer.id, now)))
    return {officer.id: officer for officer in found}


def admission_of(session: Session, officer_id: int, *, now: datetime) -> Admission | None:
    """Return an officer's admission as it stands."""
    return session.get(Admission, officer_id) if is_admitted(session, officer_id, now) else None


def two_people_fault(session: Session, by: Staff | None, *, now: datetime) -> str:
    """Return why nothing that needs two people can be done, by this officer or at all; empty if it can."""
    people = admitted_officers(session, now=now)
    if by is not None and by.id not in people:
        return NOT_ADMITTED
    return admitted_roles_fault([officer.role for officer in people.values()])


def add_admission(session: Session, officer: Officer, agreed: Approval | None, *, now: datetime) -> None:
    """Admit an officer: from now on by an approval's two people, or since they joined by the command line (None)."""
    # One row an officer: an admission in an earlier role must end first.
    end_admission(session, officer, now=now)
    session.add(
        Admission(
            officer_id=officer.id,
            role=officer.role,
            since=now if agreed else officer.joined_at,
            admitted_by=agreed.asked_by if agreed else None,
            seconded_by=agreed.approved_by if agreed else None,
        )
    )
    session.flush()
    # Written after the commit: after a crash in between, a restore ends this admission, which is safe.
    write_act(session, ADMITTED, _as_journalled(officer), gives=True, now=now)


def end_admission(session: Session, officer: Officer, *, now: datetime) -> dict[str, object]:
    """End an officer's admission; they can be admitted again. Return what the log says of it, empty if none ended."""
    gone = delete(Admission).where(Admission.officer_id == officer.id).returning(Admission.officer_id)
    if session.scalar(gone) is None:
        return {}
    write_act(session, ENDED, _as_journalled(officer), now=now)
    return NO_MORE


def end_admissions(session: Session, acts: Sequence[Act]) -> int:
    """After a restore, end again the admissions that had ended since the backup; return how many."""
    last = newest(acts, ENDED, ADMITTED)
    ended = [
        admission
        for admission in session.scalars(select(Admission))
        if (act := last.get(_as_journalled(admission))) and act.kind == ENDED
    ]
    for admission in ended:
        session.delete(admission)
    return len(ended)


def _as_journalled(one: Officer | Admission) -> str:
    """Return the name of an officer's admission in the journal."""
    return f"admission:{one.id if isinstance(one, Officer) else one.officer_id}"
