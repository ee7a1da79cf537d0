"""Row 8 of docs/threats.md: fakes among real people: nearly every fake is held, no real one is lost, the desk finds them.

Most forms go through the service, some over HTTP. One fake in ten brings a proof of work, one in 200 uses the name of
a sitting member. No fake uses a parliament's own address: those are never held, and only their owner can confirm one.
The attacker reads the mail of all fakes, except at a large provider: there of one in twenty.
"""

import random
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from unittest.mock import patch

from sqlalchemy import insert, select

from campaign.confirm.models import Signatory, Signature
from campaign.confirm.service import ADDRESS_CONTEXT, columns_of
from campaign.guard import service as weighing
from campaign.guard.proofs import SolvedChallenge
from campaign.guard.rules import PLAIN, WORKED, Budget, network_of
from campaign.guard.service import Sender
from campaign.letter.service import current_text, find_letter
from campaign.mail.address import accept_address
from campaign.mail.service import finish_mail, lease_mails
from campaign.review.filters import Filter
from campaign.review.queue import find_card_page
from campaign.roster.models import Roster, RosterMember
from campaign.sign.models import Intent
from campaign.sign.rules import NEEDED, Entry
from campaign.sign.service import Link, Typed, lock_form, record_intent
from campaign.storage.statements import table_of
from campaign.verify.rules import HELD
from campaign.web.tokens import new_secret
from tests.conftest import Clock
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import Campaign, campaign

BATCH, PAGE = 500, 50
MEMBERS = [
    f"{first} {last}" for first in ("Ilva", "Oriane", "Tamsin") for last in (f"Rives-{n}" for n in range(100))
]
ENTRY = Entry(kind="lawmaker", name="Odile Verchamp", latin_name="", country="FR", visibility="public",
              consents=NEEDED["public"], said={"legislature": "Rives"})  # fmt: skip


@dataclass(frozen=True)
class Person:
    """A sender of the form, real or fake; `reads` says whether they get the mail."""

    address: str
    client: str
    works: bool
    kind: str
    name: str = ENTRY.name
    reads: bool = True

    @property
    def is_real(self) -> bool:
        return self.kind.startswith("real")


def run(many: int) -> Result:
    """Send all forms in a random order; count those held, the mails within a day, and the desk's first cards."""
    people = [*fakes(many), *real(500 if many >= 10_000 else 100)]
    random.Random(8).shuffle(people)  # the same mixture each time
    over_http, clock = many // 125, Clock()
    with campaign(clock=clock) as ground:
        _publish_members(ground)
        refused = sum(_post(ground, person) != 303 for person in people[:over_http])
        list(_record(ground, people[over_http:]))
        mailed = _mailed(ground, clock)
        with ground.tools.database.read() as session:
            rows = session.execute(select(Intent.held_for, Intent.likely).order_by(Intent.id)).all()
        seen = dict(zip(people, rows, strict=True))
        met = _met(ground, _confirm(ground, [one for one in people if one.address in mailed and one.reads], seen))
    return _judge(people, {one: row.held_for for one, row in seen.items()}, mailed, met, refused)


def _judge(
    people: list[Person], reasons: dict[Person, str | None], mailed: set[str], met: list[Person], refused: int
) -> Result:
    genuine = [one for one in people if one.is_real]
    many = len(people) - len(genuine)
    lost = sum(one.address not in mailed for one in genuine)
    free = sum(reasons[one] is None for one in people if not one.is_real)
    asked = [one for one in genuine if reasons[one] is not None]
    early = sum(one.is_real for one in met)
    parliament = sum("parliament" in one.kind for one in asked)
    told = (
        f"{many - free:,} of {many:,} fakes held ({_listed(reasons.values())}), {free} not (500 may); {lost} of "
        f"{len(genuine)} real lost, {refused} refused; {len(asked)} real held, {parliament} of them a parliament's, and "
        f"{early} of those are among the desk's first {len(met):,} held cards"
    )
    few = len(asked) <= len(genuine) / 5 and early >= 0.5 * len(asked)
    found = few or early >= 0.9 * len(asked)
    return Result(told, free <= max(many / 100, 500) and (lost, refused, parliament) == (0, 0, 0) and found)


