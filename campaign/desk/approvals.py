"""What takes two people: one asks, another agrees, and it is used once, for exactly what was asked.

Both are admitted (admissions.py), or nobody can agree.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from campaign.audit.log import write_log
from campaign.audit.models import Officer
from campaign.desk.admissions import NotAdmitted, check_admitted, counts
from campaign.desk.models import Approval
from campaign.desk.rules import APPROVAL_LIFE, KINDS, payload_hash
from campaign.seal.keys import Keys
from campaign.web.staff import Staff
from campaign.web.toolbox import Carried, Carry

MOST_DONE = 20

ASKER_NOT_ADMITTED = (
    "Who asked was not admitted as a second person then, so nobody can agree. They ask again once they are."
)


class NoSuchApproval(Exception):
    """It was used, has expired, or its asker has left the desk."""


class SecondPersonNeeded(Exception):
    """Whoever asked cannot agree as well, and not every role may."""


class NotApproved(Exception):
    """Nobody else has agreed to exactly this, or it was used already."""


class NotCarriedOut(Exception):
    """What a second person agreed to cannot be done now: nothing is, and the request stays. The message says why."""


@dataclass(frozen=True)
class Asked:
    """What is asked for: `payload` ties the approval to it; `told` shows it, without names or addresses.

    What is done as soon as somebody agrees is kept with the request, so that it is done from that alone.
    """

    kind: str
    subject: str
    payload: object
    told: str


@dataclass(frozen=True)
class Waiting:
    """One open approval, who asked, and whether who asked is admitted: else nobody can agree."""

    approval: Approval
    asker: Officer
    counts: bool

    @property
    def note(self) -> str:
        """Return why the asker asks, in their own words, if they said it."""
        asked = json.loads(self.approval.payload or "null")
        return str(asked.get("note", "")) if isinstance(asked, dict) else ""


def ask(session: Session, asked: Asked, by: Staff, *, now: datetime) -> Approval:
    """Ask for a second person; asking again for the same returns what is open.

    Who was admitted since then asks anew: what they asked for before does not count.
    """
    known = _open(asked, now).where(Approval.asked_by == by.id).order_by(Approval.id)
    admitted = counts(by.id, now)
    approval = session.scalar(known.where(~admitted | counts(Approval.asked_by, Approval.asked_at)).limit(1))
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
    """Agree as the second person, and do at once what was `made_ready`.

    Nobody agrees to what they asked for, nor to what is done for themselves. Raises NoSuchApproval, SecondPersonNeeded,
    NotAdmitted, NotCarriedOut, or NotApproved if what was made ready is not what was asked for.
    """
    approval = session.scalar(_standing(now).where(Approval.id == number).with_for_update(of=Approval))
    if approval is None or approval.approved_by is not None:
        raise NoSuchApproval
    own = approval.asked_by == by.id or approval.subject == f"officer:{by.id}"
    if own or by.role not in KINDS[approval.kind].roles:
        raise SecondPersonNeeded
    check_admitted(session, by, now=now)
    if not session.scalar(select(counts(approval.asked_by, approval.asked_at))):
        raise NotAdmitted(ASKER_NOT_ADMITTED)
    approval.approved_by, approval.approved_at = by.id, now
    session.flush()
    said = {"for": approval.kind, "approval": approval.id}
    write_log(session, by, "approve", approval.subject, said, now=now)
    if carried:
        approval.outcome = carried(session, by, now)
    return approval


def made_ready(session: Session, number: int, carries: Mapping[str, Carry], keys: Keys | None) -> Carried | None:
    """Look at what agreeing to a request will do, before the database is held; None if no later room does it.

    Raises NotApproved if what is kept is not what was asked for.
    """
    approval = session.get(Approval, number)
    if approval is None or approval.payload is None or approval.kind not in carries:
        return None
    asked = json.loads(approval.payload)
    if payload_hash(asked) != approval.payload_sha256:
        raise NotApproved
    return carries[approval.kind](session, keys, asked)


def use(session: Session, asked: Asked, by: Staff, *, now: datetime) -> Approval:
    """Take up an approval for exactly this, once, as one of its two people. Raises NotApproved."""
    mine = (Approval.asked_by == by.id) | (Approval.approved_by == by.id)
    both = counts(Approval.asked_by, Approval.asked_at) & counts(Approval.approved_by, Approval.approved_at)
    found = _open(asked, now).where(Approval.approved_by.is_not(None), mine, both)
    approval = session.scalar(found.order_by(Approval.id).limit(1).with_for_update(of=Approval))
    if approval is None:
        raise NotApproved
    approval.used_at, approval.payload = now, None
    session.flush()
    return approval


def taken_up(session: Session, asked: Asked, by: Staff, *, now: datetime) -> bool:
    """Take up an approval for exactly this, or else ask for one; say whether it was there to take."""
    try:
        use(session, asked, by, now=now)
    except NotApproved:
        ask(session, asked, by, now=now)
        return False
    return True


def waiting(session: Session, *, now: datetime) -> list[Waiting]:
    """Return what is open, agreed to or not, the oldest first."""
    asker = aliased(Officer)
    rows = session.execute(
        select(Approval, asker, counts(Approval.asked_by, Approval.asked_at))
        .join(asker, asker.id == Approval.asked_by)
        .where(Approval.expires_at > now, Approval.used_at.is_(None), asker.removed_at.is_(None))
        .order_by(Approval.id)
    )
    return [Waiting(approval, officer, admitted) for approval, officer, admitted in rows]


def done_lately(session: Session, *, now: datetime) -> list[Approval]:
    """Return what two people did in the last day, the newest first."""
    used = select(Approval).where(Approval.used_at > now - APPROVAL_LIFE)
    return list(session.scalars(used.order_by(Approval.used_at.desc(), Approval.id.desc()).limit(MOST_DONE)))


def _standing(now: datetime) -> Select[Approval]:
    return (
        select(Approval)
        .join(Officer, Officer.id == Approval.asked_by)
        .where(Approval.expires_at > now, Approval.used_at.is_(None), Officer.removed_at.is_(None))
    )


def _open(asked: Asked, now: datetime) -> Select[Approval]:
    return _standing(now).where(
        Approval.kind == asked.kind,
        Approval.subject == asked.subject,
        Approval.payload_sha256 == payload_hash(asked.payload),
    )
