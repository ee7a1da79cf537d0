"""Every page of the site, public and at the desk, passes axe (WCAG 2.2 A and AA, and its best practices).

In light and dark, wide and on a phone, with folded parts open. People must check what axe cannot: whether words are
clear, an order is sensible, a description fits, a heading names what follows; how a page sounds in a screen reader;
contrast over pictures and under overlaps (axe calls it "incomplete"); 400 % zoom; a whole way by keyboard, which other
tests walk. Axe finds perhaps half of what the guidelines ask.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_FILE_PATH  # type: ignore[import-untyped]  # ships no types
from flask import Flask
from playwright.sync_api import Browser, Page, Route, ViewportSize

from tests.browser.gallery import gallery
from tests.browser.hung import Gallery
from tests.cast import Visitor

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
ALL_RULES = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}}
# The rules that a width or a colour scheme can break on a page that has passed all rules once.
BY_LOOK = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]
LOOK_RULES = {"runOnly": {"type": "rule", "values": BY_LOOK}}
WIDE, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
LOOKS: list[tuple[Literal["light", "dark"], ViewportSize, dict[str, Any]]] = [
    ("light", WIDE, ALL_RULES),
    ("dark", WIDE, LOOK_RULES),
    ("dark", PHONE, LOOK_RULES),
    ("light", PHONE, LOOK_RULES),
]
FILES = {"/static/<path:filename>", "/answers/<reference>", "/desk/offices.csv", "/desk/offices.toml"}
FILES |= {f"/desk/deliveries/<int:number>/{name}" for name in ("receipt", "document")}
NO_PAGE = {"/", "/verify"} | FILES  # lead on; are saved, not read here
HOME = "http://localhost"
RUN = """async (options) => {
  const found = await axe.run(document, { resultTypes: ["violations"], ...options });
  return found.violations.flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.html.slice(0, 150)}
      ${node.failureSummary.replaceAll("\\n", " ")}`));
}"""
OPEN = "document.querySelectorAll('main details').forEach((folded) => { folded.open = true })"
SPILLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def week(make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path) -> Gallery:
    return gallery(make_app(sqlite_url, demonstration=True), tmp_path)


@pytest.fixture
def page(browser: Browser, week: Gallery) -> Iterator[Page]:
    """A browser whose requests the site itself answers, or the gallery, if it has that page."""
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    context.add_init_script(path=AXE_FILE_PATH)
    context.route("**/*", lambda route: _answer(route, week))
    yield context.new_page()
    context.close()


def _answer(route: Route, week: Gallery) -> None:
    path = route.request.url.removeprefix(HOME)
    if path.startswith("/hung/"):
        route.fulfill(body=list(week.pages.values())[int(path[6:])], content_type="text/html; charset=utf-8")
        return
    with Visitor(week.app, week.folder).get(path) as answer:
        route.fulfill(status=answer.status_code, body=answer.data, content_type=answer.content_type)


def faults_of(page: Page) -> list[str]:
    """Return the faults that axe finds in each look of the open page, and the looks that are wider than the window."""
    found = []
    page.evaluate(OPEN)
    for scheme, size, rules in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        told = page.evaluate(RUN, rules) + ["wider than the window"] * page.evaluate(SPILLS)
        found += [f"{scheme}, {size['width']}: {fault}" for fault in told]
    return found


def test_every_route_that_shows_a_page_hangs_in_the_gallery(week: Gallery) -> None:
    routes = {rule.rule for rule in week.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert routes - week.seen == NO_PAGE, "open the page in tests/browser/gallery.py"


def test_axe_finds_nothing_wrong_with_any_page(page: Page, week: Gallery) -> None:
    wrong = {}
    for number, name in enumerate(week.pages):
        page.goto(f"{HOME}/hung/{number}")
        faults = faults_of(page)
        if faults:
            wrong[name] = faults
    assert wrong == {}, json.dumps(wrong, indent=1)


def test_axe_sees_what_is_wrong(page: Page) -> None:
    page.goto(f"{HOME}/hung/0")
    page.evaluate("document.querySelector('label').remove()")
    page.evaluate("document.querySelector('main').style.color = '#888'")
    found = " ".join(faults_of(page))
    assert "label: <input" in found
    assert "dark, 390: color-contrast" in found
