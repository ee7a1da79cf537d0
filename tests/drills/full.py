"""Row 18 of docs/threats.md: a full disk: every acknowledged form is stored, and reading still works."""

import shutil
import sqlite3
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event

from campaign.sign import views
from campaign.sign.models import Intent
from campaign.storage.database import NotSaved
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import Campaign, campaign

SIZE_MB, WRITERS, ROOM_FOR_EACH = 12, 8, 3_000  # bytes a post: too little for all of them
RECORD = views._record


def run(posts: int) -> Result:
    """Fill the disk under many writers, then make room again."""
    with _small_disk() as kind, campaign() as ground:
        with _limited(ground, kind, posts):
            told, held = _post(ground, posts, kind)
        (recovered,) = _statuses(ground, 1)
    return Result(f"{told}; afterwards signing answers {recovered}", held and recovered == 303)


def _post(ground: Campaign, posts: int, what: str) -> tuple[str, bool]:
    """Sign from many threads while others read; compare what was acknowledged with what is stored."""
    before = ground.count(Intent)
    with ThreadPoolExecutor(1) as reading:
        reads = reading.submit(_read, ground)
        statuses = Counter(_statuses(ground, posts))
    stored = ground.count(Intent) - before
    saved, refused = statuses[303], statuses[503]
    told = f"{what}: {saved} acknowledged = {stored} stored, {refused} told that nothing was saved, {reads.result()} of 100 reads answered"
    held = saved == stored and saved + refused == posts and refused > 0 and reads.result() == 100
    return told, held and saved > 0


def _statuses(ground: Campaign, posts: int) -> list[int]:
    start = ground.count(Intent)

    def sign(number: int) -> int:
        form = {**ground.form(f"person{start + number}@example.org"), "constituency": "Rives " * 30}
        return ground.app.test_client().post("/en/appeal/sign", data=form).status_code

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(sign, range(posts)))


def _read(ground: Campaign) -> int:
    """Read pages that are not in the cache."""
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
def _limited(ground: Campaign, kind: str, posts: int) -> Iterator[None]:
    """Fill most of the disk, and free it afterwards."""
    engine = ground.tools.database.engine
    ballast = Path(str(engine.url.database)).parent / "ballast"
    with engine.connect() as asking:
        pages = asking.exec_driver_sql("PRAGMA page_count").scalar_one()

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages + posts // 10}")

    if kind.startswith("disk"):
        ballast.write_bytes(b"x" * (shutil.disk_usage(ballast.parent).free - posts * ROOM_FOR_EACH))
    else:
        engine.dispose()
        event.listen(engine, "connect", limit)
    yield
    ballast.unlink(missing_ok=True)
    if event.contains(engine, "connect", limit):
        event.remove(engine, "connect", limit)
    engine.dispose()
    ground.tools.database.truncate_log()


def _acknowledge(*asked: object) -> None:
    """Record an intent, and say nothing when it could not be."""
    try:
        RECORD(*asked)  # type: ignore[arg-type]  # passed on as given
    except NotSaved:
        return


DRILL = Drill(
    row=18,
    name="a full disk",
    run=run,
    controls=(Control("the page for a form that was not saved", instead(views, "_record", _acknowledge)),),
    full=1_200,
    small=80,
)
