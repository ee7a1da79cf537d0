"""Row 1 of docs/threats.md: a mail gateway that opens links, submits forms and presses buttons confirms no signature.

People on another device still can.
"""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from flask import Flask, request
from flask.typing import ResponseReturnValue
from playwright.sync_api import sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

import app
from campaign.confirm import views
from campaign.confirm.models import Signature
from campaign.confirm.rules import MailboxProof
from campaign.mail.models import Mail
from campaign.sign.models import BarredAddress, Intent
from tests.browser.conftest import FLAGS
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import Campaign, campaign
from tests.gateway import JUNK, browse, scan

MAILS, FEW = 1_000, 20  # scanned by requests: where a browser runs too, and where none does
PROFILE = 50  # mails that one browser profile sees: its renderer grows with each page


def run(browsed: int) -> Result:
    """Let both kinds of scanner loose on links, then let people on another device confirm with the code."""
    with campaign() as ground:
        links = _links(ground, MAILS if browsed else FEW)
        for number, (link, _code) in enumerate(links):
            scan(ground.app.test_client(), link, JUNK[number % len(JUNK)])
        pressed = _browse_all(ground, [link for link, _code in links[:browsed]]) if browsed else 0
        by_scanner, erased = ground.count(Signature), len(links) - ground.count(Intent)
        barred, people = ground.count(BarredAddress), len(links) // 5
        for link, code in links[:people]:
            ground.app.test_client().post(link, data={"code": code})
        by_people = ground.count(Signature) - by_scanner
    held = (by_scanner, erased, barred, by_people) == (0, 0, 0, people) and pressed >= 2 * browsed
    told = f"scanner {by_scanner} of {len(links):,} confirmed, {erased} erased, {barred} barred, by requests and "
    told += f"{pressed} buttons on {browsed} pages in chromium; people on another device {by_people} of {people}"
    return Result(told, held)


def _links(ground: Campaign, count: int) -> list[tuple[str, str]]:
    client = ground.app.test_client()
    for number in range(count):
        answer = client.post("/en/appeal/sign", data=ground.form(f"person@house{number}.example"))
        assert answer.status_code == 303
    with ground.tools.database.read() as session:
        owed = [json.loads(values) for values in session.scalars(select(Mail.values)) if values]
    return [(urlsplit(mail["link"]).path, mail["code"]) for mail in owed]


def _browse_all(ground: Campaign, paths: list[str]) -> int:
    """Give the mails to a browser with JavaScript, many to one profile, as a gateway does."""
    with _served(ground) as url, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        seen, pressed = set[str](), 0
        for first in range(0, len(paths), PROFILE):
            context = chromium.new_context()
            page = context.new_page()
            for number, path in enumerate(paths[first : first + PROFILE]):
                pressed += browse(page, f"{url}{path}", JUNK[number % len(JUNK)], seen)
            context.close()
        chromium.close()
    return pressed


@contextmanager
def _served(ground: Campaign) -> Iterator[str]:
    server = make_server("localhost", 0, ground.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


build = app.build


def _sign_by_looking(*arguments: Any) -> Flask:
    """Build the campaign as many others are built: opening the mailed link signs."""
    site = build(*arguments)

    def ask(token: str) -> ResponseReturnValue:
        if request.method != "GET":
            return views.ask(token)
        with patch.object(views, "prove", _believe):
            return views.confirm(token=token)

    site.view_functions["confirm.ask"] = ask
    return site


def _believe(*_brought: object) -> MailboxProof:
    return MailboxProof.BROWSER


DRILL = Drill(
    row=1,
    name="mail gateways confirm no signature",
    run=run,
    controls=(
        Control("that GET changes nothing", instead(app, "build", _sign_by_looking)),
        Control("that the same browser or the code is asked for", instead(views, "prove", _believe)),
    ),
    full=30,
    small=0,
    long=1_000,
)
