"""Row 8: 50,000 fakes among 500 real people: nearly every fake is held for the desk, and nobody real is lost.

The bulk goes through the service's verb, a few hundred over HTTP. One fake in ten brings a proof of work. No fake
names a parliament's own address: those are never held, and nobody but their owner can confirm one.
"""

import random
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select

from campaign.guard.proofs import Proof
from campaign.guard.rules import network_of
from campaign.guard.service import Sender
from campaign.letter.service import current_text, find_letter
from campaign.mail.address import accept_address
from campaign.mail.models import Mail
from campaign.sign.models import Intent
from campaign.sign.rules import NEEDED, Entry
from campaign.sign.service import Link, Typed, make_ready, record_intent
from campaign.storage.statements import table_of
from campaign.web.tokens import new_secret
from tests.drills.ground import Campaign, campaign

FAKES, REAL, OVER_HTTP, BATCH = 50_000, 500, 400, 500
ENTRY = Entry(kind="lawmaker", name="Odile Verchamp", latin_name="", country="FR", office="", legislature="Rives", constituency="",
              party="", affiliation="", community="", visibility="public", consents=NEEDED["public"])  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Somebody, or nobody, who sends the form."""

    address: str
    client: str
    works: bool
    kind: str


def run() -> tuple[str, bool]:
    """Send everybody in a random order, and see who is held and to whom a mail is owed."""
    with campaign() as ground:
        people = [*fakes(FAKES), *real(REAL)]
        random.Random(8).shuffle(people)  # the same mixture each time
        refused = sum(_post(ground, person) != 303 for person in people[:OVER_HTTP])
        reasons = dict(_record(ground, people[OVER_HTTP:]))
        stored = ground.count(Intent)
        with ground.tools.database.read() as session:
            owed = set(session.scalars(select(Mail.recipient)))
            over_http = session.scalars(select(Intent.held_for).order_by(Intent.id).limit(OVER_HTTP)).all()
    reasons |= dict(zip(people[:OVER_HTTP], over_http, strict=True))
    genuine = {person for person in people if person.kind.startswith("real")}
    lost = sum(person.address not in owed for person in genuine)
    held = sum(reasons[person] is not None for person in people if person not in genuine)
    looked_at = Counter(person.kind for person in genuine if reasons[person] is not None)
    share, parliament = held / FAKES, looked_at["real, parliament"]
    told = f"{held:,} of {FAKES:,} fakes held ({share:.2%}: {_listed(reasons.values())}), {lost} of {REAL} real lost, "
    told += f"{refused} refused, {stored:,} stored; real ones the desk is asked to look at: {looked_at.total()}, "
    told += f"{parliament} of the 100 at one parliament's address"
    return told, share >= 0.99 and (lost, refused, parliament, stored) == (0, 0, 0, FAKES + REAL)


def fakes(many: int) -> list[Person]:
    """Return a flood in which each part tries another way around the budgets."""
    made = []
    for n in range(many):
        anywhere, nowhere = _client(secrets.randbelow(2**24)), f"{secrets.token_hex(5)}.example"
        client, domain, kind = (
            (anywhere, f"mail{n % 20}.example", "catch-all domains, a network each"),
            (anywhere, f"{secrets.token_hex(3)}.evil.example", "names below one domain"),
            (_client(n % 40), nowhere, "40 networks, a domain each"),
            (anywhere, nowhere, "a network and a domain each"),
            (anywhere, "gmail.com", "a provider, a network each"),
            (anywhere, "mailinator.com", "disposable"),
        )[n % 6]
        made.append(Person(f"fake{n}@{domain}", client, n % 10 == 0, kind))
    return made


def real(many: int) -> list[Person]:
    """Return people: a parliament behind one address, a university behind another, Tor, and everybody else."""
    made = []
    for n in range(many):
        if n < 100:
            made.append(Person(f"member{n}@parliament.uk", "203.0.113.5", n % 2 == 0, "real, parliament"))
        elif n < 180:
            made.append(Person(f"student{n}@uni{n % 3}.example", "198.51.100.9", True, "real, university"))
        elif n < 200:
            made.append(Person(f"quiet{n}@riseup.net", "192.0.2.7", False, "real, Tor without JavaScript"))
        else:
            domain = ("gmail.com", "proton.me", f"office{n}.example")[n % 3]
            made.append(Person(f"person{n}@{domain}", _client(2**23 + n), n % 5 > 0, "real, anywhere"))
    return made


def _client(number: int) -> str:
    """Return an address in one of 2^24 networks that are not ours."""
    return f"2a{number >> 16 & 255:02x}:{number & 65535:x}:1::7"


def _post(ground: Campaign, person: Person) -> int:
    client = ground.app.test_client()
    environment = {"REMOTE_ADDR": person.client}
    form = ground.form(person.address)
    return client.post("/en/appeal/sign", data=form, environ_overrides=environment).status_code


def _record(ground: Campaign, people: list[Person]) -> Iterator[tuple[Person, str | None]]:
    """Write intents down as the form's view does, many in one transaction."""
    now, remaining = ground.tools.clock(), iter(people)
    held_for = select(table_of(Intent).c.held_for).order_by(table_of(Intent).c.id.desc()).limit(1)
    while batch := list(islice(remaining, BATCH)):
        with ground.tools.database.write() as session:
            letter = find_letter(session, "appeal")
            text = current_text(session, letter, "en")
            for person in batch:
                link = Link(new_secret(), "http://localhost/confirm/x")
                assert ground.tools.keys is not None
                ready = make_ready(letter, text, _typed(ground, person, now), link, ground.tools.keys, now=now)
                record_intent(session, ready, now=now)
                yield person, session.scalar(held_for)


def _typed(ground: Campaign, person: Person, now: datetime) -> Typed:
    address = accept_address(person.address)
    proof = Proof(secrets.token_bytes(32), now + timedelta(hours=1)) if person.works else None
    official = ground.tools.legislatures.official(address.domain) is not None
    return Typed(ENTRY, address, new_secret(), Sender(network_of(person.client), official, proof))


def _listed(reasons: Iterable[str | None]) -> str:
    counts = Counter(reason for reason in reasons if reason)
    return ", ".join(f"{reason} {count:,}" for reason, count in counts.most_common())
