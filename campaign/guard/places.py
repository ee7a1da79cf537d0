"""Places for mails that strangers can cause: three for a mailbox and a number for a domain, in any 24 hours.

Signing counts nothing: the worker gives a mail its place just before it sends it. A mail without a place waits for
the next free one; the likeliest to be a person's goes first, then the oldest. Mails that waited for the same mailbox
are joined into one.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import digest

from sqlalchemy import ColumnElement, CursorResult, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from campaign.guard.models import MailPlace
from campaign.guard.rules import (
    MAILS,
    MAILS_CROWD,
    MAILS_DOMAIN,
    MAILS_PARLIAMENT,
    MAILS_PROVIDER,
    box_of,
    mailbox_of,
    mails_a_day,
    owner_of,
)
from campaign.mail.address import Address
from campaign.mail.models import Mail
from campaign.mail.rules import ANEW, FORMS, LEASE, LINKS, Place
from campaign.storage.statements import table_of
from campaign.web.toolbox import Toolbox

DAY = timedelta(hours=24)
MAILBOX, DOMAIN = "mailbox", "domain"  # what a mail waits for
AT_ONCE = 100  # an officer releases at most so many of a domain's mails with one press
WAITING = (Mail.placed_at.is_(None), Mail.failed_at.is_(None), Mail.recipient.is_not(None))
PLACE = table_of(MailPlace)
# Built once: a mail with a free place takes five short statements, and building them costs SQLAlchemy more than running.
FIRST = (
    select(Mail)
    .where(Mail.mailbox == bindparam("mailbox"), Mail.due_at <= bindparam("now"), *WAITING)
    .order_by(Mail.rank % 2, Mail.rank, Mail.id)
    .limit(1)
    .execution_options(populate_existing=True)
)
USED = (PLACE.c.window == bindparam("window")) & (PLACE.c.until > bindparam("now"))
COUNT = select(func.count()).where(USED)
JOINED = (Mail.joins == bindparam("joins"), Mail.mailbox == bindparam("mailbox"), *WAITING)
HAS_WAITED = select(exists().where(*JOINED, Mail.waits.is_not(None)))
INSERT_PLACE = insert(PLACE)


@dataclass(frozen=True)
class Crowd:
    """How likely a form is part of a flood: from a parliament's own address, or held for its crowd.

    `lot` is any number that spreads a crowd over several counter rows.
    """

    official: bool = False
    crowded: bool = False
    lot: int = 0


def place_for(secret: bytes, address: Address, gathers: str, crowd: Crowd, joins: bytes | None = None) -> Place:
    """Return the counters of a mail to an address, named under `secret`, which is kept outside the database.

    The key does not change daily: otherwise a mailbox would get three more mails at midnight. Mails with the same
    `joins` may be joined into one; without it, mails to one address are. A spelling with a tag (`ana+x@`) waits for
    the plain one, which surely belongs to the mailbox's owner. A mail that asks anew is counted for its mailbox alone,
    apart from the others: no stranger causes it, and it must not take the room of those who sign from that domain.
    """
    key, mailbox = digest(secret, b"guard:mails", "sha256"), mailbox_of(address)
    budget = mails_a_day(address.domain, official=crowd.official, crowded=crowd.crowded)
    tagged = gathers == FORMS and box_of(address) != mailbox
    owner = f"domain\0{owner_of(mailbox.partition('@')[2])}\0{crowd.lot % budget.rows}"
    return Place(
        mailbox=digest(key, f"{gathers}\0{mailbox}".encode(), "sha256"),
        domain=None if gathers == ANEW else digest(key, owner.encode(), "sha256"),
        domain_most=budget.a_day // budget.rows,
        joins=digest(key, f"joins\0{gathers}\0".encode() + (joins or box_of(address).encode()), "sha256"),
        gathers=gathers,
        rank=2 * crowd.crowded + tagged,
    )


def place_mails(tools: Toolbox, session: Session, mails: Sequence[Mail], now: datetime) -> list[Mail]:
    """Return the leased mails that may be sent now, and let the others wait for their place."""
    free = [mail for mail in mails if mail.recipient is None or mail.mailbox is None or mail.placed_at is not None]
    for mailbox in dict.fromkeys(mail.mailbox for mail in mails if mail not in free):
        # Not in the order of the lease: the next mail of this mailbox may be one that was not leased.
        while (first := _first(session, mailbox, now=now)) is not None and _has_place(session, first, now=now):
            if _gathered(tools, session, first, now=now):
                free.append(_give_place(session, first, now=now))
    return free


def drop_waiting(session: Session, secret: bytes, address: Address) -> None:
    """Delete every mail that waits for a mailbox, because its owner asked never to get one."""
    for gathers in (FORMS, LINKS, ANEW):
        box = place_for(secret, address, gathers, Crowd()).mailbox
        session.execute(delete(Mail).where(Mail.mailbox == box, *WAITING))


def count_waiting(session: Session) -> int:
    """Return how many mails wait for a place."""
    return session.scalar(select(func.count()).where(Mail.waits.is_not(None), *WAITING)) or 0


def tell_places(session: Session) -> str:
    """Return the caps and the number of waiting mails, for `flask doctor`."""
    return (
        f"{MAILS.a_day} mails a mailbox in 24 hours, {MAILS_DOMAIN.a_day} a domain ({MAILS_CROWD.a_day} of them for forms "
        f"held for their crowd), {MAILS_PARLIAMENT.a_day:,} a parliament, {MAILS_PROVIDER.a_day:,} a provider; "
        f"{count_waiting(session)} wait for a place"
    )


def waiting_domains(session: Session) -> dict[str, int]:
    """Return how many mails wait because of their domain's cap, by domain, the largest number first."""
    rows = session.execute(
        select(func.min(Mail.recipient), func.count()).where(Mail.waits == DOMAIN, *WAITING).group_by(Mail.domain)
    )
    found: dict[str, int] = {}
    for recipient, many in rows:
        owner = _owner(recipient)
        found[owner] = found.get(owner, 0) + many
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def release_domain(session: Session, owner: str, *, now: datetime) -> int:
    """Release the first hundred mails that wait because of this domain's cap; return how many.

    The cap of three mails for each mailbox is never lifted.
    """
    samples = session.execute(
        select(Mail.domain, func.min(Mail.recipient)).where(Mail.waits == DOMAIN, *WAITING).group_by(Mail.domain)
    )
    windows = [window for window, recipient in samples if _owner(recipient) == owner]
    waiting = select(Mail.id).where(Mail.domain.in_(windows), Mail.waits == DOMAIN, *WAITING)
    ids = session.scalars(waiting.order_by(Mail.rank, Mail.id).limit(AT_ONCE)).all()
    released = session.execute(update(Mail).where(Mail.id.in_(ids)).values(domain=None, due_at=now))
    assert isinstance(released, CursorResult)
    return released.rowcount


