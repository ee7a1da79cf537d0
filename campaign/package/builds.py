"""Packages asked for at the desk: ask, take one up, say how far it is, end it; one is made at a time."""

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
from campaign.document.rules import Step
from campaign.document.service import MISSING
from campaign.letter.models import Letter
from campaign.package.models import Build, Package
from campaign.package.orders import Order, letter_named
from campaign.package.rules import BUILD_LEASE, HELD_FOR, MOST_ATTEMPTS
from campaign.storage.statements import insert_once
from campaign.web.staff import Staff

GAVE_UP = "The worker was stopped three times while it made this. See its log, and ask again."


class NotOurs(Exception):
    """This build is over, or another worker has taken it up."""


class NoSuchBuild(Exception):
    """There is no build of this number."""


@dataclass(frozen=True)
class BuildStatus:
    """One build as the desk sees it; `missing` of its names have gone, `before` it so many others wait or are made."""

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
        """Return what to ask for to have the same made anew."""
        build = self.build
        order = {"letter": self.letter.slug, "country": build.country, "office": build.office}
        return order | {"language": build.language, "paper": build.paper}

    @property
    def held_until(self) -> datetime | None:
        """Return when the file goes."""
        return self.build.finished_at + HELD_FOR if self.build.finished_at else None


def ask_build(session: Session, order: Order, by: Staff, *, now: datetime) -> int:
    """Ask for a package and return the build's number; who asks for one that is not finished yet joins that.

    The order leaves nothing open: two who want the same ask for the same. Raises NoSuchDocument.
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
    """Stop a build that is not finished; whoever makes it notices within seconds. Raises NoSuchBuild, NotOurs."""
    build = session.scalar(select(Build).where(Build.id == number).with_for_update())
    if build is None:
        raise NoSuchBuild
    if build.finished_at is not None:
        raise NotOurs
    _end(session, Build.id == number, now, outcome="cancelled")
    slug = session.scalars(select(Letter.slug).where(Letter.id == build.letter_id)).one()
    details = {"country": build.country, "build": number}
    write_log(session, by, "build cancel", f"letter:{slug}", details, now=now)


def anything_waits(session: Session, *, now: datetime) -> bool:
    """Say whether there may be one to take up; asks without writing."""
    free = Build.leased_until.is_(None) | (Build.leased_until < now)
    return session.scalar(select(Build.id).where(Build.finished_at.is_(None), free).limit(1)) is not None


def lease_build(session: Session, *, now: datetime) -> Build | None:
    """Lease the build that waits longest, or one whose worker is gone; None while another is made.

    One that was taken up three times and never finished is given up.
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
        except IntegrityError:  # another worker was faster: the database lets one be made at a time
            session.rollback()
            return None
        return build
    return None


def report_step(session: Session, build: Build, step: Step, *, now: datetime) -> None:
    """Say how far a build is, and keep it leased. Raises NotOurs."""
    values = {"stage": step.stage, "done": step.done, "total": step.total, "leased_until": now + BUILD_LEASE}
    _ours(session, build, values)


def release_build(session: Session, build: Build, *, counts: bool) -> None:
    """Let a build wait again. One whose worker was told to stop does not count as an attempt. Raises NotOurs."""
    values: dict[str, object] = dict.fromkeys(("turn", "token", "leased_until")) | {
        "stage": "",
        "done": 0,
        "total": 0,
    }
    _ours(session, build, values | {"attempts": build.attempts - (not counts)})


def finish_build(session: Session, build: Build, delivery: int, *, now: datetime) -> None:
    """Note that it is made, in the transaction that keeps its package. Raises NotOurs."""
    _ours(session, build, _over(now, outcome="done") | {"delivery_id": delivery})


def fail_build(session: Session, build: Build, sentence: str, *, now: datetime) -> None:
    """Note why it could not be made. Raises NotOurs."""
    _ours(session, build, _over(now, outcome="failed", fault=sentence[:300]))


def find_builds(session: Session, *wanted: ColumnElement[bool], limit: int = 50) -> list[BuildStatus]:
    """Return builds, the newest first."""
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


def held_builds(session: Session) -> list[BuildStatus]:
    """Return the builds whose file is still held."""
    return find_builds(session, Build.outcome == "done", Build.removed_at.is_(None), limit=10_000)


def forget_builds(session: Session, removed: Sequence[int], *, now: datetime) -> None:
    """Note which files are gone, and forget what was asked for long ago."""
    session.execute(update(Build).where(Build.id.in_(removed)).values(removed_at=now))
    session.execute(delete(Build).where(Build.finished_at <= now - HELD_FOR))


def _over(now: datetime, **values: str) -> dict[str, object]:
    return {"finished_at": now, "turn": None, "token": None, "leased_until": None, **values}


def _end(session: Session, which: ColumnElement[bool], now: datetime, **values: str) -> None:
    session.execute(update(Build).where(which).values(_over(now, **values)))


def _ours(session: Session, build: Build, values: dict[str, object]) -> None:
    """Change a build as long as we hold it. Raises NotOurs."""
    held_by_us = update(Build).where(Build.id == build.id, Build.token == build.token)
    if session.execute(held_by_us.values(values).returning(Build.id)).first() is None:
        raise NotOurs
