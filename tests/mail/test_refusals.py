"""A mail server that refuses us loses no mail; only a refusal of the recipient is final."""

from contextlib import AbstractContextManager

import pytest

from campaign.mail.carriers import Carrier, NeverAccepted, ServerRefuses, Smtp, TryLater, write_message
from campaign.mail.refusals import ONES, OURS, Command, classify
from tests.conftest import START, Clock
from tests.mail.servers import Server, free_port, greeting, refuses_login, serving

TO = "odile@example.org"
SPEAKS_OF_US = {  # said at RCPT: the four of the issue, then what others say
    "550 5.4.5 Daily user sending quota exceeded": "quota",
    "504 5.5.2 <host>: Helo command rejected: need fully-qualified hostname": "helo",
    "554 5.7.1 <odile@example.org>: Relay access denied": "relay",
    "554 5.7.0 Your message could not be accepted, try again later": "busy",
    "550 5.4.5 Daily sending quota exceeded. For more information, visit https://support.google.com/a/answer/166852": "quota",
    "550 5.7.1 Daily SMTP relay limit exceeded for customer": "quota",
    "454 Throttling failure: Maximum sending rate exceeded.": "quota",
    "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients": "quota",
    "550 5.7.705 Access denied, tenant has exceeded threshold": "quota",
    "450 4.7.1 Error: too many messages from 192.0.2.1": "quota",
    "550 5.7.1 <host>: Helo command rejected: Host not found": "helo",
    "550 relay not permitted": "relay",
    "550 5.7.64 TenantAttribution; Relay Access Denied": "relay",
    "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)": "relay",
    "550 5.7.1 Unable to relay": "relay",
    "530 5.7.0 Must issue a STARTTLS command first": "encryption",
    "530 5.5.1 Authentication Required. For more information, go to https://support.google.com/mail": "login",
    "550 5.7.57 Client not authenticated to send mail": "login",
    "550 5.1.8 Access denied, bad outbound sender AS(42004)": "sender",
    "550 5.1.0 <post@localhost>: Sender address rejected: User unknown in virtual mailbox table": "sender",
    "553 5.7.1 <post@localhost>: Sender address rejected: not owned by user post": "sender",
    "550 Sender verify failed": "sender",
    "550 5.7.60 SMTP; Client does not have permissions to send as this sender": "sender",
    "550 5.7.23 <odile@example.org>: Recipient address rejected: Message rejected due to: SPF fail - not authorized.": "policy",
    "550 5.7.26 Unauthenticated email from localhost is not accepted due to domain's DMARC policy.": "policy",
    "550 Administrative prohibition": "policy",
    "550 5.7.1 Access denied": "policy",
    "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org": "blocked",
    "550 5.7.25 The IP address sending this message does not have a PTR record setup": "blocked",
    "553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.1, because the ip is in Spamhaus's list": "blocked",
    "450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.1]": "blocked",
}  # fmt: skip
SPEAKS_OF_THE_WHOLE_MAIL = {  # said after DATA
    "550 5.7.1 Our system has detected that this message is likely unsolicited mail.": "content",
    "554 Message not allowed - [PH01] Email not accepted for policy reasons": "content",
    "554 Message rejected: Email address is not verified. The following identities failed the check": "sender",
    "554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied": "sender",
    "454 Throttling failure: Daily message quota exceeded.": "quota",
    "554 5.7.0 Temporary system problem, try again later": "busy",
    "554 Message rejected: Sending paused for this account.": "quota",
    "550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy": "content",
}
FINAL = (
    "550 5.1.1 The email account that you tried to reach does not exist. Please try",
    "550 5.1.1 <odile@example.org>: Recipient address rejected: User unknown in relay recipient table",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
    "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)",
    "550 5.2.1 The email account that you tried to reach is disabled.",
    "553 5.1.2 We weren't able to find the recipient domain.",
    "556 5.1.10 Recipient address has null MX",
    "550 5.7.1 <odile@example.org>... Access denied",
    "550 5.7.1 No such user!",
    "550 5.7.1 mailbox odile is closed",
    "550 #5.1.0 Address rejected.",
    "511 sorry, no mailbox here by that name (#5.1.1 - chkuser)",
    "550 No such user",
    "550 user unknown",
    "550 Unrouteable address",
    "550 Requested action not taken: mailbox unavailable",
    "552 1 Requested mail action aborted, mailbox not found",
    "554 delivery error: dd This user doesn't have a yahoo.com account (odile@example.org) [0]",
    "550 Message was not accepted -- invalid mailbox. Local mailbox odile@example.org is unavailable",
)
FOR_NOW = (
    "552 5.2.2 The email account that you tried to reach is over quota",
    "552 5.2.2 Quota exceeded",
    "550 5.2.2 mailbox full",
    "552 Quota exceeded (mailbox for user is full)",
    "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents more",
    "550 5.7.1 Greylisted, please try again later",
    "450 4.1.1 <odile@example.org>: user unknown",
    "451 4.7.1 Greylisting in action, please come back later",
    "451 Temporary local problem - please try later",
    "552 5.3.4 Message size exceeds fixed limit",
    "554 5.6.0 malformed",
    "550 rejected",
)
OTHERS_WORD = (
    "550 5.7.1 <odile@example.org>: Recipient address rejected: undeliverable address: host mx.spam.example[192.0.2.2] "
    "said: 550 5.7.1 Service unavailable; client blocked using Spamhaus (in reply to RCPT TO command)"
)


