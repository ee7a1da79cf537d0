"""Tell a sitting member, at the address their parliament publishes, before their name is listed."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, exists, select, update
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory, Signature
from campaign.letter.models import Letter
from campaign.letter.rules import LAWMAKER
from campaign.mail.address import accept_address
from campaign.mail.service import queue_mail
from campaign.roster.models import Roster, RosterMember
from campaign.seal.indexes import address_index
from campaign.seal.locks import fingerprint
from campaign.sign.service import Link, bar_indexes, code_fingerprint, is_barred
from campaign.storage.database import Database
from campaign.storage.statements import table_of
from campaign.verify.models import Notice, Verification
from campaign.verify.rules import BARRED, LISTED_LAWMAKER, NO_ADDRESS, NOT_PUBLIC, SAME_MAILBOX, TWO_REVIEWERS
from campaign.world.languages import language_of

SENT = "sent"
PURPOSE = "notice"
NOTICE = table_of(Notice)
WAITING = NOTICE.c.over_at.is_(None)


@dataclass(frozen=True)
class PickedMember:
    """The sitting member that an officer picked for a signatory, with the link for a notice."""

    member_id: int
    link: Link
    index_key: bytes


@dataclass(frozen=True)
class MemberNotice:
    """A notice as a card shows it; `member` is None once the entry is no longer public."""

    notice: Notice
    member: RosterMember | None


def notify(session: Session, signatory: Signatory, picked: PickedMember, level: int, *, now: datetime) -> str:
    """Queue the notice of a decision, and let the entry wait for the cooling-off time; return SENT or why it was not.

    An entry does not wait if no notice is sent: the published mailbox is the one that confirmed, or none is
    published. Level 4 was confirmed with the office: its notice is sent, and the entry does not wait. A decision
    that is raised keeps the notice it has. No rate limit stops a notice: a stranger could use the limit up.
    """
    known = session.get(Notice, signatory.id)
    if known is not None:
        return known.unsent_for or SENT
    letter = session.get_one(Letter, signatory.letter_id)
    member = session.get_one(RosterMember, picked.member_id)
    unsent = _unsent_for(session, signatory, letter, member, picked.index_key)
    code = f"{secrets.randbelow(1_000_000):06d}"
    hours = 0 if unsent or level >= TWO_REVIEWERS else letter.cooling_off_hours
    notice = Notice(
        signatory_id=signatory.id,
        roster_member_id=member.id if unsent != NOT_PUBLIC else None,  # it would name a sealed entry
        noticed_at=now,
        unsent_for=unsent,
        link_sha256=fingerprint(picked.link.secret),
        code_sha256=code_fingerprint(picked.link.secret, code),
        code_tries=0,
        waits_until=now + timedelta(hours=hours),
        over_at=None if hours else now,
    )
    session.add(notice)
    session.flush()
    if unsent:
        return unsent
    values = {"link": picked.link.address, "code": code}
    queue_mail(session, member.address, "verify/notice", language_of(signatory.country), values, now=now)
    return SENT


def find_notice(session: Session, signatory_id: int) -> MemberNotice | None:
    """Return the notice about a signatory with its member, None if the officer picked no member."""
    row = session.execute(
        select(Notice, RosterMember)
        .outerjoin(RosterMember, RosterMember.id == Notice.roster_member_id)
        .where(Notice.signatory_id == signatory_id)
    ).first()
    return MemberNotice(row[0], row[1]) if row else None


def waiting_notices(session: Session, ids: list[int]) -> dict[int, Notice]:
    """Return the open notices of these signatories by signatory: their entries wait to be listed."""
    rows = session.scalars(select(Notice).where(Notice.signatory_id.in_(ids), Notice.over_at.is_(None)))
    return {row.signatory_id: row for row in rows}


def list_cooled_off(database: Database, now: datetime) -> None:
    """End the wait of entries whose cooling-off time is over, and forget the member of entries no longer public.

    The worker calls this every few minutes. An entry is sealed when its signatory narrows the use of the name
    (withdraw) or signs again (confirm): rooms that cannot call this one. The roster's number must not tell whose
    sealed entry it is.
    """
    public = select(Signatory.id).where(Signatory.visibility == "public", Signatory.name.is_not(None))
    cooled = and_(WAITING, NOTICE.c.waits_until <= now)
    sealed = and_(NOTICE.c.roster_member_id.is_not(None), NOTICE.c.signatory_id.not_in(public))
    with database.read() as session:  # most rounds find nothing: then no signer waits for a write lock
        due = session.scalar(select(exists().where(cooled | sealed)))
    if not due:
        return
    with database.write() as session:
        session.execute(update(NOTICE).where(cooled).values(over_at=now))
        session.execute(update(NOTICE).where(sealed).values(roster_member_id=None))


def reopen_for_notice(session: Session, signatory: Signatory) -> None:
    """Undo the decision about a lawmaker who makes their name public, if a member may still have to be told.

    While the name was not public, no notice was sent: mail to an office would have given the name away.
    """
    decision = session.get(Verification, signatory.id)
    if signatory.established != LAWMAKER or decision is None or (decision.level or 0) != LISTED_LAWMAKER:
        return
    settled = exists().where(Notice.signatory_id == signatory.id, Notice.unsent_for.is_distinct_from(NOT_PUBLIC))
    addressed = exists().where(
        RosterMember.roster_id == Roster.id,
        Roster.country == signatory.country,
        RosterMember.address != "",
        RosterMember.gone_on.is_(None),
    )
    if session.scalar(select(addressed & ~settled)):
        session.execute(delete(Verification).where(Verification.signatory_id == signatory.id))


def _unsent_for(
    session: Session, signatory: Signatory, letter: Letter, member: RosterMember, index_key: bytes
) -> str | None:
    """Return why no mail goes to the member, None if one does."""
    if signatory.visibility != "public":
        return NOT_PUBLIC
    if not member.address:
        return NO_ADDRESS
    # Addresses are stored sealed: only their blind indexes can be compared.
    confirmed = session.get_one(Signature, signatory.signature_id).address_index
    if address_index(index_key, letter.slug, member.address) == confirmed:
        return SAME_MAILBOX
    barred = is_barred(session, *bar_indexes(index_key, accept_address(member.address)))
    return BARRED if barred else None
