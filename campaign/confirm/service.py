"""Turn an intent into a signature, once."""

from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory, Signature, SignatureLink
from campaign.confirm.rules import Proof, typed_code
from campaign.letter.models import Letter, LetterText
from campaign.letter.rules import is_open
from campaign.names.sorting import sort_key
from campaign.seal.keys import Keys
from campaign.seal.locks import derived, fingerprint, lock, unlock
from campaign.sign.models import Intent
from campaign.sign.rules import CODE_TRIES, Entry, consent_hash
from campaign.sign.service import LOCK_CONTEXT, LetterClosed, code_fingerprint
from campaign.storage.statements import insert_once

ADDRESS_CONTEXT = b"address"
ENTRY_CONTEXT = b"entry"
OWNER_CONTEXT = b"owner"
PLAIN = ("name", "latin_name", "office", "legislature", "constituency", "party", "affiliation", "community")


class NoSuchIntent(Exception):
    """The link is genuine, but what it led to is gone: confirmed long ago, expired, or withdrawn."""


@dataclass(frozen=True)
class Opened:
    """An intent opened with its own link."""

    entry: Entry
    address: str


def find_intent(session: Session, secret: bytes, *, hold: bool = False) -> Intent:
    """Return the intent a link leads to, held against others if asked. Raises NoSuchIntent."""
    found = select(Intent).where(Intent.link_sha256 == fingerprint(secret))
    intent = session.scalar(found.with_for_update() if hold else found)
    if intent is None:
        raise NoSuchIntent
    return intent


def open_intent(intent: Intent, secret: bytes) -> Opened:
    """Return what was typed; only the link's own secret opens it."""
    address, _newline, entry = unlock(secret, LOCK_CONTEXT, intent.locked).partition(b"\n")
    return Opened(Entry.from_bytes(entry), address.decode())


def is_confirmed(session: Session, intent: Intent) -> bool:
    """Say whether this intent has become a signature already."""
    return session.scalar(select(Signatory.id).where(Signatory.intent_id == intent.id)) is not None


def has_browser(intent: Intent, browser: bytes | None) -> bool:
    """Say whether this is the browser that signed."""
    return browser is not None and compare_digest(fingerprint(browser), intent.browser_sha256)


def prove(intent: Intent, secret: bytes, browser: bytes | None, typed: str) -> Proof:
    """Weigh what was brought, and count a wrong code; what is no code at all costs no try.

    Five wrong codes close the code for good; the browser that signed can still confirm.
    """
    if has_browser(intent, browser):
        return Proof.BROWSER
    code = typed_code(typed)
    if code is None:
        return Proof.NOTHING
    if intent.code_tries < CODE_TRIES and compare_digest(code_fingerprint(secret, code), intent.code_sha256):
        return Proof.CODE
    intent.code_tries = min(intent.code_tries + 1, CODE_TRIES)
    return Proof.WRONG_CODE


def confirm_address(session: Session, intent: Intent, secret: bytes, keys: Keys, *, now: datetime) -> bytes:
    """Turn an intent into a signature; asking twice changes nothing. Return the secret of its private link.

    An address that had signed before keeps one signature: the newest entry stands, the earlier is superseded.
    Raises LetterClosed if the letter stopped accepting signatures before `now`.
    """
    private_link = derived(secret, b"signature")
    if is_confirmed(session, intent):
        return private_link
    text = session.get_one(LetterText, intent.letter_text_id)
    letter = session.get_one(Letter, text.letter_id)
    if not is_open(letter.opens_on, letter.closes_on, now.date()):
        raise LetterClosed
    opened = open_intent(intent, secret)
    signature_id = _signature(session, letter, intent, opened, keys, now=now)
    session.execute(
        update(Signatory).where(Signatory.signature_id == signature_id, Signatory.stands).values(stands=False)
    )
    signatory = _signatory(text, opened.entry, private_link, keys, now=now)
    signatory.signature_id, signatory.intent_id = signature_id, intent.id
    session.add(signatory)
    session.add(SignatureLink(signature_id=signature_id, link_sha256=fingerprint(private_link)))
    session.flush()
    return private_link


def _signature(
    session: Session, letter: Letter, intent: Intent, opened: Opened, keys: Keys, *, now: datetime
) -> int:
    """Return the row of this address's one signature, inserting it if it is the first; then hold it."""
    insert_once(
        session,
        Signature,
        {
            "letter_id": letter.id,
            "address_index": intent.address_index,
            "sealed_address": keys.sealer.seal(opened.address.encode(), ADDRESS_CONTEXT),
            "signed_on": now.date(),
        },
    )
    row = select(Signature.id).where(
        Signature.letter_id == letter.id, Signature.address_index == intent.address_index
    )
    return session.scalars(row.with_for_update()).one()


def _signatory(text: LetterText, entry: Entry, private_link: bytes, keys: Keys, *, now: datetime) -> Signatory:
    """Lay an entry out in columns: plainly if it is public, sealed if it is not."""
    public = entry.visibility == "public"
    plain = {name: getattr(entry, name) or None if public else None for name in PLAIN}
    raw = entry.to_bytes()
    return Signatory(
        signature_id=0,  # the caller knows which
        letter_id=text.letter_id,
        letter_text_id=text.id,
        intent_id=None,
        stands=True,
        kind=entry.kind,
        country=entry.country,
        visibility=entry.visibility,
        sort_key=sort_key(entry.name) if public else b"",
        sealed_entry=None if public else keys.sealer.seal(raw, ENTRY_CONTEXT),
        owner_entry=None if public else lock(private_link, OWNER_CONTEXT, raw),
        consent_sha256=consent_hash(entry.consents),
        confirmed_at=now,
        **plain,
    )
