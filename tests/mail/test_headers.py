"""What arrives at a real mail server: every header that a strict one asks for, and a link in one piece."""

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime

import pytest

from campaign.mail.carriers import LONGEST_LINE, Carrier, Smtp, TryLater, server_of, write_message
from campaign.mail.service import attach, queue_mail
from tests.cast import Visitor
from tests.conftest import START, Clock
from tests.mail.servers import Server, owed, serving, work

LINK = "https://letters.example.org/confirm/" + "a1B2-_" * 30
LONG = "཈བོད་སྐད་" * 120
LACKS = {"all": (), "8BITMIME": ("8BITMIME",), "8BITMIME and SMTPUTF8": ("8BITMIME", "SMTPUTF8")}


def read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def owe(visitor: Visitor, language: str = "ar") -> int:
    with visitor.tools.database.write() as session:
        values = {"link": LINK, "code": "123456"}
        return queue_mail(session, "ana@example.org", "sign/confirm", language, values, now=visitor.tools.clock())


@pytest.mark.parametrize("lacks", LACKS.values(), ids=LACKS)
@pytest.mark.parametrize("language", ["en", "ar", "bo", "zh-hant"])
def test_a_mail_arrives_whole_with_all_headers_whatever_the_server_can_do(
    visitor: Visitor, lacks: tuple[str, ...], language: str
) -> None:
    handler = Server()
    handler.lacks = lacks
    owe(visitor, language)
    with serving(handler) as smtp:
        work(visitor, smtp)
    (raw,) = handler.raw
    message = read(raw)
    assert LINK in text_of(message).splitlines()
    assert "123456" in text_of(message)
    once = ("Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Auto-Submitted", "Content-Type")
    assert [message.get_all(name, []) for name in once] == [[message[name]] for name in once]
    assert message["MIME-Version"] == "1.0"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.defects == []
    assert not {"List-Unsubscribe", "Sender", "Return-Path", "Precedence"} & set(message.keys())
    assert max(map(len, raw.split(b"\r\n"))) <= LONGEST_LINE
    assert all(len(line) <= 78 for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n"))
    if lacks:
        assert raw.isascii()
        assert "quoted-printable" not in raw.decode().lower()
    assert handler.options == ([] if raw.isascii() else ["BODY=8BITMIME"])


def test_the_link_stands_whole_in_the_raw_mail_where_the_server_takes_eight_bits(
    visitor: Visitor, server: tuple[Server, Carrier]
) -> None:
    handler, smtp = server
    owe(visitor)
    work(visitor, smtp)
    assert LINK.encode() in handler.raw[0].split(b"\r\n")


def test_a_mail_tried_twice_is_the_same_to_the_byte_its_date_included(
    visitor: Visitor, server: tuple[Server, Carrier], clock: Clock
) -> None:
    handler, smtp = server
    asked_at = clock.now + timedelta(hours=3)
    clock.move(hours=3)
    owe(visitor)
    handler.data_answer = "451 later"
    work(visitor, smtp)
    clock.move(hours=2)
    handler.data_answer = "250 OK"
    work(visitor, smtp)
    first, second = handler.offered
    assert first == second
    assert parsedate_to_datetime(read(second)["Date"]) == asked_at


def test_a_text_with_a_line_too_long_for_mail_arrives_whole(server: tuple[Server, Carrier]) -> None:
    handler, smtp = server
    smtp.send(
        write_message(
            "post@localhost", "ana@example.org", "id", "A link", f"{LONG}\n\n{LINK}\n{'x' * 1200}", now=START
        )
    )
    (raw,) = handler.raw
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert text_of(read(raw)).splitlines() == [LONG, "", LINK, "x" * 1200]


@pytest.mark.parametrize("lacks", LACKS.values(), ids=LACKS)
def test_a_document_arrives_with_its_mail_whole(visitor: Visitor, lacks: tuple[str, ...]) -> None:
    handler, pdf = Server(), b"%PDF-2.0\r\n.\r\n\x00\xff" * 5_000
    handler.lacks = lacks
    with visitor.tools.database.write() as session:
        values = {"link": LINK, "reference": "AB-12"}
        number = queue_mail(
            session, "office@example.org", "deliver/document", "ar", values, now=visitor.tools.clock()
        )
        attach(session, number, "letter.pdf", pdf)
    with serving(handler) as smtp:
        work(visitor, smtp)
    (raw,) = handler.raw
    message = read(raw)
    assert LINK in text_of(message).splitlines()
    (carried,) = message.iter_attachments()
    assert carried.get_payload(decode=True) == pdf
    assert message["Date"] is not None
    assert raw.isascii(), "a part of eight bits would have to be said of the whole"
    assert max(map(len, raw.split(b"\r\n"))) <= LONGEST_LINE


def test_an_address_in_another_script_is_written_as_it_is_and_waits_where_the_server_cannot() -> None:
    handler, to = Server(), "用户@例え.test"
    with serving(handler, enable_SMTPUTF8=True) as smtp:
        smtp.send(write_message("post@localhost", to, "id", "A link", f"{LINK}\n", now=START))
    assert handler.asked == [to]
    assert "SMTPUTF8" in handler.options
    assert read(handler.raw[0])["To"] == to
    handler.lacks = ("SMTPUTF8",)
    with serving(handler) as smtp, pytest.raises(TryLater, match="script"):
        smtp.send(write_message("post@localhost", to, "id", "A link", f"{LINK}\n", now=START))


def test_a_server_that_breaks_off_in_the_middle_takes_the_mail_at_the_next_try(
    visitor: Visitor, server: tuple[Server, Carrier], clock: Clock
) -> None:
    handler, smtp = server
    assert isinstance(smtp, Smtp)
    owe(visitor)
    handler.answers = ["421 closing", "421 closing"]
    work(visitor, smtp)
    assert owed(visitor) == (1, 0)
    clock.move(minutes=5)
    work(visitor, smtp)
    clock.move(minutes=5)
    work(visitor, smtp)
    assert owed(visitor) == (0, 0)


def test_a_server_is_known_by_its_host_and_never_by_its_password() -> None:
    assert server_of("smtp://us:secret@smtp.example.org:587?starttls=1") == "smtp.example.org:587"
    assert server_of("maildir:mail") == ""
