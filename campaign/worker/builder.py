"""Make the packages that the desk asked for, one at a time, in a thread beside the mail.

The desk sees the progress, and a package is never half made.
"""

import re
import shutil
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from pathlib import Path
from threading import Event

import structlog
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.document.printing import NOT_PRINTED
from campaign.document.rules import Step
from campaign.letter.models import Letter
from campaign.package.builds import (
    LeaseLost,
    build_waits,
    fail_build,
    finish_build,
    forget_builds,
    kept_builds,
    lease_build,
    release_build,
    report_step,
)
from campaign.package.folders import zip_of
from campaign.package.making import Made, Watch, make_package
from campaign.package.models import Build
from campaign.package.orders import Order
from campaign.package.packages import ReferenceTaken
from campaign.package.packing import Unchanged
from campaign.storage.database import Database, NotSaved
from campaign.storage.files import NotWritten
from campaign.web.toolbox import toolbox

log = structlog.get_logger()
LOOK_EVERY = 1.0  # seconds
REFUSED = (*NOT_PRINTED, NotWritten, ReferenceTaken, Unchanged)
OURS = re.compile(r"\.?[A-Z0-9-]+-[A-Z]{2}-\d{8}-\d+(\.zip|\.part)")
Stopped = Callable[[], bool]


class Halt(Exception):
    """The build must stop now."""


def build_next(folder: Path, stopped: Stopped) -> bool:
    """Make the package that waits longest and keep its zip in `folder`; say whether there was one.

    When the worker is told to stop, the build goes back to the queue. When the worker is killed, the lease runs out and
    the build starts again; its half-written files are deleted.
    """
    tools = toolbox()
    # Read first: a write transaction every second would make the writers wait for nothing.
    with tools.database.read() as session:
        if not build_waits(session, now=tools.clock()):
            return False
    with tools.database.write() as session:
        build = lease_build(session, now=tools.clock())
    if build is None:
        return False
    drop_strays(folder, tools.database, mine=build.id)
    log.info("build_begun", build=build.id)
    run = _Run(build, folder)
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(run.make, current_app._get_current_object())  # type: ignore[attr-defined]  # werkzeug's proxy
        run.follow(job, stopped)
    run.settle(job, stopped)
    return True


class _Run:
    """One build in progress: one thread makes it, another writes the progress and renews the lease."""

    def __init__(self, build: Build, folder: Path) -> None:
        self.build, self.folder = build, folder
        self.halt, self.step = Event(), Step("")

    def make(self, app: Flask) -> Made:
        """Make the package, in its own thread. Raises whatever stops it."""
        with app.app_context():
            tools = toolbox()
            with tools.database.read() as session:
                officer = session.get_one(Officer, self.build.officer_id)
                letter = session.get_one(Letter, self.build.letter_id).slug
            build = self.build
            order = Order(letter, build.country, build.office, build.language, build.again, build.paper)
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return make_package(tools, order, self.folder, officer, Watch(self.tell, self.kept, unpacked=False))

    def tell(self, step: Step) -> None:
        """Remember the present step. Raises Halt if the build must stop."""
        self.step = step
        if self.halt.is_set():
            raise Halt

    def kept(self, session: Session, delivery: int) -> None:
        """Mark the build as done, in the transaction of the delivery. Raises LeaseLost."""
        finish_build(session, self.build, delivery, now=toolbox().clock())

    def follow(self, job: Future[Made], stopped: Stopped) -> None:
        """Write the progress until the job ends, and halt it if another worker has the build now."""
        tools = toolbox()
        while not wait([job], LOOK_EVERY).done:
            if stopped():
                self.halt.set()
            try:
                with tools.database.write() as session:
                    report_step(session, self.build, self.step, now=tools.clock())
            except LeaseLost:
                self.halt.set()
            except (NotSaved, SQLAlchemyError) as fault:  # progress is not worth stopping a build for
                log.warning("build_not_told", build=self.build.id, fault=type(fault).__name__)

    def settle(self, job: Future[Made], stopped: Stopped) -> None:
        """Write how the build ended, unless another worker has it now: then that worker writes it."""
        fault, tools = job.exception(), toolbox()
        log.info("build_over", build=self.build.id, fault=type(fault).__name__ if fault else "")
        try:
            with tools.database.write() as session:
                if isinstance(fault, Halt | NotSaved | SQLAlchemyError):
                    release_build(session, self.build, counts=not stopped())
                elif fault is not None:
                    fail_build(session, self.build, _sentence(fault), now=tools.clock())
        except LeaseLost:
            log.info("build_not_ours", build=self.build.id)
        if fault is not None and not isinstance(fault, (Halt, LeaseLost, *REFUSED)):
            log.error("build_failed", build=self.build.id, fault=type(fault).__name__, exc_info=fault)


def drop_expired(folder: Path, database: Database, now: datetime) -> None:
    """Remove expired files, files that name a person who has withdrawn since, files of no build, and old rows."""
    with database.read() as session:
        over = [one for one in kept_builds(session) if one.missing or (one.kept_until or now) <= now]
    for one in over:
        if one.package is not None:
            zip_of(folder / one.package.reference).unlink(missing_ok=True)
    drop_strays(folder, database)
    with database.write() as session:
        forget_builds(session, [one.build.id for one in over], now=now)


def drop_strays(folder: Path, database: Database, mine: int | None = None) -> None:
    """Remove files that a crash left in the folder; none while another worker builds there, and none that are not ours.

    The folder is read before the database: a file that appears later belongs to a build that began later.
    """
    there = list(folder.iterdir()) if folder.is_dir() else []
    with database.read() as session:
        known = {zip_of(folder / one.package.reference) for one in kept_builds(session) if one.package}
        busy = session.query(Build.id).where(Build.turn == 1).scalar()
    for path in there:
        if OURS.fullmatch(path.name) and path not in known and busy in (None, mine):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:].rstrip(".")


def _sentence(fault: BaseException) -> str:
    """Return why a build failed, in a sentence that names no person: its row may outlast a withdrawal."""
    if isinstance(fault, Unchanged):
        return f"{_begun(str(fault))}. If you mean it, ask again and tick “even if nothing has changed”."
    if isinstance(fault, REFUSED):
        return f"{_begun(str(fault))}."
    return f"It stopped at a fault of the program ({type(fault).__name__}). The worker's log says more."
