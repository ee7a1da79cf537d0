"""The loop that sends what is owed, one commit per mail."""

import json
from email.message import EmailMessage

import structlog
from flask import render_template
from sqlalchemy.orm import Session

from campaign.mail.carriers import Carrier, NeverAccepted, TryLater, write_message
from campaign.mail.models import Attachment, Mail
from campaign.mail.rules import LEASE
from campaign.mail.service import attached, claim_mails, finish_mail, postpone_mail, refuse_mail
from campaign.web.languages import speak
from campaign.web.toolbox import Toolbox

log = structlog.get_logger()
BATCH = 5  # five hung servers (20 s each) still fit one lease


def send_due(tools: Toolbox, carrier: Carrier) -> int:
    """Send one batch of the mails that are due; return how many were claimed, muted ones included."""
    started = tools.clock()
    with tools.database.write() as session:
        claimed = claim_mails(session, BATCH, now=tools.clock())
        mails = tools.admit(tools, session, claimed, tools.clock())
        carried = attached(session, mails)
        for mail in mails:
            if mail.recipient is None:  # muted
                finish_mail(session, mail.id)
    for mail in mails:
        if tools.clock() - started > LEASE / 2:
            break  # a slow server: what is left of the lease may not do for another; the rest is claimed again
        if mail.recipient is not None:
            _send(tools, carrier, mail, carried.get(mail.id))
    return len(claimed)


def _send(tools: Toolbox, carrier: Carrier, mail: Mail, carried: Attachment | None) -> None:
    """Send one mail and record what came of it; a crash in between sends it once more, under the same id."""
    try:
        _carry(tools, carrier, mail, carried)
    except TryLater as fault:
        with tools.database.write() as session:
            if not postpone_mail(session, mail, str(fault), now=tools.clock()):
                _tell(tools, session, mail, accepted=False)
        log.warning("mail_postponed", mail=mail.id, fault=str(fault))
    except NeverAccepted as fault:
        with tools.database.write() as session:
            refuse_mail(session, mail.id, str(fault), now=tools.clock())
            _tell(tools, session, mail, accepted=False)
        log.warning("mail_refused", mail=mail.id, fault=str(fault))
    else:
        with tools.database.write() as session:
            _tell(tools, session, mail, accepted=True)
            finish_mail(session, mail.id)
        log.info("mail_sent", mail=mail.id)


def _tell(tools: Toolbox, session: Session, mail: Mail, *, accepted: bool) -> None:
    """Let the room whose facts follow from this mail write them down in the same transaction."""
    note = tools.outcomes.get(mail.letter)
    if note is not None:
        note(session, mail.id, accepted, tools.clock())


def _carry(tools: Toolbox, carrier: Carrier, mail: Mail, carried: Attachment | None) -> None:
    """Write one mail and hand it over; one that cannot be written must not keep the others waiting."""
    try:
        carrier.send(_compose(tools, mail, carried))
    except (TryLater, NeverAccepted):
        raise
    except Exception as fault:
        log.error("mail_failed", mail=mail.id, fault=type(fault).__name__, exc_info=True)
        raise TryLater(type(fault).__name__) from fault


def _compose(tools: Toolbox, mail: Mail, carried: Attachment | None) -> EmailMessage:
    speak(mail.language)
    values = json.loads(mail.values or "{}")
    subject = render_template(f"mail/{mail.letter}/subject.txt", **values)
    body = render_template(f"mail/{mail.letter}/body.txt", **values)
    message = write_message(tools.site.mail_from, mail.recipient or "", mail.message_id, subject, body)
    if carried is not None:
        message.add_attachment(carried.content, maintype="application", subtype="pdf", filename=carried.filename)
    return message
