"""A mail gateway as the worst of them are: it opens every link, fills in and submits every form, presses every button."""

from urllib.parse import urlsplit

from flask.testing import FlaskClient
from playwright.sync_api import Error as BrowserFault
from playwright.sync_api import Page

JUNK = ("", "on", "yes", "1", "test@example.org", "123456", "000000", "submit")
FILL = """junk => {
  for (const field of document.querySelectorAll('input, textarea')) {
    if (['checkbox', 'radio'].includes(field.type)) field.checked = true;
    else if (field.type !== 'hidden') field.value = junk;
  }
  for (const list of document.querySelectorAll('select')) list.selectedIndex = list.options.length - 1;
  for (const fold of document.querySelectorAll('details')) fold.open = true;
}"""


def scan(client: FlaskClient, link: str, junk: str) -> None:
    """Look, prefetch, follow and submit without a browser, twice."""
    client.head(link)
    client.get(link, headers={"Sec-Purpose": "prefetch"})
    client.options(link)
    client.get(link)
    client.post(link)
    client.post(link, data={"code": junk})
    client.post(f"{link}/not-mine", data={"code": junk, "bar": "yes"})


def browse(page: Page, link: str, junk: str, seen: set[str]) -> int:
    """Run the page in a browser: press every button with everything filled in; return how many were pressed.

    Links are followed too, those in `seen` no second time.
    """
    page.goto(link)
    pressed, addresses = 0, page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    for number in range(page.locator("main button").count()):
        if number:
            page.goto(link)
        page.evaluate(FILL, junk)
        pressed += _press(page, number)
    for address in addresses:
        if urlsplit(address).hostname == urlsplit(link).hostname and address not in seen:
            seen.add(address)
            page.goto(address)
    return pressed


def _press(page: Page, number: int) -> bool:
    """Press one button past the browser's own checks, as a script does."""
    button = page.locator("main button").nth(number)
    try:
        with page.expect_navigation(timeout=5_000, wait_until="commit"):
            button.evaluate("button => { button.form.noValidate = true; button.form.requestSubmit(button); }")
    except BrowserFault:
        return False
    return True
