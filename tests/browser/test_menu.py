"""The desk's navigation in a browser without JavaScript: everything in sight when wide, a menu on a phone."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Running
from tests.browser.desk import join


def test_the_menu_opens_on_a_phone_without_script_and_leads_on(browser: Browser, running: Running) -> None:
    page = browser.new_context(
        base_url=running.url, java_script_enabled=False, viewport={"width": 390, "height": 844}
    ).new_page()
    join(page, running, "phone@campaign.test")
    places, menu = page.get_by_role("navigation", name="Desk"), page.locator(".menu summary")
    expect(places).to_be_hidden()
    menu.focus()
    page.keyboard.press("Enter")
    expect(places.get_by_role("link", name="Deliveries")).to_be_visible()
    expect(places.locator("[aria-current]")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("kbd:visible")).to_have_count(0)
    places.get_by_role("link", name="People").click()
    expect(page.locator("h1")).to_have_text("People")
    expect(places).to_be_hidden()
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(places.get_by_role("link", name="Deliveries")).to_be_visible()
    expect(menu).to_be_hidden()