def sent_to(handler: Server, carries: Carrier, to: str = TO) -> type[Exception]:
    """Send one mail by hand; return what came of it."""
    with pytest.raises((TryLater, NeverAccepted)) as refused:
        carries.send(write_message("post@localhost", to, "id", "A link", "Text.\n", now=START))
    assert handler.taken == []
    return refused.type


@pytest.mark.parametrize(("answer", "reason"), SPEAKS_OF_US.items())
def test_a_refusal_of_us_keeps_the_mail_and_pauses_the_server(
    server: tuple[Server, Carrier], answer: str, reason: str
) -> None:
    handler, smtp = server
    handler.always = answer
    with pytest.raises(ServerRefuses, match=f"^{reason} {answer[:3]}"):
        smtp.send(write_message("post@localhost", TO, "id", "A link", "Text.\n", now=START))


@pytest.mark.parametrize(("answer", "reason"), SPEAKS_OF_THE_WHOLE_MAIL.items())
def test_a_refusal_after_the_whole_mail_was_sent_does_the_same(
    server: tuple[Server, Carrier], answer: str, reason: str
) -> None:
    handler, smtp = server
    handler.data_answer = answer
    with pytest.raises(ServerRefuses, match=f"^{reason} {answer[:3]}"):
        smtp.send(write_message("post@localhost", TO, "id", "A link", "Text.\n", now=START))


@pytest.mark.parametrize("answer", FINAL)
def test_a_refusal_of_the_recipient_is_final(server: tuple[Server, Carrier], answer: str) -> None:
    handler, smtp = server
    handler.answers = [answer]
    assert sent_to(handler, smtp) is NeverAccepted
    handler.data_answer = answer
    assert sent_to(handler, smtp) is NeverAccepted, "one mail has one recipient, so it may be said after DATA too"


@pytest.mark.parametrize("answer", FINAL)
def test_the_same_words_before_a_recipient_was_named_are_about_us(
    server: tuple[Server, Carrier], answer: str
) -> None:
    handler, smtp = server
    handler.sender_answer = answer
    assert sent_to(handler, smtp) is ServerRefuses


@pytest.mark.parametrize("answer", FOR_NOW)
def test_a_temporary_refusal_is_postponed_and_delays_no_other_mail(
    server: tuple[Server, Carrier], answer: str
) -> None:
    handler, smtp = server
    handler.answers = [answer]
    assert sent_to(handler, smtp) is TryLater


def test_a_quoted_reply_of_another_server_stops_no_other_mail(server: tuple[Server, Carrier]) -> None:
    handler, smtp = server
    handler.always = OTHERS_WORD
    assert sent_to(handler, smtp) is TryLater


@pytest.mark.parametrize("name", ["quota", "spam", "relay", "throttle", "policy"])
def test_an_address_that_sounds_like_a_fault_of_ours_stops_no_other_mail(
    server: tuple[Server, Carrier], name: str
) -> None:
    handler, smtp = server
    for answer in (f"550 No such user {name}", f"550 5.1.1 <{name}@example.org>: user unknown"):
        handler.always = answer
        assert sent_to(handler, smtp, f"{name}@example.org") is NeverAccepted


@pytest.mark.parametrize(
    "line",
    ["554 5.7.1 192.0.2.1 blocked using zen.spamhaus.org", "421 4.7.0 Too many connections", "550 go away"],
)
def test_a_server_that_refuses_the_connection_is_paused(line: str) -> None:
    with greeting(line) as smtp, pytest.raises(ServerRefuses):
        smtp.send(write_message("post@localhost", TO, "id", "A link", "Text.\n", now=START))


def test_a_login_that_is_refused_a_greeting_that_is_refused_and_a_server_that_is_away(clock: Clock) -> None:
    shy = Server()
    shy.helo_answer = "550 5.7.1 Helo command rejected"
    ways: tuple[tuple[str, AbstractContextManager[Carrier]], ...] = (
        ("login 535", serving(Server(), authenticator=refuses_login, auth_require_tls=False)),
        ("helo 550 5.7.1", serving(shy)),
    )
    for fault, way in ways:
        with way as smtp, pytest.raises(ServerRefuses, match=f"^{fault}"):
            smtp.send(write_message("post@localhost", TO, "id", "A link", "Text.\n", now=START))
    with pytest.raises(ServerRefuses, match=r"^away ConnectionRefusedError"):
        Smtp(f"smtp://127.0.0.1:{free_port()}").send(
            write_message("post@localhost", TO, "id", "A link", "Text.\n", now=START)
        )


def test_every_reason_has_words_for_the_operator() -> None:
    assert all(len(words) > 20 for words in (OURS | ONES).values())
    assert not OURS.keys() & ONES.keys()


def test_no_refusal_before_a_recipient_and_no_temporary_one_is_final() -> None:
    for command in set(Command) - {Command.RCPT, Command.DATA}:
        assert not any(classify(command, int(answer[:3]), answer[4:], TO).is_final for answer in FINAL)
    for answer in FINAL:
        assert not classify(Command.RCPT, 450, answer[4:].replace("5.", "4.", 1), TO).is_final
