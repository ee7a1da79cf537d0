"""Run the bench and print its table: `make bench`; `--long` adds the PDF of 100,000, `--longest` that of 1,000,000.

`--search` is the desk's search alone, `--print` the PDFs alone, `--package` a package that the worker makes.
"""

import sys

from tests.bench.ground import ground
from tests.bench.load import CONNECTIONS
from tests.bench.mail import mails
from tests.bench.packages import packages
from tests.bench.printing import pdfs
from tests.bench.search import searches
from tests.bench.web import confirm, pages, sign


def main() -> None:
    """Print one line a figure: what, how much, the target."""
    if "--search" in sys.argv:
        show(searches())
        return
    if "--package" in sys.argv:
        show(packages(100_000 if "--long" in sys.argv else 10_000))
        return
    if "--print" in sys.argv:
        print_all()
        return
    print(f"{CONNECTIONS} connections; server and load share the machine's cores; median of 3 rounds (min–max)\n")
    with ground() as opened:
        show([("start to first answer", f"{opened.first_answer:.2f} s", "≤ 1.5 s")])
        for part in (pages, sign, confirm, mails):
            show(part(opened))
        memory = " and ".join(f"{megabytes} MB" for megabytes in opened.worker_memory())
        show([("memory of each web worker, after all this", memory, "≤ 80 MB")])
    show(searches())
    print_all()


def print_all() -> None:
    """Print PDFs, line by line as they come."""
    sizes: tuple[int, ...] = (90, 10_000, 100_000) if "--long" in sys.argv else (90, 10_000)
    for rows in pdfs((100_000, 1_000_000) if "--longest" in sys.argv else sizes):
        show(rows)


def show(rows: list[tuple[str, str, str]]) -> None:
    """Print rows as they come."""
    for name, told, target in rows:
        print(f"{name:44} {told:62} target {target}", flush=True)


if __name__ == "__main__":
    main()
