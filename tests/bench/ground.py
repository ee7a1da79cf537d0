"""The ground of a bench: one folder with a campaign in it, and children that end when the bench does."""

import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

import app as entrance
from campaign.seal.keys import create_keys
from campaign.web.toolbox import EXTENSION, Toolbox
from tests.bench.floor import TABLES, open_floor

ROOT = entrance.ROOT
GUNICORN = (sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.conf.py")


@dataclass(frozen=True)
class Ground:
    """A campaign in a folder of its own: its settings, and the application in this process."""

    folder: Path
    settings: dict[str, str]
    app: Flask
    sink_port: int

    @property
    def tools(self) -> Toolbox:
        tools = self.app.extensions[EXTENSION]
        assert isinstance(tools, Toolbox)
        return tools

    @property
    def floor(self) -> str:
        return str(self.folder / "floor.db")


@contextmanager
def ground() -> Iterator[Ground]:
    """Make a campaign with keys, the shipped letters and the demonstration's signatories; remove it after."""
    folder, sink_port = Path(tempfile.mkdtemp(prefix="bench-")), free_port()
    try:
        create_keys(folder / "keys")
        settings = {
            "DATABASE_URL": f"sqlite:///{folder}/campaign.db",
            "SITE_URL": "http://127.0.0.1",
            "MAIL_URL": f"smtp://127.0.0.1:{sink_port}",
            "MAIL_FROM": "post@campaign.test",
            "SECRET_KEY": secrets.token_hex(32),
            "SEAL_KEYS": str(folder / "keys"),
            "LETTERS": "config/letters",
        }
        made = Ground(folder, settings, entrance.site(settings), sink_port)
        with made.app.app_context():
            for command in ("storage upgrade", "letter load config/letters", "letter demo"):
                answer = made.app.test_cli_runner().invoke(args=command.split())
                assert answer.exit_code == 0, (answer.output, answer.exception)
        open_floor(made.floor).executescript(TABLES)
        yield made
        made.tools.database.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def child(*command: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in a process group of its own, which ends with this block."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    environment = {**inherited, "PYTHONDONTWRITEBYTECODE": "", **settings}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, start_new_session=True, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the group to end, and after three seconds do not ask."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=3)


@contextmanager
def served(wsgi: str, **settings: str) -> Iterator["Server"]:
    """Serve an application with the settings of config/gunicorn.conf.py, and wait for its first answer."""
    port, started = free_port(), time.perf_counter()
    with child(*GUNICORN, wsgi, **{**settings, "PORT": str(port)}) as process:
        wait_for_answer(port, process)
        yield Server(port, process, time.perf_counter() - started)


@dataclass(frozen=True)
class Server:
    """A gunicorn that answers; `start` is the seconds from its spawning to its first 200."""

    port: int
    process: subprocess.Popen[bytes]
    start: float

    def worker_megabytes(self) -> list[float]:
        """Return the resident memory of each worker."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [_resident(int(pid)) for pid in children.read_text().split()] if children.exists() else []


def wait_for_answer(port: int, process: subprocess.Popen[bytes]) -> None:
    """Ask `/healthz` every few milliseconds until it answers 200."""
    while process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        connection.close()
        time.sleep(0.005)
    raise RuntimeError(f"{process.args!r} ended with {process.returncode}")


def fetch(port: int, path: str, **headers: str) -> bytes:
    """Return the body of a page, as it came over the wire."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == 200, (path, answer.status)
    return body


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert isinstance(port, int)
    return port


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
