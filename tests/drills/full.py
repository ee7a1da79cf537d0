"""Row 18: a full disk, and a database that somebody else holds: what was acknowledged is stored, reading goes on."""

import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event

from campaign.sign.models import Intent
from campaign.storage import database
from tests.drills.ground import Campaign, campaign

SIZE_MB, WRITERS, POSTS = 12, 8, 1_200
HOLD = "import sqlite3,sys; c=sqlite3.connect(sys.argv[1],isolation_level=None); c.execute('BEGIN IMMEDIATE'); print(flush=True); input()"


def run() -> tuple[str, bool]:
    """Fill the disk under many writers, make room again, then let another process hold the database."""
    with _small_disk() as kind, campaign() as ground:
        with _limited(ground, kind):
            told, held = _post(ground, POSTS, kind)
        with _held_elsewhere(ground):
            more, holds = _post(ground, 40, "held by another process", expect_saved=False)
        (recovered,) = _statuses(ground, 1)
    return f"{told}; {more}; afterwards signing answers {recovered}", held and holds and recovered == 303


def _post(ground: Campaign, posts: int, what: str, *, expect_saved: bool = True) -> tuple[str, bool]:
    """Sign from many threads while others read; compare what was acknowledged with what is stored."""
    before = ground.count(Intent)
    with ThreadPoolExecutor(1) as reading:
        reads = reading.submit(_read, ground)
        statuses = Counter(_statuses(ground, posts))
    stored = ground.count(Intent) - before
    saved, refused = statuses[303], statuses[503]
    told = f"{what}: {saved} acknowledged = {stored} stored, {refused} told that nothing was saved, {reads.result()} of 100 reads answered"
    held = saved == stored and saved + refused == posts and refused > 0 and reads.result() == 100
    return told, held and (saved > 0) == expect_saved


def _statuses(ground: Campaign, posts: int) -> list[int]:
    start = ground.count(Intent)

    def sign(number: int) -> int:
        form = {**ground.form(f"person{start + number}@example.org"), "constituency": "Rives " * 30}
        return ground.app.test_client().post("/en/appeal/sign", data=form).status_code

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(sign, range(posts)))


def _read(ground: Campaign) -> int:
    """Read pages that nobody has kept."""
    client = ground.app.test_client()
    return sum(client.get(f"/en/appeal/signatories?read={number}").status_code == 200 for number in range(100))


@contextmanager
def _small_disk() -> Iterator[str]:
    """Let temporary folders be made on a disk of 12 MB; where none can be mounted, SQLite itself counts pages."""
    with tempfile.TemporaryDirectory(prefix="disk-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", folder]
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            yield "no pages left"
            return
        tempfile.tempdir = folder
        try:
            yield f"disk of {SIZE_MB} MB full"
        finally:
            tempfile.tempdir = None
            subprocess.run(["umount", folder], check=False)


@contextmanager
def _limited(ground: Campaign, kind: str) -> Iterator[None]:
    """Take most of the room away, and give it back afterwards."""
    engine = ground.tools.database.engine
    ballast = Path(str(engine.url.database)).parent / "ballast"

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=300")

    if kind.startswith("disk"):
        ballast.write_bytes(b"x" * (SIZE_MB * 2**20 * 5 // 8))
    else:
        engine.dispose()
        event.listen(engine, "connect", limit)
    yield
    ballast.unlink(missing_ok=True)
    if event.contains(engine, "connect", limit):
        event.remove(engine, "connect", limit)
    engine.dispose()
    ground.tools.database.truncate_log()


@contextmanager
def _held_elsewhere(ground: Campaign) -> Iterator[None]:
    """Let another process hold the database for longer than anybody waits here."""
    path, patience = str(ground.tools.database.engine.url.database), database.BUSY_TIMEOUT_MS
    database.BUSY_TIMEOUT_MS = 100
    ground.tools.database.engine.dispose()
    other = subprocess.Popen([sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout is not None
    other.stdout.readline()
    try:
        yield
    finally:
        other.communicate(b"\n")
        database.BUSY_TIMEOUT_MS = patience
        ground.tools.database.engine.dispose()
