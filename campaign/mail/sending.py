"""Send a batch of the mails that are due, one commit for each."""

import json
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage

import structlog
from sqlalchemy.orm import Session

from campaign.mail.carriers import Carrier, NeverAccepted, ServerRefuses, TryLater, server_of, write_message
from campaign.mail.models import Attachment, Mail
from campaign.mail.pauses import end_try, find_pause, pause_server, start_try
from campaign.mail.refusals import Reason
from campaign.mail.rules import LEASE
from campaign.mail.service import (
    attached,
    finish_mail,
    lease_mails,
    overdue_mails,
    postpone_mail,
    refuse_mail,
    release_mails,
)
from campaign.web.languages import speak
from campaign.web.toolbox import Toolbox

log = structlog.get_logger()
BATCH = 5  # five mails to a server that hangs (20 s each) still fit into one lease


@dataclass(frozen=True)
class _Batch:
    """The mails that one worker may send now; `leased` is how many it has leased, with those that wait for a place.

    `tried` says whether this is the one try after a server's pause.
    """

    mails: list[Mail]
    carried: dict[int, Attachment]
    server: str
    tried: bool = False
    leased: int = 0


def send_due(tools: Toolbox, carrier: Carrier) -> int:
    """Send one batch of the mails that are due; return how many were leased, muted ones included.

    While the server refuses us, no mail is sent; mails that are due for too long are given up.
    """
    started = tools.clock()
    batch = _lease(tools, server_of(tools.site.mail_url))
    for number, mail in enumerate(batch.mails):
        if tools.clock() - started > LEASE / 2:
            break  # a slow server: the lease might end during the next mail; the rest is leased again
        if mail.recipient is not None and not _send(tools, carrier, mail, batch):
            with tools.database.write() as session:
                release_mails(session, batch.mails[number + 1 :])
            break
    return batch.leased


def _lease(tools: Toolbox, server: str) -> _Batch:
    """Lease the next mails: five, or one for the try after a pause, or none during a pause."""
    now = tools.clock()
    with tools.database.write() as session:
        pause = find_pause(session, server)
        if pause is not None and pause.until > now:
            _give_up_overdue(tools, session, pause.fault)
            return _Batch([], {}, server)
        leased = lease_mails(session, BATCH if pause is None else 1, now=now)
        mails = tools.admit(tools, session, leased, now)
        carried = attached(session, mails)
        for mail in mails:
            if mail.recipient is None:  # muted
                finish_mail(session, mail.id)
        tried = pause is not None and any(mail.recipient for mail in mails)
        if pause is not None and tried:
            start_try(pause, now=now)
        return _Batch(mails, carried, server, tried, len(leased))


def _give_up_overdue(tools: Toolbox, session: Session, fault: str) -> None:
    for mail in overdue_mails(session, now=tools.clock()):
        refuse_mail(session, mail.id, fault, now=tools.clock())
        _tell(tools, session, mail, accepted=False)


def _send(tools: Toolbox, carrier: Carrier, mail: Mail, batch: _Batch) -> bool:
    """Send one mail and record the result; say whether the next mail should be tried.

    After a crash between the two, the mail is sent once more, with the same Message-ID.
    """
    # The conversation with the server is outside any transaction: it may take 20 seconds, and writers would wait.
    fault = _carry(tools, carrier, mail, batch.carried.get(mail.id))
    with tools.database.write() as session:
        event = _record(tools, session, mail, fault)
        if isinstance(fault, ServerRefuses):
            pause_server(session, batch.server, str(fault), tried=batch.tried, now=tools.clock())
        elif batch.tried:
            end_try(session, batch.server, accepted=fault is None, now=tools.clock())
    if fault is None:
        log.info(event, mail=mail.id)
    else:
        log.warning(event, mail=mail.id, fault=str(fault))
    return not isinstance(fault, ServerRefuses)


def _record(tools: Toolbox, session: Session, mail: Mail, fault: TryLater | NeverAccepted | None) -> str:
    """Record the result of a mail, and return the event's name for the log."""
    if fault is None:
        _tell(tools, session, mail, accepted=True)
        finish_mail(session, mail.id)
        return "mail_sent"
    if isinstance(fault, TryLater) and postpone_mail(session, mail, str(fault), now=tools.clock()):
        return "mail_server_refuses" if isinstance(fault, ServerRefuses) else "mail_postponed"
    if isinstance(fault, NeverAccepted):
        refuse_mail(session, mail.id, str(fault), now=tools.clock())
    _tell(tools, session, mail, accepted=False)
    return "mail_refused"


def _tell(tools: Toolbox, session: Session, mail: Mail, *, accepted: bool) -> None:
    """Let the room that queued this mail record the result, in the same transaction."""
    note = tools.outcomes.get(mail.letter)
    if note is not None:
        note(session, mail.id, accepted, tools.clock())


def _carry(
    tools: Toolbox, carrier: Carrier, mail: Mail, carried: Attachment | None
) -> TryLater | NeverAccepted | None:
    """Send one mail; return the fault, or None. A mail that cannot be composed must not stop the others."""
    try:
        carrier.send(compose(tools, mail, carried))
    except (TryLater, NeverAccepted) as fault:
        return fault
    except Exception as fault:
        log.error("mail_failed", mail=mail.id, fault=type(fault).__name__, exc_info=True)
        return TryLater(f"{Reason.UNWRITTEN} {type(fault).__name__}")
    return None


def sender_of(tools: Toolbox) -> str:
    """Return the sender of all mails: what the owners chose, or MAIL_FROM."""
    chosen = tools.choices(tools)
    return str(Address(chosen.sender_name, addr_spec=chosen.sender or tools.site.mail_from))


def compose(tools: Toolbox, mail: Mail, carried: Attachment | None) -> EmailMessage:
    """Return the mail as its recipient gets it."""
    speak(mail.language)
    values = json.loads(mail.values or "{}")
    subject = tools.render(f"mail/{mail.letter}/subject.txt", **values)
    body = tools.render(f"mail/{mail.letter}/body.txt", **values)
    to = mail.recipient or ""
    message = write_message(sender_of(tools), to, mail.message_id, subject, body, now=mail.created_at)
    if values.get("reply_to"):  # only a mail to an office says one
        message["Reply-To"] = values["reply_to"]
    if carried is not None:
        message.add_attachment(carried.content, maintype="application", subtype="pdf", filename=carried.filename)
    return message
