"""A long list is taken in by a process of its own: how fast, in how much memory, killed in the middle and again."""

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from campaign.confirm.models import Signatory, Signature
from campaign.intake.models import IntakeRow
from tests.drills.ground import Campaign, campaign

ROWS = {"sqlite": 100_000, "postgresql": 20_000}
MOST_GROWTH = 60  # MB between 1,000 and 100,000 rows: what is held must not grow with the list
ROOT = Path(__file__).parents[2]
IMPORT = """
import resource, sys
from app import site
answer = site().test_cli_runner().invoke(args=["intake", "import", sys.argv[1], "--letter", "appeal",
                                               "--provenance", "drill", "--visibility", sys.argv[2]])
print(answer.output, file=sys.stderr)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, answer.exit_code)
"""


def run() -> tuple[str, bool]:
    """Take a long list in on both databases."""
    told, held = [], True
    for database, rows in ROWS.items():
        with campaign(database) as ground, tempfile.TemporaryDirectory() as folder:
            said, well = _drill(ground, Path(folder), rows)
        told.append(f"{database}, {rows:,} rows: {said}")
        held = held and well
    return "; ".join(told), held


def _drill(ground: Campaign, folder: Path, rows: int) -> tuple[str, bool]:
    short, long = folder / "short.csv", folder / "long.csv"
    short.write_text("\n".join(_lines(1_000)), encoding="utf-8")
    long.write_text("\n".join(_lines(rows)), encoding="utf-8")
    small, _rate, _added = _import(ground, short)
    _kill_in_the_middle(ground, long, rows // 5)
    middle = ground.count(Signatory)
    large, rate, added = _import(ground, long)
    _again, _rate, twice = _import(ground, long)
    whole = {ground.count(model) for model in (Signatory, Signature, IntakeRow)}
    well = whole == {rows} and 1_000 < middle < rows and (added, twice) == (rows - middle, 0)
    growth = large - small
    said = f"killed at {middle:,}, then {added:,} at {rate:,} rows a second, twice = {twice}, peak {large} MB (+{growth} over 1,000 rows)"
    return said, well and growth < MOST_GROWTH


def _lines(count: int) -> Iterator[str]:
    chance = random.Random(4)
    yield "Name,Kind,Country,Organisation"
    for number in range(count):
        letters = "".join("abcdefghij"[int(digit)] for digit in f"{number:06}")
        yield f"Invented {letters.capitalize()},activist,{chance.choice(('DE', 'France', '日本'))},House {number % 900}"


def _environment(ground: Campaign) -> dict[str, str]:
    site = ground.tools.site
    return {
        **os.environ,
        "DATABASE_URL": ground.tools.database.engine.url.render_as_string(hide_password=False),
        "SITE_URL": site.url,
        "MAIL_URL": site.mail_url,
        "SECRET_KEY": "for-a-drill-and-nothing-else-whatever",
        "SEAL_KEYS": str(site.seal_keys),
        "PACKAGES": str(site.packages),
    }


def _import(ground: Campaign, path: Path) -> tuple[int, int, int]:
    """Return peak memory in MB, rows a second, and how many rows were new."""
    words = [sys.executable, "-W", "ignore", "-c", IMPORT, str(path), "public"]
    done = subprocess.run(words, cwd=ROOT, env=_environment(ground), capture_output=True, text=True, check=True)
    peak, code = done.stdout.split()
    assert code == "0", done.stderr
    rates = [int(rate.replace(",", "")) for rate in re.findall(r"([\d,]+) a second", done.stderr)]
    added = re.search(r"(\d+) taken in", done.stderr)
    assert added is not None
    return int(peak), rates[-1], int(added[1])


def _kill_in_the_middle(ground: Campaign, path: Path, enough: int) -> None:
    """Start an import and kill it, unasked, once enough is in."""
    words = [sys.executable, "-W", "ignore", "-c", IMPORT, str(path), "public"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(words, cwd=ROOT, env=_environment(ground), stdout=quiet, stderr=quiet) as running:
        while ground.count(Signatory) < enough and running.poll() is None:
            time.sleep(0.05)
        running.send_signal(signal.SIGKILL)
