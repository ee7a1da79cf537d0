"""Row 5 of docs/threats.md: no public answer tells whether an address is known: same status, headers, bytes, rows, time."""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from unittest.mock import patch

from flask import Response, g
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from campaign.audit.models import Officer
from campaign.confirm.models import Signatory, Signature, SignatureLink
from campaign.confirm.service import confirm_address, find_intent, seal_signature
from campaign.guard.models import Bucket
from campaign.letter.service import current_text, find_letter
from campaign.mail.address import Address
from campaign.mail.models import Mail
from campaign.sign import views as sign_views
from campaign.sign.models import Intent
from campaign.sign.rules import NEEDED, Entry
from campaign.sign.service import (
    LetterClosed,
    Link,
    LockedForm,
    Typed,
    bar_address,
    index_everywhere,
    record_intent,
)
from campaign.sign.service import lock_form as lock_intent
from campaign.verify.models import Verification
from campaign.web.audience import remember_browser
from campaign.web.tokens import new_secret
from campaign.withdraw.models import LinkRequest
from tests.drills.drill import Control, Drill, Result
from tests.drills.ground import STAMP, Campaign, campaign

STATES = ("signed", "held", "refused", "withdrawn", "barred")
ASKS = ("sign", "lost link")
ROWS = (Intent, LinkRequest, Mail)
RANDOM = (  # what is random by nature is compared by its shape and length
    re.compile(r'(?<=name="form_token" type="hidden" value=")[^"]+'),
    re.compile(r"(?<=browser=)[^;]+"),
    re.compile(r"(?<=Expires=)[^;]+"),  # the moment, and Max-Age
)


def run(pairs: int) -> Result:
    """Ask with a known and a new address in turn, and compare what a stranger can see and time."""
    with campaign() as ground:
        _employ(ground)
        for number in range(pairs):
            _make_known(ground, number)
        answers, times, rows = _ask(ground, pairs)
    differ = [ask for ask in ASKS if len(answers[ask]) != 1]
    known = {(ask, state): _chance(times[ask, state]) for ask in ASKS for state in (*STATES, "any")}
    apart = [key for key, chance in known.items() if abs(chance - 0.5) >= _limit(len(times[key]))]
    told = [
        f"{pairs:,} pairs in {len(STATES)} states: answers {'DIFFER at ' + ', '.join(differ) if differ else 'identical'}"
    ]
    told += [f"rows written {'the same' if len(rows) == len(ASKS) else 'DIFFER'}"]
    for ask in ASKS:
        slower = ", ".join(f"{state} {known[ask, state]:.0%}" for state in (*STATES, "any"))
        ratio = median(one for one, _new in times[ask, "any"]) / median(new for _one, new in times[ask, "any"])
        told.append(f"{ask}: known slower in {slower} of pairs (50% tells nothing), known ÷ new {ratio:.3f}")
    return Result("; ".join(told), not differ and not apart and len(rows) == len(ASKS))


Times = dict[tuple[str, str], list[tuple[float, float]]]


def _ask(ground: Campaign, pairs: int) -> tuple[dict[str, set[str]], Times, set[tuple[str, tuple[int, ...]]]]:
    """Ask for each pair, the known one first every other time; return the answers, the seconds, and the rows written."""
    answers, times = defaultdict[str, set[str]](set), defaultdict[tuple[str, str], list[tuple[float, float]]](list)
    rows = set()
    stamp = STAMP.search(ground.app.test_client().get("/signature/again?language=en").text)
    for ask in ASKS:
        for number in range(pairs):
            took = {}
            for kind in ("known", "new") if number % 2 else ("new", "known"):
                before = [ground.count(model) for model in ROWS]
                address = f"{kind}{number:05}@example.org"
                again = {"email": address, "letter": "appeal", "form_token": stamp[1] if stamp else ""}
                path = "/en/appeal/sign" if ask == "sign" else "/signature/again?language=en"
                form = ground.form(address) if ask == "sign" else again
                client = ground.app.test_client()
                started = time.perf_counter()
                answer = client.post(path, data=form)
                took[kind] = time.perf_counter() - started
                answers[ask].add(_seen(answer) + _seen(client.get(answer.headers.get("Location", "/"))))
                rows.add((ask, tuple(ground.count(model) - was for model, was in zip(ROWS, before, strict=True))))
            for state in (STATES[number % len(STATES)], "any"):
                times[ask, state].append((took["known"], took["new"]))
    return answers, times, rows


def _seen(answer: TestResponse) -> str:
    """Return everything of an answer: status, the names and values of its headers, body."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers if name != "Date")
    whole = f"{answer.status}\n{headers}\n\n{answer.text}"
    for random in RANDOM:
        whole = random.sub(lambda found: "x" * len(found[0]), whole)
    return whole


def _make_known(ground: Campaign, number: int) -> None:
    """Let an address have signed and come into one of the states; its intent is older than a day, as real ones are."""
    entry = Entry(kind="lawmaker", name="Odile Verchamp", latin_name="", country="FR", visibility="public",
                  consents=NEEDED["public"], said={"legislature": "Rives"})  # fmt: skip
    keys, now, state = ground.tools.keys, ground.tools.clock(), STATES[number % len(STATES)]
    assert keys is not None
    with ground.tools.database.write() as session:
        letter = find_letter(session, "appeal")
        text = current_text(session, letter, "en")
        secret, address = new_secret(), Address(f"known{number:05}", "example.org")
        typed = Typed(entry, address, new_secret())
        record_intent(session, lock_intent(letter, text, typed, Link(secret, ""), keys, now=now), now=now)
        intent = find_intent(session, secret)
        ready = seal_signature(intent, letter, text, secret, keys, now=now)
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
    """Add the officer who decides; they never sign in."""
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


def _limit(pairs: int) -> float:
    """Return how far from a half that may lie by chance: four deviations, and never less than 5 in a hundred."""
    return float(max(0.05, 2 / pairs**0.5))


def _has_signed(session: Session, ready: LockedForm) -> bool:
    mine = select(Signature.id).where(Signature.address_index == ready.row["address_index"])
    return session.scalar(mine) is not None


def _record(known: Callable[[], None]) -> Callable[..., None]:
    """Return the verb that keeps a form, and does something else where the address has signed."""

    def record(session: Session, ready: LockedForm, *, now: datetime) -> None:
        if _has_signed(session, ready):
            known()
        record_intent(session, ready, now=now)

    return record


def _refuse() -> None:
    raise LetterClosed


def _remember(answer: Response, secret: bytes, life: timedelta) -> Any:
    return remember_browser(answer, secret, life + timedelta(hours="known" in g))


@contextmanager
def _longer_cookie() -> Iterator[None]:
    with (
        patch.object(sign_views, "record_intent", _record(lambda: setattr(g, "known", True))),
        patch.object(sign_views, "remember_browser", _remember),
    ):
        yield


DRILL = Drill(
    row=5,
    name="asking whether an address has signed",
    run=run,
    controls=(
        Control("the one answer", lambda: patch.object(sign_views, "record_intent", _record(_refuse))),
        Control("the one value of a header", _longer_cookie),
        Control(
            "the same work", lambda: patch.object(sign_views, "record_intent", _record(lambda: time.sleep(0.03)))
        ),
    ),
    full=1_000,
    small=40,
    long=2_000,
    alone=True,
)
