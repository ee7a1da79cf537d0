"""Places for mails that strangers can cause: three a mailbox and so many a domain, in any 24 hours.

Nothing is counted while somebody signs: the worker gives a place when it is about to send. What finds none waits for
the next one to be free, the likeliest and then the oldest first; what has waited for one mailbox goes in one mail.
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
from campaign.mail.rules import FORMS, LEASE, LINKS, Place
from campaign.storage.statements import table_of
from campaign.web.toolbox import Toolbox

DAY = timedelta(hours=24)
MAILBOX, DOMAIN = "mailbox", "domain"  # what a mail waits for
AT_ONCE = 100  # of one domain's mails, so many are let go by one press
WAITING = (Mail.placed_at.is_(None), Mail.failed_at.is_(None), Mail.recipient.is_not(None))
PLACE = table_of(MailPlace)
# Prepared once: a mail that finds its place at once takes five short statements, and SQLAlchemy's building of them costs more.
FIRST = (
    select(Mail)
    .where(Mail.mailbox == bindparam("mailbox"), Mail.due_at <= bindparam("now"), *WAITING)
    .order_by(Mail.rank % 2, Mail.rank, Mail.id)
    .limit(1)
    .execution_options(populate_existing=True)
)
TAKEN = (PLACE.c.window == bindparam("window")) & (PLACE.c.until > bindparam("now"))
COUNT = select(func.count()).where(TAKEN)
JOINED = (Mail.joins == bindparam("joins"), Mail.mailbox == bindparam("mailbox"), *WAITING)
HAS_WAITED = select(exists().where(*JOINED, Mail.waits.is_not(None)))
TAKE = insert(PLACE)


@dataclass(frozen=True)
class Crowd:
    """How a form stood among others: from a parliament's own address, or held for its crowd; `lot` spreads rows."""

    official: bool = False
    crowded: bool = False
    lot: int = 0


def place_for(secret: bytes, address: Address, gathers: str, crowd: Crowd, joins: bytes | None = None) -> Place:
    """Return what a mail to an address counts against, under `secret`, which is kept outside the database.

    A lasting key: under the day's own, a mailbox would get three more at midnight. `joins` says which mails one mail
    may carry; without it, those to one address. A spelling with a tag waits for the plain one: that is its owner's.
    """
    key, mailbox = digest(secret, b"guard:mails", "sha256"), mailbox_of(address)
    budget = mails_a_day(address.domain, official=crowd.official, crowded=crowd.crowded)
    tagged = gathers == FORMS and box_of(address) != mailbox
    return Place(
        mailbox=digest(key, f"{gathers}\0{mailbox}".encode(), "sha256"),
        domain=digest(key, f"domain\0{owner_of(mailbox.partition('@')[2])}\0{crowd.lot % budget.rows}".encode(), "sha256"),
        domain_most=budget.a_day // budget.rows,
        joins=digest(key, f"joins\0{gathers}\0".encode() + (joins or box_of(address).encode()), "sha256"),
        gathers=gathers,
        rank=2 * crowd.crowded + tagged,
    )  # fmt: skip


def admit(tools: Toolbox, session: Session, mails: Sequence[Mail], now: datetime) -> list[Mail]:
    """Return what may be sent of the mails that a worker has leased, and let the others wait for their place."""
    free = [mail for mail in mails if mail.recipient is None or mail.mailbox is None or mail.placed_at is not None]
    for mailbox in dict.fromkeys(mail.mailbox for mail in mails if mail not in free):
        while (first := _first(session, mailbox, now=now)) is not None and _has_place(session, first, now=now):
            if _gathered(tools, session, first, now=now):
                free.append(_give(session, first, now=now))
    return free


def drop_waiting(session: Session, secret: bytes, address: Address) -> None:
    """Forget every mail that waits for a mailbox, since its owner asked never to be written to."""
    for gathers in (FORMS, LINKS):
        box = place_for(secret, address, gathers, Crowd()).mailbox
        session.execute(delete(Mail).where(Mail.mailbox == box, *WAITING))


def count_waiting(session: Session) -> int:
    """Return how many mails wait for a place."""
    return session.scalar(select(func.count()).where(Mail.waits.is_not(None), *WAITING)) or 0


def tell_places(session: Session) -> str:
    """Return the caps and how many mails wait, for the doctor."""
    return (
        f"{MAILS.a_day} mails a mailbox in 24 hours, {MAILS_DOMAIN.a_day} a domain ({MAILS_CROWD.a_day} of them for forms "
        f"held for their crowd), {MAILS_PARLIAMENT.a_day:,} a parliament, {MAILS_PROVIDER.a_day:,} a provider; "
        f"{count_waiting(session)} wait for a place"
    )


