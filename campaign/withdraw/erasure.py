"""Erase a signature, or seal what was public of it: at once, and again after a backup was restored."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session, aliased

from campaign.confirm.models import Signatory, Signature, SignatureLink
from campaign.confirm.service import columns_of, conceal_earlier
from campaign.document.models import Delivery, DeliveryLine
from campaign.review.queue import open_entry
from campaign.seal.keys import Keys
from campaign.sign.models import Intent
from campaign.sign.rules import NEEDED, Entry, consent_hash
from campaign.storage.journal import ERASED, Act, LinkLine, mark, mark_of
from campaign.storage.statements import insert_once, table_of
from campaign.verify.models import Dispute, Verification
from campaign.withdraw.models import LinkRequest, Recall, Withdrawal
from campaign.withdraw.rules import narrows

READERS = "readers"  # which governments may read a withheld name, from then on
UNLOADED = {"synchronize_session": False}


def erase(session: Session, signature: Signature, on: date) -> None:
    """Erase a signature with everything that hangs on it; the desk learns which deliveries carry the name."""
    recall_deliveries(session, signature.id, on)
    withdrawal = {"signature_id": signature.id, "letter_id": signature.letter_id, "withdrawn_on": on}
    insert_once(session, Withdrawal, withdrawal)  # SQLite may have given an erased signature's number out again
    entries = select(Signatory.id).where(Signatory.signature_id == signature.id).scalar_subquery()
    for statement in (
        delete(Verification).where(Verification.signatory_id.in_(entries)),
        delete(Dispute).where(Dispute.signature_id == signature.id),
        delete(LinkRequest).where(LinkRequest.signature_id == signature.id),
        delete(SignatureLink).where(SignatureLink.signature_id == signature.id),
        delete(Signatory).where(Signatory.signature_id == signature.id),
        delete(Intent).where(Intent.address_index == signature.address_index),
        delete(Signature).where(Signature.id == signature.id),
    ):
        session.execute(statement, execution_options=UNLOADED)


def recall_deliveries(session: Session, signature_id: int, on: date) -> None:
    """Tell the desk of each document that carries the name, and where in it; forget the line itself."""
    mine = select(Signatory.id).where(Signatory.signature_id == signature_id)
    session.execute(mine.with_for_update())  # so that nobody prints the name between the reading and the deleting
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
    """Return the signatures whose owner has signed again, to be seen by fewer, since an entry was handed over."""
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
    """Tell the desk of the documents that carry such an entry: confirming lies up-stream of them and cannot."""
    for number in superseded_deliveries(session):
        recall_deliveries(session, number, on)


def conceal(session: Session, signature_id: int, keys: Keys) -> None:
    """Seal the plain columns of superseded entries when the one that stands is not public."""
    stands = select(Signatory.visibility).where(Signatory.signature_id == signature_id, Signatory.stands)
    if session.scalars(stands).one() != "public":
        conceal_earlier(session, signature_id, keys)


def lay_over(session: Session, row: Signatory, entry: Entry, secret: bytes | None, keys: Keys) -> None:
    """Write an entry over a row that stays in its place, with its verification."""
    for name, value in columns_of(entry, secret, keys).items():
        setattr(row, name, value)
    session.flush()


def replay(session: Session, lines: Iterable[LinkLine], keys: Keys) -> dict[str, int]:
    """Do again what the journal says happened since a backup; doing it twice changes nothing."""
    newest = {line.mark: (position, line) for position, line in enumerate(lines)}
    found: dict[int, tuple[int, LinkLine]] = {}
    links = session.execute(select(SignatureLink.signature_id, SignatureLink.link_sha256)) if newest else ()
    for signature_id, link in links:
        told = newest.get(mark(link))
        if told and (signature_id not in found or told[0] > found[signature_id][0]):
            found[signature_id] = told
    done = {"erased": 0, "concealed": 0}
    for signature_id, (_position, line) in found.items():
        if line.kind == ERASED:
            erase(session, session.get_one(Signature, signature_id), line.on)
            done["erased"] += 1
        else:
            done["concealed"] += _narrow(session, signature_id, line, keys)
    return done


def narrow_readers(session: Session, signature_id: int, act: Act, keys: Keys) -> bool:
    """Let no government read a withheld name whose readers were chosen anew since; the new choice is sealed and lost.

    Where no key here opens the entry, it is only counted from then on.
    """
    row = session.scalars(select(Signatory).where(Signatory.signature_id == signature_id, Signatory.stands)).one()
    if row.visibility != "withheld" or not row.sealed_entry or act.details["entry"] == readers_mark(row):
        return False
    entry = open_entry(row, keys)
    if entry is not None and not entry.recipients:
        return False
    _use(session, row, "withheld" if entry else "counted", None, keys)
    recall_deliveries(session, signature_id, act.at.date())
    return True


def readers_mark(row: Signatory) -> str:
    """Return by what the journal knows which sealed entry stood: it is sealed anew whenever its readers change."""
    return mark_of("entry", row.sealed_entry or b"")


def _narrow(session: Session, signature_id: int, line: LinkLine, keys: Keys) -> bool:
    """Use the name as the journal says, if that shows it to fewer."""
    row = session.scalars(select(Signatory).where(Signatory.signature_id == signature_id, Signatory.stands)).one()
    if not narrows(row.visibility, line.kind):
        return False
    _use(session, row, line.kind, None, keys)
    recall_deliveries(session, signature_id, line.on)
    conceal(session, signature_id, keys)
    return True


def _use(session: Session, row: Signatory, visibility: str, secret: bytes | None, keys: Keys) -> None:
    """Narrow a row's use; what no key here opens stays sealed as it is, and what it says of its use is past."""
    entry = open_entry(row, keys)
    if entry is None:
        row.visibility, row.consent_sha256 = visibility, consent_hash(NEEDED[visibility])
        session.flush()
        return
    narrower = replace(entry, visibility=visibility, consents=NEEDED[visibility], recipients=())
    lay_over(session, row, narrower, secret, keys)
