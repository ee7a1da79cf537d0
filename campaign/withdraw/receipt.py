"""What a signatory may read of their own signature: the receipt, and everything that is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.confirm.anew import is_overtaken, signed_anew
from campaign.confirm.models import AskedAnew, Signatory, Signature, SignatureLink
from campaign.confirm.service import ADDRESS_CONTEXT, links_of, unlock_for_owner
from campaign.deliver.life import was_sent
from campaign.document.models import Delivery, DeliveryLine
from campaign.letter.kinds import asked_fields
from campaign.letter.models import Letter, LetterText
from campaign.letter.rules import Kind
from campaign.letter.service import embargo_over
from campaign.package.models import Package
from campaign.package.packages import prove
from campaign.review.queue import open_entry
from campaign.roll.service import entry_of
from campaign.seal.boxes import CannotOpen
from campaign.seal.keys import Keys
from campaign.seal.locks import fingerprint
from campaign.sign.models import Intent
from campaign.sign.rules import NEEDED, Entry
from campaign.verify.disputes import open_dispute
from campaign.verify.models import Dispute, Notice, Verification
from campaign.verify.rules import TWO_REVIEWERS
from campaign.withdraw.models import LinkRequest

TO_ALL = {"country": "all addressees"}


class NoSuchSignature(Exception):
    """The link is genuine, but the signature is no longer here: it was withdrawn."""


@dataclass(frozen=True)
class SignatureReceipt:
    """What a signatory sees of their own signature; `entry` is None if neither link nor key opens it.

    `waits` says whether a material change has overtaken what they signed; `anew` are later texts they have signed.
    """

    signature: Signature
    signatory: Signatory
    letter: Letter
    text: LetterText
    verification: Verification | None
    waits: bool
    entry: Entry | None
    notice: Notice | None = None
    dispute: Dispute | None = None
    anew: Sequence[tuple[LetterText, datetime]] = ()

    @property
    def hidden(self) -> bool:
        """Say whether a dispute keeps the entry off the list until the desk decides."""
        level = self.verification.level if self.verification else None
        return self.dispute is not None and self.dispute.hidden and level is not None and level < TWO_REVIEWERS

    @property
    def listed_from(self) -> date | None:
        """Return the day from which an accepted entry is listed, None if it does not wait."""
        if self.notice is None or self.notice.over_at or not self.verification:
            return None
        return self.notice.waits_until.date() if (self.verification.level or 0) < TWO_REVIEWERS else None

    @property
    def forgotten(self) -> bool:
        """Say whether retention has deleted the name: the signature still counts, without saying whose it is."""
        return self.signatory.sealed_entry == b""


@dataclass(frozen=True)
class CarryingDelivery:
    """A document that carries a signatory: the place in it, its package if it has one, the entry that was printed."""

    delivery: Delivery
    place: str
    package: Package | None
    row: Signatory
    level: int | None


def find_signature_receipt(
    session: Session, secret: bytes, keys: Keys | None, *, lock: bool = False
) -> SignatureReceipt:
    """Return the signature behind a private link; `lock` locks its row. Raises NoSuchSignature.

    The link itself opens an entry that was locked under it; another one needs the campaign's key on this machine.
    """
    mine = (
        select(Signature)
        .join(SignatureLink, SignatureLink.signature_id == Signature.id)
        .where(SignatureLink.link_sha256 == fingerprint(secret))
    )
    signature = session.scalar(mine.with_for_update(of=Signature) if lock else mine)
    row = _standing(session, signature) if signature else None
    if signature is None or row is None:
        raise NoSuchSignature
    return SignatureReceipt(
        signature,
        *row,
        entry=_own_entry(row[0], secret, keys),
        notice=session.get(Notice, row[0].id),
        dispute=open_dispute(session, signature.id),
        anew=signed_anew(session, signature.id),
    )


def address_of(signature: Signature, keys: Keys | None) -> str | None:
    """Return the address, None if it is deleted or no key on this machine opens it."""
    try:
        return keys.opener.open(signature.sealed_address, ADDRESS_CONTEXT).decode() if keys else None
    except CannotOpen:
        return None


def everything_stored(
    session: Session, receipt: SignatureReceipt, keys: Keys | None, *, now: datetime
) -> dict[str, Any]:
    """Return all that is stored of a signatory, for them to keep (GDPR Art. 15 and 20), as JSON values.

    It says that the desk has notes and does not quote them: they may speak of others (Art. 15 (4)).
    """
    signature, text = receipt.signature, receipt.text
    address = address_of(signature, keys)
    return {
        "letter": {"name": receipt.letter.slug, "title": text.title, **_text(text)},
        "signed_on": signature.signed_on.isoformat(),
        "address": address or ("sealed; no key here opens it" if signature.sealed_address else "erased"),
        "address_index": signature.address_index.hex(),
        "domain_index": signature.domain_index.hex() if signature.domain_index else None,
        "entries": [_entry(session, row, receipt, keys) for row in _entries(session, signature)],
        "private_links": len(links_of(session, signature.id)),
        "unconfirmed": _count(session, Intent, Intent.address_index == signature.address_index),
        "signed_anew": [_text(text) | {"signed_at": at.isoformat()} for text, at in receipt.anew],
        "asked_anew": _count(session, AskedAnew, AskedAnew.signature_id == signature.id),
        "links_asked_for": _count(session, LinkRequest, LinkRequest.signature_id == signature.id),
        "deliveries": _delivered(session, receipt, keys, now=now),
        "disputed": _disputed(session.get(Dispute, signature.id)),
    }


def deliveries_of(
    session: Session, signature: Signature, *, now: datetime, sent_too: bool = False
) -> list[CarryingDelivery]:
    """Return every document that carries a signature, the oldest first; none while the letter is under embargo.

    `sent_too` adds those that were sent under an embargo: people who ask what is stored of them have a right to know
    who received it (GDPR Art. 15(1)(c)).
    """
    shown = embargo_over(now) | was_sent(queued=True) if sent_too else embargo_over(now)
    rows = session.execute(
        select(Delivery, DeliveryLine.place, Package, Signatory, Verification.level)
        .join(DeliveryLine, DeliveryLine.delivery_id == Delivery.id)
        .join(Signatory, Signatory.id == DeliveryLine.signatory_id)
        .outerjoin(Package, Package.delivery_id == Delivery.id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .join(Letter, Letter.id == Delivery.letter_id)
        .where(Signatory.signature_id == signature.id, shown)
        .order_by(Delivery.printed_on, Delivery.id)
    )
    return [CarryingDelivery(*row) for row in rows]


def _text(text: LetterText) -> dict[str, Any]:
    return {"language": text.language, "version": text.version, "sha256": text.sha256}


def _delivered(
    session: Session, receipt: SignatureReceipt, keys: Keys | None, *, now: datetime
) -> list[dict[str, Any]]:
    """Return the same documents as JSON values, each with a proof that the signatory stands in its list."""
    proofs: dict[tuple[bytes, int], dict[str, Any]] = {}  # packages can share a list: walk its tree once
    listed = []
    for one in deliveries_of(session, receipt.signature, now=now, sent_too=True):
        entry = entry_of(one.row, one.row.id, one.level or 0) if one.row.name else None
        proof = None
        if one.package is not None and keys is not None:
            key = (one.package.merkle_root, one.row.id)
            if key not in proofs:
                proofs[key] = prove(one.package, one.place, entry, keys.index_key)
            proof = proofs[key] | {"reference": one.package.reference}
        listed.append(
            {
                "reference": one.delivery.reference,
                **(receipt.letter.recipient_fields(one.delivery.country) if one.delivery.country else TO_ALL),
                "language": one.delivery.language,
                "printed_on": one.delivery.printed_on.isoformat(),
                "in_the_annex": one.delivery.annex,
                "place": one.place,
                "proof": proof,
            }
        )
    return listed


def _standing(
    session: Session, signature: Signature
) -> tuple[Signatory, Letter, LetterText, Verification | None, bool] | None:
    row = session.execute(
        select(Signatory, Letter, LetterText, Verification, is_overtaken())
        .join(Letter, Letter.id == Signatory.letter_id)
        .join(LetterText, LetterText.id == Signatory.letter_text_id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(Signatory.signature_id == signature.id, Signatory.stands)
    ).first()
    return (row[0], row[1], row[2], row[3], row[4]) if row else None


def _own_entry(signatory: Signatory, secret: bytes, keys: Keys | None) -> Entry | None:
    try:
        return unlock_for_owner(secret, signatory.owner_entry or b"")
    except CannotOpen:
        return open_entry(signatory, keys)


def _entries(session: Session, signature: Signature) -> list[Signatory]:
    rows = select(Signatory).where(Signatory.signature_id == signature.id).order_by(Signatory.id)
    return list(session.scalars(rows))


def _entry(session: Session, row: Signatory, receipt: SignatureReceipt, keys: Keys | None) -> dict[str, Any]:
    entry = receipt.entry if row.stands else open_entry(row, keys)
    said = _said(entry, receipt.letter.kinds) if entry else {"sealed": bool(row.sealed_entry)}
    verification = session.get(Verification, row.id)
    return {
        **said,
        "kind": row.kind,
        "country": row.country,
        "visibility": row.visibility,
        "consents": NEEDED[row.visibility],
        "consent_sha256": row.consent_sha256,
        "confirmed_at": row.confirmed_at.isoformat(),
        "stands": row.stands,
        "held_for": row.held_for,
        "checked": _checked(verification) if verification else None,
        "notice": _noticed(session.get(Notice, row.id)),
    }


def _said(entry: Entry, kinds: Sequence[Kind]) -> dict[str, Any]:
    own = {"kind": entry.kind, "name": entry.name, "latin_name": entry.latin_name, "country": entry.country}
    beside = {**dict.fromkeys(asked_fields(kinds), ""), **entry.said}
    return {
        **own,
        **beside,
        "visibility": entry.visibility,
        "consents": entry.consents,
        "recipients": entry.recipients,
    }


def _checked(verification: Verification) -> dict[str, Any]:
    return {
        "outcome": verification.outcome,
        "level": verification.level,
        "method": verification.method,
        "reason": verification.reason,
        "decided_at": verification.decided_at.isoformat(),
        "desk_keeps_a_note": bool(verification.note),
    }


def _noticed(notice: Notice | None) -> dict[str, Any] | None:
    """Say whether the member was told at their parliament's address, and when the entry is listed."""
    if notice is None:
        return None
    return {
        "roster_member": notice.roster_member_id,
        "sent_at": None if notice.unsent_for else notice.noticed_at.isoformat(),
        "unsent_for": notice.unsent_for,
        "listed_from": notice.waits_until.isoformat(),
        "disputed_at": notice.disputed_at.isoformat() if notice.disputed_at else None,
    }


def _disputed(dispute: Dispute | None) -> dict[str, Any] | None:
    """Return when and from which origin the entry was disputed, and whether the desk has settled it."""
    if dispute is None:
        return None
    return {
        "at": dispute.disputed_at.isoformat(),
        "by": dispute.origin,
        "hides": dispute.hidden,
        "settled_at": dispute.settled_at.isoformat() if dispute.settled_at else None,
    }


def _count(session: Session, model: type, condition: Any) -> int:
    return session.scalar(select(func.count()).select_from(model).where(condition)) or 0
