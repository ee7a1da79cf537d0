"""Print more names than one document holds: numbered volumes, several at once, in a folder that is whole or not there."""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from campaign.document.pdf import typeset
from campaign.document.press import VOLUME, turn
from campaign.document.printing import RollMoved, Wanted, receipt_of
from campaign.document.rules import PRINTING, Document, Step, Tell, volumes
from campaign.document.service import record
from campaign.storage.database import NotSaved
from campaign.storage.files import drafted, finish_draft, write_file
from campaign.web.toolbox import Toolbox

LOOK_EVERY = 1.0  # seconds between two words of whoever waits for a volume


def print_volumes(tools: Toolbox, document: Document, wanted: Wanted, folder: Path, tell: Tell) -> None:
    """Print what `read_document` laid out in volumes, keep that each was, and put them down as one folder.

    `tell` hears how far it is, and a line for each volume as it is ready. Raises NotWritten, and what printing raises.
    """
    whole = volumes(document, VOLUME)
    with turn(), drafted(folder) as draft:
        sums = set_volumes(whole, draft, folder.name, tell)
        try:
            with tools.database.write() as session:
                for one, pdf_sha256 in zip(whole, sums, strict=True):
                    if record(session, receipt_of(one, wanted, pdf_sha256), None, now=tools.clock()):
                        raise RollMoved(
                            "somebody withdrew or changed their entry while this was printed: print it again"
                        )
                finish_draft(draft, folder)
        except NotSaved:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    names = sum(one.names for one in whole)
    tell(Step(PRINTING, names, names, f"{folder}: {names:,} names in {len(whole)} volumes"))


def set_volumes(whole: tuple[Document, ...], draft: Path, name: str, tell: Tell) -> list[bytes]:
    """Set every volume into `draft`, as many at once as there are processors, and return their SHA-256 in order.

    Whoever calls this holds the press. No more is in memory than the volumes under way. The first fault, Ctrl-C, or
    whatever `tell` raises stops those that have not begun; it is told something every second.
    """

    def build(document: Document, path: Path) -> bytes:
        pdf = typeset(document, in_turn=False)
        write_file(path, pdf, 0o644)
        return sha256(pdf).digest()

    with _pool(len(whole)) as pool:
        paths = [draft / f"{name}-{number}.pdf" for number in range(1, len(whole) + 1)]
        jobs = [pool.submit(build, document, path) for document, path in zip(whole, paths, strict=True)]
        ready, names, total = 0, 0, sum(one.names for one in whole)
        for job in _as_ready(jobs):
            words = ""
            if job is not None:
                job.result()
                at, ready = jobs.index(job), ready + 1
                names += whole[at].names
                size = paths[at].stat().st_size / 1e6
                words = f"{ready}/{len(whole)} {paths[at].name}: {whole[at].names:,} names, {size:.1f} MB"
            tell(Step(PRINTING, names, total, words))
        return [job.result() for job in jobs]


def _as_ready(jobs: list[Future[bytes]]) -> Iterator[Future[bytes] | None]:
    """Give each job as it is ready, and nothing every second until then."""
    waiting = set(jobs)
    while waiting:
        ready, waiting = wait(waiting, LOOK_EVERY, FIRST_COMPLETED)
        yield from ready or (None,)


@contextmanager
def _pool(most: int) -> Iterator[ThreadPoolExecutor]:
    """Give threads that each wait for a press; what has not begun when something fails is dropped."""
    pool = ThreadPoolExecutor(min(os.cpu_count() or 1, most))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
