"""The kinds of data that can be erased: how each is made, how it is erased, and how one sees whether it came back."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory, SignatureLink
from campaign.confirm.service import confirm_address, find_intent, seal_signature
from campaign.confirm.service import disown as disown_intent
from campaign.desk.admissions import is_admitted
from campaign.desk.rules import VIEWER
from campaign.desk.service import Duties, change_duties, remove
from campaign.letter.service import current_text, find_letter
from campaign.mail.address import Address
from campaign.review.queue import open_entry
from campaign.seal.locks import fingerprint
from campaign.sign.models import Intent
from campaign.sign.rules import NEEDED, Entry
from campaign.sign.service import Link, Typed, bar_address, index_everywhere, is_barred, record_intent
from campaign.sign.service import lock_form as lock_intent
from campaign.signin.keyring import remove_passkey, renew_recovery_codes
from campaign.signin.models import Passkey
from campaign.signin.sessions import session_of, sign_out
from campaign.verify.disputes import dispute_officially
from campaign.verify.holds import hold_all
from campaign.verify.models import Dispute, Notice, Verification
from campaign.verify.rules import Decision, HoldRule
from campaign.verify.service import decide, undo
from campaign.web.tokens import new_secret
from campaign.withdraw.service import NameUse, change_use, disown, replace_entry, withdraw_signature
from tests.drills.officers import (
    PASSWORD,
    Scene,
    demote_and_promote,
    joined,
    let_in_anew,
    of,
    replace_authenticator,
    signed_in,
    some_open,
    takes_old_code,
    with_authenticator,
    with_codes,
    with_passkey,
)

ENTRY = Entry(kind="lawmaker", name="Odile Verchamp", latin_name="", country="FR", visibility="public",
              consents=NEEDED["public"], said={"legislature": "Rives"})  # fmt: skip
WITHHELD = replace(ENTRY, visibility="withheld", consents=NEEDED["withheld"], recipients=("FR", "DE"))
SEEN = Decision("accepted", 3, "known", None, "seen on the parliament's page")
HELD, REFUSED = (Decision(outcome, None, None, "joke", "") for outcome in ("held", "refused"))


@dataclass(frozen=True)
class Person:
    """A signatory, as they know themselves and as the desk knows them."""

    link: bytes
    address: Address
    number: int


@dataclass(frozen=True)
class Kind:
    """One kind of data; `back` says whether it came back."""

    give: Callable[[Session, Scene, datetime], Any]
    take: Callable[[Session, Scene, Any, datetime], None]
    back: Callable[[Session, Scene, Any, datetime], bool]
    at_once: bool = False  # taken from all of them in one act


def record(session: Session, scene: Scene, at: datetime, entry: Entry = ENTRY) -> tuple[bytes, Address]:
    """Let a visitor fill in the form."""
    tools = scene.ground.tools
    assert tools.keys is not None
    letter, secret = find_letter(session, "appeal"), new_secret()
    address = Address(secrets.token_hex(6), "example.org")
    typed = Typed(entry, address, new_secret())
    ready = lock_intent(letter, current_text(session, letter, "en"), typed, Link(secret, ""), tools.keys, now=at)
    record_intent(session, ready, now=at)
    return secret, address


def signed(session: Session, scene: Scene, at: datetime, entry: Entry = ENTRY) -> Person:
    """Let a visitor sign and confirm, and let the desk accept them."""
    tools = scene.ground.tools
    assert tools.keys is not None
    secret, address = record(session, scene, at, entry)
    letter, intent = find_letter(session, "appeal"), find_intent(session, secret)
    ready = seal_signature(intent, letter, current_text(session, letter, "en"), secret, tools.keys, now=at)
    link = confirm_address(session, intent, ready, tools.site.erasures, now=at)
    return Person(link, address, standing(session, link))


def signed_and_accepted(session: Session, scene: Scene, at: datetime, entry: Entry = ENTRY) -> Person:
    person = signed(session, scene, at, entry)
    decide(session, person.number, SEEN, scene.by, now=at)
    return person


def standing(session: Session, link: bytes) -> int:
    found = (
        select(Signatory.id)
        .join(SignatureLink, SignatureLink.signature_id == Signatory.signature_id)
        .where(SignatureLink.link_sha256 == fingerprint(link), Signatory.stands)
    )
    return session.scalar(found) or 0


def shown(session: Session, _scene: Scene, person: Person, _at: datetime) -> bool:
    """Say whether the public list shows them."""
    row = session.get(Signatory, standing(session, person.link))
    verification = session.get(Verification, row.id) if row else None
    hidden = row is not None and session.scalar(
        select(Dispute.hidden).where(Dispute.signature_id == row.signature_id, Dispute.settled_at.is_(None))
    )
    accepted = verification is not None and verification.outcome == "accepted"
    return row is not None and row.visibility == "public" and accepted and not hidden


def read_by_two(session: Session, scene: Scene, person: Person, _at: datetime) -> bool:
    row = session.get_one(Signatory, standing(session, person.link))
    entry = open_entry(row, scene.ground.tools.keys)
    return entry is None or len(entry.recipients) > 1


def is_not(outcome: str) -> Callable[[Session, Scene, Person, datetime], bool]:
    def back(session: Session, _scene: Scene, person: Person, _at: datetime) -> bool:
        found = session.get(Verification, person.number)
        return found is None or found.outcome != outcome

    return back


def withdraw(session: Session, scene: Scene, person: Person, at: datetime) -> None:
    withdraw_signature(session, person.link, scene.ground.tools.site.erasures, now=at)


def not_me(session: Session, scene: Scene, person: Person, at: datetime) -> None:
    tools = scene.ground.tools
    assert tools.keys is not None
    disown(session, person.link, None, tools.keys, tools.site.erasures, now=at)


def narrow(session: Session, scene: Scene, person: Person, use: NameUse, at: datetime) -> None:
    tools = scene.ground.tools
    assert tools.keys is not None
    change_use(session, person.link, use, tools.keys, tools.site.erasures, now=at)


def correct(session: Session, scene: Scene, person: Person, at: datetime) -> None:
    tools = scene.ground.tools
    assert tools.keys is not None
    replace_entry(
        session, person.link, replace(ENTRY, name="Odile Brevil"), tools.keys, tools.site.erasures, now=at
    )


def told_officially(session: Session, scene: Scene, at: datetime) -> Person:
    """Accept a signatory as a member, and send the notice to the member's office."""
    person = signed_and_accepted(session, scene, at)
    secret = secrets.token_bytes(32)
    session.add(
        Notice(signatory_id=person.number, roster_member_id=None, noticed_at=at, unsent_for=None, link_sha256=secret,
               code_sha256=secret, code_tries=0, waits_until=at, over_at=at)
    )  # fmt: skip
    return person


