"""Pages, signing and confirming, each against its floor in the same run."""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from statistics import median
from urllib.parse import urlencode
from urllib.request import urlopen

import app as entrance
from campaign.letter.service import current_text, find_letter
from campaign.mail.address import Address
from campaign.sign.rules import NEEDED, Entry
from campaign.sign.service import Link, Typed, record_intent
from campaign.sign.service import lock_form as lock_intent
from campaign.web.tokens import new_secret
from campaign.web.toolbox import EXTENSION, Toolbox
from tests.bench.ground import Ground
from tests.bench.load import Make, get, hammer, post

SECONDS, ROUNDS = 3.0, 3
LAWMAKER = Entry(kind="lawmaker", name="Odile Verchamp", latin_name="", country="FR", visibility="public",
                 consents=NEEDED["public"], said={"legislature": "Rives"})  # fmt: skip
Row = tuple[str, str, str]


def pages(ground: Ground) -> list[Row]:
    """Compare three public pages with a constant of the letter's size."""
    wanted = {
        "letter page ÷ bare Flask constant": get("/en/governments"),
        "the same, gzip": get("/en/governments", "Accept-Encoding: gzip\r\n"),
        "all signatories ÷ bare Flask constant": get("/en/governments/signatories"),
    }
    rows = []
    for name, request in wanted.items():
        ours, floor, _statuses = _rounds(ground, lambda _n, r=request: r, lambda _n: get("/page"))
        rows.append(_row(name, ours, floor, "≥ 0.95"))
    return rows


def sign(ground: Ground) -> list[Row]:
    """Compare the sign POST with one bare durable two-row transaction; every acknowledged one must be stored."""
    with urlopen(f"http://127.0.0.1:{ground.port}/en/governments/sign?as=lawmaker") as answer:
        found = re.search(r'name="form_token"[^>]*value="([^"]+)"', answer.read().decode())
    assert found is not None
    form = {"form_token": found[1], "kind": "lawmaker", "name": "Odile Verchamp", "country": "FR",
            "legislature": "Rives", "visibility": "public"}  # fmt: skip
    ticks = [("consent", consent) for consent in ("sign", "publish", "deliver")]
    before, call = _count(ground, "intent"), iter(range(1_000_000))

    def make(number: int, call: int) -> bytes:
        address = {"email": f"p{call}-{number}@example.org"}
        return post("/en/governments/sign", urlencode([*form.items(), *address.items(), *ticks]))

    def fresh() -> Make:
        this = next(call)
        return lambda number: make(number, this)

    ours, floor, statuses = _rounds(ground, fresh, lambda _n: post("/floor", "x" * 600), per_round=True)
    stored = _count(ground, "intent") - before
    rows = [_row("sign POST ÷ bare durable two-row INSERT", ours, floor, "≥ 0.6")]
    rows.append(("sign POST a second", f"{median(ours):.0f}", "≥ 330, ten times Revoke Article 50's peak"))
    rows.append(
        (
            "acknowledged and stored",
            f"{statuses[303]} and {stored} (other answers: {sum(statuses.values()) - statuses[303]})",
            "equal, but for those cut off at a round's end",
        )
    )
    return rows


def confirm(ground: Ground) -> list[Row]:
    """Compare the confirm POST, with the code, with the same floor."""
    links = _prepared(ground, 9_000)
    taken = iter(range(len(links)))

    def make(_number: int) -> bytes:
        return links[_number % len(links)]

    def fresh() -> Make:
        start = next(taken) * (len(links) // ROUNDS)
        return lambda number: make(start + number)

    ours, floor, statuses = _rounds(ground, fresh, lambda _n: post("/floor", "x" * 600), per_round=True)
    rows = [_row("confirm POST ÷ bare durable two-row INSERT", ours, floor, "≥ 0.6")]
    rows.append(
        ("confirmed, other answers", f"{statuses[303]}, {sum(statuses.values()) - statuses[303]}", "all 303")
    )
    return rows


def _prepared(ground: Ground, many: int) -> list[bytes]:
    """Write intents down directly, and return the POST that confirms each: from the browser that signed."""
    tools = entrance.site(ground.environment).extensions[EXTENSION]
    assert isinstance(tools, Toolbox)
    assert tools.keys is not None
    requests, browser = [], b"b" * 16
    with tools.database.write() as session:
        letter = find_letter(session, "governments")
        text = current_text(session, letter, "en")
        for number in range(many):
            secret = new_secret()
            typed = Typed(LAWMAKER, Address(f"ready{number}", "example.org"), browser)
            record_intent(
                session,
                lock_intent(letter, text, typed, Link(secret, ""), tools.keys, now=tools.clock()),
                now=tools.clock(),
            )
            cookie = "Cookie: browser=YmJiYmJiYmJiYmJiYmJiYg\r\n"
            requests.append(post(f"/confirm/{tools.tokens.issue('confirm', secret)}", "", cookie))
    tools.database.close()
    return requests


def _rounds(
    ground: Ground, ours: Callable[..., object], floor: Make, *, per_round: bool = False
) -> tuple[list[float], list[float], Counter[int]]:
    """Measure both in turn, three times; return both series, answers a second, and our statuses."""
    mine, bare, statuses = [], [], Counter[int]()
    for _ in range(ROUNDS):
        make = ours() if per_round else ours
        speed, answers = hammer(ground.port, make, SECONDS)  # type: ignore[arg-type]  # a maker either way
        mine.append(speed)
        statuses.update(answers)
        bare.append(hammer(ground.floor_port, floor, SECONDS)[0])
    return mine, bare, statuses


def _row(name: str, ours: list[float], floor: list[float], target: str) -> Row:
    ratios = [mine / bare for mine, bare in zip(ours, floor, strict=True)]
    told = f"{median(ratios):.2f}  ({min(ratios):.2f}–{max(ratios):.2f}; {median(ours):.0f} ÷ {median(floor):.0f} a second)"
    return name, told, target


def _count(ground: Ground, table: str) -> int:
    line = sqlite3.connect(ground.database)
    (count,) = line.execute(f"SELECT count(*) FROM {table}").fetchone()
    line.close()
    return int(count)
