"""PDFs of many sizes, ours against WeasyPrint's, each in a fresh process."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SCRIPTS = ("Odile Verchamp", "བསོད་ནམས་དབྱངས་ཅན", "پەرىدە تۇرسۇنتاي", "نور الهدى ساطع", "林曜辰", "三雲 澪", "은하솔", "נועה בר-שחף",
           "Ελένη Δρόσου", "Олеся Журавлиненко", "ნინო მთისწყარო", "Անի Սարյան", "सुमन हिमचुली", "สุรีย์ ทองแท้")  # fmt: skip
CODES = ("FR", "IN", "DE", "JO", "TW", "JP", "KR", "IL", "GR", "UA", "GE", "AM", "NP", "TH")
CLOCKS = """
import os, time
def clocks():
    return time.perf_counter(), sum(os.times()[:4])
"""
CHILDREN = {
    "ours": """
import json, sys, tempfile
from pathlib import Path
from tests.bench.printing import document
many = int(sys.argv[1])
whole = document(many)
from campaign.document.pdf import typeset
from campaign.document.press import VOLUME, WHOLE
from campaign.deliver.rules import volumes
from campaign.document.volumes import set_volumes
with tempfile.TemporaryDirectory() as folder:
    started = clocks()
    if many > WHOLE:
        set_volumes(volumes(whole, VOLUME), Path(folder), "bench", lambda words: None)
    else:
        (Path(folder) / "bench.pdf").write_bytes(typeset(whole))
    ended = clocks()
    print(json.dumps([ended[0] - started[0], ended[1] - started[1], sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6]))
""",
    "WeasyPrint": """
import json, sys
from tests.bench.printing import document
whole = document(int(sys.argv[1]))
from tests.bench.opponent import weasyprint
started = clocks()
pdf = weasyprint(whole)
ended = clocks()
print(json.dumps([ended[0] - started[0], ended[1] - started[1], len(pdf) / 1e6]))
""",
}
SAMPLED = 0.1  # seconds between two looks at the memory
PAGE_MB = resource.getpagesize() / 2**20
Row = tuple[str, str, str]


class Run(NamedTuple):
    """The cost of one printing: seconds of wall clock and of processor, peak MB of memory, MB written."""

    seconds: float
    processor: float
    memory: float
    size: float


def document(many: int):  # type: ignore[no-untyped-def]  # Document; imported late, so that a cold start is timed
    """Return a document with `many` invented signatories in fourteen scripts."""
    from datetime import date  # noqa: PLC0415

    from campaign.document.rules import ENGLISH_LABELS, CountryGroup, Document  # noqa: PLC0415
    from campaign.roll.rules import ListedName  # noqa: PLC0415

    rows: dict[str, list[ListedName]] = {}
    for number in range(many):
        name, code = SCRIPTS[number % len(SCRIPTS)], CODES[number % len(CODES)]
        rows.setdefault(code, []).append(
            ListedName(
                id=number,
                kind="lawmaker",
                country=code,
                name=name,
                latin_name=f"Invented Name {number}",
                level=3,
                sort_key=b"",
                said={"office": "Member", "legislature": "House of Invention", "constituency": "Northern Lakes"},
            )
        )
    labels = {
        **ENGLISH_LABELS,
        "kind_lawmakers": "Lawmakers",
        "kind_activists": "Activists",
        **{f"level_{level}": f"level {level}" for level in range(1, 5)},
    }
    groups = tuple(
        CountryGroup(code, code, {"lawmakers": tuple(lines), "activists": ()}, 0) for code, lines in rows.items()
    )
    return Document(
        language="en", title="An appeal", body="We ask.", recipient="To all", reference="BENCH", day=date(2026, 5, 4),
        written_day="4 May 2026", version=1, sha256="0" * 64, groups=groups, elsewhere=0, counted=0, labels=labels,
        covering="We hand over.",
    )  # fmt: skip


TARGETS = {
    90: "≤ 0.6 s cold",
    10_000: "≤ 3 s, 475 MB",
    100_000: "≤ 20 s, 1,200 MB",
    1_000_000: "memory ≤ 2 × that of 100,000",
}
AGAINST = 10_000  # names up to which WeasyPrint is asked too: these take it a minute and a half


def pdfs(sizes: tuple[int, ...]) -> Iterator[list[Row]]:
    """Print documents of several sizes, ours and WeasyPrint's in turn, each in a fresh process.

    Ours thrice up to 10,000 names, and the median counts; everything slower once. Memory is that of the child and
    of every process it started, together, at its worst.
    """
    for many in sizes:
        runs = [_fresh("ours", many) for _ in range(3 if many <= AGAINST else 1)]
        ours = sorted(runs)[len(runs) // 2]
        yield [(f"PDF of {many:,} signatories", _told(ours), TARGETS.get(many, ""))]
        if many <= AGAINST:
            theirs = _fresh("WeasyPrint", many)
            yield [
                (f"PDF of {many:,} by WeasyPrint", _told(theirs), ""),
                (f"WeasyPrint ÷ ours at {many:,}", _ratios(theirs, ours), "≥ 30" if many == AGAINST else ""),
            ]


def _told(run: Run) -> str:
    return (
        f"{run.seconds:.2f} s ({run.processor:.2f} s of processor), {run.memory:,.0f} MB, file {run.size:.1f} MB"
    )


def _ratios(theirs: Run, ours: Run) -> str:
    seconds, processor = theirs.seconds / ours.seconds, theirs.processor / ours.processor
    return f"{seconds:.1f} × ({processor:.1f} × the processor), {theirs.memory / ours.memory:.1f} × the memory"


def _fresh(who: str, many: int) -> Run:
    """Run one child and watch its memory."""
    command = [sys.executable, "-W", "ignore", "-c", CLOCKS + CHILDREN[who], str(many)]
    peak = 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as child:
        assert child.stdout is not None
        while child.poll() is None:
            peak = max(peak, _memory_of(child.pid))
            time.sleep(SAMPLED)
        seconds, processor, size = json.loads(child.stdout.read())
    return Run(seconds, processor, peak, size)


def _memory_of(session: int) -> float:
    """Return the MB in memory of every process of a session."""
    pages = 0
    for folder in Path("/proc").iterdir():
        try:
            if (
                folder.name.isdecimal()
                and int((folder / "stat").read_text().rpartition(")")[2].split()[3]) == session
            ):
                pages += int((folder / "statm").read_text().split()[1])
        except OSError:  # it has just ended
            continue
    return pages * PAGE_MB
