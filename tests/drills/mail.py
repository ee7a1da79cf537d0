"""Row 17: a mail server that greylists, refuses and hangs; every mail that can arrive does, hardly any twice."""

import random
import socket
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from campaign.mail.carriers import Smtp
from campaign.mail.models import Mail
from campaign.mail.service import queue_mail
from campaign.mail.worker import send_due
from tests.drills.ground import Campaign, campaign

MAILS = 2_000
LATER, NEVER, HANGS = 0.20, 0.05, 0.01
PATIENCE_S = 0.2  # a worker's is 20 s; a drill need not wait that long
ANSWERS = {"later": "451 try again", "never": "550 nobody here"}


class Sink:
    """A mail server with a bad day; hanging, it may have kept the mail or not, as real ones do."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.hung_with_mail = 0
        self._chance = random.Random(17)
        self._mood = "well"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        drawn = self._chance.random()
        self._mood = "hang" if drawn < HANGS else "later" if drawn < HANGS + LATER else "well"
        if address.startswith("gone"):
            self._mood = "never"
        if self._mood in ANSWERS and (self._mood == "never" or self._chance.random() < 0.5):
            return ANSWERS[self._mood]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        if self._mood == "later":
            return ANSWERS["later"]
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


def run() -> tuple[str, bool]:
    """Owe 2,000 mails, work until none is owed, and count what came."""
    sink, clock = Sink(), Clock()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with campaign(clock=clock) as ground:
            _owe(ground)
            rounds = _work(ground, clock, Smtp(f"smtp://127.0.0.1:{port}", timeout_s=PATIENCE_S))
            with ground.tools.database.read() as session:
                left = list(session.scalars(select(Mail)))
    finally:
        controller.stop()
    refused = sum(mail.fault == "smtp_550" and mail.failed_at is not None for mail in left)
    forgotten = all(mail.recipient is None and mail.values is None for mail in left)
    counts = Counter(sink.kept)
    twice = sum(counts.values()) - len(counts)
    deliverable = round(MAILS * (1 - NEVER))
    told = f"{len(counts)} of {deliverable} deliverable mails arrived in {rounds} rounds, {twice} twice "
    told += f"(the server hung on {sink.hung_with_mail} after keeping them); {refused} of {MAILS - deliverable} shown refused"
    held = len(counts) == deliverable and twice <= sink.hung_with_mail and forgotten
    return told, held and refused == len(left) == MAILS - deliverable


def _owe(ground: Campaign) -> None:
    with ground.tools.database.write() as session:
        for number in range(MAILS):
            name = "gone" if number % round(1 / NEVER) == 0 else "person"
            values = {"link": f"http://localhost/confirm/{number}", "code": "123456"}
            address = f"{name}{number}@example.org"
            queue_mail(session, address, "sign/confirm", "en", values, now=ground.tools.clock())


def _work(ground: Campaign, clock: Clock, smtp: Smtp) -> int:
    """Send what is due, move the clock a minute, until nothing is owed or two days are over."""
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
        clock.now += timedelta(minutes=1)
    smtp.close()
    return rounds
