"""A package that the desk asked for, made by a real worker while other threads write: the cost for both."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import insert, select, text

from campaign.audit.models import Officer
from campaign.letter.drafts import load_letters
from campaign.letter.models import Letter
from campaign.package.builds import ask_build
from campaign.package.models import Build
from campaign.package.orders import Order
from campaign.seal.keys import create_keys, load_keys
from campaign.storage.database import Database
from campaign.storage.migrate import upgrade
from campaign.storage.statements import table_of
from campaign.verify.models import Verification
from tests.bench.ground import ROOT
from tests.bench.printing import SAMPLED, Row, _memory_of
from tests.bench.search import NOW, _fill

WRITES_EVERY = 0.05  # seconds


def packages(many: int) -> list[Row]:
    """Let the worker make a package of `many` names, and write beside it all the while."""
    with tempfile.TemporaryDirectory() as folder:
        database = _ready(Path(folder), many)
        seconds, peak, took = _watch(Path(folder), database)
        with database.read() as session:
            made = session.scalars(select(Build)).one()
            assert made.outcome == "done", made.fault
        size = sum(path.stat().st_size for path in (Path(folder) / "packages").iterdir()) / 1e6
        database.close()
    took.sort()
    median, most, longest = took[len(took) // 2], took[int(len(took) * 0.99)], took[-1]
    waits = f"{median * 1000:.0f} ms median, {most * 1000:.0f} ms p99, {longest:.1f} s longest of {len(took):,}"
    return [
        (f"package of {many:,}, worker and presses", f"{seconds:.0f} s, {peak:,.0f} MB, zip {size:.1f} MB", ""),
        ("another process's writes meanwhile (SQLite)", waits, "≤ 10 s, the time-out"),
    ]


def _ready(folder: Path, many: int) -> Database:
    """Make a campaign with these names, and ask for one package."""
    create_keys(folder / "keys")
    database = Database(f"sqlite:///{folder}/campaign.db")
    upgrade(database, ROOT / "migrations")
    account = {"password_hash": "", "totp_salt": b"", "totp_locked": b"", "totp_last_step": 0, "joined_at": NOW}
    decided = {"outcome": "accepted", "level": 3, "note": "", "officer_id": 1, "decided_at": NOW}
    with database.write() as session:
        load_letters(session, ROOT / "tests" / "letters", now=NOW)
        _fill(session, load_keys(folder / "keys"), many, "public", 0)
        officer = Officer(email="vera@bench.test", name="Vera Lind", role="owner", **account)  # type: ignore[arg-type]
        session.add(officer)
        session.flush()
        rows = [{**decided, "signatory_id": number} for number in range(1, many + 1)]
        session.connection().execute(insert(table_of(Verification)), rows)
        letter = session.scalars(select(Letter)).one()
        ask_build(session, Order(letter.slug, "DE", "foreign", "en", paper="a4"), officer, now=NOW)
    return database


def _watch(folder: Path, database: Database) -> tuple[float, float, list[float]]:
    """Return the seconds of the worker, the peak memory of it and its presses, and the wait of each write."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": f"sqlite:///{folder}/campaign.db",
        "SITE_URL": "http://localhost",
        "MAIL_URL": f"maildir:{folder}/mail",
        "SECRET_KEY": secrets.token_hex(32),
        "SEAL_KEYS": f"{folder}/keys",
        "ERASURES": f"{folder}/erasures.journal",
        "PACKAGES": f"{folder}/packages",
        "FLASK_APP": "app:site",
    }
    command = [sys.executable, "-m", "flask", "mail", "work", "--once"]
    started, looked, peak, took = time.perf_counter(), 0.0, 0.0, []
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, start_new_session=True
    ) as worker:
        while worker.poll() is None:
            begun = time.perf_counter()
            with database.write() as session:
                session.execute(text("UPDATE letter SET goal = goal"))
            took.append(time.perf_counter() - begun)
            if begun - looked > SAMPLED:
                looked, peak = begun, max(peak, _memory_of(worker.pid))
            time.sleep(WRITES_EVERY)
    return time.perf_counter() - started, peak, took
