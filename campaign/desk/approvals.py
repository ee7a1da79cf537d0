"""Acts that need two people: one asks, another agrees, and each approval is used once, for exactly what was asked.

Both officers must be admitted (admissions.py).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from campaign.audit.log import write_log
from campaign.audit.models import Officer
from campaign.desk.admissions import NotAdmitted, check_admitted, was_admitted
from campaign.desk.models import Approval
from campaign.desk.rules import APPROVAL_LIFE, KINDS, payload_hash
from campaign.seal.keys import Keys
from campaign.web.staff import Staff
from campaign.web.toolbox import Carried, Carry

MOST_DONE = 20

ASKER_NOT_ADMITTED = (
    "The officer who asked was not admitted as a second person at that time, so nobody can agree. "
    "They must be admitted, and then ask again."
)


class NoSuchApproval(Exception):
    """The request was used or has expired, or the officer who asked has left the desk."""


class SecondPersonNeeded(Exception):
    """This officer cannot be the second person: they asked themselves, it is about them, or their role may not."""


class NotApproved(Exception):
    """No second person has agreed to exactly this, or the approval was used already."""


class NotCarriedOut(Exception):
    """The act cannot be done now: nothing was done, and the request stays open. The message says why."""


@dataclass(frozen=True)
class ApprovalRequest:
    """What one officer asks a second one to agree to.

    The approval is tied to the hash of `payload`. `told` describes the act, without names or addresses. If the act
    is done as soon as the second person agrees, its whole payload is stored too, and the act reads nothing else.
    """

    kind: str
    subject: str
    payload: object
    told: str


@dataclass(frozen=True)
class OpenApproval:
    """One open approval and the officer who asked; nobody can agree unless that officer was admitted."""

    approval: Approval
    asker: Officer
    asker_admitted: bool

    @property
    def note(self) -> str:
        """Return the asker's own reason, empty if they gave none."""
        asked = json.loads(self.approval.payload or "null")
        return str(asked.get("note", "")) if isinstance(asked, dict) else ""


def ask(session: Session, asked: ApprovalRequest, by: Staff, *, now: datetime) -> Approval:
    """Ask for a second person. If the officer has an open request for the same, return that one.

    An officer who was admitted after asking gets a new request: the earlier one does not count.
    """
    known = _open(asked, now).where(Approval.asked_by == by.id).order_by(Approval.id)
    counted_then = was_admitted(Approval.asked_by, Approval.asked_at)
    approval = session.scalar(known.where(~was_admitted(by.id, now) | counted_then).limit(1))
    if approval is None:
        approval = Approval(
            kind=asked.kind,
            subject=asked.subject,
            told=asked.told,
            payload_sha256=payload_hash(asked.payload),
            asked_by=by.id,
            asked_at=now,
            expires_at=now + APPROVAL_LIFE,
            payload=json.dumps(asked.payload, ensure_ascii=False) if KINDS[asked.kind].at_once else None,
        )
        session.add(approval)
        session.flush()
        write_log(session, by, "ask", asked.subject, {"for": asked.kind, "approval": approval.id}, now=now)
    return approval


def approve(
    session: Session, number: int, by: Staff, carried: Carried | None = None, *, now: datetime
) -> Approval:
    """Agree as the second person, and do at once what `prepare` returned.

    An officer cannot agree to their own request, nor to an act about themselves. Raises NoSuchApproval,
    SecondPersonNeeded, NotAdmitted, NotCarriedOut, or NotApproved if what was prepared is not what was asked for.
    """
    # Locked: two officers who agree at the same moment must not both do the act.
    approval = session.scalar(_standing(now).where(Approval.id == number).with_for_update(of=Approval))
    if approval is None or approval.approved_by is not None:
        raise NoSuchApproval
    own = approval.asked_by == by.id or approval.subject == f"officer:{by.id}"
    if own or by.role not in KINDS[approval.kind].roles:
        raise SecondPersonNeeded
    check_admitted(session, by, now=now)
    # The asker must have been admitted when they asked: otherwise one person could ask with a new mailbox first, and
    # get it admitted later.
    if not session.scalar(select(was_admitted(approval.asked_by, approval.asked_at))):
        raise NotAdmitted(ASKER_NOT_ADMITTED)
    approval.approved_by, approval.approved_at = by.id, now
    session.flush()
    details = {"for": approval.kind, "approval": approval.id}
    write_log(session, by, "approve", approval.subject, details, now=now)
    if carried:
        approval.outcome = carried(session, by, now)
    return approval


