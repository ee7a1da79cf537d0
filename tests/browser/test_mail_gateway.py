"""A mail gateway that runs pages in a browser signs and erases nothing."""

import sqlite3

from playwright.sync_api import Browser

from tests.browser.conftest import Running
from tests.browser.test_whole_way import LAWMAKER, confirm, phone, sign
from tests.gateway import JUNK, browse


def counts(running: Running) -> tuple[int, ...]:
    """Count signatures, intents and barred addresses."""
    with sqlite3.connect(running.environment["DATABASE_URL"].removeprefix("sqlite:///")) as database:
        tables = ("signature", "intent", "barred_address")
        return tuple(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)


def test_a_gateways_browser_presses_every_button_and_changes_nothing(browser: Browser, running: Running) -> None:
    link, code = sign(
        phone(browser, running, "en-GB"),
        running,
        "/en/governments",
        LAWMAKER | {"email": "gate@example.org"},
        "CH",
    )
    before, gateway, seen = counts(running), browser.new_context().new_page(), set[str]()
    pressed = sum(browse(gateway, f"{running.url}{link}", junk, seen) for junk in JUNK)
    assert pressed >= 2 * len(JUNK)
    assert counts(running) == before
    confirm(phone(browser, running, "en-GB"), link, code)
    assert counts(running) == (before[0] + 1, *before[1:])
