"""Row 5: signing tells nobody whether an address is known: same status, bytes, mail and work."""

import time
from collections import defaultdict
from datetime import datetime
from statistics import median

from sqlalchemy import delete, func, select

from campaign.confirm.models import Signatory, Signature, SignatureLink
from campaign.confirm.service import confirm_address, find_intent, make_ready
from campaign.desk.models import Officer
from campaign.guard.models import Bucket
from campaign.letter.service import current_text, find_letter
from campaign.mail.address import Address
from campaign.mail.models import Mail
from campaign.sign.rules import NEEDED, Entry
from campaign.sign.service import Link, Typed, bar_address, index_everywhere, record_intent
from campaign.sign.service import make_ready as lock_intent
from campaign.verify.models import Verification
from campaign.web.tokens import new_secret
from tests.drills.ground import Campaign, campaign

PAIRS = 2_000
STATES = ("signed", "held", "refused", "withdrawn", "barred")


def run() -> tuple[str, bool]:
    """Sign with a known and a new address in turn, and compare what a stranger can see and time."""
    with campaign() as ground:
        _employ(ground)
        for number in range(PAIRS):
            _make_known(ground, number)
        answers, times = _ask(ground)
        with ground.tools.database.read() as session:
            mails = session.scalar(select(func.count()).select_from(Mail)) or 0
    same = len({answer for seen in answers.values() for answer in seen}) == 1
    told = (
        f"{PAIRS} pairs: answers {'identical' if same else 'DIFFER'}, {mails} queue rows for {PAIRS * 2} answers"
    )
    chances = {state: _chance(times[state]) for state in (*STATES, "any")}
    told += "; known slower in " + ", ".join(f"{state} {chance:.0%}" for state, chance in chances.items())
    ratio = median(known for known, _new in times["any"]) / median(new for _known, new in times["any"])
    return f"{told} of pairs (50% tells nothing), known ÷ new {ratio:.3f}", same and mails == PAIRS * 2 and all(
        abs(chance - 0.5) < (0.05 if state == "any" else 0.1) for state, chance in chances.items()
    )


def _ask(ground: Campaign) -> tuple[dict[str, set[bytes]], dict[str, list[tuple[float, float]]]]:
    """Post each pair, the known one first every other time; return the answers and the seconds of each pair."""
    client, answers = ground.app.test_client(), defaultdict[str, set[bytes]](set)
    times = defaultdict[str, list[tuple[float, float]]](list)
    for number in range(PAIRS):
        took = {}
        for kind in ("known", "new") if number % 2 else ("new", "known"):
            started = time.perf_counter()
            answer = client.post("/en/appeal/sign", data=ground.form(f"{kind}{number}@example.org"))
            took[kind] = time.perf_counter() - started
            headers = sorted(name for name in answer.headers.keys())  # noqa: SIM118 - names, with repeats
            answers[kind].add(f"{answer.status} {headers} ".encode() + answer.data)
        for state in (STATES[number % len(STATES)], "any"):
            times[state].append((took["known"], took["new"]))
    return answers, times


def _make_known(ground: Campaign, number: int) -> None:
    """Let an address have signed and come into one of the states; its intent is older than a day, as real ones are."""
    empty = dict.fromkeys(("latin_name", "office", "constituency", "party", "affiliation", "community"), "")
    entry = Entry(kind="lawmaker", name="Odile Verchamp", country="FR", legislature="Rives", visibility="public",
                  consents=NEEDED["public"], recipients=(), **empty)  # fmt: skip
    keys, now, state = ground.tools.keys, ground.tools.clock(), STATES[number % len(STATES)]
    assert keys is not None
    with ground.tools.database.write() as session:
        letter = find_letter(session, "appeal")
        text = current_text(session, letter, "en")
        secret, address = new_secret(), Address(f"known{number}", "example.org")
        typed = Typed(entry, address, new_secret())
        record_intent(session, lock_intent(letter, text, typed, Link(secret, ""), keys, now=now), now=now)
        intent = find_intent(session, secret)
        ready = make_ready(intent, letter, text, secret, keys, now=now)
        confirm_address(session, intent, ready, ground.tools.site.erasures, now=now)
        signatory = session.scalars(select(Signatory).order_by(Signatory.id.desc()).limit(1)).one()
        if state in ("held", "refused"):
            session.add(_decided(signatory.id, state, now))
        if state == "withdrawn":
            for model in (Signatory, SignatureLink):
                session.execute(delete(model).where(model.signature_id == signatory.signature_id))
            session.execute(delete(Signature).where(Signature.id == signatory.signature_id))
        if state == "barred":
            bar_address(session, index_everywhere(keys.index_key, address), now=now)
        session.execute(delete(Mail))
        session.execute(delete(Bucket))


def _employ(ground: Campaign) -> None:
    """Add the officer who decides; nobody signs in as them."""
    now = ground.tools.clock()
    with ground.tools.database.write() as session:
        session.add(
            Officer(
                email="desk@campaign.test", name="Desk", role="verifier", password_hash="", totp_salt=b"",
                totp_locked=b"", totp_last_step=0, joined_at=now,
            )
        )  # fmt: skip


def _decided(signatory: int, outcome: str, now: datetime) -> Verification:
    return Verification(
        signatory_id=signatory,
        outcome=outcome,
        level=None,
        method=None,
        reason="joke",
        note="",
        officer_id=1,
        decided_at=now,
    )


def _chance(pairs: list[tuple[float, float]]) -> float:
    """Return how often the known address took longer."""
    return sum(known > new for known, new in pairs) / len(pairs)
