"""Change one's signature or its use, withdraw it, get one's link again, settle what must be recalled."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.confirm.models import Signatory, Signature, SignatureLink
from campaign.confirm.service import REPLACED, SIGNATORY, columns_of, links_of, write_act_on
from campaign.document.models import Delivery
from campaign.guard.places import Crowd, place_for
from campaign.letter.models import Letter
from campaign.mail.address import Address, accept_address
from campaign.mail.rules import LINKS
from campaign.mail.service import queue_mail
from campaign.names.doubts import doubts
from campaign.seal.indexes import address_index
from campaign.seal.keys import Keys
from campaign.seal.locks import derived, fingerprint
from campaign.sign.gather import again
from campaign.sign.rules import NEEDED, Entry, consent_hash
from campaign.sign.service import Link, bar_mailbox, code_fingerprint, is_barred, known_as
from campaign.storage.database import Database
from campaign.storage.journal import ERASED, write_links
from campaign.storage.statements import insert_once
from campaign.verify.notices import look_again
from campaign.web.staff import Staff
from campaign.web.toolbox import Toolbox
from campaign.withdraw.erasure import (
    READERS,
    conceal,
    erase,
    lay_over,
    readers_mark,
    recall_deliveries,
    recall_superseded,
    superseded_deliveries,
)
from campaign.withdraw.models import LinkRequest, Recall
from campaign.withdraw.receipt import Receipt, address_of, find_receipt
from campaign.withdraw.rules import LINK_LIFE, PURPOSE, narrows


class EntrySealed(Exception):
    """Nothing at hand opens the entry, so its name can be used no wider; it can be replaced."""


class AddressNeeded(Exception):
    """No key here opens the address, and what was typed is not it."""


class NoSuchRequest(Exception):
    """The mailed link is genuine, but what it led to is gone: expired, or withdrawn."""


class NoSuchRecall(Exception):
    """There is no such recall."""


@dataclass(frozen=True)
class Use:
    """How a name may be used, and by which governments if it is withheld."""

    visibility: str
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asking:
    """Somebody asks for their link again: where the mail would go, from which browser, in which language."""

    address: Address
    browser: bytes
    language: str
    official: bool = False


def replace_entry(
    session: Session, secret: bytes, entry: Entry, keys: Keys, journal: Path, *, now: datetime
) -> None:
    """Let a corrected entry stand, to be checked again; the earlier is superseded. The same again changes nothing.

    Raises NoSuchSignature.
    """
    receipt = find_receipt(session, secret, keys, hold=True)
    if receipt.entry is not None and _bare(receipt.entry) == _bare(entry):
        return
    receipt.signatory.stands = False
    session.flush()
    row = {
        **columns_of(entry, secret, keys),
        "signature_id": receipt.signature.id,
        "letter_id": receipt.letter.id,
        "letter_text_id": receipt.text.id,
        "intent_id": None,
        "stands": True,
        "confirmed_at": now,
        "held_for": receipt.signatory.held_for or ("name" if doubts(entry.name) else None),
        "likely": receipt.signatory.likely,
    }
    number = session.connection().execute(insert(SIGNATORY).returning(SIGNATORY.c.id), row).scalar_one()
    write_act_on(session, REPLACED, receipt.signature.id, {"entry": number}, now=now)
    _follow(session, receipt, receipt.signatory.visibility, Use(entry.visibility), keys, journal, now=now)


def change_use(session: Session, secret: bytes, use: Use, keys: Keys, journal: Path, *, now: datetime) -> None:
    """Use a name otherwise from now on; what the desk established stays, unless a member must be told first.

    Raises NoSuchSignature, and EntrySealed where a wider use would need what nothing here opens.
    """
    receipt = find_receipt(session, secret, keys, hold=True)
    row, entry, before = receipt.signatory, receipt.entry, receipt.signatory.visibility
    if entry is not None:
        consents = NEEDED[use.visibility]
        entry = replace(entry, visibility=use.visibility, recipients=use.recipients, consents=consents)
        earlier = set(receipt.entry.recipients) if receipt.entry and before == "withheld" else set[str]()
        lay_over(session, row, entry, secret, keys)
        _note_readers(session, row, wider=before != "public" and earlier <= set(use.recipients), now=now)
        if narrows(use.visibility, before):
            look_again(session, row)
    elif use.visibility == "counted":
        row.visibility, row.consent_sha256 = "counted", consent_hash(NEEDED["counted"])
        session.flush()
    else:
        raise EntrySealed
    _follow(session, receipt, before, use, keys, journal, now=now)


def withdraw_signature(session: Session, secret: bytes, journal: Path, *, now: datetime) -> None:
    """Erase a signature with everything that hangs on it. Raises NoSuchSignature if it is gone already.

    The journal has it on the disk before the transaction can commit.
    """
    signature = find_receipt(session, secret, None, hold=True).signature
    links = links_of(session, signature.id)
    erase(session, signature, now.date())
    write_links(journal, ERASED, links, now.date())


def disown(
    session: Session, secret: bytes, typed: Address | None, keys: Keys, journal: Path, *, now: datetime
) -> None:
    """Erase a signature that somebody else made with one's address, and never write to that address again.

    Raises NoSuchSignature, and AddressNeeded where the address must be typed, or was typed wrong.
    """
    signature = find_receipt(session, secret, None, hold=True).signature
    if signature.sealed_address:
        known = address_of(signature, keys)
        address = accept_address(known) if known else typed
        slug = session.get_one(Letter, signature.letter_id).slug
        if address is None or address_index(keys.index_key, slug, address.key) != signature.address_index:
            raise AddressNeeded
        bar_mailbox(session, keys.index_key, address, now=now)
    withdraw_signature(session, secret, journal, now=now)


def ask_links(
    session: Session, wanted: list[tuple[Letter, Link]], asking: Asking, keys: Keys, *, now: datetime
) -> None:
    """Write down that somebody asks for their link, and owe a mail for each letter.

    Rows and work are the same whether or not the address has signed; a mail to one that has not is muted. A mailbox
    gets at most three of these mails a day, whatever others it gets: forms in somebody's name do not use them up.
    """
    barred = is_barred(session, *known_as(keys.index_key, asking.address))
    for letter, link in wanted:
        index = address_index(keys.index_key, letter.slug, asking.address.key)
        mine = select(Signature.id).where(Signature.letter_id == letter.id, Signature.address_index == index)
        request = LinkRequest(
            signature_id=session.scalar(mine),
            address_index=index,
            link_sha256=fingerprint(link.secret),
            code_sha256=b"",
            browser_sha256=fingerprint(asking.browser),
            code_tries=0,
            created_at=now,
            expires_at=now + LINK_LIFE,
        )
        code = f"{secrets.randbelow(1_000_000):06d}"
        request.code_sha256 = code_fingerprint(link.secret, code)
        session.add(request)
        recipient = None if barred or request.signature_id is None else asking.address.written
        values = {"link": link.address, "code": code}
        place = place_for(keys.index_key, asking.address, LINKS, Crowd(asking.official), index)
        queue_mail(session, recipient, "sign/confirm", asking.language, values, place, now=now)
    session.flush()


def gather_links(
    tools: Toolbox, session: Session, waited: list[dict[str, str]], now: datetime
) -> dict[str, str] | None:
    """Return what a late mail carries: the newest of the links to one page that waited, good for 72 hours from now."""
    secret = tools.tokens.read(PURPOSE, waited[-1]["link"].rpartition("/")[2])
    here = (LinkRequest.link_sha256 == fingerprint(secret)) & LinkRequest.signature_id.is_not(None)
    request = session.scalar(select(LinkRequest).where(here))
    if request is None:
        return None
    request.expires_at = now + LINK_LIFE
    return {**waited[-1], "link": again(waited[-1]["link"], tools.tokens.issue(PURPOSE, secret))}


def find_request(session: Session, secret: bytes, *, hold: bool = False, now: datetime) -> LinkRequest:
    """Return what a mailed link leads to, held against others if asked. Raises NoSuchRequest."""
    found = select(LinkRequest).where(LinkRequest.link_sha256 == fingerprint(secret), LinkRequest.expires_at > now)
    request = session.scalar(found.with_for_update() if hold else found)
    if request is None or request.signature_id is None:
        raise NoSuchRequest
    return request


def open_link(session: Session, request: LinkRequest, secret: bytes) -> bytes:
    """Return the secret of a new private link; pressing twice gives the same one."""
    private_link = derived(secret, b"signature")
    link = {"signature_id": request.signature_id, "link_sha256": fingerprint(private_link)}
    insert_once(session, SignatureLink, link)
    return private_link


def open_recalls(session: Session) -> int:
    """Return how many recalls wait."""
    return session.scalar(select(func.count()).select_from(Recall).where(Recall.settled_at.is_(None))) or 0


def find_recalls(session: Session, limit: int) -> list[tuple[Recall, Delivery, str]]:
    """Return recalls with their delivery and the letter's name, open ones first, then the newest."""
    rows = session.execute(
        select(Recall, Delivery, Letter.slug)
        .join(Delivery, Delivery.id == Recall.delivery_id)
        .join(Letter, Letter.id == Delivery.letter_id)
        .order_by(Recall.settled_at.is_not(None), Recall.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def notice_superseded(database: Database, now: datetime) -> None:
    """Recall what carries names that were narrowed by signing again; the worker does this every few minutes."""
    with database.read() as session:
        waiting = bool(superseded_deliveries(session))
    if waiting:
        with database.write() as session:
            recall_superseded(session, now.date())


def settle(session: Session, number: int, by: Staff, *, now: datetime) -> None:
    """Note that the recipient was told; twice changes nothing. Raises NoSuchRecall."""
    recall = session.get(Recall, number, with_for_update=True)
    if recall is None:
        raise NoSuchRecall
    if recall.settled_at is None:
        recall.settled_at, recall.officer_id = now, by.id
        write_log(session, by, "recalled", f"delivery:{recall.delivery_id}", {"place": recall.place}, now=now)


def _follow(
    session: Session, receipt: Receipt, before: str, use: Use, keys: Keys, journal: Path, *, now: datetime
) -> None:
    """Let everything follow that a changed use means: recalls, sealing what stood before, the journal."""
    number = receipt.signature.id
    if narrows(before, use.visibility):
        recall_deliveries(session, number, now.date())
    conceal(session, number, keys)
    if before != use.visibility:
        write_links(journal, use.visibility, links_of(session, number), now.date())


def _note_readers(session: Session, row: Signatory, *, wider: bool, now: datetime) -> None:
    """Let the journal know that other governments may read a withheld name: which ones stays sealed."""
    if row.visibility == "withheld":
        write_act_on(session, READERS, row.signature_id, {"entry": readers_mark(row)}, gives=wider, now=now)


def _bare(entry: Entry) -> Entry:
    """Return an entry without its consents, which a public one does not keep, and only the recipients it uses."""
    return replace(entry, consents=(), recipients=entry.recipients if entry.visibility == "withheld" else ())
