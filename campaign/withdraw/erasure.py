"""Erase a signature, or seal what was public of it: at once, and again after a backup was restored."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session, aliased

from campaign.confirm.models import AskedAnew, Signatory, Signature, SignatureLink, SignedAnew
from campaign.confirm.service import columns_of, conceal_earlier
from campaign.document.models import Delivery, DeliveryLine
from campaign.letter.models import Letter
from campaign.review.queue import open_entry
from campaign.seal.keys import Keys
from campaign.sign.models import Intent
from campaign.sign.rules import NEEDED, Entry, consent_hash
from campaign.storage.journal import ERASED, Act, LinkLine, mark, mark_of
from campaign.storage.statements import insert_once, table_of
from campaign.verify.models import Dispute, Verification
from campaign.withdraw.models import LinkRequest, Recall, Withdrawal
from campaign.withdraw.rules import narrows

READERS = "readers"  # kind of a journal line: which recipients may read a withheld name
UNLOADED = {"synchronize_session": False}


def erase(session: Session, signature: Signature, on: date) -> None:
    """Erase a signature and all that belongs to it; the desk learns which deliveries carry the name."""
    recall_deliveries(session, signature.id, on)
    withdrawal = {"signature_id": signature.id, "letter_id": signature.letter_id, "withdrawn_on": on}
    insert_once(session, Withdrawal, withdrawal)  # SQLite may reuse the number of an erased signature
    entries = select(Signatory.id).where(Signatory.signature_id == signature.id).scalar_subquery()
    for statement in (  # rows that point at others come first: the database checks each foreign key
        delete(Verification).where(Verification.signatory_id.in_(entries)),
        delete(Dispute).where(Dispute.signature_id == signature.id),
        delete(AskedAnew).where(AskedAnew.signature_id == signature.id),
        delete(SignedAnew).where(SignedAnew.signature_id == signature.id),
        delete(LinkRequest).where(LinkRequest.signature_id == signature.id),
        delete(SignatureLink).where(SignatureLink.signature_id == signature.id),
        delete(Signatory).where(Signatory.signature_id == signature.id),
        delete(Intent).where(Intent.address_index == signature.address_index),
        delete(Signature).where(Signature.id == signature.id),
    ):
        session.execute(statement, execution_options=UNLOADED)


def recall_deliveries(session: Session, signature_id: int, on: date) -> None:
    """Open a recall for each document that carries the name, with the place in it; delete the lines themselves."""
    mine = select(Signatory.id).where(Signatory.signature_id == signature_id)
    session.execute(mine.with_for_update())  # or an officer could print the name between the SELECT and the DELETE
    entries = mine.scalar_subquery()
    lines = select(DeliveryLine.delivery_id, DeliveryLine.place).where(DeliveryLine.signatory_id.in_(entries))
    recalls = [
        {"delivery_id": delivery, "place": place, "withdrawn_on": on} for delivery, place in session.execute(lines)
    ]
    if recalls:
        session.connection().execute(insert(table_of(Recall)), recalls)
        session.execute(
            delete(DeliveryLine).where(DeliveryLine.signatory_id.in_(entries)), execution_options=UNLOADED
        )


def superseded_deliveries(session: Session) -> list[int]:
    """Return the signatures with a delivered entry whose newer entry shows the name to fewer people."""
    standing = aliased(Signatory)
    shown = or_(
        ~Delivery.annex & (standing.visibility != "public"), Delivery.annex & (standing.visibility == "counted")
    )
    found = (
        select(standing.signature_id)
        .join(Signatory, Signatory.signature_id == standing.signature_id)
        .join(DeliveryLine, DeliveryLine.signatory_id == Signatory.id)
        .join(Delivery, Delivery.id == DeliveryLine.delivery_id)
        .where(standing.stands, ~Signatory.stands, shown)
        .distinct()
    )
    return list(session.scalars(found))


def recall_superseded(session: Session, on: date) -> None:
    """Open recalls for the documents that carry such an entry: the room confirm may not know of documents."""
    for number in superseded_deliveries(session):
        recall_deliveries(session, number, on)


def conceal(session: Session, signature_id: int, keys: Keys) -> None:
    """Seal the plain columns of superseded entries if the standing one is not public."""
    stands = select(Signatory.visibility).where(Signatory.signature_id == signature_id, Signatory.stands)
    if session.scalars(stands).one() != "public":
        conceal_earlier(session, signature_id, keys)


def overwrite_entry(session: Session, row: Signatory, entry: Entry, secret: bytes | None, keys: Keys) -> None:
    """Write an entry over a standing row, which keeps its number and its verification."""
    for name, value in columns_of(entry, secret, keys, _addressee(session, row)).items():
        setattr(row, name, value)
    session.flush()


def replay(session: Session, lines: Iterable[LinkLine], keys: Keys) -> dict[str, int]:
    """Repeat the withdrawals and narrowings in the journal since a backup; a second time changes nothing."""
    newest = {line.mark: (position, line) for position, line in enumerate(lines)}
    found: dict[int, tuple[int, LinkLine]] = {}
    links = session.execute(select(SignatureLink.signature_id, SignatureLink.link_sha256)) if newest else ()
    for signature_id, link in links:
        entry = newest.get(mark(link))
        # A signature can have several links, each with lines of its own: the last line counts.
        if entry and (signature_id not in found or entry[0] > found[signature_id][0]):
            found[signature_id] = entry
    done = {"erased": 0, "concealed": 0}
    for signature_id, (_position, line) in found.items():
        if line.kind == ERASED:
            erase(session, session.get_one(Signature, signature_id), line.on)
            done["erased"] += 1
        else:
            done["concealed"] += _narrow_again(session, signature_id, line, keys)
    return done


def narrow_readers(session: Session, signature_id: int, act: Act, keys: Keys) -> bool:
    """Let no government read a withheld name whose readers have changed since the backup: the new choice is lost.

    If no key here opens the entry, it is only counted from now on. Return whether anything changed.
    """
    row = session.scalars(select(Signatory).where(Signatory.signature_id == signature_id, Signatory.stands)).one()
    if row.visibility != "withheld" or not row.sealed_entry or act.details["entry"] == readers_mark(row):
        return False
    entry = open_entry(row, keys)
    if entry is not None and not entry.recipients:
        return False
    _narrow_use(session, row, "withheld" if entry else "counted", None, keys)
    recall_deliveries(session, signature_id, act.at.date())
    return True


def readers_mark(row: Signatory) -> str:
    """Return the mark by which the journal knows the sealed entry: each change of its readers seals it anew."""
    return mark_of("entry", row.sealed_entry or b"")


def _narrow_again(session: Session, signature_id: int, line: LinkLine, keys: Keys) -> bool:
    """Change the use of a name to the journal's, if that shows it to fewer people."""
    row = session.scalars(select(Signatory).where(Signatory.signature_id == signature_id, Signatory.stands)).one()
    if not narrows(row.visibility, line.kind):
        return False
    _narrow_use(session, row, line.kind, None, keys)
    recall_deliveries(session, signature_id, line.on)
    conceal(session, signature_id, keys)
    return True


def _narrow_use(session: Session, row: Signatory, visibility: str, secret: bytes | None, keys: Keys) -> None:
    """Narrow the use of a row's name. An entry that no key opens stays sealed, and the row's column says the use."""
    entry = open_entry(row, keys)
    if entry is None:
        agreed = consent_hash(NEEDED[visibility], _addressee(session, row))
        row.visibility, row.consent_sha256 = visibility, agreed
        session.flush()
        return
    narrower = replace(entry, visibility=visibility, consents=NEEDED[visibility], recipients=())
    overwrite_entry(session, row, narrower, secret, keys)


def _addressee(session: Session, row: Signatory) -> str:
    """Return to whom the letter goes, which decides what was agreed to."""
    return session.get_one(Letter, row.letter_id).addressee
