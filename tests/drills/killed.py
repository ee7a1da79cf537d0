"""Row 16 of docs/threats.md: the web server is killed (kill -9) under load; every form with an answer is stored.

Servers are forked from this process, so a control changes them too.
"""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from multiprocessing import get_context
from pathlib import Path
from threading import Event, Thread, Timer
from typing import Any
from urllib.parse import urlencode

from flask import copy_current_request_context
from gunicorn.app.wsgiapp import run as serve  # type: ignore[import-untyped]  # ships no types
from sqlalchemy import select

import app as entrance
from campaign.seal.indexes import address_index
from campaign.sign import views
from campaign.sign.models import Intent
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import Campaign, campaign

CLIENTS = 8
EACH_SMALL, EACH, EACH_LONG = 10, 30, 520  # acknowledged between two kills
MANY = 100  # kills, from which the long size begins
PATIENCE = 60  # seconds for a server to begin
WHOLE = 10  # kills of its workers, until the whole server is killed and started again
HEADERS = {"Host": "localhost", "Content-Type": "application/x-www-form-urlencoded"}
LATE = 0.4  # seconds by which the control writes after it has answered
RECORD = views._record
FORK = get_context("fork")


def run(kills: int) -> Result:
    """Post from eight clients, kill the server's processes, let it begin again; look for each address it answered."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    acknowledged: list[str] = []
    each = EACH_LONG if kills >= MANY else EACH if kills >= WHOLE else EACH_SMALL
    with campaign(PORT=str(port), WORKERS="2", PROXY_HOPS="0") as ground:
        ground.tools.database.close()  # a forked process makes connections of its own
        servers = [_Server(ground.environment) for _ in range(0, kills, WHOLE)]  # forked before there are threads
        with _clients(ground, port, acknowledged):
            for number, server in enumerate(servers):
                _serve_and_kill(server, min(WHOLE, kills - number * WHOLE), each, acknowledged)
            told = list(acknowledged)
        lost = len(told) - len(_kept(ground, told))
    return Result(
        f"{kills} kills, {len(told):,} acknowledged: {lost} lost", lost == 0 and len(told) >= kills * each
    )


class _Server:
    """A process that serves the campaign as an operator does, once it is told to begin."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment, self._begins = environment, FORK.Event()
        self._process = FORK.Process(target=self._be_killed, daemon=True)
        self._process.start()

    @property
    def number(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def begin(self) -> None:
        self._begins.set()

    def kill(self) -> None:
        """Kill it and its workers in one moment."""
        os.killpg(self.number, signal.SIGKILL)
        self._process.join()

    def _be_killed(self) -> None:
        self._begins.wait()
        os.setsid()
        os.chdir(entrance.ROOT)
        os.environ.update(self._environment)
        with Path(os.devnull).open("w", encoding="utf-8") as quiet:
            for noisy in (1, 2):
                os.dup2(quiet.fileno(), noisy)
        sys.argv = ["gunicorn", "-c", "config/gunicorn.conf.py"]
        serve()


def _serve_and_kill(server: _Server, kills: int, each: int, acknowledged: list[str]) -> None:
    """Kill a server's workers whenever so many more were acknowledged, and at last the server, all in one moment."""
    server.begin()
    try:
        for kill in range(kills):
            until, ends = len(acknowledged) + each, time.monotonic() + PATIENCE
            while len(acknowledged) < until and time.monotonic() < ends:
                time.sleep(0.002)
            if kill < kills - 1:
                _kill_workers(server.number)
    finally:
        server.kill()


def _kill_workers(server: int) -> None:
    for worker in Path(f"/proc/{server}/task/{server}/children").read_text().split():
        with suppress(ProcessLookupError):
            os.kill(int(worker), signal.SIGKILL)


@contextmanager
def _clients(ground: Campaign, port: int, acknowledged: list[str]) -> Iterator[None]:
    """Post from several clients at once, whether or not the server answers."""
    done = Event()
    threads = [
        Thread(target=_post_on, args=(ground, port, number, acknowledged, done)) for number in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()


def _post_on(ground: Campaign, port: int, client: int, acknowledged: list[str], done: Event) -> None:
    number = 0
    while not done.is_set():
        number += 1
        address = f"ana{number}@c{client}n{number}.example"
        body = urlencode(ground.form(address), doseq=True)
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("POST", "/en/appeal/sign", body, HEADERS)
            if connection.getresponse().status == 303:
                acknowledged.append(address)
        except (OSError, HTTPException):
            time.sleep(0.02)
        finally:
            connection.close()


def _kept(ground: Campaign, addresses: list[str]) -> set[bytes]:
    assert ground.tools.keys is not None
    key = ground.tools.keys.index_key
    with ground.tools.database.read() as session:
        here = set(session.scalars(select(Intent.address_index)))
    return here & {address_index(key, "appeal", address) for address in addresses}


def _record_late(*typed: Any) -> None:
    """Answer, and write down what was typed when the answer has gone."""
    Timer(LATE, copy_current_request_context(RECORD), typed).start()


DRILL = Drill(
    row=16,
    name="a web server killed under load loses no form that it has answered",
    run=run,
    controls=(Control("writing before answering", instead(views, "_record", _record_late)),),
    full=20,
    small=2,
    long=MANY,
)
