"""Proof of work in a real browser with JavaScript: done while a visitor types, under the strict policy."""

import sqlite3
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.conftest import Running

ENDLESS = {"nonce": "00" * 16, "salt": "00" * 16, "cost": 1_000, "keyLength": 32, "keyPrefix": "no key begins so"}
TYPED = {"name": "Odile Verchamp", "affiliation": "Groupe des Rives"}


@pytest.fixture
def page(browser: Browser, running: Running) -> Iterator[Page]:
    """Open the form in a browser; it must report no fault and ask no other server."""
    complaints: list[str] = []
    context = browser.new_context(base_url=running.url)

    def only_ours(request: Request) -> None:
        if not request.url.startswith(running.url):
            complaints.append(request.url)

    context.on("request", only_ours)
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda fault: complaints.append(str(fault)))
    opened.goto("/en/interpol/sign?as=activist")
    yield opened
    context.close()
    assert complaints == []


def fill(page: Page, email: str) -> None:
    for name, value in {**TYPED, "email": email}.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=country]", "FR")
    for box in page.locator("[name=consent]").all():
        if box.is_visible():
            box.check()


def stored(running: Running, question: str) -> list[object]:
    line = sqlite3.connect(running.environment["DATABASE_URL"].removeprefix("sqlite:///"))
    answers = [row[0] for row in line.execute(question)]
    line.close()
    return answers


def test_the_work_is_done_while_a_visitor_types_and_is_accepted(page: Page, running: Running) -> None:
    before = stored(running, "SELECT count(*) FROM spent_challenge")
    fill(page, "odile@example.org")
    expect(page.locator("[name=proof]")).not_to_have_value("", timeout=60_000)
    page.click("form button[type=submit]")
    expect(page.locator("h1")).to_have_text("Look for our mail")
    assert stored(running, "SELECT count(*) FROM spent_challenge") == [int(str(before[0])) + 1]
    assert stored(running, "SELECT held_for FROM intent ORDER BY id DESC LIMIT 1") == [None]


def test_sending_before_the_work_is_done_works(page: Page, running: Running) -> None:
    before = stored(running, "SELECT count(*) FROM intent")
    page.route("**/guard/challenge", lambda route: route.fulfill(json={"parameters": ENDLESS}))
    fill(page, "early@example.org")
    expect(page.locator("[name=proof]")).to_have_value("")
    page.click("form button[type=submit]")
    expect(page.locator("h1")).to_have_text("Look for our mail")
    assert stored(running, "SELECT count(*) FROM intent") == [int(str(before[0])) + 1]
