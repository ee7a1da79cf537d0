"""“This is not me”: said by a stranger, once and not in bulk, or from the address that a parliament publishes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.confirm.models import Signatory
from campaign.confirm.service import write_act_on
from campaign.guard.service import may_hide
from campaign.seal.locks import fingerprint
from campaign.seal.marks import name_hash
from campaign.storage.statements import insert_once
from campaign.verify.models import Dispute, Notice, Verification
from campaign.verify.rules import LISTED_LAWMAKER, OFFICIAL, TWO_REVIEWERS
from campaign.verify.service import NoSuchSignatory, check_country, find_standing
from campaign.web.staff import Staff

DISPUTED, SETTLED = "disputed", "settled"  # what the journal keeps of a dispute


@dataclass(frozen=True)
class Shown:
    """A lawmaker's entry that the list shows, or would if nobody had disputed it."""

    signatory: Signatory
    level: int
    disputed: bool


@dataclass(frozen=True)
class Presser:
    """Who says so, as far as the guard counts it: `secret` is kept outside the database."""

    secret: bytes
    network: str | None


def find_shown(session: Session, mark: tuple[int, bytes], letter_id: int, *, hold: bool = False) -> Shown:
    """Return the entry a mark stands for. Raises NoSuchSignatory if it is not on the letter's list any more.

    `hold` keeps others from pressing or withdrawing meanwhile.
    """
    number, name = mark
    found = (
        select(Signatory, Verification.level, Dispute.signature_id)
        .join(Verification, Verification.signatory_id == Signatory.id)
        .outerjoin(Dispute, Dispute.signature_id == Signatory.signature_id)
        .where(
            Signatory.id == number,
            Signatory.letter_id == letter_id,
            Signatory.stands,
            Signatory.kind == "lawmaker",
            Signatory.visibility == "public",
            Verification.level >= LISTED_LAWMAKER,
        )
    )
    row = session.execute(found.with_for_update(of=Signatory) if hold else found).first()
    if row is None or name_hash(row[0].name or "") != name:
        raise NoSuchSignatory
    return Shown(row[0], row[1] or 0, row[2] is not None)


def dispute(session: Session, shown: Shown, by: Presser, *, now: datetime) -> None:
    """Tell the desk that an entry is said to be somebody else's, and hide it until an officer decides.

    One dispute a signature, for good: whom the desk has confirmed nobody can silence again. Level 4 was confirmed
    with the office and is not hidden; nor is anybody once a network or a letter has had its number for the day.
    """
    if shown.disputed:
        return
    signature = shown.signatory.signature_id
    letter = str(shown.signatory.letter_id)
    hides = shown.level < TWO_REVIEWERS and may_hide(session, by.secret, by.network, letter, now=now)
    insert_once(session, Dispute, {"signature_id": signature, "disputed_at": now, "hidden": hides})
    write_act_on(session, DISPUTED, signature, {"hidden": hides, "origin": "anybody"}, now=now)


def find_noticed(session: Session, secret: bytes, *, hold: bool = False) -> tuple[Notice, Signatory]:
    """Return the notice that a mailed link belongs to, and whom it is about.

    Raises NoSuchSignatory once the decision was taken back, or the entry withdrawn or replaced by a newer one.
    `hold` keeps others from pressing or withdrawing meanwhile.
    """
    found = (
        select(Notice, Signatory)
        .join(Signatory, Signatory.id == Notice.signatory_id)
        .where(Notice.link_sha256 == fingerprint(secret), Signatory.stands)
    )
    row = session.execute(found.with_for_update() if hold else found).first()
    if row is None:
        raise NoSuchSignatory
    return row[0], row[1]


def dispute_officially(session: Session, notice: Notice, signatory: Signatory, *, now: datetime) -> None:
    """Note that the address a parliament publishes says it is not the member: hidden until an officer decides.

    Once for each notice. It weighs more than what a stranger said before, and no number a day stops it; but level 4
    was confirmed with the office and stays.
    """
    if notice.disputed_at is not None:
        return
    notice.disputed_at = now
    values = {"disputed_at": now, "hidden": True, "origin": OFFICIAL, "settled_at": None, "officer_id": None}
    if not insert_once(session, Dispute, {"signature_id": signatory.signature_id, **values}):
        mine = update(Dispute).where(Dispute.signature_id == signatory.signature_id)
        session.execute(mine.values(**values))
    session.flush()
    told = {"hidden": True, "origin": OFFICIAL}
    write_act_on(session, DISPUTED, signatory.signature_id, told, now=now)


def settle(session: Session, signatory_id: int, by: Staff, *, now: datetime) -> None:
    """Find that it is them after all: the entry shows again, for good. Raises NoSuchSignatory, NotYours.

    Where nothing is open any more, nothing happens.
    """
    signatory = find_standing(session, signatory_id)
    check_country(signatory, by)
    found = open_dispute(session, signatory.signature_id)
    if found is None:
        return
    found.settled_at, found.officer_id = now, by.id
    session.flush()
    write_act_on(session, SETTLED, signatory.signature_id, gives=True, now=now)
    write_log(session, by, "settle", f"signatory:{signatory_id}", {}, now=now)


def open_dispute(session: Session, signature_id: int) -> Dispute | None:
    """Return the dispute about a signature that no officer has settled."""
    return session.scalar(
        select(Dispute).where(Dispute.signature_id == signature_id, Dispute.settled_at.is_(None))
    )
