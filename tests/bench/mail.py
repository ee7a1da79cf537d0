"""The mail worker against raw smtplib on a kept connection: the same mails to the same server, in turn."""

import multiprocessing
import smtplib
import time
from multiprocessing.connection import Connection
from statistics import median
from typing import Any

import structlog
from aiosmtpd.controller import Controller
from flask import Flask

import app as entrance
from campaign.mail.carriers import Smtp, flat, write_message
from campaign.mail.sending import send_due
from campaign.mail.service import queue_mail
from campaign.web.toolbox import EXTENSION, Toolbox
from tests.bench.ground import Ground, free_port

MAILS, ROUNDS = 500, 3
LETTER = "sign/confirm"
VALUES = {"link": "http://localhost/confirm/x", "code": "123456"}
Row = tuple[str, str, str]


class Sink:
    """A mail server that takes everything."""

    async def handle_DATA(self, *_asked: Any) -> str:  # noqa: N802 - aiosmtpd's name
        return "250 OK"


def mails(ground: Ground) -> list[Row]:
    """Send 500 mails thrice from the queue and thrice by hand."""
    port, (near, far) = free_port(), multiprocessing.Pipe()
    server = multiprocessing.get_context("fork").Process(target=_serve, args=(port, far))
    server.start()
    near.recv()
    app = entrance.site({**ground.environment, "MAIL_URL": f"smtp://127.0.0.1:{port}"})
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())  # a bench prints its figure only
    try:
        rounds = [(_worker(app, port), _raw(port)) for _ in range(ROUNDS)]
    finally:
        near.send("stop")
        server.join()
    ratios = [ours / floor for ours, floor in rounds]
    told = f"{median(ratios):.2f}  ({min(ratios):.2f}–{max(ratios):.2f}; "
    told += " ÷ ".join(f"{median(column):.0f}" for column in zip(*rounds, strict=True)) + " a second)"
    return [("mail worker ÷ raw smtplib, connection kept", told, "≥ 0.7")]


def _serve(port: int, pipe: Connection) -> None:
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    pipe.send("ready")
    pipe.recv()
    controller.stop()


def _worker(app: Flask, port: int) -> float:
    tools = app.extensions[EXTENSION]
    assert isinstance(tools, Toolbox)
    with tools.database.write() as session:
        for number in range(MAILS):
            queue_mail(session, f"person{number}@example.org", LETTER, "en", VALUES, now=tools.clock())
    carrier = Smtp(f"smtp://127.0.0.1:{port}")
    with app.app_context():
        started = time.monotonic()
        while send_due(tools, carrier):
            pass
    took = time.monotonic() - started
    carrier.close()
    return MAILS / took


def _raw(port: int) -> float:
    with smtplib.SMTP("127.0.0.1", port) as line:
        started = time.monotonic()
        for number in range(MAILS):
            to = f"person{number}@example.org"
            body = "A body of about this length.\n" * 20
            message = write_message("post@localhost", to, f"{number}", "A link", body, now=entrance.now())
            line.sendmail("post@localhost", [to], flat(message, eight_bit=True))
        return MAILS / (time.monotonic() - started)
