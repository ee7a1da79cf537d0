"""A browser shows the maps: the pages' policy allows the pictures, and the pictures' policy their one style."""

from playwright.sync_api import Browser

from tests.browser.conftest import Running

STYLED = "getComputedStyle(document.querySelector('.land')).fill"
SHOWN = "[...document.querySelectorAll('.map img')].map((one) => one.complete && one.naturalWidth > 0)"
KINDS = "[...document.querySelectorAll('.hollow')].map((one) => getComputedStyle(one).fill)"


def test_a_browser_shows_both_sheets_in_light_and_dark(browser: Browser, running: Running) -> None:
    context = browser.new_context(base_url=running.url)
    page, faults = context.new_page(), []
    page.on("console", lambda message: faults.append(message.text))
    page.goto("/en/governments/deliveries", wait_until="load")
    assert page.evaluate(SHOWN) == [True, True]
    lands = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto("/ar/governments/deliveries-europe.svg")
        lands.append(page.evaluate(STYLED))
        assert len(set(page.evaluate(KINDS))) == 1
    assert lands == ["rgb(217, 213, 203)", "rgb(58, 62, 68)"]
    assert faults == []
    context.close()