def prepare(session: Session, number: int, carries: Mapping[str, Carry], keys: Keys | None) -> Carried | None:
    """Return the act that agreeing to a request will do; None if it does none at once.

    Call it before the write transaction: an act may have to open thousands of names first, and every writer would
    wait. Raises NotApproved if the stored payload is not what was asked for.
    """
    approval = session.get(Approval, number)
    if approval is None or approval.payload is None or approval.kind not in carries:
        return None
    asked = json.loads(approval.payload)
    # The stored payload is what will be done; the hash is what was asked for. An intruder in the database could have
    # changed the one, and the officer who agrees sees only `told`.
    if payload_hash(asked) != approval.payload_sha256:
        raise NotApproved
    return carries[approval.kind](session, keys, asked)


def use(session: Session, asked: ApprovalRequest, by: Staff, *, now: datetime) -> Approval:
    """Use an approval for exactly this, once, as one of its two people. Raises NotApproved."""
    mine = (Approval.asked_by == by.id) | (Approval.approved_by == by.id)
    both = was_admitted(Approval.asked_by, Approval.asked_at) & was_admitted(
        Approval.approved_by, Approval.approved_at
    )
    found = _open(asked, now).where(Approval.approved_by.is_not(None), mine, both)
    # Locked, so that two presses at the same moment cannot both use it.
    approval = session.scalar(found.order_by(Approval.id).limit(1).with_for_update(of=Approval))
    if approval is None:
        raise NotApproved
    # The payload may name a person whom an officer typed, and is not needed any more.
    approval.used_at, approval.payload = now, None
    session.flush()
    return approval


def use_or_ask(session: Session, asked: ApprovalRequest, by: Staff, *, now: datetime) -> bool:
    """Use an approval for exactly this, or ask for one; say whether one was used."""
    try:
        use(session, asked, by, now=now)
    except NotApproved:
        ask(session, asked, by, now=now)
        return False
    return True


def open_approvals(session: Session, *, now: datetime) -> list[OpenApproval]:
    """Return the open approvals, agreed to or not, the oldest first."""
    asker = aliased(Officer)
    rows = session.execute(
        select(Approval, asker, was_admitted(Approval.asked_by, Approval.asked_at))
        .join(asker, asker.id == Approval.asked_by)
        .where(Approval.expires_at > now, Approval.used_at.is_(None), asker.removed_at.is_(None))
        .order_by(Approval.id)
    )
    return [OpenApproval(approval, officer, admitted) for approval, officer, admitted in rows]


def done_lately(session: Session, *, now: datetime) -> list[Approval]:
    """Return the approvals used in the last day, the newest first."""
    used = select(Approval).where(Approval.used_at > now - APPROVAL_LIFE)
    return list(session.scalars(used.order_by(Approval.used_at.desc(), Approval.id.desc()).limit(MOST_DONE)))


def _standing(now: datetime) -> Select[Approval]:
    return (
        select(Approval)
        .join(Officer, Officer.id == Approval.asked_by)
        .where(Approval.expires_at > now, Approval.used_at.is_(None), Officer.removed_at.is_(None))
    )


def _open(asked: ApprovalRequest, now: datetime) -> Select[Approval]:
    return _standing(now).where(
        Approval.kind == asked.kind,
        Approval.subject == asked.subject,
        Approval.payload_sha256 == payload_hash(asked.payload),
    )
