"""A test mail to an owner, and what became of it."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.mail.models import Mail, MailPause
from campaign.mail.refusals import words_for
from campaign.mail.sending import compose
from campaign.mail.service import queue_mail
from campaign.start.choices import SENDER, read_choice
from campaign.start.models import MailTrial
from campaign.web.languages import speaking
from campaign.web.toolbox import Toolbox

TRIAL = "start/test"
NOBODY_WORKS = timedelta(seconds=30)  # the worker looks every second
SAMPLE_CODE = "123456"


@dataclass(frozen=True)
class Trial:
    """What became of the last test mail: `state` is one of none, waits, late, tried, accepted, refused.

    `why` is why the server did not accept it, in words; `outdated` says that the sender was changed since.
    """

    state: str = "none"
    why: str = ""
    at: datetime | None = None
    outdated: bool = False

    @property
    def counts(self) -> bool:
        """Say whether mails from the present sender are known to go out."""
        return self.state == "accepted" and not self.outdated


def send_trial(session: Session, address: str, *, now: datetime) -> int:
    """Queue a test mail to an owner's own address; it replaces the last one. Return its number."""
    number = queue_mail(session, address, TRIAL, "en", {}, now=now)
    session.merge(MailTrial(id=1, mail_id=number, asked_at=now))
    return number


def note_trial(session: Session, mail_id: int, accepted: bool, now: datetime) -> None:
    """Note that the worker sent a test mail, or gave it up."""
    row = session.get(MailTrial, 1)
    if row is not None and row.mail_id == mail_id:
        row.accepted, row.ended_at = accepted, now


def last_trial(session: Session, *, now: datetime) -> Trial:
    """Return what became of the last test mail."""
    row = session.get(MailTrial, 1)
    if row is None:
        return Trial()
    changed = read_choice(session, SENDER).changed_at
    outdated = changed is not None and changed > row.asked_at
    mail = session.get(Mail, row.mail_id)
    fault = (mail.fault if mail else None) or ""
    if row.accepted is not None:
        return Trial("accepted" if row.accepted else "refused", words_for(fault), row.ended_at, outdated)
    pause = session.scalar(select(MailPause).limit(1))
    if fault or pause:
        return Trial("tried", words_for(pause.fault if pause else fault), row.asked_at, outdated)
    return Trial("late" if now - row.asked_at > NOBODY_WORKS else "waits", "", row.asked_at, outdated)


def preview(tools: Toolbox, language: str) -> dict[str, str]:
    """Return the mail that a signatory gets, in one language, as the worker writes it; link and code are samples."""
    link = f"{tools.site.url}/confirm/…"
    sample = Mail(
        recipient="person@example.org",
        letter="sign/confirm",
        language=language,
        values=json.dumps({"link": link, "code": SAMPLE_CODE}),
        message_id="preview",
        created_at=tools.clock(),
        due_at=tools.clock(),
    )
    with speaking(language):
        mail = compose(tools, sample, None)
    return {"from": str(mail["From"]), "subject": str(mail["Subject"]), "body": str(mail.get_content())}
