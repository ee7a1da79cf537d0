"""Leave a mail server alone that refuses us: one row that every worker looks at before it claims mails."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from campaign.mail.models import Mail, MailPause
from campaign.mail.refusals import Reason, words_for
from campaign.mail.rules import LEASE, pause_after
from campaign.storage.statements import insert_once

ORDINARY = (Reason.RECIPIENT, Reason.SLOW)  # nobody can do anything about these


def find_pause(session: Session, server: str) -> MailPause | None:
    """Return the pause of a server, if it has one, and keep other workers from changing it."""
    return session.scalar(select(MailPause).where(MailPause.server == server).with_for_update())


def take_try(pause: MailPause, *, now: datetime) -> None:
    """Let one worker try a server whose pause is over; the others wait for what comes of it."""
    pause.until = now + LEASE


def pause_server(session: Session, server: str, fault: str, *, tried: bool, now: datetime) -> None:
    """Let nobody try this server for a while, and longer each time it was `tried` after a pause and refused again.

    A worker that was under way meanwhile adds nothing to a pause that another has begun.
    """
    values = {"server": server, "since": now, "until": now + pause_after(1), "refusals": 1, "fault": fault[:40]}
    if insert_once(session, MailPause, values) or not tried:
        return
    pause = session.get_one(MailPause, server)
    pause.refusals += 1
    pause.until, pause.fault = now + pause_after(pause.refusals), fault[:40]


def end_try(session: Session, server: str, *, taken: bool, now: datetime) -> None:
    """End the pause if the server has taken a mail; where it refused only that one, let the next be tried at once."""
    pause = find_pause(session, server)
    if pause is not None and taken:
        session.delete(pause)
    elif pause is not None:
        pause.until = now


def resume(session: Session) -> int:
    """End every pause, since an operator has mended what was wrong; return how many there were."""
    return len(session.scalars(delete(MailPause).returning(MailPause.server)).all())


def troubles(session: Session) -> list[str]:
    """Say in sentences what keeps mail from going out, and what an operator can do; empty if nothing does."""
    pauses = session.scalars(select(MailPause).order_by(MailPause.server))
    return [
        *map(_pause_told, pauses),
        *_told_of_some(session, given_up=False),
        *_told_of_some(session, given_up=True),
    ]


def _pause_told(pause: MailPause) -> str:
    since, until = (f"{moment:%d %b, %H:%M}" for moment in (pause.since, pause.until))
    return (
        f"No mail goes out since {since} UTC: the mail server {pause.server} refuses us. Why: {words_for(pause.fault)}. "
        f"It is tried again from {until} UTC, or at once after `flask mail resume`; every mail waits for 48 hours."
    )


def _told_of_some(session: Session, *, given_up: bool) -> list[str]:
    """Say why mails were put off one by one, or given up though their recipients were not refused."""
    which = Mail.failed_at.is_not(None) if given_up else Mail.failed_at.is_(None)
    rows = session.execute(
        select(Mail.fault, func.count()).where(which, Mail.fault.is_not(None)).group_by(Mail.fault)
    )
    what = "given up after 48 hours" if given_up else "put off and tried again"
    found = [(fault or "", count) for fault, count in rows if (fault or "").partition(" ")[0] not in ORDINARY]
    return [f"Mails {what}: {count}. Why: {words_for(fault)}." for fault, count in sorted(found)]
