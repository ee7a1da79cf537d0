"""Row 17 of docs/threats.md: a mail server greylists, refuses, hangs and turns us away; every possible mail arrives.

Hardly any mail arrives twice.
"""

import random
import socket
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from campaign.mail import carriers
from campaign.mail import sending as worker
from campaign.mail.carriers import Smtp
from campaign.mail.models import Mail
from campaign.mail.refusals import Command, Reason, Refusal
from campaign.mail.sending import send_due
from campaign.mail.service import queue_mail
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import Campaign, campaign

LATER, NEVER, HANGS = 0.20, 0.05, 0.01
PATIENCE_S = 0.2  # a worker's is 20 s; a drill need not wait that long
LATERS = (
    "451 try again",
    "452 4.2.2 mailbox full",
    "552 5.2.2 over quota",
    "550 5.7.1 greylisted, try again later",
)
NEVERS = ("550 nobody here", "550 5.1.1 user unknown", "550 5.7.1 no such mailbox", "554 5.2.1 mailbox disabled")
OF_US = (
    "550 5.4.5 Daily user sending quota exceeded",
    "504 5.5.2 <host>: Helo command rejected",
    "554 5.7.1 Relay access denied",
    "554 5.7.0 Not now, try again later",
)
TURNED_AWAY = ((0, 90), (100, 130))  # minutes from the start in which the server wants nothing of us
MOST_TRIES = 30  # in those two hours, however many mails wait


class Sink:
    """A mail server with a bad day; hanging, it may have kept the mail or not, as real ones do."""

    def __init__(self, clock: "Clock") -> None:
        self.kept: list[str] = []
        self.hung_with_mail = self.turned_away = 0
        self._chance = random.Random(17)
        self._mood = "well"
        self._clock, self._began = clock, clock.now

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        minute = (self._clock.now - self._began) / timedelta(minutes=1)
        if any(begin <= minute < end for begin, end in TURNED_AWAY):
            self.turned_away += 1
            return OF_US[self.turned_away % len(OF_US)]
        drawn = self._chance.random()
        self._mood = "hang" if drawn < HANGS else "later" if drawn < HANGS + LATER else "well"
        if address.startswith("gone"):
            return self._chance.choice(NEVERS)
        if self._mood == "later" and self._chance.random() < 0.5:
            return self._chance.choice(LATERS)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        if self._mood == "later":
            return self._chance.choice(LATERS)
        if self._mood == "hang":
            keeps = self._chance.random() < 0.5
            self.hung_with_mail += keeps
            self.kept += envelope.rcpt_tos if keeps else []
            time.sleep(PATIENCE_S * 1.5)  # the whole server hangs
            return "250 OK"
        self.kept += envelope.rcpt_tos
        return "250 OK"


class Clock:
    """A clock to move."""

    now = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def run(mails: int) -> Result:
    """Owe so many mails, work until none is owed, and count what came."""
    clock = Clock()
    sink = Sink(clock)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with campaign(clock=clock) as ground:
            _owe(ground, mails)
            rounds = _work(ground, clock, Smtp(f"smtp://127.0.0.1:{port}", timeout_s=PATIENCE_S))
            with ground.tools.database.read() as session:
                left = list(session.scalars(select(Mail)))
    finally:
        controller.stop()
    return _seen(sink, mails, rounds, left)


def _seen(sink: Sink, mails: int, rounds: int, left: list[Mail]) -> Result:
    refused = sum((mail.fault or "").startswith("recipient") and mail.failed_at is not None for mail in left)
    forgotten = all(mail.recipient is None and mail.values is None for mail in left)
    counts = Counter(sink.kept)
    twice = sum(counts.values()) - len(counts)
    gone = mails // round(1 / NEVER)
    told = f"{len(counts)} of {mails - gone} deliverable mails arrived in {rounds} rounds, {twice} twice (the server hung on "
    told += f"{sink.hung_with_mail} after keeping them); {refused} of {gone} shown refused; turned away for two hours, the server "
    told += f"was tried {sink.turned_away} times"
    held = len(counts) == mails - gone and twice <= sink.hung_with_mail and forgotten
    return Result(told, held and refused == len(left) == gone and 0 < sink.turned_away <= MOST_TRIES)


def _owe(ground: Campaign, mails: int) -> None:
    with ground.tools.database.write() as session:
        for number in range(mails):
            name = "gone" if number % round(1 / NEVER) == 0 else "person"
            values = {"link": f"http://localhost/confirm/{number}", "code": "123456"}
            address = f"{name}{number}@example.org"
            queue_mail(session, address, "sign/confirm", "en", values, now=ground.tools.clock())


def _work(ground: Campaign, clock: Clock, smtp: Smtp) -> int:
    """Send what is due, move the clock two minutes, until nothing is owed or two days are over."""
    rounds, end = 0, clock.now + timedelta(hours=48)
    while clock.now < end:
        with ground.app.app_context():
            while send_due(ground.tools, smtp):
                pass
        rounds += 1
        with ground.tools.database.read() as session:
            owed = session.scalar(select(Mail.id).where(Mail.failed_at.is_(None)).limit(1))
        if owed is None:
            break
        clock.now += timedelta(minutes=2)
    smtp.close()
    return rounds


def _all_final(_at: Command, code: int, _said: str, _recipient: str) -> Refusal:
    """Take every 5xx for the recipient's, as was done once."""
    return Refusal(Reason.RECIPIENT if code >= 500 else Reason.SLOW, str(code))


def _no_pause(*_asked: object, **_named: object) -> None:
    """Try on, whatever the server says of us."""


DRILL = Drill(
    row=17,
    name="a mail server with a bad day",
    run=run,
    controls=(
        Control("what tells a refusal of us from one of the recipient", instead(carriers, "classify", _all_final)),
        Control("the pause of a server that refuses us", instead(worker, "pause_server", _no_pause)),
    ),
    full=2_000,
    small=40,
)
