"""Run typst in a process of its own, so that what a document takes of memory goes back when it is printed.

`python -m campaign.document.press` reads one order from standard input and writes the PDF to standard output.
It imports as little as it can, and holds a lock while it works: one document at a time is printed from these
files, whichever process asks. The lock is on the template itself, which every machine that prints has.
"""

import fcntl
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from time import sleep
from typing import IO

import typst

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates" / "document"
TEMPLATE = TEMPLATES / "letter.typ"


ASK_EVERY = 0.2  # seconds
WHOLE = 20_000  # names in one document at most; more are printed in volumes
VOLUME = 10_000  # names in a volume at most: what two presses at once take of memory goes with it


class NotPrinted(Exception):
    """The press stopped before the document was ready: too little memory, or a fault in the template."""


@contextmanager
def turn(waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the press once it is free, whichever process had it; a crash lets it go.

    `waiting` is called again and again until then, and gives up by raising.
    """
    with TEMPLATE.open("rb") as lock:
        while waiting is not None and not _free(lock):
            waiting()
            sleep(ASK_EVERY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _free(lock: IO[bytes]) -> bool:
    """Take the press if nobody has it, and say whether that was so."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def press(data: str, fonts: tuple[str, ...], timestamp: int, *, in_turn: bool = True) -> bytes:
    """Return the PDF of `data` (JSON for the template), dated `timestamp` seconds after 1970. Raises NotPrinted.

    It waits its `turn` unless its caller holds it. Nothing is written to disk, and the press is told none of the server's settings.
    """
    order = json.dumps({"data": data, "fonts": fonts, "timestamp": timestamp, "in_turn": in_turn}).encode()
    run = subprocess.run(
        [sys.executable, "-m", "campaign.document.press"],
        input=order,
        capture_output=True,
        cwd=ROOT,
        env={},
        check=False,
    )
    if run.returncode or not run.stdout.startswith(b"%PDF"):
        raise NotPrinted(f"the press ended with {run.returncode}")
    return run.stdout


def main() -> None:
    """Wait for the press to be free, print one order, and go."""
    order = json.loads(sys.stdin.buffer.read())
    with turn() if order["in_turn"] else nullcontext():
        pdf = typst.compile(
            str(TEMPLATE),
            root=str(TEMPLATES),
            font_paths=order["fonts"],
            ignore_system_fonts=True,
            sys_inputs={"data": order["data"]},
            pdf_standards=["ua-1", "a-2a"],
            timestamp=order["timestamp"],
        )
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
