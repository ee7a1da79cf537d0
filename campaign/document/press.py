"""Run typst in a process of its own, so that its memory is free again after each document.

`python -m campaign.document.press` reads one order from standard input and writes the PDF to standard output. It
imports as little as it can. It locks the press while it works, so that these files print one document at a time,
whichever process asks. The lock is on the template itself, because every machine that prints has that file.
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


ASK_EVERY = 0.2  # seconds between two tries to lock the press
WHOLE = 20_000  # names in one document at most; more are printed in volumes
VOLUME = 10_000  # names in a volume at most: two presses at once need memory in proportion


class NotPrinted(Exception):
    """The press stopped before the document was ready: too little memory, or a fault in the template."""


@contextmanager
def turn(waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Lock the press as soon as no process uses it; the system unlocks it if this process crashes.

    Until then, `waiting` is called every 0.2 seconds; it may raise to give up.
    """
    with TEMPLATE.open("rb") as lock:
        while waiting is not None and not _try_lock(lock):
            waiting()
            sleep(ASK_EVERY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _try_lock(lock: IO[bytes]) -> bool:
    """Lock the press if it is free, and say whether it was."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def press(data: str, fonts: tuple[str, ...], timestamp: int, *, in_turn: bool = True) -> bytes:
    """Return the PDF of `data` (JSON for the template), dated `timestamp` seconds after 1970. Raises NotPrinted.

    It waits for its `turn`; pass `in_turn=False` if the caller has locked the press. Nothing is written to disk.
    """
    order = json.dumps({"data": data, "fonts": fonts, "timestamp": timestamp, "in_turn": in_turn}).encode()
    # An empty environment: a fault in typst must not find the server's settings, secrets among them.
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
    """Wait until the press is free, and print one order."""
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
