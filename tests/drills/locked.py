"""Row 18 of docs/threats.md: another process locks the database: writers are told so and keep their form, readers never wait."""

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from urllib.parse import urlencode

from sqlalchemy import text

from app import ROOT
from campaign.sign.models import Intent
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import Campaign, campaign

WRITERS, LIMIT_S, LONGEST_S = 12, 0.1, 12.0
KEPT, ASKED = "/en/appeal", "/en/appeal/sign?as=lawmaker"
CONF = "exec(open('config/gunicorn.conf.py', encoding='utf-8').read())"
WITHOUT_LIMIT = f"{CONF}\ndel post_worker_init"
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}


def run(seconds: int) -> Result:
    """Hold SQLite's file for so long, and PostgreSQL's tables a sixth of it where there is time."""
    databases = {"sqlite": seconds} | ({"postgresql": seconds // 6} if seconds > LONGEST_S else {})
    seen = [_hold(database, held_for) for database, held_for in databases.items()]
    return Result("; ".join(told for told, _held in seen), all(held for _told, held in seen))


def _hold(database: str, seconds: int) -> tuple[str, bool]:
    with campaign(database) as ground, _served(ground) as port:
        _ask(port, "GET", KEPT)
        with ThreadPoolExecutor(WRITERS + 2) as pool, _held_elsewhere(ground, database):
            end = time.monotonic() + seconds
            writing = [pool.submit(_write, ground, port, number, end) for number in range(WRITERS)]
            asking = pool.submit(_read, port, ASKED, end)
            reading = pool.submit(_read, port, KEPT, end)
            time.sleep(seconds)
        kept, asked = reading.result(), asking.result()
        answers = [answer for one in writing for answer in one.result()]
        statuses = Counter(status for status, _seconds in answers)
        longest = max(took for _status, took in answers)
        afterwards, _seconds = _sign(ground, port, "afterwards@example.org")
        stored = ground.count(Intent)
    saved = statuses[303] + (afterwards == 303)
    told = f"{database} held for {seconds} s: {len(kept)} kept pages p99 {_p99(kept) * 1000:.0f} ms, {len(asked)} others "
    told += f"p99 {_p99(asked) * 1000:.0f} ms; {statuses[503]} of {len(answers)} posts told that nothing was saved, the longest "
    told += f"after {longest:.1f} s; {saved} acknowledged = {stored} stored"
    held = _p99(kept) < LIMIT_S and longest < LONGEST_S and statuses[503] > WRITERS
    return told, held and saved == stored and afterwards == 303 and set(statuses) <= {303, 503}


def _read(port: int, path: str, end: float) -> list[float]:
    """Read a page over and over; return how long each time took."""
    times = []
    while time.monotonic() < end:
        status, took = _ask(port, "GET", path)
        times.append(took if status == 200 else float("inf"))
        time.sleep(0.01)
    return times


def _write(ground: Campaign, port: int, number: int, end: float) -> list[tuple[int, float]]:
    """Sign again and again."""
    answers: list[tuple[int, float]] = []
    while time.monotonic() < end:
        answers.append(_sign(ground, port, f"p{number}.{len(answers)}@example.org"))
        time.sleep(0.25)
    return answers


def _sign(ground: Campaign, port: int, address: str) -> tuple[int, float]:
    return _ask(port, "POST", "/en/appeal/sign", urlencode(ground.form(address), doseq=True))


def _ask(port: int, method: str, path: str, body: str | None = None) -> tuple[int, float]:
    started = time.perf_counter()
    with closing(http.client.HTTPConnection("localhost", port, timeout=60)) as connection:
        connection.request(method, path, body, HEADERS if body else {})
        answer = connection.getresponse()
        answer.read()
    return answer.status, time.perf_counter() - started


def _p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99) - 1]


@contextmanager
def _held_elsewhere(ground: Campaign, database: str) -> Iterator[None]:
    """Let another connection hold what every writer needs."""
    if database == "sqlite":
        path = str(ground.tools.database.engine.url.database)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    with ground.tools.database.engine.connect() as connection:
        connection.execute(text("LOCK TABLE intent, mail, bucket IN EXCLUSIVE MODE"))
        yield
        connection.rollback()


@contextmanager
def _served(ground: Campaign) -> Iterator[int]:
    """Serve the campaign as in earnest, by two processes of four threads."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    conf = ground.tools.site.seal_keys.parent / "conf.py"
    conf.write_text(CONF, encoding="utf-8")
    environment = {**os.environ, **ground.environment, "PORT": str(port), "WORKERS": "2"}
    words = [sys.executable, "-W", "ignore", "-m", "gunicorn", "-c", str(conf)]
    server = subprocess.Popen(words, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                if _ask(port, "GET", "/healthz")[0] == 200:
                    break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


DRILL = Drill(
    row=18,
    name="a database locked by another process",
    run=run,
    controls=(Control("the limit of waiting writers", instead(sys.modules[__name__], "CONF", WITHOUT_LIMIT)),),
    full=30,
    small=3,
    alone=True,
)
