"""A delivery goes out by mail: its own PDF, once, to an office, and nothing of it stays; and the command line."""

from email import message_from_bytes
from email.policy import default
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select

from campaign.audit.models import LogEntry
from campaign.deliver.models import Answer, Arrival
from campaign.mail.models import Attachment, Mail
from campaign.mail.service import lease_mails, refuse_mail
from tests.cast import Officer, Visitor
from tests.deliver.ways import BY_HAND, OFFICE, approve, count, step
from tests.package.parcels import FIRST, run


def by_mail(folder: Path, content: bytes | None = None) -> dict[str, Any]:
    pdf = content or (folder / FIRST / "letter.pdf").read_bytes()
    return {**BY_HAND, "channel": "mail", "address": OFFICE, "pdf": (BytesIO(pdf), "letter.pdf")}


def test_the_worker_mails_the_pdf_to_the_office_and_forgets_both(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str, tmp_path: Path
) -> None:
    approve(vera)
    assert step(paul, "send", by_mail(tmp_path, b"%PDF another")).status_code == 422
    assert count(visitor, Mail, Attachment) == [0, 0]
    sent = step(paul, "send", by_mail(tmp_path))
    assert sent.status_code == 303, sent.text
    assert count(visitor, Mail, Attachment) == [1, 1]
    assert step(paul, "undo").status_code == 422
    before = set(visitor.mailbox.glob("*.eml"))
    visitor.deliver_mail()
    (path,) = set(visitor.mailbox.glob("*.eml")) - before
    message = message_from_bytes(path.read_bytes(), policy=default)
    (part,) = message.iter_attachments()
    assert message["To"] == OFFICE
    assert part.get_content() == (tmp_path / FIRST / "letter.pdf").read_bytes()
    assert part.get_filename() == f"{FIRST}.pdf"
    assert FIRST in message["Subject"]
    assert count(visitor, Mail, Attachment) == [0, 0]
    with visitor.tools.database.read() as session:
        assert not [entry for entry in session.scalars(select(LogEntry.details)) if OFFICE in entry]


def test_a_mail_that_is_refused_for_good_loses_what_it_carried(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str, tmp_path: Path
) -> None:
    approve(vera)
    step(paul, "send", by_mail(tmp_path))
    with visitor.tools.database.write() as session:
        (mail,) = lease_mails(session, 5, now=visitor.tools.clock())
        refuse_mail(session, mail.id, "smtp_550", now=visitor.tools.clock())
    assert count(visitor, Mail, Attachment) == [1, 0]


def test_the_command_line_takes_the_same_steps_in_an_officers_name(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str, tmp_path: Path
) -> None:
    answer = tmp_path / "answer.txt"
    answer.write_text("Dostali jsme.", encoding="utf-8")
    sent = ("sent", FIRST, "--channel", "mail", "--pdf", str(tmp_path / FIRST / "letter.pdf"), "--to", OFFICE)
    assert "one who may deliver" in run(visitor, "approve", FIRST, "--by", "nobody@campaign.test", well=False)
    run(visitor, "approve", FIRST, "--by", vera.email)
    assert "Another person sends it" in run(visitor, *sent, "--by", vera.email, well=False)
    run(visitor, *sent, "--by", paul.email)
    assert "sent already" in run(visitor, *sent, "--by", paul.email, well=False)
    run(visitor, "received", FIRST.lower(), "--by", paul.email)
    run(visitor, "answered", FIRST, str(answer), "--by", paul.email, "--language", "cs", "--publish")
    assert count(visitor, Mail, Arrival, Answer) == [1, 1, 1]
    assert "there is no delivery" in run(visitor, "approve", "X", "--by", vera.email, well=False)
