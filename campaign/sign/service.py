"""Store an intent and queue its one mail, in one transaction."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, select
from sqlalchemy.orm import Session

from campaign.guard.places import Crowd, drop_waiting, place_for
from campaign.guard.rules import box_of, mailbox_of, oddity_of
from campaign.guard.service import DAY_KEY, UNKNOWN, Sender, Submission, assess
from campaign.letter.models import Letter, LetterMoment, LetterText
from campaign.letter.standing import STOPS, State, own_clock, standing
from campaign.mail.address import Address
from campaign.mail.rules import FORMS
from campaign.mail.service import queue_mail
from campaign.seal.indexes import address_index
from campaign.seal.keys import Keys
from campaign.seal.locks import fingerprint, lock
from campaign.sign.models import BarredAddress, Intent
from campaign.sign.rules import BY_OWNER, INTENT_LIFE, Entry
from campaign.storage.journal import write_act
from campaign.storage.statements import insert_once, table_of

BAR, UNBAR = "barred", "unbarred"  # what the journal keeps of an address: its blind index
LOCK_CONTEXT = b"intent"
EVERY_LETTER = "*"  # no letter can be called that
INTENT, BARRED = table_of(Intent), table_of(BarredAddress)
IS_BARRED = exists().where(BARRED.c.address_index.in_((bindparam("index"), bindparam("folded"))))
MOMENT = table_of(LetterMoment)
# What stopped a letter or let it go on, last: read in the transaction that writes, so that it holds at once.
LAST_ACT = (
    select(MOMENT.c.what).where(MOMENT.c.letter_id == bindparam("letter")).order_by(MOMENT.c.id.desc()).limit(1)
)
# One query instead of three: every form pays for it.
ASKED_FIRST = select(DAY_KEY.scalar_subquery(), IS_BARRED, LAST_ACT.scalar_subquery())


class LetterClosed(Exception):
    """The letter takes no signatures now: by its days, or because the campaign suspended, closed or withdrew it."""


@dataclass(frozen=True)
class Typed:
    """What a form sent: the entry, the address of its mail, the browser's own secret, and where it came from."""

    entry: Entry
    address: Address
    browser: bytes
    sender: Sender = UNKNOWN


@dataclass(frozen=True)
class Link:
    """The link that will be mailed: its 128-bit secret, and its URL."""

    secret: bytes
    address: str


@dataclass(frozen=True)
class LockedForm:
    """The row and the mail of an intent, encrypted before the transaction begins, so that the transaction is short."""

    letter_id: int
    row: dict[str, Any]
    address: Address
    language: str
    values: dict[str, str]
    submission: Submission


def lock_form(
    letter: Letter, text: LetterText, typed: Typed, link: Link, keys: Keys, *, now: datetime
) -> LockedForm:
    """Encrypt what was typed under the secret of its link; store nothing. Raises LetterClosed."""
    if not standing(letter, now).takes_signatures:
        raise LetterClosed
    code = f"{secrets.randbelow(1_000_000):06d}"
    row = {
        "letter_text_id": text.id,
        "link_sha256": fingerprint(link.secret),
        "code_sha256": code_fingerprint(link.secret, code),
        "browser_sha256": fingerprint(typed.browser),
        "address_index": address_index(keys.index_key, letter.slug, typed.address.key),
        "locked": lock(link.secret, LOCK_CONTEXT, typed.address.written.encode() + b"\n" + typed.entry.to_bytes()),
        "code_tries": 0,
        "created_at": now,
        "expires_at": now + INTENT_LIFE,
    }
    values = {"link": link.address, "code": code}
    return LockedForm(letter.id, row, typed.address, text.language, values, _submission(letter, typed, link, keys))


