"""The preview follows what an owner types, and what they paste from a word processor comes out as Markdown."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Running
from tests.browser.desk import join

PASTE = """([kind, content]) => {
  const clipboard = new DataTransfer(), body = document.getElementById("body");
  clipboard.setData(kind, content);
  body.focus();
  body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true }));
}"""
WORD = """<h1>The lake</h1><p class=MsoNormal>It is <b>ours</b>.</p><p style='mso-list:l0 level1 lfo1'>·&nbsp;&nbsp; One</p>
<p style='mso-list:l0 level1 lfo1'>·&nbsp;&nbsp; Two</p><script>document.title = "broken"</script>"""


def paste(page: Page, kind: str, content: str) -> None:
    page.evaluate(PASTE, [kind, content])


def begin(browser: Browser, running: Running, complaints: list[str]) -> Page:
    """Let an owner begin a letter; return the page on which it is written."""
    page = browser.new_context(base_url=running.url).new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    join(page, running, "ida@campaign.test", "Ida Lind")
    page.goto("/desk/new-letter")
    page.fill("#title", "Keep the lake")
    page.fill("#addressee_line", "To the council")
    page.get_by_role("button", name="Begin the draft").click()
    return page


def test_an_owner_types_and_pastes_and_sees_at_once_what_readers_will(browser: Browser, running: Running) -> None:
    complaints: list[str] = []
    page = begin(browser, running, complaints)
    shown, body = page.locator("#as-read"), page.locator("#body")
    page.fill("#title", "Keep the lake clean")
    body.press_sequentially("We **ask** you. <b>No</b>")
    expect(shown.locator("strong")).to_have_text("ask")
    expect(shown).to_have_text("We ask you. <b>No</b>")
    expect(page.locator("[data-shows=title]")).to_have_text("Keep the lake clean")
    body.fill("")
    paste(page, "text/html", WORD)
    expect(body).to_have_value("## The lake\n\nIt is **ours**.\n\n- One\n- Two")
    expect(shown.locator("li")).to_have_text(["One", "Two"])
    body.press("Control+z")
    expect(shown.locator("li")).to_have_count(0)
    body.fill("")
    paste(page, "text/plain", "•\tone\r\n•\ttwo")
    expect(body).to_have_value("- one\n- two")
    expect(shown.locator("li")).to_have_text(["one", "two"])
    page.fill("#summary", "A letter.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".done")).to_contain_text("Saved.")
    page.goto("/desk/letters/keep-the-lake/preview")
    framed = page.frame_locator("iframe").first
    expect(framed.locator("h1")).to_have_text("Keep the lake clean")
    expect(framed.locator(".preview-mark")).to_be_visible()
    assert complaints == []
    page.context.close()
