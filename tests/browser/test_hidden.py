"""What needs a script stays hidden until the script runs: without one, no button does nothing."""

from pathlib import Path

from playwright.sync_api import Browser

CSS = (Path(__file__).parents[2] / "static" / "site.css").read_text(encoding="utf-8")
CLASSES = ("", "button", "button quiet small", "link-button", "copied", "summary", "row", "inline")


def test_nothing_the_sheet_says_shows_what_is_hidden(browser: Browser) -> None:
    page = browser.new_page()
    hidden = "".join(
        f'<{tag} class="{name}" hidden>Copy</{tag}>' for tag in ("button", "p", "form", "div") for name in CLASSES
    )
    page.set_content(f"<style>{CSS}</style><p class='copied'><input>{hidden}")
    shown = page.eval_on_selector_all(
        "[hidden]",
        "all => all.filter(one => one.getClientRects().length).map(one => `${one.tagName}.${one.className}`)",
    )
    page.close()
    assert shown == []
