"""Passkeys in a real browser, under the site's own policy for scripts, with chromium's virtual authenticator."""

import os
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, ViewportSize, expect

from tests.browser.conftest import Running
from tests.browser.desk import join

PICTURES = os.environ.get("PICTURES")  # a folder: look at the pages there
SIZES = {"wide": ViewportSize(width=1280, height=900), "phone": ViewportSize(width=390, height=844)}


def add_authenticator(page: Page, verified: bool = True) -> CDPSession:
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "isUserVerified": verified, "automaticPresenceSimulation": True}},
    )
    return tools


def picture(page: Page, name: str) -> None:
    if not PICTURES:
        return
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            page.screenshot(path=Path(PICTURES) / f"{name}-{size}-{scheme}.png", full_page=True)


def test_an_officer_makes_a_passkey_comes_in_with_it_and_confirms_herself(
    browser: Browser, named: Running
) -> None:
    page = browser.new_context(base_url=named.url).new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    add_authenticator(page)
    join(page, named)

    page.goto("/desk/me")
    page.fill("[name=name]", "blue key")
    page.click("text=Add a passkey")
    expect(page.locator(".rows").first).to_contain_text("blue key")
    picture(page, "passkeys")

    page.click("text=Sign out")
    picture(page, "sign-in")
    page.click("text=Sign in with a passkey")
    expect(page.locator("h1")).to_have_text("Dashboard")

    page.goto("/desk/confirm-yourself?next=/desk/people")
    picture(page, "confirm-yourself")
    page.click("text=Use a passkey")
    expect(page.locator("h1")).to_have_text("People")
    picture(page, "people")
    page.goto("/desk/log")
    expect(page.locator("tbody tr").first).to_contain_text("signed in with a passkey")
    picture(page, "log")
    page.goto("/desk/people/1")
    picture(page, "person")
    assert faults == []


def test_a_passkey_that_is_not_there_is_told_on_the_page(browser: Browser, named: Running) -> None:
    page = browser.new_context(base_url=named.url).new_page()
    add_authenticator(page, verified=False)
    page.goto("/desk/sign-in")
    page.click("text=Sign in with a passkey")
    expect(page.locator("form[data-options] [role=alert]")).to_be_visible()


def test_without_javascript_the_page_offers_the_password_alone(browser: Browser, named: Running) -> None:
    page = browser.new_context(base_url=named.url, java_script_enabled=False).new_page()
    page.goto("/desk/sign-in")
    expect(page.get_by_role("button")).to_have_count(1)
    picture(page, "sign-in-without-javascript")
    join(page, named)
