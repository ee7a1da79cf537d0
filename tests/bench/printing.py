"""PDFs of many sizes, each in a fresh process, and mail against a bare connection."""

import json
import subprocess
import sys

SCRIPTS = ("Odile Verchamp", "བསོད་ནམས་དབྱངས་ཅན", "پەرىدە تۇرسۇنتاي", "نور الهدى ساطع", "林曜辰", "三雲 澪", "은하솔", "נועה בר-שחף",
           "Ελένη Δρόσου", "Олеся Журавлиненко", "ნინო მთისწყარო", "Անի Սարյան", "सुमन हिमचुली", "สุรีย์ ทองแท้")  # fmt: skip
CODES = ("FR", "IN", "DE", "JO", "TW", "JP", "KR", "IL", "GR", "UA", "GE", "AM", "NP", "TH")
CHILD = """
import json, resource, sys, time
from tests.bench.printing import document
many = int(sys.argv[1])
whole = document(many)
from campaign.deliver.pdf import typeset
started = time.perf_counter()
pdf = typeset(whole)
print(json.dumps([time.perf_counter() - started, max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024, len(pdf) / 1e6]))
"""
Row = tuple[str, str, str]


def document(many: int):  # type: ignore[no-untyped-def]  # Document; imported late, so that a cold start is timed
    """Return a document with `many` invented signatories in fourteen scripts."""
    from datetime import date  # noqa: PLC0415

    from campaign.deliver.rules import ENGLISH_LABELS, CountryGroup, Document, Line  # noqa: PLC0415
    from campaign.names.tags import name_language  # noqa: PLC0415

    rows: dict[str, list[Line]] = {}
    for number in range(many):
        name, code = SCRIPTS[number % len(SCRIPTS)], CODES[number % len(CODES)]
        language = name_language(name, code, "")
        rows.setdefault(code, []).append(
            Line(
                name,
                f"Invented Name {number}",
                "Member · House of Invention · Northern Lakes",
                "",
                "lawmaker",
                3,
                language,
                number,
            )
        )
    labels = {**ENGLISH_LABELS, **{f"level_{level}": f"level {level}" for level in range(1, 5)}}
    groups = tuple(CountryGroup(code, code, tuple(lines), (), 0) for code, lines in rows.items())
    return Document(
        language="en", title="An appeal", body="We ask.", recipient="To all", reference="BENCH", day=date(2026, 5, 4),
        written_day="4 May 2026", version=1, sha256="0" * 64, groups=groups, elsewhere=0, counted=0, labels=labels,
        covering="We hand over.",
    )  # fmt: skip


def pdfs(sizes: tuple[int, ...]) -> list[Row]:
    """Print documents of several sizes, each three times in a fresh process; the median counts."""
    targets = {
        90: "≤ 0.6 s cold",
        10_000: "≤ 3 s, 475 MB (engineering.md)",
        100_000: "≤ 20 s, ≤ 1.2 GB in volumes: not built yet",
    }
    rows = []
    for many in sizes:
        runs = [_fresh(many) for _ in range(1 if many > 50_000 else 3)]
        seconds, memory, size = sorted(runs)[len(runs) // 2]
        told = f"{seconds:.2f} s, peak {memory:.0f} MB, file {size:.1f} MB"
        rows.append((f"PDF of {many:,} signatories", told, targets.get(many, "")))
    return rows


def _fresh(many: int) -> tuple[float, float, float]:
    run = subprocess.run([sys.executable, "-c", CHILD, str(many)], capture_output=True, text=True, check=True)
    seconds, memory, size = json.loads(run.stdout)
    return seconds, memory, size
