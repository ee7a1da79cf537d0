"""A visitor who only reads gets no cookie and leaves no trace; one who refuses cookies can still sign."""

from playwright.sync_api import Browser, Page, Response

from tests.browser.conftest import Running
from tests.browser.test_whole_way import LAWMAKER, fill
from tests.cast import read_link, read_mail

READING = ("/", "/en/", "/en/governments", "/ug/interpol", "/en/governments/background", "/en/governments/signatories",
           "/en/governments/signatories/CH", "/en/governments/sign", "/en/governments/sign?as=lawmaker", "/en/nothing",
           "/confirm/x", "/signature/x", "/healthz")  # fmt: skip


def watched(browser: Browser, running: Running, scripts: bool) -> tuple[Page, list[str], list[str]]:
    """Open a browser; return its page, every address that it requested, and every cookie that it got."""
    context = browser.new_context(java_script_enabled=scripts, base_url=running.url)
    asked: list[str] = []
    given: list[str] = []

    def note(response: Response) -> None:
        names = [header["name"].lower() for header in response.headers_array()]
        given.extend(name for name in names if name == "set-cookie")

    context.on("request", lambda request: asked.append(request.url))
    context.on("response", note)
    return context.new_page(), asked, given


def test_reading_sets_no_cookie_stores_nothing_and_asks_no_other_server(
    browser: Browser, running: Running
) -> None:
    page, asked, given = watched(browser, running, scripts=True)
    for path in READING:
        page.goto(path)
    page.goto("/en/governments")
    for link in [a.get_attribute("href") or "" for a in page.locator("a[href^='/']").all()]:
        page.goto(link)
    assert len(asked) > len(READING)
    assert [address for address in asked if not address.startswith((running.url, "data:"))] == []
    assert given == []
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    page.context.close()


def test_signing_works_for_a_browser_that_keeps_no_cookie(browser: Browser, running: Running) -> None:
    page, asked, given = watched(browser, running, scripts=False)
    known = set(running.mailbox.glob("*.eml"))
    page.goto("/en/governments/sign?as=lawmaker")
    fill(page, {**LAWMAKER, "email": "no.cookie@example.org"}, "CH", "public")
    with page.expect_response(lambda answer: answer.request.method == "POST") as posted:
        page.click("form button[type=submit]")
    assert "set-cookie" in posted.value.all_headers(), "the one that lets this browser confirm with a button"
    page.wait_for_url("**/sign/sent")
    page.context.clear_cookies()
    link, code = read_link(read_mail(running.next_mail(known)))
    page.goto(link)
    page.fill("[name=code]", code)
    page.click("form button")
    page.wait_for_url("**/signature/**")
    page.locator(".ways a[href$='/withdraw']").click()
    page.click("button.danger")
    page.wait_for_url("**/signature/gone**")
    assert given == ["set-cookie"]
    assert page.context.cookies() == []
    assert [address for address in asked if not address.startswith((running.url, "data:"))] == []
    page.context.close()