def waiting_domains(session: Session) -> dict[str, int]:
    """Return how many mails wait because of their domain's cap, by that domain, the most first."""
    rows = session.execute(
        select(func.min(Mail.recipient), func.count()).where(Mail.waits == DOMAIN, *WAITING).group_by(Mail.domain)
    )
    found: dict[str, int] = {}
    for recipient, many in rows:
        owner = _owner(recipient)
        found[owner] = found.get(owner, 0) + many
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def release_domain(session: Session, owner: str, *, now: datetime) -> int:
    """Let the first hundred that wait because of their domain's cap go now; return how many.

    The three mails of each mailbox are never lifted.
    """
    samples = session.execute(
        select(Mail.domain, func.min(Mail.recipient)).where(Mail.waits == DOMAIN, *WAITING).group_by(Mail.domain)
    )
    windows = [window for window, recipient in samples if _owner(recipient) == owner]
    waiting = select(Mail.id).where(Mail.domain.in_(windows), Mail.waits == DOMAIN, *WAITING)
    ids = session.scalars(waiting.order_by(Mail.rank, Mail.id).limit(AT_ONCE)).all()
    let_go = session.execute(update(Mail).where(Mail.id.in_(ids)).values(domain=None, due_at=now))
    assert isinstance(let_go, CursorResult)
    return let_go.rowcount


def _owner(recipient: str | None) -> str:
    return owner_of((recipient or "").rpartition("@")[2])


def _first(session: Session, mailbox: bytes | None, *, now: datetime) -> Mail | None:
    """Return what is next for a mailbox: to its plain spelling, then the likeliest, then the oldest."""
    return session.scalar(FIRST, {"mailbox": mailbox, "now": now})


def _has_place(session: Session, mail: Mail, *, now: datetime) -> bool:
    """Say whether a mail has its two places; if not, let all that need the same one wait until it is free."""
    free_at = _free_at(session, mail.mailbox, MAILS.a_day, now=now)
    if free_at is not None:
        _wait(session, MAILBOX, free_at, Mail.mailbox == mail.mailbox)
        return False
    if mail.domain is None:
        return True
    free_at = _free_at(session, mail.domain, mail.domain_most, now=now)
    if free_at is not None:
        full = (Mail.domain == mail.domain) & (Mail.domain_most <= mail.domain_most)
        _wait(session, DOMAIN, free_at, full & Mail.waits.is_distinct_from(MAILBOX))
        return False
    return True


def _free_at(session: Session, window: bytes | None, most: int, *, now: datetime) -> datetime | None:
    """Return when a window has room again, None if it has."""
    asked = {"window": window, "now": now}
    over = int(session.connection().execute(COUNT, asked).scalar_one()) - most
    if over < 0:
        return None
    free_at = select(MailPlace.until).where(TAKEN).order_by(MailPlace.until).offset(over).limit(1)
    return session.scalars(free_at, asked).one()


def _wait(session: Session, what: str, until: datetime, whose: ColumnElement[bool]) -> None:
    waiting = update(Mail).where(*WAITING, whose).values(due_at=until, leased_until=None, waits=what)
    session.execute(waiting, execution_options={"synchronize_session": False})


def _give(session: Session, mail: Mail, *, now: datetime) -> Mail:
    windows = [window for window in (mail.mailbox, mail.domain) if window is not None]
    session.connection().execute(TAKE, [{"window": window, "until": now + DAY} for window in windows])
    mail.placed_at, mail.leased_until, mail.waits = now, now + LEASE, None
    return mail


def _gathered(tools: Toolbox, session: Session, mail: Mail, *, now: datetime) -> bool:
    """Let one mail carry all that joins it, if any of them had to wait; say whether there is anything left to carry."""
    joined = {"joins": mail.joins, "mailbox": mail.mailbox}
    if not session.scalar(HAS_WAITED, joined):
        return True
    carried = session.scalars(select(Mail.values).where(*JOINED).order_by(Mail.id), joined).all()
    values = tools.gathers[mail.gathers or ""](tools, session, [json.loads(each or "{}") for each in carried], now)
    kept = mail.id if values is not None else 0
    gone = delete(Mail).where(*JOINED, Mail.id != kept)
    session.execute(gone, joined, execution_options={"synchronize_session": False})
    if values is not None:
        mail.values = json.dumps(values)
    return values is not None
