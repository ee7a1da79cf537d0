"""How many keys a form needs, and where the keyboard starts after a fault; without JavaScript."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Running

LETTERS = {"governments": "own-government", "interpol": "member states"}
AT = "document.activeElement.getAttribute('name') || document.activeElement.className || document.activeElement.localName"


@pytest.fixture
def page(browser: Browser, running: Running) -> Page:
    return browser.new_context(base_url=running.url, java_script_enabled=False).new_page()


def steps_to_submit(page: Page) -> int:
    """Press Tab from the chosen use of the name until the button that sends the form."""
    page.locator('[name="visibility"]:checked').focus()
    for count in range(1, 60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('main form button')"):
            return count
    raise AssertionError("no button is reached")


@pytest.mark.parametrize("letter", LETTERS)
def test_a_signatory_who_withholds_their_name_reaches_the_button_in_a_few_steps(page: Page, letter: str) -> None:
    page.goto(f"/en/{letter}/sign?as=activist")
    assert page.locator('[name="visibility"][value="withheld"]').is_checked()
    assert steps_to_submit(page) <= 7
    page.get_by_text("Choose them one by one").click()
    assert page.locator('.ticks [name="recipient"]').first.is_visible()
    assert page.locator('.ticks [name="recipient"]').count() >= 20


def test_a_refused_form_starts_at_what_is_wrong_and_leads_to_each_field(page: Page) -> None:
    page.goto("/en/governments/sign?as=lawmaker")
    page.locator("main form button").click()
    assert page.evaluate(AT) == "summary"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#name")
    assert page.evaluate(AT) == "name"
    page.goto("/en/governments/sign?as=lawmaker")
    page.locator("main form button").click()
    page.get_by_role("link", name="Choose how your name may be used").or_(
        page.get_by_role("link", name="What you agree to")
    ).first.click()
    assert page.evaluate(AT) in ("visibility", "consent")