def fakes(many: int) -> list[Person]:
    """Return fakes; each part tries another way around the budgets."""
    made = []
    for n in range(many):
        anywhere, nowhere = _client(secrets.randbelow(2**23)), f"{secrets.token_hex(5)}.example"
        client, domain, kind = (
            (anywhere, f"mail{n % 20}.example", "catch-all domains, a network each"),
            (anywhere, f"{secrets.token_hex(3)}.evil.example", "names below one domain"),
            (_client(n % 40), nowhere, "40 networks, a domain each"),
            (anywhere, nowhere, "a network and a domain each"),
            (anywhere, "gmail.com", "a provider, a network each"),
            (anywhere, "mailinator.com", "disposable"),
        )[n % 6]
        name = MEMBERS[n % len(MEMBERS)] if n % 200 == 7 else f"Bruno Falsch-{n}"
        reads = domain != "gmail.com" or n % 20 == n // 20 % 20
        made.append(Person(f"fake{n}@{domain}", client, n % 10 == 0, kind, name, reads))
    return made


def real(many: int) -> list[Person]:
    """Return people: a parliament behind one address, a university behind another, Tor, and members everywhere else.

    A fifth each, 16 and 4 in a hundred, and the rest; nine in ten of the rest are on their chamber's published list.
    """
    made = []
    for n in range(many):
        share, name = n * 500 // many, f"Odile Verchamp-{n}"
        if share < 100:
            made.append(Person(f"member{n}@parliament.uk", "203.0.113.5", n % 2 == 0, "real, parliament", name))
        elif share < 180:
            made.append(Person(f"student{n}@uni{n % 3}.example", "198.51.100.9", True, "real, university", name))
        elif share < 200:
            made.append(Person(f"quiet{n}@riseup.net", "192.0.2.7", False, "real, Tor without JavaScript", name))
        else:
            domain = ("gmail.com", "proton.me", f"office{n}.example")[n % 3]
            name = name if n % 10 == 3 else MEMBERS[share - 200]
            made.append(Person(f"person{n}@{domain}", _client(2**23 + n), n % 5 > 0, "real, anywhere", name))
    return made


def _client(number: int) -> str:
    """Return an address in one of 2^24 networks that are not ours."""
    return f"2a{number >> 16 & 255:02x}:{number & 65535:x}:1::7"


def _publish_members(ground: Campaign) -> None:
    """Load the list of a chamber, as an operator does."""
    now = ground.tools.clock()
    roster = Roster(country="FR", chamber="Rives", source="", on=now.date(), file_sha256=bytes(32), loaded_at=now)
    with ground.tools.database.write() as session:
        session.add(roster)
        session.flush()
        said = {"roster_id": roster.id, "constituency": "", "party": "", "address": "", "telephone": ""}
        session.execute(insert(RosterMember), [{**said, "name": name} for name in MEMBERS])


def _mailed(ground: Campaign, clock: Clock) -> set[str]:
    """Do the worker's part for 24 hours without writing files; return the recipients of the mails."""
    gone: set[str] = set()
    for _look in range(5):
        while True:
            with ground.tools.database.write() as session:
                leased = lease_mails(session, BATCH, now=ground.tools.clock())
                for mail in ground.tools.admit(ground.tools, session, leased, ground.tools.clock()):
                    gone.add(mail.recipient)
                    finish_mail(session, mail.id)
            if not leased:
                break
        clock.move(hours=6)
    return gone


