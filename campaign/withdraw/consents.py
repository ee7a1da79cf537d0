"""Ask who signed an earlier version whether they sign the new one, in slices, by one mail and one reminder."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from campaign.confirm.anew import AnewNumbers, count_anew, is_overtaken
from campaign.confirm.models import AskedAnew, Signatory, Signature
from campaign.confirm.rules import answers_until
from campaign.confirm.service import ADDRESS_CONTEXT
from campaign.document.bundle import ASKED, Box, Bundle
from campaign.guard.places import Crowd, place_for
from campaign.letter.models import Letter, LetterText
from campaign.letter.service import all_letters, mark_material, newest_material
from campaign.letter.standing import standing
from campaign.mail.address import accept_address
from campaign.mail.models import Mail
from campaign.mail.rules import ANEW
from campaign.mail.service import queue_mail
from campaign.review.filters import WAITING, in_state
from campaign.seal.boxes import CannotOpen
from campaign.seal.indexes import address_index
from campaign.seal.keys import Keys
from campaign.seal.locks import fingerprint
from campaign.sign.service import bar_indexes, code_fingerprint, is_barred
from campaign.storage.database import Database
from campaign.storage.statements import insert_once
from campaign.verify.models import Dispute, Verification
from campaign.verify.rules import ACCEPTED
from campaign.web.tokens import Tokens, new_secret
from campaign.web.toolbox import Toolbox
from campaign.withdraw.rules import REMINDED_AFTER

log = structlog.get_logger()
SLICE = 100  # mails queued in one transaction: other writers wait only a moment
A_ROUND = (
    1_000  # mails of this kind in the queue at most: a person who signs meanwhile does not wait behind them all
)
PACE = timedelta(milliseconds=250)  # from one mail to the next


@dataclass(frozen=True)
class Asker:
    """What asking needs: the keys, and how a mailed link is written for a secret."""

    keys: Keys | None
    link: Callable[[bytes], str]


def asker_of(keys: Keys | None, site: str, tokens: Tokens) -> Asker:
    """Return what asking needs; a worker answers no request, so the link is written without one."""
    return Asker(keys, lambda secret: f"{site}/confirm/{tokens.issue(ANEW, secret)}")


@dataclass(frozen=True)
class Round:
    """For what a letter's signatories are asked: its newest material version, and whether this is the reminder."""

    letter_id: int
    slug: str
    version: int
    reminder: bool


def ask_anew(session: Session, letter: Letter, *, now: datetime) -> int:
    """Record that a letter's current version is material, and return how many signatories the worker will ask.

    From the commit on they are on no list. A second time changes nothing.
    """
    mark_material(session, letter)
    return sum(_count(session, _due(one, now)) for one in _rounds(letter, newest_material(session, letter), now))


def ask_waiting(asker: Asker, database: Database, now: datetime) -> None:
    """Queue the mails that are due; the worker calls this every few minutes.

    Each slice is one transaction with its rows and its mails, and a row that is there already causes no mail. So a
    worker that is killed asks nobody twice and leaves nobody out. Without the private key nobody is asked from here.
    """
    if asker.keys is None or asker.keys.high_risk:
        return
    with database.read() as session:
        rounds = open_rounds(session, now=now)
        waiting = _in_queue(session) if rounds else 0
    asked = waiting
    for one in rounds:
        asked += _ask_round(asker, database, one, A_ROUND - asked, now)
    if asked > waiting:
        log.info("asked_anew", mails=asked - waiting)


def open_rounds(session: Session, *, now: datetime) -> list[Round]:
    """Return for what signatories are asked at present: of each letter, its newest material version."""
    letters = [(letter, newest_material(session, letter)) for letter in all_letters(session)]
    return [one for letter, version in letters for one in _rounds(letter, version, now)]


