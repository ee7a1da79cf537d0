"""Row 16 of docs/threats.md: the command that sends packages is killed at each statement, and the worker during a mail.

Both continue when started again. Commands run in processes forked from this one, so a control changes them too.
"""

import asyncio
import os
import secrets
import signal
import socket
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Conversation
from sqlalchemy import select
from sqlalchemy.orm import Session

import app as entrance
from campaign.deliver import steps
from campaign.deliver.life import Life
from campaign.deliver.models import Posting, Sending
from campaign.deliver.steps import approve_delivery
from campaign.document.models import Delivery
from campaign.letter.drafts import load_letters
from campaign.mail import sending as worker
from campaign.mail import service
from campaign.mail.carriers import write_message
from campaign.mail.models import Attachment, Mail
from campaign.mail.service import queue_mail
from campaign.package.making import make_package
from campaign.package.orders import Order
from campaign.web.toolbox import EXTENSION
from tests.conftest import Clock
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import Campaign, campaign, die_at
from tests.drills.officers import officer

COUNTRIES = "AR AT AU BE BG BR CA CH CZ DE DK EE ES FI FR GB IE IT JP LT".split()  # noqa: SIM905 - easier to read
FORK = get_context("fork")
CLOSELY = 16  # kills of the command, each a statement later than the one before
PATIENCE_S = 20


