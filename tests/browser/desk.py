"""Sign in at the desk in a browser, as an invited officer does."""

import time
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Page, expect

from tests.browser.conftest import Running
from tests.cast import PASSWORD


def join(page: Page, running: Running, email: str = "vera@campaign.test", name: str = "Vera Lind") -> Page:
    """Accept an invitation, sign in, and open the queue."""
    page.goto(urlsplit(running.flask("desk", "invite", email, "--role", "owner").strip()).path)
    totp, now = pyotp.TOTP(page.locator("code.hash").inner_text()), int(time.time())
    # The code of the next step is accepted too; that of the step before is not, if half a minute ends in between.
    for fields in (
        {"name": name, "password": PASSWORD, "code": totp.at(now)},
        {"email": email, "password": PASSWORD, "code": totp.at(now + 30)},
    ):
        for field, value in fields.items():
            page.fill(f"form:has([name=code]) [name={field}]", value)
        page.locator("form:has([name=code]) button").first.click()
    expect(page.locator("h1")).to_have_text("Dashboard")
    page.goto("/desk/queue")
    expect(page.locator("h1")).to_have_text("Signatories")
    page.wait_for_load_state()  # the heading stands before the script that listens for keys has run
    return page
