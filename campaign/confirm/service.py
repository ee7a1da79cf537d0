"""Turn an intent into a signature, once."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hmac import compare_digest
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory, Signature, SignatureLink
from campaign.confirm.rules import MailboxProof, typed_code
from campaign.letter.fields import desk_part, fields_json, filled_in, public_part
from campaign.letter.models import Letter, LetterText
from campaign.letter.standing import SUSPENDED, WITHDRAWN
from campaign.names.doubts import doubts
from campaign.names.folding import fold
from campaign.names.sorting import sort_key
from campaign.seal.indexes import domain_index
from campaign.seal.keys import Keys
from campaign.seal.locks import derived, fingerprint, lock, unlock
from campaign.sign.models import Intent
from campaign.sign.rules import CODE_TRIES, Entry, consent_hash
from campaign.sign.service import LAST_ACT, LOCK_CONTEXT, LetterClosed, code_fingerprint, counts_on
from campaign.storage.journal import ENDED, mark_of, write_act, write_links
from campaign.storage.statements import insert_once, table_of

ADDRESS_CONTEXT = b"address"
ENTRY_CONTEXT = b"entry"
OWNER_CONTEXT = b"owner"
SAID_CONTEXT = b"said"
SALT_BYTES = 16
REPLACED = "replaced"  # another entry of the same signatory stands from then on
SIGNATORY, LINK = table_of(Signatory), table_of(SignatureLink)
CLEAR = ("name", "latin_name", "said", "search_text")  # every column in which a public entry can be read


class NoSuchIntent(Exception):
    """The link is genuine, but its intent is gone: confirmed long ago, expired, or withdrawn."""


@dataclass(frozen=True)
class OpenedIntent:
    """An intent opened with its own link."""

    entry: Entry
    address: str


def find_intent(session: Session, secret: bytes, *, lock: bool = False) -> Intent:
    """Return the intent that a link leads to; with `lock`, lock its row. Raises NoSuchIntent."""
    found = select(Intent).where(Intent.link_sha256 == fingerprint(secret))
    intent = session.scalar(found.with_for_update() if lock else found)
    if intent is None:
        raise NoSuchIntent
    return intent


def open_intent(intent: Intent, secret: bytes) -> OpenedIntent:
    """Return what was typed, opened with the secret of its link."""
    address, _newline, entry = unlock(secret, LOCK_CONTEXT, intent.locked).partition(b"\n")
    return OpenedIntent(Entry.from_bytes(entry), address.decode())


def is_confirmed(session: Session, intent: Intent) -> bool:
    """Say whether this intent has become a signature already."""
    return session.scalar(select(Signatory.id).where(Signatory.intent_id == intent.id)) is not None


class CodedLink(Protocol):
    """A row that a mailed link leads to, with the code of the same mail."""

    code_sha256: bytes
    code_tries: int


class MailedLink(CodedLink, Protocol):
    """A mailed link that was asked for in a browser: an intent, or a lost private page."""

    browser_sha256: bytes


def has_browser(mailed: MailedLink, browser: bytes | None) -> bool:
    """Say whether this is the browser that asked for the mail."""
    return browser is not None and compare_digest(fingerprint(browser), mailed.browser_sha256)


def prove(mailed: MailedLink, secret: bytes, browser: bytes | None, typed: str) -> MailboxProof:
    """Return how the visitor shows that the mail is theirs; the browser that asked for it needs no code."""
    return MailboxProof.BROWSER if has_browser(mailed, browser) else prove_code(mailed, secret, typed)


def prove_code(mailed: CodedLink, secret: bytes, typed: str) -> MailboxProof:
    """Check a typed code, and count a wrong one; a text that is no code uses no try.

    After five wrong codes the code never works again. The caller must lock the row, so that guesses at
    the same moment all count.
    """
    code = typed_code(typed)
    if code is None:
        return MailboxProof.NOTHING
    if mailed.code_tries < CODE_TRIES and compare_digest(code_fingerprint(secret, code), mailed.code_sha256):
        return MailboxProof.CODE
    mailed.code_tries = min(mailed.code_tries + 1, CODE_TRIES)
    return MailboxProof.WRONG_CODE


@dataclass(frozen=True)
class SealedSignature:
    """What a signature will store, sealed before the transaction begins, so that the transaction is short."""

    letter: Letter
    keys: Keys
    sealed_address: bytes
    domain_index: bytes
    signatory: dict[str, Any]
    private_link: bytes


def seal_signature(
    intent: Intent, letter: Letter, text: LetterText, secret: bytes, keys: Keys, *, now: datetime
) -> SealedSignature:
    """Open an intent with its own link and seal what will be stored; write nothing.

    If the guard held the intent, or the name is odd, `held_for` gives the desk the reason. Raises NoSuchKind if the
    letter no longer asks for the visitor's kind.
    """
    opened, private_link = open_intent(intent, secret), derived(secret, b"signature")
    signatory = columns_of(opened.entry, private_link, keys, letter.addressee) | {
        "established": letter.kind(opened.entry.kind).established,
        "letter_id": text.letter_id,
        "letter_text_id": text.id,
        "stands": True,
        "confirmed_at": now,
        "held_for": intent.held_for or ("name" if doubts(opened.entry.name) else None),
        "likely": intent.likely,
    }
    return SealedSignature(
        letter=letter,
        keys=keys,
        sealed_address=keys.sealer.seal(opened.address.encode(), ADDRESS_CONTEXT),
        domain_index=domain_index(keys.index_key, letter.slug, opened.address.rpartition("@")[2]),
        signatory=signatory,
        private_link=private_link,
    )


def confirm_address(
    session: Session, intent: Intent, sealed: SealedSignature, journal: Path, *, now: datetime
) -> bytes:
    """Turn an intent into a signature; a second call changes nothing. Return the secret of its private link.

    An address that had signed before keeps one signature: the newest entry stands, the earlier is superseded. The
    erasure journal then keeps how the name may be used, so that a restored backup does not show it to more people.
    Raises LetterClosed if the letter is suspended or withdrawn; one that closed after the form was sent takes it.
    """
    if is_confirmed(session, intent):
        return sealed.private_link
    if session.connection().execute(LAST_ACT, {"letter": sealed.letter.id}).scalar() in (SUSPENDED, WITHDRAWN):
        raise LetterClosed
    connection, signature_id = session.connection(), _signature(session, intent, sealed, now=now)
    # The earlier entry steps down before the new one is inserted: a unique index allows one that stands.
    earlier = (SIGNATORY.c.signature_id == signature_id) & SIGNATORY.c.stands
    replaced = connection.execute(update(SIGNATORY).where(earlier).values(stands=False)).rowcount
    if replaced:
        if sealed.signatory["visibility"] != "public":
            conceal_earlier(session, signature_id, sealed.keys)
        write_links(journal, sealed.signatory["visibility"], links_of(session, signature_id), now.date())
    signatory = {**sealed.signatory, "signature_id": signature_id, "intent_id": intent.id}
    number = connection.execute(insert(SIGNATORY).returning(SIGNATORY.c.id), signatory).scalar_one()
    if replaced:
        write_act_on(session, REPLACED, signature_id, {"entry": number}, now=now)
    link = {"signature_id": signature_id, "link_sha256": fingerprint(sealed.private_link)}
    connection.execute(insert(LINK), link)
    return sealed.private_link


def links_of(session: Session, signature_id: int) -> list[bytes]:
    """Return the hash of each private link of a signature."""
    links = select(SignatureLink.link_sha256).where(SignatureLink.signature_id == signature_id)
    return list(session.scalars(links))


def write_act_on(
    session: Session,
    kind: str,
    signature_id: int,
    said: Mapping[str, Any] | None = None,
    *,
    gives: bool = False,
    now: datetime,
) -> None:
    """Write to the journal what was done to a signature, by its links: the database may give its number out again."""
    for link in links_of(session, signature_id):
        write_act(session, kind, mark_of("signature", link), said, gives=gives, now=now)


def _signature(session: Session, intent: Intent, sealed: SealedSignature, *, now: datetime) -> int:
    """Return the number of this address's one signature, inserted if it is the first, with its row locked."""
    values = {
        "letter_id": sealed.letter.id,
        "address_index": intent.address_index,
        "sealed_address": sealed.sealed_address,
        "signed_on": counts_on(sealed.letter, intent, now),
        "domain_index": sealed.domain_index,
    }
    insert_once(session, Signature, values)
    row = select(Signature.id).where(
        Signature.letter_id == sealed.letter.id, Signature.address_index == intent.address_index
    )
    # Two links of one address wait for each other here, so that each sees which entry stands (PostgreSQL).
    return session.scalars(row.with_for_update()).one()


