"""Ninety cards by keyboard alone, without loading a new page in between; the time of one card is printed.

`pytest tests/browser/test_clear_the_queue.py -s -n 0` shows the figure.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app import site
from campaign.verify.models import Verification
from campaign.web.toolbox import EXTENSION, Toolbox
from tests.browser.conftest import Running, served
from tests.browser.desk import join
from tests.review.crowd import flood

CARDS = 90
DECISIONS = (
    ("accepted", ("k", "e", "known to the campaign since 2019", "Escape", "a")),
    ("accepted", ("p", "e", "their own page says so", "Control+Enter")),
    ("refused", ("i", "x")),
    ("held", ("l", "h")),
)


@pytest.fixture
def crowded(fresh: Path, tmp_path: Path) -> Iterator[tuple[Running, Toolbox]]:
    """A campaign with ninety cards waiting."""
    with served(Running(tmp_path), fresh) as campaign:
        tools = site(campaign.environment).extensions[EXTENSION]
        assert isinstance(tools, Toolbox)
        flood(tools, CARDS, "example.org", now=datetime.now(UTC))
        yield campaign, tools


def press(page: Page, keys: tuple[str, ...]) -> None:
    for key in keys:
        if " " in key:
            page.keyboard.type(key)
        else:
            page.keyboard.press(key)


def test_ninety_cards_are_cleared_by_keyboard(browser: Browser, crowded: tuple[Running, Toolbox]) -> None:
    running, tools = crowded
    page = join(browser.new_context(base_url=running.url).new_page(), running)

    page.keyboard.press("b")
    expect(page.locator(".who .eyebrow")).to_contain_text("No. 1001 ")
    page.evaluate("window.same = true")
    seconds, made = [], Counter[str]()
    for number in range(CARDS):
        outcome, keys = DECISIONS[number % len(DECISIONS)]
        began = time.perf_counter()
        press(page, keys)
        if number + 1 < CARDS:
            page.wait_for_function(
                "no => document.querySelector('.who .eyebrow').textContent.includes(`No. ${no} `)",
                arg=1002 + number,
            )
            assert page.evaluate("window.same"), "the page was not loaded anew"
        seconds.append(time.perf_counter() - began)
        made[outcome] += 1
    expect(page.locator("[role=status]")).to_contain_text("There is no other waiting card that is free")
    with tools.database.read() as session:
        assert Counter(session.scalars(select(Verification.outcome))) == made
    sys.stdout.write(
        f"\n{CARDS} cards by keyboard: median {median(seconds) * 1000:.0f} ms, slowest {max(seconds):.2f} s\n"
    )


def test_a_slip_is_undone_a_fault_is_shown_and_the_keys_can_be_turned_off(
    browser: Browser, crowded: tuple[Running, Toolbox]
) -> None:
    running, _tools = crowded
    page = join(browser.new_context(base_url=running.url).new_page(), running)
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.keyboard.press("b")
    expect(page.locator(".who .eyebrow")).to_contain_text("No. 1001 ")
    page.keyboard.press("x")
    expect(page.locator("[role=alert]")).to_have_text("Choose a reason.")
    press(page, ("Escape", "i", "x"))
    expect(page.locator("[role=status]")).to_contain_text("Decided about no. 1001")
    assert page.evaluate("document.activeElement.id") == "who", "a screen reader reads the next name"
    page.keyboard.press("u")
    expect(page.locator(".who .eyebrow")).to_contain_text("No. 1001 ")
    page.keyboard.press("j")
    expect(page.locator(".who .eyebrow")).to_contain_text("No. 1002 ")
    page.go_back()
    expect(page.locator(".who .eyebrow")).to_contain_text("No. 1001 ")
    page.keyboard.press("?")
    page.click("text=Turn the keys off")
    page.keyboard.press("j")
    expect(page.locator(".who .eyebrow")).to_contain_text("No. 1001 ")
    page.click("text=Turn the keys on")
    page.keyboard.press("q")
    expect(page.locator("h1")).to_have_text("Signatories")
    assert faults == []
