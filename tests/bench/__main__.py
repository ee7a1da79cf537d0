"""`make bench`: print a table of what everything costs, each speed beside something bare of the same run."""

import argparse
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Callable

from tests.bench import mailing, printing, reading, signing, starting
from tests.bench.ground import Ground, ground
from tests.bench.load import CONNECTIONS
from tests.bench.table import Row, show

BENCHES: dict[str, tuple[str, Callable[[Ground, bool], list[Row]]]] = {
    "start": ("Start and memory", lambda place, _large: starting.run(place)),
    "pages": ("Pages a second ÷ a bare Flask view that returns as many bytes", lambda place, _large: reading.run(place)),
    "sign": ("Signatures a second ÷ a bare Flask view that makes two rows durable", lambda place, _large: signing.run(place)),
    "mail": ("Mails a second ÷ smtplib alone", lambda place, _large: mailing.run(place)),
    "pdf": ("PDF, each in a fresh process", lambda _place, large: printing.run(large)),
}  # fmt: skip


def main() -> None:
    """Run every bench, or those that are named."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--large", action="store_true", help="print a PDF of 100,000 signatories too")
    parser.add_argument("only", nargs="*", help=f"run these alone: {', '.join(BENCHES)}")
    wanted = parser.parse_args()
    if unknown := set(wanted.only) - set(BENCHES):
        parser.error(f"there is no bench called {', '.join(unknown)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the children are ended too
    started = time.monotonic()
    print(_machine(), flush=True)
    with ground() as place:
        for name in wanted.only or BENCHES:
            heading, run = BENCHES[name]
            show(heading, run(place, wanted.large))
    print(f"\n{time.monotonic() - started:.0f} s in all")


def _machine() -> str:
    """Say what the absolute figures depend on."""
    return (
        f"{os.cpu_count()} cores shared with the load generator ({CONNECTIONS} kept connections, one thread), "
        f"Python {platform.python_version()}, SQLite on {tempfile.gettempdir()}: {_syncs():,.0f} fsyncs/s. "
        "Medians of interleaved rounds (least–most)."
    )


def _syncs() -> float:
    """Return how many times a second this disk makes one page durable."""
    with tempfile.TemporaryFile() as file:
        started = time.perf_counter()
        for _ in range(200):
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
        return 200 / (time.perf_counter() - started)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
