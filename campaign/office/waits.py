"""What waits for one officer, by role, and what expires soon."""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from campaign.audit.models import LogEntry, LogHead
from campaign.confirm.models import Signatory
from campaign.deliver.life import was_sent
from campaign.desk.admissions import admitted_officers
from campaign.desk.approvals import open_approvals
from campaign.desk.rules import DELIVERS, KINDS, OWNER, VERIFIES, may_decide
from campaign.document.models import Delivery, DeliveryApproval
from campaign.guard.places import count_waiting
from campaign.letter.drafts import all_drafts
from campaign.letter.models import Letter
from campaign.letter.standing import State, standing
from campaign.mail.service import owed_and_refused
from campaign.office.figures import Figures
from campaign.office.rules import OLD_ROSTER, SOON
from campaign.package.models import Build
from campaign.package.rules import KEPT_FOR
from campaign.review.filters import DISPUTED, WAITING, in_state
from campaign.roster.models import Roster
from campaign.verify.models import Verification
from campaign.verify.rules import HELD
from campaign.web.staff import Staff
from campaign.withdraw.models import KnownMoment
from campaign.withdraw.service import open_recalls
from campaign.world.legislatures import Legislatures

SILENT = timedelta(minutes=20)  # four rounds of the worker


@dataclass(frozen=True)
class Waits:
    """How much waits for one officer; 0 for what their role does not do."""

    disputed: int = 0
    requests: int = 0
    cards: int = 0
    held: int = 0
    approve: int = 0
    send: int = 0
    recalls: int = 0
    drafts: int = 0
    placeless: int = 0
    given_up: int = 0

    def __bool__(self) -> bool:
        """Say whether anything waits."""
        return any(getattr(self, one.name) for one in fields(self))


@dataclass(frozen=True)
class Deadline:
    """Something that expires, and when; `name` is a letter's short name, `count` how many. `what` is one of:

    closes, embargo (a letter), domains, rosters, packages, head, worker, keys.
    """

    what: str
    on: date | None = None
    count: int = 1
    name: str = ""


def waits_for(session: Session, figures: Figures, officer: Staff, *, now: datetime) -> Waits:
    """Return what waits for an officer; `figures` are those of all letters."""
    return Waits(
        requests=count_requests(session, officer, now=now),
        given_up=owed_and_refused(session)[1],
        drafts=len(all_drafts(session)) if officer.role == OWNER else 0,
        **(_cards(session, figures, officer) if officer.role in VERIFIES else {}),
        **(_handing_over(session, officer) if officer.role in DELIVERS else {}),
    )


def count_requests(session: Session, officer: Staff, *, now: datetime) -> int:
    """Return how many requests this officer may answer as the second person."""
    return len(requests_for(session, officer, now=now))


def requests_for(session: Session, officer: Staff, *, now: datetime) -> list[datetime]:
    """Return when each request was made that this officer may answer as the second person."""
    if officer.id not in admitted_officers(session, now=now):
        return []
    return [
        one.approval.asked_at
        for one in open_approvals(session, now=now)
        if one.approval.approved_by is None
        and one.asker_admitted
        and one.asker.id != officer.id
        and one.approval.subject != f"officer:{officer.id}"
        and officer.role in KINDS[one.approval.kind].roles
    ]


def to_approve(officer: Staff) -> list[ColumnElement[bool]]:
    """Return the conditions for a delivery that this officer may approve; DeliveryApproval must be outer-joined."""
    return [
        DeliveryApproval.delivery_id.is_(None),
        Delivery.officer_id.is_not(None),
        Delivery.officer_id != officer.id,
        ~was_sent(queued=True),
    ]


def deadlines(session: Session, legislatures: Legislatures, *, keys: bool, now: datetime) -> list[Deadline]:
    """Return what has expired or will within a month, what has come first; `keys` says whether any are here."""
    found = [
        *_letters(session, now),
        *_domains(legislatures, now.date()),
        *_rosters(session, now.date()),
        *_packages(session),
        *_machine(session, now),
        *([] if keys else [Deadline("keys")]),
    ]
    return sorted(found, key=lambda one: (one.on is not None, one.on or date.min, one.what))


def _cards(session: Session, figures: Figures, officer: Staff) -> dict[str, int]:
    mine = [group for group in figures.groups if may_decide(officer, group.country)]
    disputed = session.execute(
        select(Signatory.country, func.count())
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(Signatory.stands, in_state(DISPUTED))
        .group_by(Signatory.country)
    )
    return {
        "cards": sum(group.many for group in mine if group.state == WAITING),
        "held": sum(group.many for group in mine if group.state == HELD),
        "disputed": sum(count for country, count in disputed if may_decide(officer, country)),
        "placeless": count_waiting(session),
    }


def _handing_over(session: Session, officer: Staff) -> dict[str, int]:
    of_delivery = select(func.count()).select_from(Delivery).outerjoin(DeliveryApproval)
    approved = DeliveryApproval.officer_id.is_not(None) & (DeliveryApproval.officer_id != officer.id)
    return {
        "approve": session.scalar(of_delivery.where(*to_approve(officer))) or 0,
        "send": session.scalar(of_delivery.where(approved, ~was_sent(queued=True))) or 0,
        "recalls": open_recalls(session),
    }


def _letters(session: Session, now: datetime) -> list[Deadline]:
    found = []
    for letter in session.scalars(select(Letter)):
        stands = standing(letter, now)
        if stands.state not in (State.CLOSED, State.WITHDRAWN) and letter.closes_on <= stands.today + SOON:
            found.append(Deadline("closes", letter.closes_on, name=letter.slug))
        if letter.embargo_until is not None and stands.embargoed:
            found.append(Deadline("embargo", letter.embargo_until.date(), name=letter.slug))
    return found


def _domains(legislatures: Legislatures, today: date) -> list[Deadline]:
    due = legislatures.due(today + SOON)
    return [Deadline("domains", min(one.expires_on for one in due), len(due))] if due else []


def _rosters(session: Session, today: date) -> list[Deadline]:
    old = session.execute(select(func.min(Roster.on), func.count()).where(Roster.on <= today - OLD_ROSTER)).one()
    return [Deadline("rosters", old[0], old[1])] if old[1] else []


def _packages(session: Session) -> list[Deadline]:
    kept = select(Build.finished_at).where(Build.outcome == "done", Build.removed_at.is_(None))
    finished = [at for at in session.scalars(kept) if at is not None]
    return [Deadline("packages", (min(finished) + KEPT_FOR).date(), len(finished))] if finished else []


def _machine(session: Session, now: datetime) -> list[Deadline]:
    """Say since when the worker stands still, and since when the log is not signed."""
    round_at = session.scalar(select(KnownMoment.at))
    silent = round_at is None or now - round_at > SILENT
    newest = session.scalar(select(LogEntry).order_by(LogEntry.id.desc()).limit(1))
    unsigned = newest is not None and now - newest.at > SILENT and session.get(LogHead, newest.id) is None
    return [
        *([Deadline("worker", round_at.date() if round_at else None)] if silent else []),
        *([Deadline("head", newest.at.date())] if newest is not None and unsigned else []),
    ]
