"""`flask letter demo`: add invented signatories, through the same functions as real ones."""

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.confirm.models import Signatory, Signature
from campaign.confirm.service import confirm_address, find_intent, seal_signature
from campaign.desk.service import admit
from campaign.guard.service import Sender
from campaign.letter.fields import FIELDS, filled_in
from campaign.letter.models import Letter, LetterText
from campaign.letter.service import current_text, find_letter
from campaign.mail.address import Address
from campaign.mail.models import Mail
from campaign.names.rules import accept_name
from campaign.seal.keys import Keys
from campaign.sign.rules import NEEDED, Entry, accept_line
from campaign.sign.service import Link, Typed, record_intent
from campaign.sign.service import lock_form as lock_intent
from campaign.verify.rules import ACCEPTED, TWO_REVIEWERS, Decision
from campaign.verify.service import decide
from campaign.web.tokens import new_secret
from campaign.web.toolbox import toolbox

FOLDER = Path(__file__).parent / "demo"
DOMAIN = "demo.invalid"  # RFC 2606: no mail can ever reach it
LETTERS = {"lawmaker": "governments", "activist": "interpol"}
GOVERNMENTS = ("DE", "FR", "GB", "JP", "US")  # they may read the withheld demonstration names
OURSELVES = Sender(official=True)  # the guard takes no official sender for a flood, so it holds none
WAITING = 6  # left in the desk's queue, so that an officer can try a decision


@click.command("demo")
def demo() -> None:
    """Add invented signatories to the two shipped letters; an instance with signatories stays unchanged."""
    tools = toolbox()
    if tools.keys is None:
        raise click.ClickException("no keys: run `flask seal keygen` first")
    with tools.database.write() as session:
        if session.scalar(select(func.count()).select_from(Signature)):
            click.echo("there are signatories already; nothing was added")
            return
        count = _fill(session, tools.keys, now=tools.clock())
    click.echo(f"{count} invented signatories added, {WAITING} of them waiting at the desk")


def people() -> Iterator[dict[str, str]]:
    """Yield the invented signatories, lawmakers first."""
    for name in ("lawmakers", "activists"):
        with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def _fill(session: Session, keys: Keys, *, now: datetime) -> int:
    officers = [
        _officer(session, name, now=now) for name in ("Mara Holt (demonstration)", "Iven Roy (demonstration)")
    ]
    rows = list(people())
    for number, row in enumerate(rows):
        letter = find_letter(session, LETTERS[row["kind"]])
        text = current_text(session, letter, row["language"])
        signatory = _sign(session, letter, text, _entry(row), keys, number, now=now)
        if number % (len(rows) // WAITING) != 1:
            _verify(session, signatory, int(row["level"]), officers, now=now)
    session.execute(delete(Mail).where(Mail.recipient.endswith(DOMAIN)))
    return len(rows)


def _entry(row: dict[str, str]) -> Entry:
    return Entry(
        kind=row["kind"],
        name=accept_name(row["name"]),
        latin_name=accept_name(row["latin_name"]) if row["latin_name"] else "",
        country=row["country"],
        visibility=row["visibility"],
        consents=NEEDED[row["visibility"]],
        recipients=tuple(sorted({*GOVERNMENTS, row["country"]})) if row["visibility"] == "withheld" else (),
        said=filled_in({name: accept_line(field, row.get(name, "")) for name, field in FIELDS.items()}),
    )


def _sign(
    session: Session, letter: Letter, text: LetterText, entry: Entry, keys: Keys, number: int, *, now: datetime
) -> int:
    secret = new_secret()
    typed = Typed(entry, Address(f"signatory{number}", DOMAIN), new_secret(), OURSELVES)
    record_intent(session, lock_intent(letter, text, typed, Link(secret, ""), keys, now=now), now=now)
    intent = find_intent(session, secret)
    ready = seal_signature(intent, letter, text, secret, keys, now=now)
    confirm_address(session, intent, ready, toolbox().site.erasures, now=now)
    return session.scalars(select(func.max(Signatory.id))).one()


def _verify(session: Session, signatory: int, level: int, officers: list[Officer], *, now: datetime) -> None:
    first, second = officers
    note = "demonstration"
    decide(session, signatory, Decision(ACCEPTED, min(level, 3), "roster", None, note), first, now=now)
    if level == TWO_REVIEWERS:
        decide(session, signatory, Decision(ACCEPTED, level, "office", None, note), second, now=now)


def _officer(session: Session, name: str, *, now: datetime) -> Officer:
    """Add an officer who can never sign in: they have no password, and their address does not exist."""
    officer = Officer(
        email=f"{name.split(maxsplit=1)[0].lower()}@{DOMAIN}",
        name=name,
        role="verifier",
        password_hash="",
        totp_salt=b"",
        totp_locked=b"",
        totp_last_step=0,
        joined_at=now,
    )
    session.add(officer)
    session.flush()
    admit(session, officer, None, None, now=now)
    return officer
