"""The form suggests the chambers of the chosen country, under the strict policy for scripts; none must be chosen."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Running


def test_choosing_a_country_leaves_its_chambers(browser: Browser, running: Running) -> None:
    page = browser.new_context(base_url=running.url).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    page.goto("/ar/governments/sign?as=lawmaker")
    chambers = page.locator("#chambers option:not([disabled])")
    every = chambers.count()
    for country, names in (("JP", ["衆議院", "参議院"]), ("EU", ["European Parliament"]), ("BT", [])):
        page.select_option("[name=country]", country)
        expect(chambers).to_have_count(len(names))
        assert [one.get_attribute("value") for one in chambers.all()] == names
    page.select_option("[name=country]", "")
    expect(chambers).to_have_count(every)
    assert complaints == []
    page.context.close()
