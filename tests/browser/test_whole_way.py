"""The whole way, in a real browser without JavaScript: read, sign, confirm, be verified, be listed, be handed over."""

import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, ViewportSize, expect

from tests.browser.conftest import Running
from tests.browser.desk import join
from tests.cast import read_link, read_mail

PHONE = ViewportSize(width=390, height=800)
LAWMAKER = {
    "name": "བསོད་ནམས་དབྱངས་ཅན",
    "latin_name": "Sonam Yangchen",
    "legislature": "Nationalrat",
    "party": "Alpenliste",
    "email": "sonam@example.org",
}
ACTIVIST = {"name": "نور الهدى ساطع", "affiliation": "Olive Street Clinic", "email": "nour@example.org"}


def phone(browser: Browser, running: Running, language: str) -> BrowserContext:
    """Open a phone without JavaScript that may ask this campaign's server and no other."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale=language, base_url=running.url)

    def only_ours(request: Request) -> None:
        assert request.url.startswith(running.url), request.url

    context.on("request", only_ours)
    return context


def fill(page: Page, fields: dict[str, str], country: str, visibility: str) -> None:
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=country]", country)
    page.check(f"[name=visibility][value={visibility}]")
    for box in page.locator("[name=consent]").all():
        if box.is_visible():
            box.check()


def sign(
    context: BrowserContext, running: Running, path: str, fields: dict[str, str], country: str
) -> tuple[str, str]:
    """Fill in the form and return the mailed link's path and code."""
    known = set(running.mailbox.glob("*.eml"))
    page = context.new_page()
    page.goto(path)
    page.locator(".choose a").nth(0 if "legislature" in fields else 1).click()
    fill(page, fields, country, "public")
    page.click("form button[type=submit]")
    expect(page).to_have_url(re.compile("/sign/sent$"))
    return read_link(read_mail(running.next_mail(known)))


def confirm(context: BrowserContext, link: str, code: str = "") -> Page:
    """Open the link and press the button, with the code if the page asks for it; return the private page."""
    page = context.new_page()
    page.goto(link)
    if code:
        page.fill("[name=code]", code)
    else:
        assert page.locator("[name=code]").count() == 0
    page.click("form button")
    expect(page).to_have_url(re.compile("/signature/"))
    return page


def follow(page: Page, selector: str) -> None:
    """Click, and wait for the next page: a click returns before it is loaded."""
    with page.expect_navigation():
        page.click(selector)


def accept_all(page: Page) -> None:
    """Accept every card in the queue."""
    follow(page, "text=Begin with the longest waiting")
    while page.locator("button[value=accepted]").count():
        page.fill("[name=note]", "on the parliament's page")
        page.check("[name=level][value='3']")
        page.check("[name=method][value=roster]")
        follow(page, "button[value=accepted]")
    expect(page.locator("body")).to_contain_text("No signatory is waiting")


def printed(running: Running, path: Path) -> str:
    running.flask("deliver", "pdf", "governments", "--country", "CH", "-o", str(path))
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True).stdout.decode()
    return re.sub("[\u202a-\u202e\u200e\u200f]", "", text)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_the_whole_way(browser: Browser, running: Running, tmp_path: Path) -> None:
    lawmaker, activist = phone(browser, running, "en-GB"), phone(browser, running, "ar")
    elsewhere = phone(browser, running, "ar")
    link, _code = sign(lawmaker, running, "/en/governments", LAWMAKER, "CH")
    expect(confirm(lawmaker, link).locator("h1")).to_have_text("Your signature")
    link, code = sign(activist, running, "/ar/governments", ACTIVIST, "JO")
    private = confirm(elsewhere, link, code)
    assert private.locator("html").get_attribute("dir") == "rtl"
    address = private.url

    desk = browser.new_context(java_script_enabled=False, base_url=running.url)
    accept_all(join(desk.new_page(), running))

    time.sleep(5.5)  # pages are cached for five seconds
    page = lawmaker.new_page()
    page.goto("/en/governments/signatories")
    expect(page.locator("section[aria-labelledby=CH]")).to_contain_text(LAWMAKER["name"])
    expect(page.locator("section[aria-labelledby=JO]")).to_contain_text(ACTIVIST["name"])
    names = printed(running, tmp_path / "ch.pdf").rpartition("Signatories\n")[2].replace(" ", "")
    wanted = [word.replace(" ", "") for word in ("Switzerland", LAWMAKER["name"], "Jordan", ACTIVIST["name"])]
    assert sorted(wanted, key=names.index) == wanted

    private.goto(address)
    private.locator(".ways a[href$='/withdraw']").click()
    private.click("button.danger")
    expect(private).to_have_url(re.compile("/signature/gone"))
    time.sleep(5.5)
    page.goto("/en/governments/signatories")
    expect(page.locator("body")).not_to_contain_text(ACTIVIST["name"])
