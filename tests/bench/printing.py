"""PDFs: seconds and peak memory, each in a fresh process (`python -m tests.bench.printing SIZE`)."""

import html
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from os import environ
from resource import RUSAGE_SELF, getrusage
from statistics import median

from campaign.deliver.pdf import typeset
from campaign.deliver.rules import Document
from tests.bench.ground import ROOT
from tests.bench.people import document
from tests.bench.table import Row, at_most, spread

COLD, AT_ONCE, LARGE = 90, 10_000, 100_000
TIMES = 30  # how often slower WeasyPrint should be


@dataclass(frozen=True)
class Printed:
    """What one fresh process needed: seconds from document to bytes, peak memory and file in MB."""

    seconds: float
    peak: float
    size: float


def run(large: bool) -> list[Row]:
    """Print the small one five times, the middle one three times, and the large one once if it is wanted."""
    small = [_print(COLD) for _ in range(5)]
    middle = [_print(AT_ONCE) for _ in range(3)]
    rows = [at_most("PDF of 90", [one.seconds for one in small], "s", 0.6), *_sizes("PDF of 90", small)]
    rows += [Row("PDF of 10,000", spread([one.seconds for one in middle], "{:.1f}") + " s")]
    rows += _sizes("PDF of 10,000", middle)
    if large:
        whole = [_print(LARGE)]
        rows += [
            at_most("PDF of 100,000 (once)", [whole[0].seconds], "s", 20, "{:.1f}"),
            at_most("its peak memory", [whole[0].peak], "MB", 1200, "{:,.0f}"),
            Row("its size", f"{whole[0].size:.1f} MB"),
        ]
    return [*rows, _weasyprint(median(one.seconds for one in middle))]


def _sizes(what: str, printed: list[Printed]) -> list[Row]:
    peaks = spread([one.peak for one in printed])
    return [Row(f"{what}: peak memory, file", f"{peaks} MB, {printed[0].size:.1f} MB")]


def _weasyprint(ours: float) -> Row:
    """Print the middle one with WeasyPrint, if somebody has installed it."""
    if find_spec("weasyprint") is None:
        return Row("WeasyPrint ÷ ours, 10,000", "not installed", target=f"≥ {TIMES}")
    theirs = _print(AT_ONCE, "weasyprint")
    verdict = "met" if theirs.seconds / ours >= TIMES else "**missed**"
    ratio = f"{theirs.seconds / ours:.0f}"
    return Row(
        "WeasyPrint ÷ ours, 10,000", f"{ours:.1f} s", f"{theirs.seconds:.1f} s", ratio, f"≥ {TIMES}", verdict
    )


def _print(size: int, engine: str = "ours") -> Printed:
    command = (sys.executable, "-m", "tests.bench.printing", str(size), engine)
    environment = {**environ, "PYTHONDONTWRITEBYTECODE": ""}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    return Printed(**json.loads(run.stdout))


def _child(size: int, engine: str) -> Printed:
    whole = document(size)
    started = time.perf_counter()
    pdf = typeset(whole) if engine == "ours" else _by_weasyprint(whole)
    seconds = time.perf_counter() - started
    return Printed(seconds, getrusage(RUSAGE_SELF).ru_maxrss / 1024, len(pdf) / 1e6)


def _by_weasyprint(whole: Document) -> bytes:
    """Set the same names in two plain columns."""
    rows = []
    for group in whole.groups:
        rows.append(f"<h2>{html.escape(group.name)}</h2>")
        for line in (*group.lawmakers, *group.activists):
            parts = (line.name, line.latin_name, f"L{line.level}", line.detail)
            rows.append(f"<p lang={line.language}>{html.escape(' '.join(parts))}</p>")
    page = f"<html lang=en><title>x</title><body style='columns: 2'>{''.join(rows)}"
    pdf = import_module("weasyprint").HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")
    assert isinstance(pdf, bytes)
    return pdf


if __name__ == "__main__":
    print(json.dumps(vars(_child(int(sys.argv[1]), sys.argv[2]))))
