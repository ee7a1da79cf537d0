"""Write down an intent and owe its one mail, in one transaction."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from campaign.letter.models import Letter, LetterText
from campaign.letter.rules import is_open
from campaign.mail.address import Address
from campaign.mail.service import queue_mail
from campaign.seal.indexes import address_index
from campaign.seal.keys import Keys
from campaign.seal.locks import fingerprint, lock
from campaign.sign.models import BarredAddress, Intent
from campaign.sign.rules import INTENT_LIFE, MAILS_PER_DAY, Entry
from campaign.storage.statements import insert_once, table_of

LOCK_CONTEXT = b"intent"
INTENT = table_of(Intent)
MAILS_TODAY = select(func.count()).where(
    INTENT.c.address_index == bindparam("index"), INTENT.c.created_at > bindparam("since")
)


class LetterClosed(Exception):
    """The letter does not take signatures today."""


@dataclass(frozen=True)
class Typed:
    """What a form brought: the entry, where its mail goes, and the browser's own secret."""

    entry: Entry
    address: Address
    browser: bytes


@dataclass(frozen=True)
class Link:
    """The link that will be mailed: its 128-bit secret, and its whole address."""

    secret: bytes
    address: str


@dataclass(frozen=True)
class Ready:
    """An intent as it will stand in the database, locked before the database is held for it."""

    row: dict[str, Any]
    recipient: str
    language: str
    values: dict[str, str]


def make_ready(letter: Letter, text: LetterText, typed: Typed, link: Link, keys: Keys, *, now: datetime) -> Ready:
    """Lock what was typed under its link. Raises LetterClosed."""
    if not is_open(letter.opens_on, letter.closes_on, now.date()):
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
    return Ready(row, typed.address.written, text.language, {"link": link.address, "code": code})


def record_intent(session: Session, ready: Ready, *, now: datetime) -> None:
    """Keep what was typed and owe one mail to the address.

    The work is the same whether or not the address has signed before. An address gets at most three mails a day
    from one letter; a fourth intent is kept but owes none, and the answer is the same.
    """
    connection = session.connection()
    day = {"index": ready.row["address_index"], "since": now - timedelta(hours=24)}
    mails_today = connection.execute(MAILS_TODAY, day).scalar_one()
    connection.execute(insert(INTENT), ready.row)
    if mails_today < MAILS_PER_DAY:
        queue_mail(session, ready.recipient, "sign/confirm", ready.language, ready.values, now=now)


def bar_address(session: Session, index: bytes, *, now: datetime) -> None:
    """Never write to an address again; `index` is its blind index over every letter. Twice is once."""
    insert_once(session, BarredAddress, {"address_index": index, "barred_on": now.date()})


def code_fingerprint(secret: bytes, code: str) -> bytes:
    """Return what is stored of a six-digit code: useless without the link's secret."""
    return sha256(secret + code.encode()).digest()
