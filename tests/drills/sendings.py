"""Row 16: stopped after three of twenty sendings, and the worker after three of twenty mails, both go on at the fourth.

Run with a number of minutes and a command, it is the process that is stopped: the campaign's own commands, at a clock
so far ahead, with an address for every office.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Conversation
from flask.cli import ScriptInfo
from sqlalchemy import select

import app as entrance
from campaign.deliver.making import make_package
from campaign.deliver.models import Delivery, Posting, Sending
from campaign.deliver.packing import Order
from campaign.deliver.steps import approve_delivery
from campaign.desk.models import Officer
from campaign.letter.service import load_letters
from campaign.web.toolbox import EXTENSION
from config.settings import read_settings
from tests.drills.ground import Campaign, campaign

COUNTRIES = "AR AT AU BE BG BR CA CH CZ DE DK EE ES FI FR GB IE IT JP LT".split()  # noqa: SIM905 - easier to read
STOP_AFTER = 3
LEASE_MINUTES = "3"


class Sink:
    """A mail server that pulls the plug of whoever brings it the fourth mail, before it has taken that."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.victim = 0

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, conversation: Conversation, envelope: Envelope
    ) -> str:
        if self.victim and len(self.kept) == STOP_AFTER:
            os.kill(self.victim, signal.SIGKILL)
            self.victim = 0
            return "451 too late"
        assert isinstance(envelope.content, bytes)
        self.kept.append(str(message_from_bytes(envelope.content)["Message-ID"]))
        return "250 OK"


def run() -> tuple[str, bool]:
    """Approve twenty packages, stop the command and then the worker with a signal nothing can catch, and go on."""
    sink = Sink()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with campaign(MAIL_URL=f"smtp://127.0.0.1:{port}") as ground, tempfile.TemporaryDirectory() as packages:
            by = _approve_twenty(ground, Path(packages))
            words = ("deliver", "sent", "--all", "governments", "--channel", "mail", "--packages", packages)
            stopped_at = _stop_the_command(ground, *words, "--by", by)
            _run(ground, "0", *words, "--by", by)
            sendings, again = ground.count(Sending), _numbers(ground)
            stopped_mails = _stop_the_worker(ground, sink)
            _run(ground, LEASE_MINUTES, "mail", "work", "--once")
            with ground.tools.database.read() as session:
                taken = len(session.scalars(select(Posting).where(Posting.accepted_on.is_not(None))).all())
    finally:
        controller.stop()
    twice = sum(count - 1 for count in Counter(sink.kept).values())
    told = (
        f"command stopped at {stopped_at}, then {sendings} of {len(COUNTRIES)} sent, none twice: {again}; worker "
    )
    told += (
        f"stopped at {stopped_mails}, then {len(sink.kept)} mails arrived, {twice} twice; {taken} shown as gone"
    )
    whole = (sendings, len(sink.kept), taken) == (len(COUNTRIES),) * 3
    return told, whole and again and twice == 0 and stopped_mails == STOP_AFTER <= stopped_at < len(COUNTRIES)


def _approve_twenty(ground: Campaign, packages: Path) -> str:
    """Make and approve the packages; return the address of another officer, who sends."""
    with ground.tools.database.write() as session:
        load_letters(session, entrance.ROOT / "config" / "letters", now=ground.tools.clock())
    with ground.app.app_context():
        assert ground.app.test_cli_runner().invoke(args=["letter", "demo"]).exit_code == 0
        for country in COUNTRIES:
            make_package(Order("governments", country), packages)
    with ground.tools.database.write() as session:
        first, second = session.scalars(select(Officer).order_by(Officer.id).limit(2)).all()
        first.role = second.role = "owner"
        for number in session.scalars(select(Delivery.id)).all():
            approve_delivery(session, number, first, now=ground.tools.clock())
        return second.email


def _stop_the_command(ground: Campaign, *words: str) -> int:
    with _process(ground, "0", *words) as process:
        assert process.stdout is not None
        for _line in range(STOP_AFTER):
            process.stdout.readline()
        process.kill()
    return ground.count(Sending)


def _stop_the_worker(ground: Campaign, sink: Sink) -> int:
    with _process(ground, "0", "mail", "work", "--once") as process:
        sink.victim = process.pid
    return len(sink.kept)


def _numbers(ground: Campaign) -> bool:
    with ground.tools.database.read() as session:
        return set(session.scalars(select(Sending.number))) == {1}


def _run(ground: Campaign, minutes: str, *words: str) -> None:
    with _process(ground, minutes, *words) as process:
        process.communicate()
    assert process.returncode == 0, words


def _process(ground: Campaign, minutes: str, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.drills.sendings", minutes, *words]
    environment = {**os.environ, **ground.environment}
    return subprocess.Popen(
        command, cwd=entrance.ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def _be_stopped(minutes: str, *words: str) -> None:
    """Run one of the campaign's commands as if so many minutes later."""
    ahead = timedelta(minutes=int(minutes))
    app = entrance.build(
        read_settings(os.environ),
        tuple(dict.fromkeys(entrance.PUBLIC + entrance.DESK)),
        lambda: entrance.now() + ahead,
    )
    tools = app.extensions[EXTENSION]
    every = tuple(replace(one, mail=f"{one.country.lower()}@ministry.test") for one in tools.recipients.every)
    app.extensions[EXTENSION] = replace(tools, recipients=replace(tools.recipients, every=every))
    app.cli.main(args=list(words), obj=ScriptInfo(create_app=lambda: app))


if __name__ == "__main__":
    _be_stopped(*sys.argv[1:])
