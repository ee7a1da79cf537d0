"""`flask mail work`: the worker."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

import click
import structlog
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from campaign.mail.carriers import carrier
from campaign.mail.pauses import resume, troubles
from campaign.mail.sending import send_due
from campaign.mail.service import owed_and_refused
from campaign.storage.database import NotSaved
from campaign.web.toolbox import Side, toolbox

log = structlog.get_logger()
CHORES_EVERY = timedelta(minutes=5)
mail = AppGroup("mail", help="Send the mails that are owed.")


@mail.command("work")
@click.option("--once", is_flag=True, help="Send what is due now, then stop.")
@click.option("--every", default=1.0, show_default=True, help="Seconds to wait when nothing is due.")
def work(once: bool, every: float) -> None:
    """Send what is owed until stopped, and make packages the desk asked for; any number of workers may run."""
    stop = _Stop()
    with _beside(stop, every, once=once):
        _send(stop, every, once=once)


@mail.command("show")
def show() -> None:
    """Say how many mails wait, what keeps them, and what to do about it."""
    with toolbox().database.read() as session:
        owed, refused = owed_and_refused(session)
        click.echo(f"{owed} waiting to be sent, {refused} given up")
        for sentence in troubles(session):
            click.echo(sentence)


@mail.command("resume")
def resume_now() -> None:
    """Try a mail server again at once that has refused us, since what was wrong is mended."""
    with toolbox().database.write() as session:
        ended = resume(session)
    click.echo("The worker tries again now." if ended else "No mail server was left alone.")


def _send(stop: "_Stop", every: float, *, once: bool) -> None:
    """Send mails and do the chores until stopped, or until nothing is due."""
    tools = toolbox()
    carries = carrier(tools.site.mail_url, tools.site.root)
    chores_at = tools.clock()
    while not stop.asked:
        try:
            claimed = send_due(tools, carries)
            if tools.clock() >= chores_at:
                chores_at = tools.clock() + CHORES_EVERY
                for chore in tools.chores:
                    chore(tools.database, tools.clock())
        except (NotSaved, SQLAlchemyError) as fault:  # away or full: the next round may do better
            log.error("worker_waits", fault=type(fault).__name__, exc_info=True)
            claimed = 0
        if once and not claimed:
            break
        if not claimed:
            time.sleep(every)
    carries.close()


@contextmanager
def _beside(stop: "_Stop", every: float, *, once: bool) -> Iterator[None]:
    """Let what takes long be done in threads of its own: mail does not wait for it."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # werkzeug's proxy
    threads = [Thread(target=_do, args=(app, side, stop, None if once else every)) for side in toolbox().sides]
    for thread in threads:
        thread.start()
    try:
        yield
    except BaseException:
        stop.asked = True
        raise
    finally:
        for thread in threads:
            thread.join()


def _do(app: Flask, side: Side, stop: "_Stop", every: float | None) -> None:
    """Do one thing after the other until stopped, or until nothing is left where `every` is None."""
    with app.app_context():
        while not stop.asked:
            try:
                did = side(lambda: stop.asked)
            except (
                Exception
            ) as fault:  # away, full, or a fault of ours: the mail goes on, the next round may do better
                log.error("worker_waits", fault=type(fault).__name__, exc_info=True)
                did = False
            if not did and every is None:
                return
            if not did:
                time.sleep(every or 0)


class _Stop:
    """Set by SIGTERM or Ctrl-C, so that the mail under way is finished first."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: object) -> None:
        self.asked = True