def count_answers(session: Session, *, now: datetime) -> list[AnewNumbers]:
    """Return for each letter with a material version how far its signatories have answered."""
    found = []
    for letter in all_letters(session):
        version = newest_material(session, letter)
        if version is not None:
            first = [one for one in _rounds(letter, version, now) if not one.reminder]
            due = sum(_count(session, _due(one, now)) for one in first)
            found.append(count_anew(session, letter, version, due))
    return found


def find_due(
    session: Session, one: Round, *, after: int = 0, limit: int | None = None, now: datetime
) -> dict[int, bytes]:
    """Return the sealed addresses of those who are due for a mail, by signature, after a signature's number."""
    rows = _due(one, now).where(Signature.id > after).order_by(Signature.id).limit(limit)
    return {number: box for number, _language, box in session.execute(rows)}


def bundle_due(session: Session, letter: Letter, *, now: datetime) -> Bundle:
    """Return the sealed addresses of a letter's signatories who are due for a mail, for the laptop that can open them."""
    rounds = [one for one in open_rounds(session, now=now) if one.letter_id == letter.id]
    due = {number: box for one in rounds for number, box in find_due(session, one, now=now).items()}
    boxes = tuple(Box(number, "", "", "", 0, b"", box) for number, box in sorted(due.items()))
    return Bundle(letter.slug, letter.version, ASKED, now.date(), {}, boxes)


def ask(asker: Asker, session: Session, one: Round, addresses: Mapping[int, str], *, now: datetime) -> int:
    """Record that these signatories are asked at these addresses, and queue their mails; return how many.

    Who has signed, withdrawn or been asked meanwhile is left out, and a barred address gets a muted mail.
    """
    still = _due(one, now).where(Signature.id.in_(addresses)).order_by(Signature.id).with_for_update(of=Signature)
    asked = 0
    for number, language, _box in session.execute(still).all():
        to = _Recipient(number, language, addresses[number])
        asked += _ask_one(asker, session, one, to, now=now + asked * PACE)
    return asked


def ask_opened(
    asker: Asker, database: Database, letter: Letter, opened: Mapping[int, str], *, now: datetime
) -> int:
    """Queue the mails to addresses that were opened elsewhere, by signature; return how many.

    An address counts only if it has the blind index of its signature: no other can be slipped in.
    """
    assert asker.keys is not None
    known, asked = {}, 0
    with database.read() as session:
        for number, address in opened.items():
            signature = session.get(Signature, number)
            index = address_index(asker.keys.index_key, letter.slug, accept_address(address).key)
            if signature is not None and signature.address_index == index:
                known[number] = address
        rounds = [one for one in open_rounds(session, now=now) if one.letter_id == letter.id]
    numbers = sorted(known)
    for one in rounds:
        for at in range(0, len(numbers), SLICE):
            addresses = {number: known[number] for number in numbers[at : at + SLICE]}
            with database.write() as session:
                asked += ask(asker, session, one, addresses, now=now + asked * PACE)
    return asked


def gather_asked(
    tools: Toolbox, session: Session, waited: list[dict[str, str]], _now: datetime
) -> dict[str, str] | None:
    """Return the values of a mail that waited; None if its signatory has withdrawn meanwhile."""
    secret = tools.tokens.read(ANEW, waited[-1]["link"].rpartition("/")[2])
    return (
        waited[-1]
        if session.scalar(select(exists().where(AskedAnew.link_sha256 == fingerprint(secret))))
        else None
    )


def _ask_round(asker: Asker, database: Database, one: Round, room: int, now: datetime) -> int:
    """Ask one slice after the other, until nobody is due or the queue has no room."""
    asked, after = 0, 0
    while asked + SLICE <= room:
        with database.read() as session:
            boxes = find_due(session, one, after=after, limit=SLICE, now=now)
        if not boxes:
            break
        after = max(boxes)
        # Opened before the transaction begins, so that it is short.
        opened = {number: _opened(asker, box) for number, box in boxes.items()}
        with database.write() as session:
            known = {number: address for number, address in opened.items() if address}
            asked += ask(asker, session, one, known, now=now + asked * PACE)
    return asked


