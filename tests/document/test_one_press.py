"""Many officers print at once: one press, and one run for the same document."""

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

CALLERS = 5


class Counting:
    """A press that starts when every caller has asked, and counts its runs."""

    def __init__(self) -> None:
        self.printer = Printer(self.build)
        self.runs: list[str] = []
        self.busy = Lock()

    def build(self, wanted: Document) -> bytes:
        assert self.busy.acquire(blocking=False), "two at once"
        with self.printer.changed:
            self.printer.changed.wait_for(lambda: self.printer.asked == CALLERS or len(self.runs) > 0)
        self.runs.append(wanted.reference)
        self.busy.release()
        return typeset(wanted)


def test_five_callers_who_ask_for_the_same_document_share_one_run() -> None:
    counting, wanted = Counting(), document(group(line("Ana Belin")))
    with ThreadPoolExecutor(CALLERS) as pool:
        copies = list(pool.map(lambda _: counting.printer.print(replace(wanted)), range(CALLERS)))
    assert counting.runs == ["APPEAL-CH-20260504"]
    assert set(copies) == {typeset(wanted)}


def test_different_documents_wait_their_turn_and_none_is_lost() -> None:
    counting = Counting()
    wanted = [document(group(line("Ana Belin")), reference=f"R{number % 3}") for number in range(CALLERS)]
    with ThreadPoolExecutor(CALLERS) as pool:
        copies = list(pool.map(counting.printer.print, wanted))
    assert sorted(counting.runs) == ["R0", "R1", "R2"]
    assert copies == [typeset(one) for one in wanted]
    assert counting.printer.asked == 0


def test_every_caller_learns_that_the_document_failed() -> None:
    def fail(_wanted: Document) -> bytes:
        with printer.changed:
            printer.changed.wait_for(lambda: printer.asked == CALLERS)
        raise NotPrinted("no paper")

    printer, wanted = Printer(fail), document()
    with ThreadPoolExecutor(CALLERS) as pool:
        asked = [pool.submit(printer.print, wanted) for _ in range(CALLERS)]
    assert [str(one.exception()) for one in asked] == ["no paper"] * CALLERS


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="only Linux tells who waits for a lock")
def test_a_press_waits_while_another_process_prints() -> None:
    """The lock is released only when the kernel lists our press among those that wait for it."""
    with TEMPLATE.open("rb") as locked, ThreadPoolExecutor(1) as pool:
        fcntl.flock(locked, fcntl.LOCK_EX)
        inode = f":{TEMPLATE.stat().st_ino} "
        printed = pool.submit(typeset, document())
        while not printed.done() and not _press_waits(inode):
            os.sched_yield()
        assert not printed.done()
        fcntl.flock(locked, fcntl.LOCK_UN)
        assert printed.result().startswith(b"%PDF")


def _press_waits(inode: str) -> bool:
    return any("->" in row and inode in row for row in Path("/proc/locks").read_text().splitlines())


def test_a_press_that_fails_repeats_no_word_of_its_document() -> None:
    with pytest.raises(NotPrinted, match="ended with 1") as told:
        press('{"title": "Invented Secret"', (), 0)
    assert "Secret" not in str(told.value)
