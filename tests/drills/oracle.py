"""Row 5: signing tells nobody whether an address is known: same status, bytes, mail and work."""

import time
from statistics import median

from sqlalchemy import select

from campaign.confirm.service import confirm_address, find_intent, make_ready
from campaign.letter.service import current_text, find_letter
from campaign.mail.address import Address
from campaign.mail.models import Mail
from campaign.sign.rules import NEEDED, Entry
from campaign.sign.service import Link, Typed, record_intent
from campaign.sign.service import make_ready as lock_intent
from campaign.web.tokens import new_secret
from tests.drills.ground import Campaign, campaign

PAIRS = 2_000


def run() -> tuple[str, bool]:
    """Sign with a known and a new address in turn, and compare what a stranger can see and time."""
    with campaign() as ground:
        _make_known(ground)
        client, answers = ground.app.test_client(), {"known": set[bytes](), "new": set[bytes]()}
        times: dict[str, list[float]] = {"known": [], "new": []}
        for number in range(PAIRS):
            for kind in ("known", "new") if number % 2 else ("new", "known"):
                started = time.perf_counter()
                answer = client.post("/en/appeal/sign", data=ground.form(f"{kind}{number}@example.org"))
                times[kind].append(time.perf_counter() - started)
                headers = sorted(name for name in answer.headers.keys())  # noqa: SIM118 - names, with repeats
                answers[kind].add(f"{answer.status} {headers} ".encode() + answer.data)
        with ground.tools.database.read() as session:
            mails = len(session.scalars(select(Mail.id)).all())
    chance = _chance_known_is_slower(times)
    same = answers["known"] == answers["new"] and len(answers["new"]) == 1
    ratio = median(times["known"]) / median(times["new"])
    told = f"{PAIRS} pairs: answers {'identical' if same else 'DIFFER'}, {mails} mails for {PAIRS * 2} answers; "
    told += f"time known ÷ new {ratio:.3f}, known slower in {chance:.1%} of pairs (50% tells nothing)"
    return told, same and mails == PAIRS * 2 and abs(chance - 0.5) < 0.05


def _make_known(ground: Campaign) -> None:
    """Let half the addresses have a signature already; their intents are older than a day, as real ones are."""
    empty = dict.fromkeys(("latin_name", "office", "constituency", "party", "affiliation", "community"), "")
    entry = Entry(kind="lawmaker", name="Odile Verchamp", country="FR", legislature="Rives", visibility="public",
                  consents=NEEDED["public"], recipients=(), **empty)  # fmt: skip
    keys, now = ground.tools.keys, ground.tools.clock()
    assert keys is not None
    with ground.tools.database.write() as session:
        letter = find_letter(session, "appeal")
        text = current_text(session, letter, "en")
        for number in range(PAIRS):
            secret = new_secret()
            typed = Typed(entry, Address(f"known{number}", "example.org"), new_secret())
            record_intent(session, lock_intent(letter, text, typed, Link(secret, ""), keys, now=now), now=now)
            intent = find_intent(session, secret)
            confirm_address(session, intent, make_ready(intent, letter, text, secret, keys, now=now), now=now)
        for mail in session.scalars(select(Mail)):
            session.delete(mail)


def _chance_known_is_slower(times: dict[str, list[float]]) -> float:
    slower = sum(known > new for known, new in zip(times["known"], times["new"], strict=True))
    return slower / len(times["known"])