def record_intent(session: Session, locked: LockedForm, *, now: datetime) -> None:
    """Store what was typed, and queue one mail to the address.

    The work and the answer are the same for every address. A barred address gets a muted mail, which is never sent.
    An intent over a rate limit is held for the desk. The mail waits until its mailbox and domain have room.
    Raises LetterClosed if the letter was stopped since the caller read it, maybe on another machine.
    """
    connection, seen = session.connection(), locked.submission
    index, folded = bar_indexes(seen.secret, locked.address)
    asked = {"day": now.date(), "index": index, "folded": folded, "letter": locked.letter_id}
    day_key, barred, last_act = connection.execute(ASKED_FIRST, asked).one()
    if last_act in STOPS:
        raise LetterClosed
    verdict = assess(session, seen, day_key, now=now)
    connection.execute(insert(INTENT), {**locked.row, "held_for": verdict.held_for, "likely": verdict.likely})
    crowd = Crowd(seen.sender.official, verdict.crowded, seen.lot)
    place = place_for(seen.secret, locked.address, FORMS, crowd)
    # A barred address takes the same path with a muted mail: its answer must not be faster or different.
    recipient = None if barred else locked.address.written
    queue_mail(session, recipient, "sign/confirm", locked.language, locked.values, place, now=now)


def is_over(letter: Letter, intent: Intent, now: datetime) -> bool:
    """Say whether the 72 hours of an intent are over; they do not run while its letter is suspended."""
    return intent.expires_at <= own_clock(letter, now)


def counts_on(letter: Letter, intent: Intent, now: datetime) -> date:
    """Return the day that a signature counts for: that of the form, if the letter has closed since."""
    in_time = standing(letter, now).state is not State.CLOSED
    return now.date() if in_time else intent.created_at.date()


def index_everywhere(index_key: bytes, address: Address) -> bytes:
    """Return the blind index under which one mailbox is barred, the same for every letter."""
    return address_index(index_key, EVERY_LETTER, box_of(address))


def bar_indexes(index_key: bytes, address: Address) -> tuple[bytes, bytes]:
    """Return the two indexes of an address; if one of them is barred, the address gets no mail.

    The bar of a mailbox covers its other spellings. The bar of a spelling that may be another person's covers that
    spelling alone.
    """
    folded = address_index(index_key, EVERY_LETTER, mailbox_of(address))
    return address_index(index_key, EVERY_LETTER, address.key), folded


def bar_mailbox(
    session: Session, index_key: bytes, address: Address, reason: str = BY_OWNER, *, now: datetime
) -> bool:
    """Bar an address, and drop the mails that wait for it; say whether it was not barred yet."""
    anew = bar_address(session, index_everywhere(index_key, address), reason, now=now)
    drop_waiting(session, index_key, address)
    return anew


def bar_address(session: Session, index: bytes, reason: str = BY_OWNER, *, now: datetime) -> bool:
    """Send no more mail to an address; `index` is from `index_everywhere`. Say whether it was not barred yet."""
    values = {"address_index": index, "barred_on": now.date(), "reason": reason}
    anew = insert_once(session, BarredAddress, values)
    write_act(session, BAR, _barred(index), now=now)
    return anew


def is_barred(session: Session, *indexes: bytes) -> bool:
    """Say whether the owner of an address asked for no mail; `indexes` are from `bar_indexes`."""
    return bool(session.scalar(select(exists().where(BARRED.c.address_index.in_(indexes)))))


def unbar_address(session: Session, index: bytes, *, now: datetime) -> bool:
    """Allow mail to an address again; say whether it was barred."""
    gone = delete(BARRED).where(BARRED.c.address_index == index).returning(BARRED.c.barred_on)
    write_act(session, UNBAR, _barred(index), gives=True, now=now)
    return session.connection().execute(gone).first() is not None


def bars(session: Session) -> list[tuple[date, str, int]]:
    """Return how many addresses were barred on each day, for each reason, the newest day first."""
    counted = select(BARRED.c.barred_on, BARRED.c.reason, func.count()).group_by(
        BARRED.c.barred_on, BARRED.c.reason
    )
    rows = session.execute(counted.order_by(BARRED.c.barred_on.desc(), BARRED.c.reason))
    return [(day, reason, number) for day, reason, number in rows]


def _barred(index: bytes) -> str:
    return f"address:{index.hex()}"


def _submission(letter: Letter, typed: Typed, link: Link, keys: Keys) -> Submission:
    """Return the facts by which the guard counts this form."""
    return Submission(
        secret=keys.index_key,
        domain=typed.address.domain,
        letter=letter.slug,
        oddity=oddity_of(typed.address),
        lot=link.secret[0],
        sender=typed.sender,
    )


def code_fingerprint(secret: bytes, code: str) -> bytes:
    """Return the stored hash of a six-digit code. The link's secret is part of it: six digits alone are soon guessed."""
    return sha256(secret + code.encode()).digest()
