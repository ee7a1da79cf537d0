"""Row 1: a mail gateway that opens links and submits forms confirms nobody; people elsewhere still can."""

import json
from urllib.parse import urlsplit

from sqlalchemy import select

from campaign.confirm.models import Signature
from campaign.mail.models import Mail
from tests.drills.ground import Campaign, campaign

INTENTS, PEOPLE = 1_000, 200
JUNK = ("", "on", "yes", "1", "test@example.org", "12345", "1234567", "submit")


def run() -> tuple[str, bool]:
    """Let a scanner loose on 1,000 links, then let 200 people on another device confirm with the code."""
    with campaign() as ground:
        links = _links(ground)
        for number, (link, _code) in enumerate(links):
            _scan(ground, link, JUNK[number % len(JUNK)])
        by_scanner = ground.count(Signature)
        for link, code in links[:PEOPLE]:
            ground.app.test_client().post(link, data={"code": code})
        by_people = ground.count(Signature) - by_scanner
    held = by_scanner == 0 and by_people == PEOPLE
    return f"scanner {by_scanner} of {INTENTS} confirmed; people on another device {by_people} of {PEOPLE}", held


def _links(ground: Campaign) -> list[tuple[str, str]]:
    client = ground.app.test_client()
    for number in range(INTENTS):
        answer = client.post("/en/appeal/sign", data=ground.form(f"person{number}@example.org"))
        assert answer.status_code == 303
    with ground.tools.database.read() as session:
        owed = [json.loads(values) for values in session.scalars(select(Mail.values)) if values]
    return [(urlsplit(mail["link"]).path, mail["code"]) for mail in owed]


def _scan(ground: Campaign, link: str, junk: str) -> None:
    """Do what gateways do: look, prefetch, follow, submit every form, twice, and press the button with junk in it."""
    client = ground.app.test_client()
    client.head(link)
    client.get(link, headers={"Sec-Purpose": "prefetch"})
    client.options(link)
    client.get(link)
    client.post(link)
    client.post(link, data={"code": junk})
