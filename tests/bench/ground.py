"""Two servers in one folder: a demonstration campaign and the floor it is measured against."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """Return a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


class Ground:
    """Where both servers run, and what they were started with."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.floor_port = folder, free_port(), free_port()
        self.database = folder / "campaign.db"
        self.environment = {
            **os.environ,
            "PYTHONDONTWRITEBYTECODE": "",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "MAIL_URL": f"maildir:{folder}/mail",
            "SECRET_KEY": "for-the-bench-and-for-nothing-else",
            "SEAL_KEYS": str(folder / "keys"),
            "ERASURES": str(folder / "erasures.journal"),
            "PACKAGES": str(folder / "packages"),
            "PORT": str(self.port),
            "FLASK_APP": "app:site",
            "FLOOR_DB": str(folder / "floor.db"),
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        self.first_answer = 0.0

    def flask(self, *words: str) -> None:
        """Run one of the campaign's commands."""
        subprocess.run(
            [sys.executable, "-m", "flask", *words],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
        )

    def fill(self) -> None:
        """Set both databases up."""
        for words in (
            ("seal", "keygen"),
            ("storage", "upgrade"),
            ("letter", "load", "config/letters"),
            ("letter", "demo"),
        ):
            self.flask(*words)
        floor = sqlite3.connect(self.environment["FLOOR_DB"])
        floor.executescript(
            "CREATE TABLE a (id INTEGER PRIMARY KEY, body); CREATE TABLE b (id INTEGER PRIMARY KEY, body)"
        )
        floor.close()

    def serve(self) -> None:
        """Start the campaign and note when it first answered; then start the floor with the same worker settings."""
        started = time.monotonic()
        self._gunicorn([], self.environment)
        self._wait(f"http://127.0.0.1:{self.port}/healthz")
        self.first_answer = time.monotonic() - started
        with urlopen(f"http://127.0.0.1:{self.port}/en/governments") as answer:
            size = len(answer.read())
        floor = {**self.environment, "PORT": str(self.floor_port), "FLOOR_BYTES": str(size)}
        self._gunicorn(["tests.bench.floor:app"], floor)
        self._wait(f"http://127.0.0.1:{self.floor_port}/page")

    def worker_memory(self) -> list[int]:
        """Return the megabytes of each of the campaign's web workers; what several share is divided among them."""
        master = self.processes[0].pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        rollups = [Path(f"/proc/{child}/smaps_rollup").read_text() for child in children]
        shares = [line.split()[1] for text in rollups for line in text.splitlines() if line.startswith("Pss:")]
        return [int(share) // 1024 for share in shares]

    def stop(self) -> None:
        """End both servers."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(20)

    def _gunicorn(self, words: list[str], environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.conf.py", *words]
        self.processes.append(subprocess.Popen(command, cwd=ROOT, env=environment))

    def _wait(self, url: str) -> None:
        for _ in range(600):
            try:
                with urlopen(url, timeout=1):
                    return
            except (URLError, OSError):
                time.sleep(0.02)
        raise SystemExit(f"{url} did not answer")


@contextmanager
def ground() -> Iterator[Ground]:
    """Open both servers in a temporary folder, and delete it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    opened = Ground(folder)
    try:
        opened.fill()
        opened.serve()
        yield opened
    finally:
        opened.stop()
        shutil.rmtree(folder, ignore_errors=True)