def _owner(recipient: str | None) -> str:
    return owner_of((recipient or "").rpartition("@")[2])


def _first(session: Session, mailbox: bytes | None, *, now: datetime) -> Mail | None:
    """Return the next mail for a mailbox: the plain spelling first, then the likeliest, then the oldest."""
    return session.scalar(FIRST, {"mailbox": mailbox, "now": now})


def _has_place(session: Session, mail: Mail, *, now: datetime) -> bool:
    """Say whether both places of a mail are free; if not, let every mail that needs the same place wait for it."""
    free_at = _free_at(session, mail.mailbox, MAILS.a_day, now=now)
    if free_at is not None:
        _wait(session, MAILBOX, free_at, Mail.mailbox == mail.mailbox)
        return False
    if mail.domain is None:
        return True
    free_at = _free_at(session, mail.domain, mail.domain_most, now=now)
    if free_at is not None:
        # Only those with as small a cap or a smaller one: another mail may still find room under its larger cap.
        full = (Mail.domain == mail.domain) & (Mail.domain_most <= mail.domain_most)
        _wait(session, DOMAIN, free_at, full & Mail.waits.is_distinct_from(MAILBOX))
        return False
    return True


def _free_at(session: Session, window: bytes | None, most: int, *, now: datetime) -> datetime | None:
    """Return when a window has room again, None if it has room now."""
    asked = {"window": window, "now": now}
    over = int(session.connection().execute(COUNT, asked).scalar_one()) - most
    if over < 0:
        return None
    free_at = select(MailPlace.until).where(USED).order_by(MailPlace.until).offset(over).limit(1)
    return session.scalars(free_at, asked).one()


def _wait(session: Session, what: str, until: datetime, whose: ColumnElement[bool]) -> None:
    waiting = update(Mail).where(*WAITING, whose).values(due_at=until, leased_until=None, waits=what)
    session.execute(waiting, execution_options={"synchronize_session": False})


def _give_place(session: Session, mail: Mail, *, now: datetime) -> Mail:
    windows = [window for window in (mail.mailbox, mail.domain) if window is not None]
    session.connection().execute(INSERT_PLACE, [{"window": window, "until": now + DAY} for window in windows])
    mail.placed_at, mail.leased_until, mail.waits = now, now + LEASE, None
    return mail


def _gathered(tools: Toolbox, session: Session, mail: Mail, *, now: datetime) -> bool:
    """Join the mails for one mailbox into this one, if any of them had to wait; say whether anything is left to send."""
    joined = {"joins": mail.joins, "mailbox": mail.mailbox}
    if not session.scalar(HAS_WAITED, joined):
        return True
    carried = session.scalars(select(Mail.values).where(*JOINED).order_by(Mail.id), joined).all()
    values = tools.gathers[mail.gathers or ""](tools, session, [json.loads(each or "{}") for each in carried], now)
    kept = mail.id if values is not None else 0
    # A join can leave nothing: all its forms may have been confirmed or withdrawn while they waited.
    gone = delete(Mail).where(*JOINED, Mail.id != kept)
    session.execute(gone, joined, execution_options={"synchronize_session": False})
    if values is not None:
        mail.values = json.dumps(values)
    return values is not None