def columns_of(entry: Entry, private_link: bytes | None, keys: Keys, addressee: str) -> dict[str, Any]:
    """Return the columns of a signatory: plain if the entry is public, sealed if not.

    A public entry seals the answers that only the desk may read. A sealed entry is also locked under its owner's
    private link, if the caller has it. The letter's `addressee` decides the words of the consents.
    """
    public, raw, rest = entry.visibility == "public", entry.to_bytes(), desk_part(entry.said)
    whole = public and not rest
    return {
        "kind": entry.kind,
        "country": entry.country,
        "visibility": entry.visibility,
        "sort_key": sort_key(entry.name) if public else b"",
        "sealed_entry": None if public else keys.sealer.seal(raw, ENTRY_CONTEXT),
        "owner_entry": None if whole or private_link is None else lock_for_owner(private_link, raw),
        "sealed_said": keys.sealer.seal(fields_json(rest).encode(), SAID_CONTEXT) if public and rest else None,
        "consent_sha256": consent_hash(entry.consents, addressee),
        "search_text": search_text(replace(entry, said=public_part(entry.said))) if public else None,
        "name": entry.name if public else None,
        "latin_name": entry.latin_name or None if public else None,
        "said": public_part(entry.said) if public else None,
    }


def search_text(entry: Entry) -> str:
    """Return all the text of an entry, folded for the desk's search."""
    return fold(" ".join((entry.name, entry.latin_name, *filled_in(entry.said).values())))


