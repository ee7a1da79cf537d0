"""Come to the desk in a browser, as anybody does who was invited."""

import time
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Page, expect

from tests.browser.conftest import Running
from tests.cast import PASSWORD


def join(page: Page, running: Running, email: str = "vera@campaign.test", name: str = "Vera Lind") -> Page:
    """Take up an invitation, sign in, and stand before the queue."""
    page.goto(urlsplit(running.flask("desk", "invite", email, "--role", "owner").strip()).path)
    totp, now = pyotp.TOTP(page.locator("code.hash").inner_text()), int(time.time())
    for fields in (
        {"name": name, "password": PASSWORD, "code": totp.at(now - 30)},
        {"email": email, "password": PASSWORD, "code": totp.at(now)},
    ):
        for field, value in fields.items():
            page.fill(f"[name={field}]", value)
        page.locator("form:has([name=code]) button").first.click()
    expect(page.locator("h1")).to_have_text("Signatories")
    return page