def _confirm(ground: Campaign, people: list[Person], seen: dict[Person, Any]) -> dict[int, Person]:
    """Make signatories of those who read their mail, many at once; return them by their numbers."""
    keys, now = ground.tools.keys, ground.tools.clock()
    assert keys is not None
    box = keys.sealer.seal(b"somebody@example.org", ADDRESS_CONTEXT)  # no order looks into it
    with ground.tools.database.write() as session:
        letter = find_letter(session, "appeal")
        text = current_text(session, letter, "en")
        signature = {"letter_id": letter.id, "sealed_address": box, "signed_on": now.date(), "domain_index": None}
        signatory = {
            "letter_id": letter.id,
            "letter_text_id": text.id,
            "stands": True,
            "confirmed_at": now,
            "established": "lawmaker",
        }
        numbered = dict(enumerate(people, 1))
        session.connection().execute(
            insert(table_of(Signature)),
            [{**signature, "id": n, "address_index": n.to_bytes(32)} for n in numbered],
        )
        rows = [
            {**columns_of(replace(ENTRY, name=one.name), None, keys, "own-government"), **signatory, "id": n, "signature_id": n,
             "held_for": seen[one].held_for, "likely": seen[one].likely}
            for n, one in numbered.items()
        ]  # fmt: skip
        session.connection().execute(insert(table_of(Signatory)), rows)
    return numbered


def _met(ground: Campaign, numbered: dict[int, Person]) -> list[Person]:
    """Page through the desk's held cards; return the first 1,000, or 150 in the small size."""
    met: list[Person] = []
    wanted, most, after = Filter(state=HELD), 1_000 if len(numbered) > 4_000 else 3 * PAGE, 0
    with ground.tools.database.read() as session:
        while len(met) < most:
            cards = find_card_page(session, ground.tools.keys, wanted, after=after, limit=PAGE).cards
            met += [numbered[card.signatory.id] for card in cards]
            if len(cards) < PAGE:
                break
            after = cards[-1].signatory.id
    return met


def _post(ground: Campaign, person: Person) -> int:
    client = ground.app.test_client()
    environment = {"REMOTE_ADDR": person.client}
    form = ground.form(person.address)
    return client.post("/en/appeal/sign", data=form, environ_overrides=environment).status_code


def _record(ground: Campaign, people: list[Person]) -> Iterator[Person]:
    """Record intents as the form's view does, many in one transaction."""
    now, remaining, keys = ground.tools.clock(), iter(people), ground.tools.keys
    assert keys is not None
    while batch := list(islice(remaining, BATCH)):
        with ground.tools.database.write() as session:
            letter = find_letter(session, "appeal")
            text = current_text(session, letter, "en")
            for person in batch:
                secret = new_secret()
                link = Link(secret, f"http://localhost/confirm/{ground.tools.tokens.issue('confirm', secret)}")
                ready = lock_form(letter, text, _typed(ground, person, now), link, keys, now=now)
                record_intent(session, ready, now=now)
                yield person


def _typed(ground: Campaign, person: Person, now: datetime) -> Typed:
    address = accept_address(person.address)
    proof = SolvedChallenge(secrets.token_bytes(32), now + timedelta(hours=1)) if person.works else None
    official = ground.tools.legislatures.official(address.domain) is not None
    entry = replace(ENTRY, name=person.name)
    return Typed(entry, address, new_secret(), Sender(network_of(person.client), official, proof))


def _listed(reasons: Iterable[str | None]) -> str:
    counts = Counter(reason for reason in reasons if reason)
    return ", ".join(f"{reason} {count:,}" for reason, count in counts.most_common())


ENDLESS = Budget(10**9)
OPEN = [
    replace(lane, network=ENDLESS, domain=ENDLESS, provider=ENDLESS, letter=ENDLESS) for lane in (PLAIN, WORKED)
]

DRILL = Drill(
    row=8,
    name="a flood of fakes",
    run=run,
    controls=(
        Control("the budgets", lambda: patch.multiple(weighing, PLAIN=OPEN[0], WORKED=OPEN[1])),
        Control("the order of the queue", instead(Filter, "_by_likelihood", False)),
    ),
    full=10_000,
    small=800,
    long=50_000,
)
