"""Packages that officers order at the desk: order, lease, report the progress, end; one is made at a time."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.audit.models import Officer
from campaign.document.models import Delivery
from campaign.document.printing import letter_named
from campaign.document.rules import Step
from campaign.document.service import MISSING
from campaign.letter.models import Letter
from campaign.package.models import Build, Package
from campaign.package.orders import Order
from campaign.package.rules import BUILD_LEASE, KEPT_FOR, MOST_ATTEMPTS
from campaign.storage.statements import insert_once
from campaign.web.staff import Staff

GAVE_UP = "The worker was stopped three times while it made this. See its log, and ask again."


class LeaseLost(Exception):
    """This build is over, or another worker has leased it."""


class NoSuchBuild(Exception):
    """There is no build of this number."""


@dataclass(frozen=True)
class BuildStatus:
    """One build as the desk shows it.

    `missing` counts its names that no longer stand; `before` counts the unfinished builds ahead of it.
    """

    build: Build
    letter: Letter
    officer: str
    package: Package | None
    missing: int
    before: int

    @property
    def state(self) -> str:
        """Return waiting, building, done, stale, removed, failed or cancelled."""
        if self.build.outcome == "done":
            return "removed" if self.build.removed_at else "stale" if self.missing else "done"
        return self.build.outcome or ("building" if self.build.turn else "waiting")

    @property
    def wanted(self) -> dict[str, str]:
        """Return the fields of an order that makes the same package again."""
        build = self.build
        order = {"letter": self.letter.slug, "country": build.country, "office": build.office}
        return order | {"language": build.language, "paper": build.paper}

    @property
    def kept_until(self) -> datetime | None:
        """Return when the file is deleted, None while the build is unfinished."""
        return self.build.finished_at + KEPT_FOR if self.build.finished_at else None


def ask_build(session: Session, order: Order, by: Staff, *, now: datetime) -> int:
    """Order a package and return the build's number; an order for an unfinished build joins that build.

    Every field of `order` must be filled in, so that two officers who want the same package give the same order.
    Raises NoSuchDocument.
    """
    same = {"letter_id": letter_named(session, order.letter).id, "country": order.country, "office": order.office}
    same |= {"language": order.language, "paper": order.paper}
    began = {"again": order.again, "officer_id": by.id, "asked_at": now, "attempts": 0, "stage": "", "done": 0}
    new = insert_once(session, Build, {**same, **began, "total": 0, "outcome": "", "fault": ""})
    number = session.scalars(select(Build.id).filter_by(**same).where(Build.finished_at.is_(None))).one()
    if new:
        details = {"country": order.country, "language": order.language, "build": number}
        write_log(session, by, "build", f"letter:{order.letter}", details, now=now)
    elif order.again:
        session.execute(update(Build).where(Build.id == number).values(again=True))
    return number


def cancel_build(session: Session, number: int, by: Staff, *, now: datetime) -> None:
    """Stop an unfinished build; its worker notices within seconds. Raises NoSuchBuild, LeaseLost if it is over."""
    build = session.scalar(select(Build).where(Build.id == number).with_for_update())
    if build is None:
        raise NoSuchBuild
    if build.finished_at is not None:
        raise LeaseLost
    _end(session, Build.id == number, now, outcome="cancelled")
    slug = session.scalars(select(Letter.slug).where(Letter.id == build.letter_id)).one()
    details = {"country": build.country, "build": number}
    write_log(session, by, "build cancel", f"letter:{slug}", details, now=now)


def build_waits(session: Session, *, now: datetime) -> bool:
    """Say whether a build waits or has lost its worker; reads only."""
    free = Build.leased_until.is_(None) | (Build.leased_until < now)
    return session.scalar(select(Build.id).where(Build.finished_at.is_(None), free).limit(1)) is not None


def lease_build(session: Session, *, now: datetime) -> Build | None:
    """Lease the build that waits longest, or one whose lease ran out; None while another build is leased.

    A build that was leased MOST_ATTEMPTS times and never finished fails.
    """
    unfinished = select(Build).where(Build.finished_at.is_(None)).order_by(Build.turn.is_(None), Build.id)
    for build in session.scalars(unfinished.with_for_update(skip_locked=True)):
        if build.leased_until is not None and build.leased_until >= now:
            return None
        if build.attempts >= MOST_ATTEMPTS:
            _end(session, Build.id == build.id, now, outcome="failed", fault=GAVE_UP)
            continue
        build.turn, build.token = 1, secrets.token_hex(16)
        build.leased_until, build.attempts = now + BUILD_LEASE, build.attempts + 1
        build.stage, build.done, build.total = "", 0, 0
        try:
            session.flush()
        except (
            IntegrityError
        ):  # another worker was faster: `turn` is unique, so only one build is leased at a time
            session.rollback()
            return None
        return build
    return None


def report_step(session: Session, build: Build, step: Step, *, now: datetime) -> None:
    """Write how far a build is, and renew its lease. Raises LeaseLost."""
    values = {"stage": step.stage, "done": step.done, "total": step.total, "leased_until": now + BUILD_LEASE}
    _change_leased(session, build, values)


def release_build(session: Session, build: Build, *, counts: bool) -> None:
    """Put a build back in the queue; without `counts` this was no attempt. Raises LeaseLost."""
    values: dict[str, object] = dict.fromkeys(("turn", "token", "leased_until")) | {
        "stage": "",
        "done": 0,
        "total": 0,
    }
    _change_leased(session, build, values | {"attempts": build.attempts - (not counts)})


def finish_build(session: Session, build: Build, delivery: int, *, now: datetime) -> None:
    """Mark a build as done, in the transaction that records its package. Raises LeaseLost."""
    _change_leased(session, build, _ending(now, outcome="done") | {"delivery_id": delivery})


def fail_build(session: Session, build: Build, sentence: str, *, now: datetime) -> None:
    """Mark a build as failed, with one sentence that says why. Raises LeaseLost."""
    _change_leased(session, build, _ending(now, outcome="failed", fault=sentence[:300]))


def find_builds(session: Session, *wanted: ColumnElement[bool], limit: int = 50) -> list[BuildStatus]:
    """Return the builds that match every condition, the newest first."""
    unfinished = Build.__table__.alias()
    before = select(func.count()).where(unfinished.c.finished_at.is_(None), unfinished.c.id < Build.id)
    rows = session.execute(
        select(Build, Letter, Officer.name, Package, func.coalesce(MISSING, 0), before.scalar_subquery())
        .join(Letter, Letter.id == Build.letter_id)
        .join(Officer, Officer.id == Build.officer_id)
        .outerjoin(Delivery, Delivery.id == Build.delivery_id)
        .outerjoin(Package, Package.delivery_id == Build.delivery_id)
        .where(*wanted)
        .order_by(Build.id.desc())
        .limit(limit)
    )
    return [BuildStatus(*row) for row in rows]


def find_build(session: Session, number: int) -> BuildStatus:
    """Return one build. Raises NoSuchBuild."""
    found = find_builds(session, Build.id == number)
    if not found:
        raise NoSuchBuild
    return found[0]


def kept_builds(session: Session) -> list[BuildStatus]:
    """Return the builds whose file is still kept."""
    return find_builds(session, Build.outcome == "done", Build.removed_at.is_(None), limit=10_000)


def forget_builds(session: Session, removed: Sequence[int], *, now: datetime) -> None:
    """Note which files were deleted, and delete the rows of builds that ended more than KEPT_FOR ago."""
    session.execute(update(Build).where(Build.id.in_(removed)).values(removed_at=now))
    session.execute(delete(Build).where(Build.finished_at <= now - KEPT_FOR))


def _ending(now: datetime, **values: str) -> dict[str, object]:
    return {"finished_at": now, "turn": None, "token": None, "leased_until": None, **values}


def _end(session: Session, which: ColumnElement[bool], now: datetime, **values: str) -> None:
    session.execute(update(Build).where(which).values(_ending(now, **values)))


def _change_leased(session: Session, build: Build, values: dict[str, object]) -> None:
    """Change a build while this worker has its lease. Raises LeaseLost."""
    # The token is compared in the UPDATE itself: a check before it would race with a worker that leases the build now.
    still_ours = update(Build).where(Build.id == build.id, Build.token == build.token)
    if session.execute(still_ours.values(values).returning(Build.id)).first() is None:
        raise LeaseLost