def say_not_me(session: Session, _scene: Scene, person: Person, at: datetime) -> None:
    notice, row = session.get_one(Notice, person.number), session.get_one(Signatory, person.number)
    dispute_officially(session, notice, row, now=at)


def hold_flood(session: Session, scene: Scene, people: list[Person], at: datetime) -> None:
    hold_all(session, [one.number for one in people], HoldRule(letter="appeal"), "", scene.by, now=at)


def refuse(session: Session, scene: Scene, person: Person, at: datetime) -> None:
    undo(session, person.number, scene.by, now=at)
    decide(session, person.number, REFUSED, scene.by, now=at)


def disown_typed(session: Session, _scene: Scene, typed: tuple[bytes, Address], at: datetime) -> None:
    disown_intent(session, find_intent(session, typed[0]), now=at)


def bar(session: Session, scene: Scene, index: bytes, at: datetime) -> None:
    bar_address(session, index, now=at)


KINDS = {
    "signatures withdrawn": Kind(signed_and_accepted, withdraw, shown),
    "entries disowned": Kind(signed_and_accepted, not_me, shown),
    "names withheld": Kind(
        signed_and_accepted, lambda s, c, one, at: narrow(s, c, one, NameUse("withheld"), at), shown
    ),
    "readers": Kind(
        lambda s, c, at: signed_and_accepted(s, c, at, WITHHELD),
        lambda s, c, one, at: narrow(s, c, one, NameUse("withheld", ("FR",)), at),
        read_by_two,
    ),
    "entries corrected": Kind(signed_and_accepted, correct, shown),
    "acceptances": Kind(signed_and_accepted, lambda s, c, one, at: undo(s, one.number, c.by, now=at), shown),
    "refusals": Kind(signed_and_accepted, refuse, is_not("refused")),
    "holds": Kind(signed, lambda s, c, one, at: void(decide(s, one.number, HELD, c.by, now=at)), is_not("held")),
    "a flood held": Kind(signed, hold_flood, is_not("held"), at_once=True),
    "disputes": Kind(told_officially, say_not_me, shown),
    "bars": Kind(
        lambda s, c, at: index_everywhere(c.key, Address(secrets.token_hex(6), "example.org")),
        bar,
        lambda s, c, index, at: not is_barred(s, index),
    ),
    "intents disowned": Kind(
        record,
        disown_typed,
        lambda s, c, one, at: (
            s.scalar(select(Intent.id).where(Intent.link_sha256 == fingerprint(one[0]))) is not None
        ),
    ),
    "officers": Kind(
        joined,
        lambda s, c, n, at: remove(s, of(s, n), c.by, now=at),
        lambda s, c, n, at: of(s, n).removed_at is None,
    ),
    "roles": Kind(
        joined,
        lambda s, c, n, at: change_duties(s, of(s, n), Duties(VIEWER), c.by, now=at),
        lambda s, c, n, at: of(s, n).role != VIEWER,
    ),
    "admissions": Kind(joined, demote_and_promote, lambda s, c, n, at: is_admitted(s, n, at)),
    "sessions": Kind(
        signed_in,
        lambda s, c, cookie, at: sign_out(s, cookie),
        lambda s, c, cookie, at: session_of(s, cookie, now=at) is not None,
    ),
    "passkeys": Kind(
        with_passkey,
        lambda s, c, key, at: remove_passkey(s, of(s, key.officer_id), key.id, now=at),
        lambda s, c, key, at: s.get(Passkey, key.id) is not None,
    ),
    "recovery codes": Kind(
        with_codes, lambda s, c, had, at: void(renew_recovery_codes(s, of(s, had[0]), now=at)), some_open
    ),
    "factors of who was let in anew": Kind(
        joined, let_in_anew, lambda s, c, n, at: of(s, n).password_hash == PASSWORD
    ),
    "authenticators": Kind(with_authenticator, replace_authenticator, takes_old_code),
}


def void(_value: object) -> None:
    """Want no answer."""