def lock_for_owner(private_link: bytes, raw: bytes) -> bytes:
    """Lock an entry under its owner's link. The nonce is fixed, so a salt gives each entry of a link its own key."""
    salt = secrets.token_bytes(SALT_BYTES)
    return salt + lock(derived(private_link, salt), OWNER_CONTEXT, raw)


def unlock_for_owner(private_link: bytes, locked: bytes) -> Entry:
    """Return the entry that `lock_for_owner` locked. Raises CannotOpen."""
    salt, rest = locked[:SALT_BYTES], locked[SALT_BYTES:]
    return Entry.from_bytes(unlock(derived(private_link, salt), OWNER_CONTEXT, rest))


def plain_entry(row: Signatory) -> Entry:
    """Return a public signatory's entry, without consents: of these only a hash is stored."""
    return Entry(
        kind=row.kind,
        name=row.name or "",
        latin_name=row.latin_name or "",
        country=row.country,
        visibility=row.visibility,
        consents=(),
        said=row.said or {},
    )


def conceal_earlier(session: Session, signature_id: int, keys: Keys) -> None:
    """Seal the superseded public entries of a signatory whose name is no longer public; the desk can still read them."""
    rows = session.scalars(
        select(Signatory).where(
            Signatory.signature_id == signature_id, ~Signatory.stands, Signatory.visibility == "public"
        )
    )
    for row in rows:
        conceal(row, keys)
    session.flush()


def conceal(row: Signatory, keys: Keys) -> None:
    """Move one public entry out of the plain columns into its seal."""
    entry = replace(plain_entry(row), visibility="withheld")
    row.visibility, row.sort_key = "withheld", b""
    row.sealed_entry = keys.sealer.seal(entry.to_bytes(), ENTRY_CONTEXT)
    for name in CLEAR:
        setattr(row, name, None)


def disown(session: Session, intent: Intent, *, now: datetime) -> None:
    """Erase an intent that a stranger typed with another person's address.

    A confirmed intent is left alone: its owner uses their private page.
    """
    if not is_confirmed(session, intent):
        session.execute(delete(Intent).where(Intent.id == intent.id))
        write_act(session, ENDED, mark_of("intent", intent.link_sha256), now=now)
