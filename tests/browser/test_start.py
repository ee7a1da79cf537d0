"""A director follows docs/start.md word for word: from `make run` to a signature that is confirmed.

The test knows no page. It reads the steps from the document, and does what they say: what stands in bold is pressed or
filled in, what stands in quotation marks must be read on the page. A label that is gone turns it red.
"""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pyotp
import pytest
from playwright.sync_api import Browser, Page, TimeoutError, ViewportSize, expect

from tests.browser.conftest import ROOT
from tests.cast import read_link, read_mail

STEPS = (ROOT / "docs" / "start.md").read_text(encoding="utf-8").partition("## The steps")[2].partition("\n## ")[0]
OPEN_THE_LINK, OPEN_THE_MAIL = "Open it in a browser", "Open its link"
PRESS, FILL = "press", ("fill in", "choose", "tick", "ticks")
VERB = re.compile(rf"\b({'|'.join((PRESS, *FILL))})\b", re.IGNORECASE)
WORDS = re.compile(rf"\*\*(?P<label>.+?)\*\*|“(?P<quoted>.+?)”|(?P<act>{OPEN_THE_LINK}|{OPEN_THE_MAIL})")
PHONE = ViewportSize(width=390, height=800)
LIMIT_MS = 10_000  # for one page
TYPED = {
    "Your name": "Dana Reeve-Orlok",
    "Your e-mail address": "dana@campaign.test",
    "Password": "a long and quiet sentence",
    "Name": "Lake House Appeal",
    "Contact": "hello@lake.example.org",
    "Imprint": "Lake House, 4 Quay Lane, Bern.",
    "Name of the sender": "Office",
    "Address of the sender": "post@lake.example.org",
    "Title": "Keep the lake clean",
    "To whom": "To our own governments",
    "Summary": "A letter for the lake.",
    "Text": "We ask you to keep the lake clean.",
    "Country where you live": "Switzerland",
    "E-mail": "dana@campaign.test",
}


class MakeRun:
    """A checkout in which a person has typed `make run`, with nothing of a campaign yet."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.folder, self.said = folder, ""
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.process = subprocess.Popen(
            ["make", "-s", "-o", ".venv/run", "run", f"INSTANCE={folder}", f"PORT={port}"],
            cwd=ROOT,
            env=environment | {"WORKERS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def link(self) -> str:
        """Return the link that it prints, once the server answers."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            found = re.search(r"http://\S+/desk/start/\S+", line)
            if found:
                _answers(urlsplit(found[0]).port or 80)
                return found[0]
        raise AssertionError(self.said)

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()


def _answers(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not start")


class Director:
    """Somebody with the document beside the keyboard."""

    def __init__(self, campaign: MakeRun, page: Page) -> None:
        self.campaign, self.page = campaign, page
        self.link = campaign.link()

    def follow(self, steps: str) -> None:
        for words in WORDS.finditer(steps):
            try:
                self.do(words, steps[: words.start()])
            except (AssertionError, TimeoutError) as fault:
                before = steps[max(words.start() - 160, 0) : words.end()]
                raise AssertionError(f"…{before}\n\n{self.page.url}\n{self.page.inner_text('body')}") from fault

    def do(self, words: re.Match[str], before: str) -> None:
        if words["act"] == OPEN_THE_LINK:
            self.page.goto(self.link)
        elif words["act"]:
            self.page.goto(urljoin(self.link, self.mailed()))
        elif words["quoted"]:
            self.read(words["quoted"])
        elif VERB.findall(before)[-1].lower() == PRESS:
            self.press(words["label"])
        else:
            self.fill(words["label"])

    def read(self, quoted: str) -> None:
        if self.page.url == "about:blank":
            assert quoted in self.campaign.said
            return
        for _ in range(20):
            if quoted in " ".join(self.page.inner_text("body").split()):
                return
            time.sleep(0.3)
            self.page.reload()
        raise AssertionError(f"the page does not say {quoted}")

    def press(self, label: str) -> None:
        for role in ("button", "link"):
            found = self.page.get_by_role(role, name=label, exact=True)
            if found.count():
                with self.page.expect_navigation(timeout=LIMIT_MS):
                    found.first.click(timeout=LIMIT_MS)
                return
        raise AssertionError(f"no button and no link is called {label}")

    def fill(self, label: str) -> None:
        field = self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}(?!\w)"))
        assert field.count(), f"no field is called {label}"
        kind = field.first.evaluate("one => one.type")
        if kind in ("checkbox", "radio"):
            field.first.click(timeout=LIMIT_MS)
        elif kind == "select-one":
            field.first.select_option(label=TYPED[label], timeout=LIMIT_MS)
        else:
            typed = self.code() if label.startswith("Six digits") else TYPED[label]
            field.first.fill(typed, timeout=LIMIT_MS)

    def code(self) -> str:
        return pyotp.TOTP(self.page.locator("code.hash").inner_text()).now()

    def mailed(self) -> str:
        """Return the link in the newest mail, once it is there."""
        for _ in range(50):
            mails = sorted(self.campaign.folder.glob("mail/*.eml"), key=lambda path: path.stat().st_mtime)
            for path in reversed(mails):
                if "/confirm/" in read_mail(path):
                    return read_link(read_mail(path))[0]
            time.sleep(0.2)
        raise AssertionError("no mail with a link came")


@pytest.fixture
def make_run(tmp_path: Path) -> Iterator[MakeRun]:
    campaign = MakeRun(tmp_path / "instance")
    yield campaign
    campaign.stop()


def test_the_document_leads_from_a_clone_to_a_letter_that_takes_signatures(
    browser: Browser, make_run: MakeRun
) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="en-GB")
    director = Director(make_run, context.new_page())
    director.follow(STEPS)
    expect(director.page.locator("h1")).to_have_text("Your signature")
    context.close()
