"""Stop trying a mail server that refuses us: one row that every worker reads before it leases mails."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from campaign.mail.models import Mail, MailPause
from campaign.mail.refusals import Reason, words_for
from campaign.mail.rules import LEASE, pause_after
from campaign.storage.statements import insert_once

ORDINARY = (Reason.RECIPIENT, Reason.SLOW)  # the campaign can do nothing about these


def find_pause(session: Session, server: str) -> MailPause | None:
    """Return a server's pause, if it has one, and lock its row."""
    return session.scalar(select(MailPause).where(MailPause.server == server).with_for_update())


def start_try(pause: MailPause, *, now: datetime) -> None:
    """Let one worker try a server whose pause is over; the other workers wait for the result."""
    pause.until = now + LEASE


def pause_server(session: Session, server: str, fault: str, *, tried: bool, now: datetime) -> None:
    """Pause a server; each time it was `tried` after a pause and refused again, the pause is longer.

    A worker that was already sending when another worker began the pause does not make it longer.
    """
    values = {"server": server, "since": now, "until": now + pause_after(1), "refusals": 1, "fault": fault[:40]}
    if insert_once(session, MailPause, values) or not tried:
        return
    pause = session.get_one(MailPause, server)
    pause.refusals += 1
    pause.until, pause.fault = now + pause_after(pause.refusals), fault[:40]


def end_try(session: Session, server: str, *, accepted: bool, now: datetime) -> None:
    """End the pause if the server accepted the mail; if it refused only that mail, let the next be tried at once."""
    pause = find_pause(session, server)
    if pause is not None and accepted:
        session.delete(pause)
    elif pause is not None:
        pause.until = now


def resume(session: Session) -> int:
    """End every pause, after an operator has repaired the cause; return how many there were."""
    return len(session.scalars(delete(MailPause).returning(MailPause.server)).all())


def troubles(session: Session) -> list[str]:
    """Return sentences that say why mail is not sent and what the operator can do; empty if there is no trouble."""
    pauses = session.scalars(select(MailPause).order_by(MailPause.server))
    return [
        *map(_pause_told, pauses),
        *_told_of_some(session, given_up=False),
        *_told_of_some(session, given_up=True),
    ]


def _pause_told(pause: MailPause) -> str:
    since, until = (f"{moment:%d %b, %H:%M}" for moment in (pause.since, pause.until))
    return (
        f"No mail was sent since {since} UTC: the mail server {pause.server} refuses us. Why: {words_for(pause.fault)}. "
        f"The next try is at {until} UTC, or at once if an owner says so (Mail at the desk, or `flask mail resume`). Each mail waits up to 48 hours."
    )


def _told_of_some(session: Session, *, given_up: bool) -> list[str]:
    """Say why single mails were postponed, or given up although their recipients were not refused."""
    which = Mail.failed_at.is_not(None) if given_up else Mail.failed_at.is_(None)
    rows = session.execute(
        select(Mail.fault, func.count()).where(which, Mail.fault.is_not(None)).group_by(Mail.fault)
    )
    what = "given up after 48 hours" if given_up else "put off and tried again"
    found = [(fault or "", count) for fault, count in rows if (fault or "").partition(" ")[0] not in ORDINARY]
    return [f"Mails {what}: {count}. Why: {words_for(fault)}." for fault, count in sorted(found)]