@dataclass(frozen=True)
class _Recipient:
    """One signatory who is asked: their signature, in which language, at which address."""

    signature_id: int
    language: str
    address: str


def _ask_one(asker: Asker, session: Session, one: Round, to: _Recipient, *, now: datetime) -> int:
    """Insert the row and queue the mail; return 0 if another worker did."""
    assert asker.keys is not None
    secret, code = new_secret(), f"{secrets.randbelow(1_000_000):06d}"
    row = {
        "signature_id": to.signature_id,
        "letter_id": one.letter_id,
        "version": one.version,
        "reminder": one.reminder,
        "link_sha256": fingerprint(secret),
        "code_sha256": code_fingerprint(secret, code),
        "code_tries": 0,
        "asked_at": now,
    }
    if not insert_once(session, AskedAnew, row):
        return 0
    index_key, address = asker.keys.index_key, accept_address(to.address)
    recipient = None if is_barred(session, *bar_indexes(index_key, address)) else address.written
    values = {"link": asker.link(secret), "code": code}
    place = place_for(index_key, address, ANEW, Crowd(), fingerprint(secret))
    queue_mail(session, recipient, "withdraw/anew", to.language, values, place, now=now)
    return 1


def _rounds(letter: Letter, version: int | None, now: datetime) -> Iterator[Round]:
    """Give the question and its reminder, while there is time to answer and the letter is public and goes on."""
    stands = standing(letter, now)
    if version is None or stands.embargoed or not stands.takes_confirmations:
        return
    if now < answers_until(letter):
        for reminder in (False, True):
            yield Round(letter.id, letter.slug, version, reminder)


def askable() -> ColumnElement[bool]:
    """Return the condition for a signatory who is asked: overtaken, with an address, and not held, refused or disputed."""
    disputed = select(Dispute.signature_id).where(Dispute.settled_at.is_(None))
    return and_(
        Signatory.stands,
        is_overtaken(),
        func.length(Signature.sealed_address) > 0,
        or_(Verification.outcome == ACCEPTED, in_state(WAITING)),
        Signature.id.not_in(disputed),
    )


def was_asked(version: int, *, reminder: bool) -> ColumnElement[bool]:
    """Return the condition that a signatory was asked for a version, or was reminded."""
    here = (AskedAnew.signature_id == Signature.id) & (AskedAnew.version == version)
    return exists().where(here, AskedAnew.reminder.is_(reminder))


def _due(one: Round, now: datetime) -> Select[int, str, bytes]:
    """Select who is due for this mail; a reminder is due a week after the first one."""
    first = was_asked(one.version, reminder=False)
    if one.reminder:
        first = exists().where(
            AskedAnew.signature_id == Signature.id,
            AskedAnew.version == one.version,
            AskedAnew.reminder.is_(False),
            AskedAnew.asked_at <= now - REMINDED_AFTER,
        )
    due = and_(first, ~was_asked(one.version, reminder=True)) if one.reminder else ~first
    return (
        select(Signature.id, LetterText.language, Signature.sealed_address)
        .join(Signatory, Signatory.signature_id == Signature.id)
        .join(LetterText, LetterText.id == Signatory.letter_text_id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(Signature.letter_id == one.letter_id, askable(), due)
    )


def _count(session: Session, rows: Select[int, str, bytes]) -> int:
    return session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0


def _in_queue(session: Session) -> int:
    waiting = select(func.count()).where(Mail.gathers == ANEW, Mail.failed_at.is_(None))
    return session.scalar(waiting) or 0


def _opened(asker: Asker, box: bytes) -> str | None:
    try:
        return asker.keys.opener.open(box, ADDRESS_CONTEXT).decode() if asker.keys else None
    except CannotOpen:
        return None
