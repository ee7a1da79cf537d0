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
from campaign.document.printing import PrintOrder, RollMoved, receipt_of
from campaign.document.rules import PRINTING, Document, Step, Tell, volumes
from campaign.document.service import record
from campaign.storage.database import NotSaved
from campaign.storage.files import drafted, finish_draft, write_file
from campaign.web.toolbox import Toolbox

TELL_EVERY = 1.0  # seconds between two steps told while no volume is ready


def print_volumes(tools: Toolbox, document: Document, order: PrintOrder, folder: Path, tell: Tell) -> None:
    """Print a document in volumes into one folder, and record each of them.

    `tell` gets how far the work is, and a line for each volume when it is ready. Raises NotWritten, and what printing
    raises.
    """
    whole = volumes(document, VOLUME)
    with turn(), drafted(folder) as draft:
        sums = set_volumes(whole, draft, folder.name, tell)
        try:
            # The folder gets its name before the commit: if it cannot, nothing is recorded. If the commit fails, the
            # folder goes, since a withdrawal would not find the names in it.
            with tools.database.write() as session:
                for one, pdf_sha256 in zip(whole, sums, strict=True):
                    if record(session, receipt_of(one, order, pdf_sha256), None, now=tools.clock()):
                        raise RollMoved(
                            "a signatory withdrew or changed their entry while this was printed: print it again"
                        )
                finish_draft(draft, folder)
        except NotSaved:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    names = sum(one.names for one in whole)
    tell(Step(PRINTING, names, names, f"{folder}: {names:,} names in {len(whole)} volumes"))


def set_volumes(whole: tuple[Document, ...], draft: Path, name: str, tell: Tell) -> list[bytes]:
    """Typeset every volume into `draft`, as many at once as there are processors; return their SHA-256 in order.

    The caller has locked the press. Only the volumes being typeset are in memory. The first fault, Ctrl-C, or an
    exception from `tell` stops those that have not begun. `tell` is called at least once a second.
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
    """Yield each job when it is ready, and None every second until then."""
    waiting = set(jobs)
    while waiting:
        ready, waiting = wait(waiting, TELL_EVERY, FIRST_COMPLETED)
        yield from ready or (None,)


@contextmanager
def _pool(most: int) -> Iterator[ThreadPoolExecutor]:
    """Yield a pool of threads, each of which waits for one press; after a fault, jobs that have not begun are dropped."""
    pool = ThreadPoolExecutor(min(os.cpu_count() or 1, most))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
