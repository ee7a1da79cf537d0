"""Signing, confirming and whole visits against a bare view that makes two rows durable."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import count, repeat

from itsdangerous.encoding import base64_encode
from sqlalchemy import func, select

from campaign.confirm.models import Signature
from campaign.letter.service import current_text, find_letter
from campaign.mail.address import Address
from campaign.sign.models import Intent
from campaign.sign.rules import NEEDED, Entry
from campaign.sign.service import Link, Typed, record_intent
from campaign.web.tokens import new_secret
from tests.bench.ground import Ground, Server, fetch, served
from tests.bench.load import Outcome, drive, get, post
from tests.bench.starting import weigh
from tests.bench.table import Measure, Row, against, at_least, rounds, spread

SECONDS, ROUNDS, TARGET = 3.0, 5, 0.6
PEAK = 33  # signatures a second: Revoke Article 50 on its worst day
CONFIRMATIONS = 1_500  # in each round
LETTER = "/en/governments"
STAMP = re.compile(r'name="form_token"[^>]*value="([^"]+)"')
FORM = {
    "kind": "lawmaker",
    "name": "Odile Verchamp",
    "country": "FR",
    "legislature": "Assemblée des Rives",
    "party": "Groupe des Rives",
    "visibility": "public",
    "consent": ["sign", "publish", "deliver"],
}
ENTRY = Entry(
    kind="lawmaker",
    name="Odile Verchamp",
    latin_name="",
    country="FR",
    office="",
    legislature="Assemblée des Rives",
    constituency="",
    party="Groupe des Rives",
    affiliation="",
    community="",
    visibility="public",
    consents=NEEDED["public"],
)


def run(ground: Ground) -> list[Row]:
    """Serve the campaign and the floor, sign, and weigh the workers afterwards."""
    with served("app:site()", **ground.settings) as site:
        with served("tests.bench.floor:bare()", BENCH_FLOOR=ground.floor) as floor:
            rows = _sign(_Bench(ground, site), floor)
        return [*rows, *weigh(site)]


def _sign(bench: "_Bench", floor: Server) -> list[Row]:
    """Sign, confirm, visit and write bare rows in turns; then see that every acknowledged answer is stored."""
    measures: dict[str, Measure] = {
        "floor": lambda _round: bench.timed("floor", floor.port, repeat(bench.bare())),
        "sign": lambda _round: bench.timed("sign", bench.site.port, bench.signatures()),
        "confirm": bench.confirm,
        "visit": lambda _round: bench.timed("visit", bench.site.port, bench.visits()),
    }
    drive(floor.port, repeat(bench.bare()), 0.5)
    bench.timed("warm", bench.site.port, bench.signatures(), 0.5)
    taken = rounds(ROUNDS, measures)
    stored = bench.check()
    return [
        against("sign POST", taken["sign"], taken["floor"], target=TARGET),
        at_least("sign POST, absolute", taken["sign"], "/s", 10 * PEAK),
        at_least("whole visits: four pages and a sign POST", taken["visit"], "/s", 10 * PEAK),
        against("confirm POST", taken["confirm"], taken["floor"], target=TARGET),
        *(Row(f"p99, {name}", spread(bench.p99[name]) + " ms") for name in ("floor", "sign", "confirm")),
        Row("acknowledged and stored", stored),
    ]


class _Bench:
    """What is sent, and how much of it was acknowledged."""

    def __init__(self, ground: Ground, site: Server) -> None:
        self.ground, self.site, self.numbers = ground, site, count()
        found = STAMP.search(fetch(site.port, f"{LETTER}/sign?as=lawmaker").decode())
        assert found is not None
        self.stamp = found[1]
        self.p99: dict[str, list[float]] = {}
        self.intents, self.signatures_before = self._count(Intent), self._count(Signature)
        self.signed = self.confirmed = self.prepared = 0

    def timed(self, name: str, port: int, requests: Iterator[bytes], seconds: float = SECONDS) -> float:
        """Drive for some seconds; return how many were acknowledged with 303 in each."""
        outcome = drive(port, requests, seconds)
        assert set(outcome.statuses) <= {200, 303}, outcome.statuses
        if name != "floor":
            self.signed += outcome.statuses[303]
        return self._note(name, outcome)

    def confirm(self, _round: int) -> float:
        """Prepare intents by the service, then press their links with the browser's cookie."""
        outcome = drive(self.site.port, iter(list(self._intents())))
        assert set(outcome.statuses) == {303}, outcome.statuses
        self.confirmed += outcome.statuses[303]
        return self._note("confirm", outcome)

    def bare(self) -> bytes:
        return post("/durable", {**FORM, "email": "person0@example.org", "form_token": self.stamp})

    def signatures(self) -> Iterator[bytes]:
        for number in self.numbers:
            form = {**FORM, "email": f"person{number}@example.org", "form_token": self.stamp}
            yield post(f"{LETTER}/sign", form)

    def visits(self) -> Iterator[bytes]:
        """Give what one signatory's browser asks for: letter, as whom, form, the form sent, look for the mail."""
        for signature in self.signatures():
            yield get(LETTER, "Accept-Encoding: gzip")
            yield get(f"{LETTER}/sign")
            yield get(f"{LETTER}/sign?as=lawmaker")
            yield signature
            yield get(f"{LETTER}/sign/sent")

    def check(self) -> str:
        """Compare what was acknowledged with what is stored."""
        intents = self._count(Intent) - self.intents - self.prepared
        signatures = self._count(Signature) - self.signatures_before
        assert (intents, signatures) == (self.signed, self.confirmed), (
            f"acknowledged {self.signed} and {self.confirmed}, stored {intents} and {signatures}"
        )
        return f"{self.signed:,} of {intents:,} intents, {self.confirmed:,} of {signatures:,} signatures"

    def _intents(self) -> Iterator[bytes]:
        tools = self.ground.tools
        assert tools.keys is not None
        with tools.database.write() as session:
            letter = find_letter(session, "governments")
            text, now = current_text(session, letter, "en"), tools.clock() - timedelta(seconds=1)
            for _ in range(CONFIRMATIONS):
                secret, browser = new_secret(), new_secret()
                typed = Typed(ENTRY, Address(f"confirms{self.prepared}", "example.org"), browser)
                link = Link(secret, f"http://127.0.0.1/confirm/{tools.tokens.issue('confirm', secret)}")
                record_intent(session, letter, text, typed, link, tools.keys, now=now)
                self.prepared += 1
                path = link.address.removeprefix("http://127.0.0.1")
                yield post(path, {}, f"Cookie: browser={base64_encode(browser).decode()}")

    def _note(self, name: str, outcome: Outcome) -> float:
        self.p99.setdefault(name, []).append(outcome.p99)
        return outcome.rate(303)

    def _count(self, model: type) -> int:
        with self.ground.tools.database.read() as session:
            return session.scalar(select(func.count()).select_from(model)) or 0
