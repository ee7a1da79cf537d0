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
mail = AppGroup("mail", help="Send the queued mails.")


@mail.command("work")
@click.option("--once", is_flag=True, help="Send what is due now, then stop.")
@click.option("--every", default=1.0, show_default=True, help="Seconds to wait when nothing is due.")
def work(once: bool, every: float) -> None:
    """Send mails until stopped, and make the packages that the desk asked for; any number of workers may run."""
    stop = _Stop()
    with _beside(stop, every, once=once):
        _send(stop, every, once=once)


@mail.command("show")
def show() -> None:
    """Say how many mails wait, why they wait, and what to do about it."""
    with toolbox().database.read() as session:
        owed, refused = owed_and_refused(session)
        click.echo(f"{owed} waiting to be sent, {refused} given up")
        for sentence in troubles(session):
            click.echo(sentence)


@mail.command("resume")
def resume_now() -> None:
    """Try a mail server that has refused us again at once, after its trouble is repaired."""
    with toolbox().database.write() as session:
        ended = resume(session)
    click.echo("The worker tries again now." if ended else "No mail server was paused.")


def _send(stop: "_Stop", every: float, *, once: bool) -> None:
    """Send mails and do the chores until stopped, or until nothing is due."""
    tools = toolbox()
    carries = carrier(tools.site.mail_url, tools.site.root)
    chores_at = tools.clock()
    while not stop.asked:
        try:
            leased = send_due(tools, carries)
            if tools.clock() >= chores_at:
                chores_at = tools.clock() + CHORES_EVERY
                for chore in tools.chores:
                    chore(tools.database, tools.clock())
        except (NotSaved, SQLAlchemyError) as fault:  # the database is away or full: try again in the next round
            log.error("worker_waits", fault=type(fault).__name__, exc_info=True)
            leased = 0
        if once and not leased:
            break
        if not leased:
            time.sleep(every)
    carries.close()


@contextmanager
def _beside(stop: "_Stop", every: float, *, once: bool) -> Iterator[None]:
    """Run the long tasks in their own threads: mail must not wait for them."""
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
    """Do one task after the other until stopped; if `every` is None, only until nothing is left."""
    with app.app_context():
        while not stop.asked:
            try:
                did = side(lambda: stop.asked)
            except Exception as fault:  # whatever it is, mail must still be sent: try again in the next round
                log.error("worker_waits", fault=type(fault).__name__, exc_info=True)
                did = False
            if not did and every is None:
                return
            if not did:
                time.sleep(every or 0)


class _Stop:
    """Whether SIGTERM or Ctrl-C has asked the worker to stop: it finishes the present mail first."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: object) -> None:
        self.asked = True
