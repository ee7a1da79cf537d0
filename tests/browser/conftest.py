"""A real server, a real worker and Debian's chromium, without JavaScript."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


class Running:
    """A running campaign: its address, its folder of mails, its commands."""

    def __init__(self, folder: Path, host: str = "127.0.0.1") -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.folder, self.mailbox = folder, folder / "mail"
        self.url = f"http://{host}:{self.port}"
        self.environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{folder}/campaign.db",
            "SITE_URL": self.url,
            "MAIL_URL": f"maildir:{folder}/mail",
            "SECRET_KEY": "for-a-browser-test-and-nothing-else",
            "SEAL_KEYS": str(folder / "keys"),
            "ERASURES": str(folder / "erasures.journal"),
            "PACKAGES": str(folder / "packages"),
            "PORT": str(self.port),
            "WORKERS": "1",
            "FLASK_APP": "app:site",
        }

    def flask(self, *words: str) -> str:
        command = [sys.executable, "-m", "flask", *words]
        run = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        return run.stdout

    def start(self, *words: str, output: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", *words]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=output, stderr=output)

    def wait(self) -> None:
        for _ in range(100):
            try:
                with urlopen(f"{self.url}/healthz", timeout=1):
                    return
            except (URLError, OSError):
                time.sleep(0.2)
        raise AssertionError("the server did not start")

    def next_mail(self, known: set[Path]) -> Path:
        for _ in range(100):
            new = set(self.mailbox.glob("*.eml")) - known
            if new:
                return new.pop()
            time.sleep(0.2)
        raise AssertionError("no mail came")


@contextmanager
def served(campaign: Running, fresh: Path) -> Iterator[Running]:
    """Serve a copy of a fresh campaign, with its worker, until the block ends."""
    shutil.copytree(fresh, campaign.folder, dirs_exist_ok=True)
    processes = [
        campaign.start("gunicorn", "-c", "config/gunicorn.conf.py"),
        campaign.start("flask", "mail", "work", "--every", "0.2"),
    ]
    try:
        campaign.wait()
        yield campaign
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(15)


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a new campaign, to copy: setting one up takes three commands and as long as a test."""
    folder = tmp_path_factory.mktemp("fresh")
    campaign = Running(folder)
    for words in (("seal", "keygen"), ("storage", "upgrade"), ("letter", "load", "config/letters")):
        campaign.flask(*words)
    return folder


@pytest.fixture(scope="session")
def running(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with served(Running(tmp_path_factory.mktemp("served")), fresh) as campaign:
        yield campaign


@pytest.fixture
def named(fresh: Path, tmp_path: Path) -> Iterator[Running]:
    """A campaign at `localhost`: browsers allow no passkeys at an IP address."""
    with served(Running(tmp_path, "localhost"), fresh) as campaign:
        yield campaign


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()
