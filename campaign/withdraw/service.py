"""Change a signature or the use of its name, withdraw it, send its link again, settle recalls."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.confirm.anew import last_signed
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
from campaign.sign.gather import with_token
from campaign.sign.rules import NEEDED, Entry, consent_hash
from campaign.sign.service import Link, bar_indexes, bar_mailbox, code_fingerprint, is_barred
from campaign.storage.database import Database
from campaign.storage.journal import ERASED, write_links
from campaign.storage.statements import insert_once
from campaign.verify.notices import reopen_for_notice
from campaign.web.staff import Staff
from campaign.web.toolbox import Toolbox
from campaign.withdraw.erasure import (
    READERS,
    conceal,
    erase,
    overwrite_entry,
    readers_mark,
    recall_deliveries,
    recall_superseded,
    superseded_deliveries,
)
from campaign.withdraw.models import LinkRequest, Recall
from campaign.withdraw.receipt import SignatureReceipt, address_of, find_signature_receipt
from campaign.withdraw.rules import LINK_LIFE, PURPOSE, narrows


class EntrySealed(Exception):
    """Neither the link nor a key here opens the entry: its name cannot be shown to more people, only replaced."""


class AddressNeeded(Exception):
    """No key on this machine opens the address, and the visitor typed none or another one."""


class NoSuchRequest(Exception):
    """The mailed link is genuine, but its request has expired, or the signature was withdrawn."""


class NoSuchRecall(Exception):
    """There is no such recall."""


@dataclass(frozen=True)
class NameUse:
    """How a name may be used, and which governments may read it if it is withheld."""

    visibility: str
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinkRequester:
    """A visitor who asks for a link again: where the mail would go, from which browser, in which language."""

    address: Address
    browser: bytes
    language: str
    official: bool = False


def replace_entry(
    session: Session, secret: bytes, entry: Entry, keys: Keys, journal: Path, *, now: datetime
) -> None:
    """Put a corrected entry in place of the standing one; the desk checks it again. The same entry changes nothing.

    Raises NoSuchSignature.
    """
    receipt = find_signature_receipt(session, secret, keys, lock=True)
    if receipt.entry is not None and _comparable(receipt.entry) == _comparable(entry):
        return
    receipt.signatory.stands = False
    session.flush()  # first: a unique index allows one standing entry for each signature
    row = {
        **columns_of(entry, secret, keys, receipt.letter.addressee),
        "established": receipt.letter.kind(entry.kind).established,
        "signature_id": receipt.signature.id,
        "letter_id": receipt.letter.id,
        "letter_text_id": last_signed(session, receipt.signatory).id,
        "intent_id": None,
        "stands": True,
        "confirmed_at": now,
        "held_for": receipt.signatory.held_for or ("name" if doubts(entry.name) else None),
        "likely": receipt.signatory.likely,
    }
    number = session.connection().execute(insert(SIGNATORY).returning(SIGNATORY.c.id), row).scalar_one()
    write_act_on(session, REPLACED, receipt.signature.id, {"entry": number}, now=now)
    _apply_consequences(
        session, receipt, receipt.signatory.visibility, NameUse(entry.visibility), keys, journal, now=now
    )


def change_use(session: Session, secret: bytes, use: NameUse, keys: Keys, journal: Path, *, now: datetime) -> None:
    """Change the use of a name; the desk's decision stays, unless a member must be told first.

    Raises NoSuchSignature, and EntrySealed if a wider use needs an entry that nothing here opens.
    """
    receipt = find_signature_receipt(session, secret, keys, lock=True)
    row, entry, before = receipt.signatory, receipt.entry, receipt.signatory.visibility
    if entry is not None:
        consents = NEEDED[use.visibility]
        entry = replace(entry, visibility=use.visibility, recipients=use.recipients, consents=consents)
        earlier = set(receipt.entry.recipients) if receipt.entry and before == "withheld" else set[str]()
        overwrite_entry(session, row, entry, secret, keys)
        _note_readers(session, row, wider=before != "public" and earlier <= set(use.recipients), now=now)
        if narrows(use.visibility, before):
            reopen_for_notice(session, row)
    elif use.visibility == "counted":
        row.visibility, row.consent_sha256 = "counted", consent_hash(NEEDED["counted"], receipt.letter.addressee)
        session.flush()
    else:
        raise EntrySealed
    _apply_consequences(session, receipt, before, use, keys, journal, now=now)


def withdraw_signature(session: Session, secret: bytes, journal: Path, *, now: datetime) -> None:
    """Erase a signature and all that belongs to it. Raises NoSuchSignature if it is gone already.

    The journal is on the disk before the transaction can commit. A crash between the two erases a signature that
    still stands, when a backup is restored; the other order could bring an erased one back.
    """
    erase_signature(session, find_signature_receipt(session, secret, None, lock=True).signature, journal, now=now)


def erase_signature(session: Session, signature: Signature, journal: Path, *, now: datetime) -> None:
    """Erase a signature as `withdraw_signature` does; the caller has found its owner otherwise, and locked its row."""
    links = links_of(session, signature.id)
    erase(session, signature, now.date())
    write_links(journal, ERASED, links, now.date())


def disown(
    session: Session, secret: bytes, typed: Address | None, keys: Keys, journal: Path, *, now: datetime
) -> None:
    """Erase a signature that a stranger made with the owner's address, and never write to that address again.

    Raises NoSuchSignature, and AddressNeeded if the owner must type the address, or typed another one.
    """
    signature = find_signature_receipt(session, secret, None, lock=True).signature
    if signature.sealed_address:
        known = address_of(signature, keys)
        address = accept_address(known) if known else typed
        slug = session.get_one(Letter, signature.letter_id).slug
        if address is None or address_index(keys.index_key, slug, address.key) != signature.address_index:
            raise AddressNeeded
        bar_mailbox(session, keys.index_key, address, now=now)
    withdraw_signature(session, secret, journal, now=now)


def ask_links(
    session: Session, wanted: list[tuple[Letter, Link]], requester: LinkRequester, keys: Keys, *, now: datetime
) -> None:
    """Record that a visitor asks for their link, and queue a mail for each letter.

    Rows and work are the same whether or not the address has signed, so that neither the answer nor its time tells;
    a mail to an address that has not signed is muted. A mailbox gets at most three of these mails a day, counted
    apart from other mails: a stranger who fills in forms with its address cannot use them up.
    """
    barred = is_barred(session, *bar_indexes(keys.index_key, requester.address))
    for letter, link in wanted:
        index = address_index(keys.index_key, letter.slug, requester.address.key)
        mine = select(Signature.id).where(Signature.letter_id == letter.id, Signature.address_index == index)
        request = LinkRequest(
            signature_id=session.scalar(mine),
            address_index=index,
            link_sha256=fingerprint(link.secret),
            code_sha256=b"",
            browser_sha256=fingerprint(requester.browser),
            code_tries=0,
            created_at=now,
            expires_at=now + LINK_LIFE,
        )
        code = f"{secrets.randbelow(1_000_000):06d}"  # also for an address that has not signed: the same work
        request.code_sha256 = code_fingerprint(link.secret, code)
        session.add(request)
        recipient = None if barred or request.signature_id is None else requester.address.written
        values = {"link": link.address, "code": code}
        place = place_for(keys.index_key, requester.address, LINKS, Crowd(requester.official), index)
        queue_mail(session, recipient, "sign/confirm", requester.language, values, place, now=now)
    session.flush()


def gather_links(
    tools: Toolbox, session: Session, waited: list[dict[str, str]], now: datetime
) -> dict[str, str] | None:
    """Return the values of a mail that waited: the newest of its links to one page, valid for 72 hours from now."""
    secret = tools.tokens.read(PURPOSE, waited[-1]["link"].rpartition("/")[2])
    here = (LinkRequest.link_sha256 == fingerprint(secret)) & LinkRequest.signature_id.is_not(None)
    request = session.scalar(select(LinkRequest).where(here))
    if request is None:
        return None
    request.expires_at = now + LINK_LIFE
    return {**waited[-1], "link": with_token(waited[-1]["link"], tools.tokens.issue(PURPOSE, secret))}


def find_request(session: Session, secret: bytes, *, lock: bool = False, now: datetime) -> LinkRequest:
    """Return the request behind a mailed link; `lock` locks its row. Raises NoSuchRequest."""
    found = select(LinkRequest).where(LinkRequest.link_sha256 == fingerprint(secret), LinkRequest.expires_at > now)
    request = session.scalar(found.with_for_update() if lock else found)
    if request is None or request.signature_id is None:
        raise NoSuchRequest
    return request


def open_link(session: Session, signature_id: int | None, secret: bytes) -> bytes:
    """Return the secret of a new private link; pressing the button twice gives the same one."""
    private_link = derived(secret, b"signature")
    link = {"signature_id": signature_id, "link_sha256": fingerprint(private_link)}
    insert_once(session, SignatureLink, link)
    return private_link


def open_recalls(session: Session) -> int:
    """Return how many recalls are open."""
    return session.scalar(select(func.count()).select_from(Recall).where(Recall.settled_at.is_(None))) or 0


def find_recalls(session: Session, limit: int) -> list[tuple[Recall, Delivery, Letter]]:
    """Return recalls with their delivery and its letter, open ones first, then the newest."""
    rows = session.execute(
        select(Recall, Delivery, Letter)
        .join(Delivery, Delivery.id == Recall.delivery_id)
        .join(Letter, Letter.id == Delivery.letter_id)
        .order_by(Recall.settled_at.is_not(None), Recall.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def recall_superseded_entries(database: Database, now: datetime) -> None:
    """Open recalls for names that a new signature shows to fewer people; the worker calls this every few minutes."""
    with database.read() as session:
        waiting = bool(superseded_deliveries(session))
    if waiting:
        with database.write() as session:
            recall_superseded(session, now.date())


def settle(session: Session, number: int, by: Staff, *, now: datetime) -> None:
    """Note that the recipient was told; a second time changes nothing. Raises NoSuchRecall."""
    recall = session.get(Recall, number, with_for_update=True)
    if recall is None:
        raise NoSuchRecall
    if recall.settled_at is None:
        recall.settled_at, recall.officer_id = now, by.id
        write_log(session, by, "recalled", f"delivery:{recall.delivery_id}", {"place": recall.place}, now=now)


def _apply_consequences(
    session: Session,
    receipt: SignatureReceipt,
    before: str,
    use: NameUse,
    keys: Keys,
    journal: Path,
    *,
    now: datetime,
) -> None:
    """Recall documents, seal earlier entries and write the journal, as a changed use of a name demands."""
    number = receipt.signature.id
    if narrows(before, use.visibility):
        recall_deliveries(session, number, now.date())
    conceal(session, number, keys)
    if before != use.visibility:
        write_links(journal, use.visibility, links_of(session, number), now.date())


def _note_readers(session: Session, row: Signatory, *, wider: bool, now: datetime) -> None:
    """Write to the journal that other governments may read a withheld name; which ones stays sealed."""
    if row.visibility == "withheld":
        write_act_on(session, READERS, row.signature_id, {"entry": readers_mark(row)}, gives=wider, now=now)


def _comparable(entry: Entry) -> Entry:
    """Return an entry to compare: without consents, which a public row does not keep, and recipients it does not use."""
    return replace(entry, consents=(), recipients=entry.recipients if entry.visibility == "withheld" else ())
