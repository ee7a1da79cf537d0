"""“This is not me”: from a visitor, once and not in bulk, or from the address that a parliament publishes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.confirm.anew import is_overtaken
from campaign.confirm.models import Signatory
from campaign.confirm.service import write_act_on
from campaign.guard.service import may_hide
from campaign.letter.rules import LAWMAKER
from campaign.seal.locks import fingerprint
from campaign.seal.marks import name_hash
from campaign.storage.statements import insert_once
from campaign.verify.models import Dispute, Notice, Verification
from campaign.verify.rules import LISTED_LAWMAKER, OFFICIAL, TWO_REVIEWERS
from campaign.verify.service import NoSuchSignatory, check_country, lock_signatory
from campaign.web.staff import Staff

DISPUTED, SETTLED = "disputed", "settled"  # kinds of journal lines


@dataclass(frozen=True)
class ListedEntry:
    """A lawmaker's entry that the list shows, or hides only because of a dispute."""

    signatory: Signatory
    level: int
    disputed: bool


@dataclass(frozen=True)
class Disputer:
    """The visitor who disputes, as far as the guard counts them; `secret` is kept outside the database."""

    secret: bytes
    network: str | None


def find_listed(session: Session, mark: tuple[int, bytes], letter_id: int, *, lock: bool = False) -> ListedEntry:
    """Return the entry a mark stands for. Raises NoSuchSignatory if it is no longer on the letter's list.

    `lock` locks the row: two visitors cannot dispute it at once, and its owner cannot withdraw meanwhile.
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
            Signatory.established == LAWMAKER,
            Signatory.visibility == "public",
            Verification.level >= LISTED_LAWMAKER,
            ~is_overtaken(),
        )
    )
    row = session.execute(found.with_for_update(of=Signatory) if lock else found).first()
    # The mark has a hash of the name too: SQLite may give the number of an erased row to another person.
    if row is None or name_hash(row[0].name or "") != name:
        raise NoSuchSignatory
    return ListedEntry(row[0], row[1] or 0, row[2] is not None)


def dispute(session: Session, listed: ListedEntry, by: Disputer, *, now: datetime) -> None:
    """Tell the desk that a visitor disputes an entry, and hide it until an officer decides.

    One dispute for each signature, ever: once the desk has settled it, strangers cannot hide the name again. Level 4
    was confirmed with the office and is not hidden. Nor is any entry once the network, or the letter, has reached
    its limit for the day: otherwise one person could empty the list.
    """
    if listed.disputed:
        return
    signature = listed.signatory.signature_id
    letter = str(listed.signatory.letter_id)
    hides = listed.level < TWO_REVIEWERS and may_hide(session, by.secret, by.network, letter, now=now)
    insert_once(session, Dispute, {"signature_id": signature, "disputed_at": now, "hidden": hides})
    write_act_on(session, DISPUTED, signature, {"hidden": hides, "origin": "anybody"}, now=now)


def find_notice_by_link(session: Session, secret: bytes, *, lock: bool = False) -> tuple[Notice, Signatory]:
    """Return the notice that a mailed link belongs to, and its signatory.

    Raises NoSuchSignatory once the decision is undone, or the entry withdrawn or replaced by a newer one.
    `lock` locks both rows: the code cannot be tried twice at once, and the owner cannot withdraw meanwhile.
    """
    found = (
        select(Notice, Signatory)
        .join(Signatory, Signatory.id == Notice.signatory_id)
        .where(Notice.link_sha256 == fingerprint(secret), Signatory.stands)
    )
    row = session.execute(found.with_for_update() if lock else found).first()
    if row is None:
        raise NoSuchSignatory
    return row[0], row[1]


def dispute_officially(session: Session, notice: Notice, signatory: Signatory, *, now: datetime) -> None:
    """Note that the address a parliament publishes disputes an entry, and hide it until an officer decides.

    Once for each notice. It opens a dispute of a visitor again, even a settled one, and has no limit for a day. Level 4
    was confirmed with the office and stays listed.
    """
    if notice.disputed_at is not None:
        return
    notice.disputed_at = now
    values = {"disputed_at": now, "hidden": True, "origin": OFFICIAL, "settled_at": None, "officer_id": None}
    if not insert_once(session, Dispute, {"signature_id": signatory.signature_id, **values}):
        mine = update(Dispute).where(Dispute.signature_id == signatory.signature_id)
        session.execute(mine.values(**values))
    session.flush()
    write_act_on(session, DISPUTED, signatory.signature_id, {"hidden": True, "origin": OFFICIAL}, now=now)


def settle(session: Session, signatory_id: int, by: Staff, *, now: datetime) -> None:
    """Settle a dispute: the entry is theirs, and is listed again. Raises NoSuchSignatory, OtherCountries.

    Without an open dispute this does nothing.
    """
    signatory = lock_signatory(session, signatory_id)
    check_country(signatory.country, by)
    found = open_dispute(session, signatory.signature_id)
    if found is None:
        return
    found.settled_at, found.officer_id = now, by.id
    session.flush()
    write_act_on(session, SETTLED, signatory.signature_id, gives=True, now=now)
    write_log(session, by, "settle", f"signatory:{signatory_id}", {}, now=now)


def open_dispute(session: Session, signature_id: int) -> Dispute | None:
    """Return the open dispute about a signature, None if there is none."""
    return session.scalar(
        select(Dispute).where(Dispute.signature_id == signature_id, Dispute.settled_at.is_(None))
    )
