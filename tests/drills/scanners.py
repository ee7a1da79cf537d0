"""Row 1: a mail gateway that opens links, submits forms and presses buttons confirms nobody; people elsewhere can."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from campaign.confirm.models import Signature
from campaign.mail.models import Mail
from campaign.sign.models import BarredAddress, Intent
from tests.browser.conftest import FLAGS
from tests.drills.ground import Campaign, campaign
from tests.gateway import JUNK, browse, scan

INTENTS, PEOPLE = 1_000, 200
PROFILE = 50  # mails that one browser profile sees: its renderer grows with each page


def run() -> tuple[str, bool]:
    """Let both kinds of scanner loose on 1,000 links, then let 200 people on another device confirm with the code."""
    with campaign() as ground:
        links = _links(ground)
        for number, (link, _code) in enumerate(links):
            scan(ground.app.test_client(), link, JUNK[number % len(JUNK)])
        pressed = _browse_all(ground, [link for link, _code in links])
        by_scanner, erased = ground.count(Signature), INTENTS - ground.count(Intent)
        barred = ground.count(BarredAddress)
        for link, code in links[:PEOPLE]:
            ground.app.test_client().post(link, data={"code": code})
        by_people = ground.count(Signature) - by_scanner
    held = (by_scanner, erased, barred, by_people) == (0, 0, 0, PEOPLE) and pressed >= 2 * INTENTS
    told = f"scanner {by_scanner} of {INTENTS} confirmed, {erased} erased, {barred} barred by requests and "
    told += f"{pressed} buttons pressed in chromium; people on another device {by_people} of {PEOPLE}"
    return told, held


def _links(ground: Campaign) -> list[tuple[str, str]]:
    client = ground.app.test_client()
    for number in range(INTENTS):
        answer = client.post("/en/appeal/sign", data=ground.form(f"person{number}@example.org"))
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
