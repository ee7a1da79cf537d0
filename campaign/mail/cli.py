"""`flask mail work`: the worker."""

import signal
import time
from datetime import timedelta

import click
import structlog
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from campaign.mail.carriers import carrier
from campaign.mail.worker import send_due
from campaign.storage.database import NotSaved
from campaign.web.toolbox import toolbox

log = structlog.get_logger()
CHORES_EVERY = timedelta(minutes=5)
mail = AppGroup("mail", help="Send the mails that are owed.")


@mail.command("work")
@click.option("--once", is_flag=True, help="Send what is due now, then stop.")
@click.option("--every", default=1.0, show_default=True, help="Seconds to wait when nothing is due.")
def work(once: bool, every: float) -> None:
    """Send what is owed until stopped; any number of workers may run."""
    tools, stop = toolbox(), _Stop()
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


class _Stop:
    """Set by SIGTERM or Ctrl-C, so that the mail under way is finished first."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: object) -> None:
        self.asked = True
