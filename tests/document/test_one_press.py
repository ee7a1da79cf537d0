"""Printing at once: one press, and the same document set once however many ask."""

import fcntl
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Lock

import pytest

from campaign.document.pdf import typeset
from campaign.document.press import TEMPLATE, NotPrinted, press
from campaign.document.printing import Printer
from campaign.document.rules import Document
from tests.document.test_pdf import document, group, line

EVERYBODY = 5


class Counting:
    """A press that starts once everybody has asked, and counts what it set."""

    def __init__(self) -> None:
        self.printer = Printer(self.build)
        self.runs: list[str] = []
        self.busy = Lock()

    def build(self, wanted: Document) -> bytes:
        assert self.busy.acquire(blocking=False), "two at once"
        with self.printer.changed:
            self.printer.changed.wait_for(lambda: self.printer.asked == EVERYBODY or len(self.runs) > 0)
        self.runs.append(wanted.reference)
        self.busy.release()
        return typeset(wanted)


def test_five_who_ask_for_the_same_document_at_once_get_it_from_one_run() -> None:
    counting, wanted = Counting(), document(group(line("Ana Belin")))
    with ThreadPoolExecutor(EVERYBODY) as pool:
        copies = list(pool.map(lambda _: counting.printer.print(replace(wanted)), range(EVERYBODY)))
    assert counting.runs == ["APPEAL-CH-20260504"]
    assert set(copies) == {typeset(wanted)}


def test_different_documents_wait_their_turn_and_none_is_lost() -> None:
    counting = Counting()
    wanted = [document(group(line("Ana Belin")), reference=f"R{number % 3}") for number in range(EVERYBODY)]
    with ThreadPoolExecutor(EVERYBODY) as pool:
        copies = list(pool.map(counting.printer.print, wanted))
    assert sorted(counting.runs) == ["R0", "R1", "R2"]
    assert copies == [typeset(one) for one in wanted]
    assert counting.printer.asked == 0


def test_who_waited_for_a_document_that_failed_is_told_too() -> None:
    def fail(_wanted: Document) -> bytes:
        with printer.changed:
            printer.changed.wait_for(lambda: printer.asked == EVERYBODY)
        raise NotPrinted("no paper")

    printer, wanted = Printer(fail), document()
    with ThreadPoolExecutor(EVERYBODY) as pool:
        asked = [pool.submit(printer.print, wanted) for _ in range(EVERYBODY)]
    assert [str(one.exception()) for one in asked] == ["no paper"] * EVERYBODY


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="only Linux tells who waits for a lock")
def test_another_process_that_prints_is_waited_for() -> None:
    """The kernel's own list says that our press stands in the queue; only then is the lock let go."""
    with TEMPLATE.open("rb") as held, ThreadPoolExecutor(1) as pool:
        fcntl.flock(held, fcntl.LOCK_EX)
        inode = f":{TEMPLATE.stat().st_ino} "
        printed = pool.submit(typeset, document())
        while not printed.done() and not _somebody_waits(inode):
            os.sched_yield()
        assert not printed.done()
        fcntl.flock(held, fcntl.LOCK_UN)
        assert printed.result().startswith(b"%PDF")


def _somebody_waits(inode: str) -> bool:
    return any("->" in row and inode in row for row in Path("/proc/locks").read_text().splitlines())


def test_a_press_that_fails_says_nothing_of_what_it_was_given() -> None:
    with pytest.raises(NotPrinted, match="ended with 1") as told:
        press('{"title": "Invented Secret"', (), 0)
    assert "Secret" not in str(told.value)
