"""Row 9 of docs/threats.md: a mail bomb in any spelling sends three mails to a mailbox, and the cap to a domain.

The victim's own form still gets its mail.
"""

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from campaign.guard import places, rules
from campaign.guard.rules import MAILS, MAILS_CROWD, owner_of
from campaign.mail.address import Address
from campaign.mail.service import finish_mail, lease_mails
from campaign.seal.locks import fingerprint
from campaign.sign.gather import forms_behind
from campaign.sign.models import Intent
from tests.conftest import Clock
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import Campaign, campaign

VICTIM = "victim@outlook.com"
BATCH = 500
DAY = timedelta(hours=24)
# Each attack names one mailbox, or one domain that takes every name, and says how many mails a day that may bring.
SPELLED: dict[str, tuple[Callable[[int], str], int]] = {
    "tags at outlook": (lambda n: f"{'Victim' if n % 2 else 'VICTIM'}+{n}@outlook.com", MAILS.a_day),
    "tags at any domain": (lambda n: f"victim+x.{n}@example.org", MAILS.a_day),
    "dots at gmail": (lambda n: f"{_dotted(n)}+{n}@{'gmail' if n % 2 else 'googlemail'}.com", MAILS.a_day),
    "dashes at yahoo": (lambda n: f"victim-{n}@yahoo.co.uk", MAILS.a_day),
    "one mailbox, three domains": (lambda n: f"v.ictim+{n}@{('proton.me', 'pm.me', 'protonmail.com')[n % 3]}", MAILS.a_day),
    "names below a mailbox": (lambda n: f"tag{n}@victim.fastmail.com", MAILS.a_day),
    "an IDN in both forms": (lambda n: f"victim+{n}@{'müller.example' if n % 2 else 'xn--mller-kva.example'}", MAILS.a_day),
    "a catch-all domain": (lambda n: f"any{n}@catch.example", MAILS_CROWD.a_day),
    "a catch-all's subdomains": (lambda n: f"any{n}@n{n}.Wild.Example", MAILS_CROWD.a_day),
    "a catch-all behind co.uk": (lambda n: f"any{n}@n{n}.wild.co.uk", MAILS_CROWD.a_day),
}  # fmt: skip


def run(posts: int) -> Result:
    """Post all forms, with the victim's own in the middle; move the clock for two days; count the mails."""
    clock = Clock()
    with campaign(clock=clock) as ground:
        answers, aims = set(), list(SPELLED)
        for number in range(posts):
            answers.add(_post(ground, SPELLED[aims[number % len(aims)]][0](number), number))
            if number == posts // 2:
                own = _own(ground)
        sent, at = _two_days(ground, clock, own)
        left = ground.count(Intent)
    most = {aim: _most(sent, _target(spell(0))) for aim, (spell, _cap) in SPELLED.items()}
    over = [aim for aim, (_spell, cap) in SPELLED.items() if most[aim] > cap]
    waited = f"after {at / timedelta(hours=1):.0f} h" if at is not None else "NEVER"
    told = (
        f"{posts:,} posts in {len(SPELLED)} kinds of spelling, {len(answers)} different answer: in any 24 h at most "
        f"{max(most[aim] for aim in aims[:7])} mails a mailbox and {max(most[aim] for aim in aims[7:])} a catch-all "
        f"domain (caps {MAILS.a_day} and {MAILS_CROWD.a_day})"
        f"{'; OVER: ' + ', '.join(over) if over else ''}; the victim's own form mailed {waited}; {left:,} forms kept"
    )
    return Result(told, not over and len(answers) == 1 and at is not None and at <= DAY)


def _post(ground: Campaign, address: str, number: int) -> bytes:
    """Send the form; return the whole answer but the cookie."""
    client = {"REMOTE_ADDR": f"203.{number >> 8 & 255}.{number & 255}.7"}
    answer = ground.app.test_client().post("/en/appeal/sign", data=ground.form(address), environ_overrides=client)
    return b"%s %s %s" % (answer.status.encode(), answer.headers["Location"].encode(), answer.data)


def _own(ground: Campaign) -> int:
    """Let the victim sign; return the number of their form."""
    _post(ground, VICTIM, 0)
    with ground.tools.database.read() as session:
        return session.scalars(select(Intent.id).order_by(Intent.id.desc()).limit(1)).one()


def _two_days(ground: Campaign, clock: Clock, own: int) -> tuple[list[tuple[str, datetime]], timedelta | None]:
    """Send the mails that may go, every hour; return recipients and times, and how long the victim's own form took."""
    started, sent, at = clock(), list[tuple[str, datetime]](), None
    for _hour in range(49):
        for recipient, link in _work(ground):
            sent.append((_target(recipient), clock()))
            if at is None and _target(recipient) == _target(VICTIM) and own in _forms(ground, link):
                at = clock() - started
        clock.move(hours=1)
    return sent, at


def _work(ground: Campaign) -> list[tuple[str, str]]:
    """Do the worker's part without writing files; return each mail's recipient and link."""
    gone: list[tuple[str, str]] = []
    while True:
        with ground.tools.database.write() as session:
            leased = lease_mails(session, BATCH, now=ground.tools.clock())
            mails = ground.tools.admit(ground.tools, session, leased, ground.tools.clock())
            gone += [(mail.recipient, json.loads(mail.values)["link"]) for mail in mails]
            for mail in mails:
                finish_mail(session, mail.id)
        if not leased:
            return gone


def _forms(ground: Campaign, link: str) -> set[int]:
    """Return the numbers of the forms that a mailed link leads to."""
    secret = ground.tools.tokens.read("confirm", link.rpartition("/")[2])
    alone = select(Intent.id).where(Intent.link_sha256 == fingerprint(secret))
    with ground.tools.database.read() as session:
        return {*session.scalars(alone), *(form.intent.id for form in forms_behind(session, secret))}


def _most(sent: list[tuple[str, datetime]], target: str) -> int:
    """Return the most mails to a target in any 24 hours."""
    hours = Counter(at for where, at in sent if where == target)
    return max(
        (sum(many for at, many in hours.items() if start <= at < start + DAY) for start in hours), default=0
    )


def _target(recipient: str) -> str:
    """Return the mailbox or domain that a mail really reaches; this drill knows its own addresses."""
    domain = recipient.lower().partition("@")[2]
    owner = owner_of(domain)
    known = {"googlemail.com": "gmail.com", "pm.me": "proton.me", "protonmail.com": "proton.me"}
    return known.get(owner, owner) if "victim" in recipient.lower().replace(".", "") else f"all of {owner}"


def _dotted(number: int) -> str:
    """Return a mailbox's name with dots wherever the number has a one."""
    return "".join(letter + "." * (number >> place & 1) for place, letter in enumerate("victi")) + "m"


def _as_written(address: Address) -> str:
    return address.written.lower()


DRILL = Drill(
    row=9,
    name="a mail bomb in any spelling",
    run=run,
    controls=(
        Control("that all spellings count as one mailbox", instead(places, "mailbox_of", _as_written)),
        Control(
            "the cap for a domain", instead(places, "mails_a_day", lambda *_of, **_more: rules.Budget(100_000))
        ),
    ),
    full=10_000,
    small=10 * (MAILS_CROWD.a_day + 2),
)