class Sink:
    """A mail server in a process of its own; at its mail number `left` it waits, until it is told to go on."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.kept: Any = FORK.SimpleQueue()
        self.left, self.keeps = FORK.Value("i", 0), FORK.Value("b", True)
        self.reached, self.go = FORK.Event(), FORK.Event()

    def serve(self, ready: Any) -> None:
        """Take mail until killed."""
        Controller(self, hostname="127.0.0.1", port=self._port).start()
        ready.set()
        signal.pause()

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, conversation: Conversation, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        self.left.value -= 1
        waits = self.left.value == 0
        if self.keeps.value or not waits:
            self.kept.put(str(message_from_bytes(envelope.content)["Message-ID"]))
        if waits:
            self.reached.set()
            while not self.go.is_set():
                await asyncio.sleep(0.005)
        return "250 OK"

    def wait_at(self, number: int, keeps: bool) -> None:
        """Wait at the mail of this number from now on, having kept it or not, before it is answered."""
        self.left.value, self.keeps.value = number, keeps
        self.reached.clear()
        self.go.clear()

    def arrived(self) -> Counter[str]:
        """Return what arrived since the last time, and how often."""
        found = Counter[str]()
        while not self.kept.empty():
            found[self.kept.get()] += 1
        return found


def run(packages: int) -> Result:
    """Approve packages, kill the command that sends them and then the worker, and start both again."""
    clock = Clock()
    with _sink() as (sink, port), campaign(clock=clock, MAIL_URL=f"smtp://127.0.0.1:{port}") as ground:
        with tempfile.TemporaryDirectory() as folder:
            approver, sender = _approve(ground, Path(folder), COUNTRIES[:packages])
            words = ("deliver", "sent", "--all", "governments", "--channel", "mail", "--packages", folder, "--by")
            assert ground.app.test_cli_runner().invoke(args=[*words, approver]).exit_code  # loads what is forked
            kills, torn = _kill_the_command(ground, *words, sender)
        with ground.tools.database.read() as session:
            numbers = Counter(session.scalars(select(Sending.number)))
        worker_kills, arrived = _kill_the_worker(ground, clock, sink, packages // 2 - 1)
        with ground.tools.database.read() as session:
            gone = len(session.scalars(select(Posting).where(Posting.accepted_on.is_not(None))).all())
    twice, kept = arrived.total() - len(arrived), (worker_kills + 1) // 2
    told = f"command killed {kills} times, {torn} left a sending without its mail, {numbers.total()} sent for {packages} packages; "
    told += f"worker killed {worker_kills} times with a mail half handed over, {kept} of them taken; {len(arrived)} mails arrived, "
    told += f"{twice} twice; {gone} shown as gone"
    well = torn == 0 and numbers == {1: packages} and len(arrived) == gone == packages
    return Result(told, well and twice <= kept and kills >= CLOSELY and worker_kills > 0)


@contextmanager
def _sink() -> Iterator[tuple[Sink, int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sink, ready = Sink(port), FORK.Event()
    process = FORK.Process(target=sink.serve, args=(ready,), daemon=True)
    process.start()
    try:
        assert ready.wait(PATIENCE_S)
        yield sink, port
    finally:
        process.kill()
        process.join()


def _approve(ground: Campaign, packages: Path, countries: list[str]) -> tuple[str, str]:
    """Make and approve the packages, with an address for every office; return who approved and who sends."""
    tools = ground.tools
    every = tuple(replace(one, mail=f"{one.country.lower()}@ministry.test") for one in tools.recipients.every)
    tools = ground.app.extensions[EXTENSION] = replace(
        tools, shipped=replace(tools.shipped, recipients=replace(tools.recipients, every=every))
    )
    tools.cache.clear()  # it holds the directory as it was
    with tools.database.write() as session:
        load_letters(session, entrance.ROOT / "config" / "letters", now=tools.clock())
        first, second = (officer(session, ground, name, tools.clock()) for name in ("vera", "paul"))
    with ground.app.app_context():
        for country in countries:
            make_package(tools, Order("governments", country), packages)
    with tools.database.write() as session:
        for number in session.scalars(select(Delivery.id)).all():
            approve_delivery(session, number, first, now=tools.clock())
    return first.email, second.email


def _kill_the_command(ground: Campaign, *words: str) -> tuple[int, int]:
    """Kill the command each time later than before, until it ends; return how often, and what was left half done."""
    kills, torn, moment = 0, 0, 1
    while _ended(_start(ground, moment, *words)) == -signal.SIGKILL:
        counts = {ground.count(model) for model in (Sending, Posting, Mail, Attachment)}
        torn += len(counts) > 1
        kills, moment = kills + 1, moment + (1 if kills < CLOSELY else CLOSELY)
    return kills, torn


def _kill_the_worker(ground: Campaign, clock: Clock, sink: Sink, kills: int) -> tuple[int, Counter[str]]:
    """Kill workers at their second mail, the first and every other one once it was taken; at last let two work beside each other."""
    for number in range(kills):
        sink.wait_at(2, keeps=number % 2 == 0)
        killed = _start(ground, 0, "mail", "work", "--once")
        assert sink.reached.wait(PATIENCE_S)
        killed.kill()
        _ended(killed)
        sink.go.set()
        clock.move(minutes=3)  # its leases have run out
    sink.wait_at(1, keeps=True)
    slow = _start(ground, 0, "mail", "work", "--once")
    assert sink.reached.wait(PATIENCE_S)
    _ended(_start(ground, 0, "mail", "work", "--once"))
    sink.go.set()
    _ended(slow)
    return kills, sink.arrived()


def _start(ground: Campaign, moment: int, *words: str) -> BaseProcess:
    ground.tools.database.close()  # a forked process makes connections of its own
    process = FORK.Process(target=_run, args=(ground, moment, words), daemon=True)
    process.start()
    return process


def _ended(process: BaseProcess) -> int:
    process.join(PATIENCE_S)
    assert process.exitcode is not None, "it never ends"
    return process.exitcode


def _run(ground: Campaign, moment: int, words: tuple[str, ...]) -> None:
    """Run a command of the campaign's; at so many statements that write, die as nothing can be caught that kills."""
    if moment:
        die_at(ground, moment)
    os._exit(ground.app.test_cli_runner().invoke(args=words).exit_code)


def _queue_at_once(session: Session, *said: Any, **more: Any) -> int:
    """Queue a mail, and commit it before anything follows."""
    number = queue_mail(session, *said, **more)
    for word in ("COMMIT", "BEGIN IMMEDIATE"):
        session.connection().exec_driver_sql(word)
    return number


def _write_anew(sender: str, recipient: str, _message_id: str, *said: Any, **more: Any) -> Any:
    return write_message(sender, recipient, secrets.token_hex(16), *said, **more)


DRILL = Drill(
    row=16,
    name="each package is sent exactly once, whichever process is killed",
    run=run,
    controls=(
        Control("that a sent package is not sent again", instead(Life, "out", property(lambda _life: ()))),
        Control("one transaction for a sending and its mail", instead(steps, "queue_mail", _queue_at_once)),
        Control("the lease", instead(service, "LEASE", timedelta(seconds=-1))),
        Control("a Message-ID that stays", instead(worker, "write_message", _write_anew)),
    ),
    full=20,
    small=4,
)
