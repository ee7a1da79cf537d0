"""The mail worker against raw smtplib, each on one kept connection to the same sink."""

import os
import smtplib
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

import structlog
from sqlalchemy import delete, func, select

from campaign.mail.carriers import carrier, write_message
from campaign.mail.models import Mail
from campaign.mail.service import queue_mail
from campaign.mail.worker import send_due
from tests.bench.ground import Ground, child
from tests.bench.table import Measure, Row, against, rounds

MAILS, ROUNDS, TARGET = 500, 5, 0.7
VALUES = {"link": "http://127.0.0.1/confirm/" + "x" * 76, "code": "123456"}


def run(ground: Ground) -> list[Row]:
    """Send as many mails by the worker as by smtplib alone, in turns."""
    with child(sys.executable, "-m", "tests.bench.sink", str(ground.sink_port)), _quiet():
        _wait(ground.sink_port)
        measures: dict[str, Measure] = {
            "floor": lambda _round: _raw(ground),
            "ours": lambda _round: _worker(ground),
        }
        rounds(1, measures)
        taken = rounds(ROUNDS, measures)
    return [against("mails by the worker, against smtplib alone", taken["ours"], taken["floor"], target=TARGET)]


def _raw(ground: Ground) -> float:
    """Send ready bytes."""
    message = write_message("post@campaign.test", "person@example.org", "0" * 32, "A subject", "A line\n" * 9)
    ready = message.as_bytes()
    with smtplib.SMTP("127.0.0.1", ground.sink_port) as connection:
        connection.noop()
        started = time.perf_counter()
        for number in range(MAILS):
            connection.sendmail("post@campaign.test", f"person{number}@example.org", ready)
        return MAILS / (time.perf_counter() - started)


def _worker(ground: Ground) -> float:
    """Claim, compose, send and forget what is owed, one commit for each mail."""
    tools = ground.tools
    with tools.database.write() as session:
        session.execute(delete(Mail))
        for number in range(MAILS):
            address = f"person{number}@example.org"
            queue_mail(session, address, "sign/confirm", "en", VALUES, now=tools.clock())
    carries = carrier(tools.site.mail_url, tools.site.root)
    with ground.app.app_context():
        started = time.perf_counter()
        while send_due(tools, carries):
            pass
        seconds = time.perf_counter() - started
    carries.close()
    with tools.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Mail)) == 0
    return MAILS / seconds


class _quiet:  # noqa: N801 - reads as a word
    """Write the worker's log to nowhere, formatted all the same."""

    def __enter__(self) -> None:
        self.nowhere = Path(os.devnull).open("w")
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(self.nowhere))

    def __exit__(self, *_fault: object) -> None:
        self.nowhere.close()


def _wait(port: int) -> None:
    for _ in range(500):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.recv(100)
            return
        time.sleep(0.02)
    raise RuntimeError("the SMTP sink does not answer")
