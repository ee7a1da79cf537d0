"""Where mail goes: an SMTP server on an open connection, or a folder of .eml files."""

import os
import smtplib
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import NoReturn, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from campaign.mail.refusals import Command, Reason, Refusal, classify

LONGEST_LINE = 998
TIMEOUT_S = 20
CLOSING = 421  # RFC 5321, 4.2.3: the server ends the connection with this


class TryLater(Exception):
    """The server could not accept the mail now; the message is a short fault that begins with a Reason."""


class ServerRefuses(TryLater):
    """The server refuses us, whatever the mail is: no other mail should be tried on it for a while."""


class NeverAccepted(Exception):
    """The server refused the recipient for good; the message is a short fault that begins with a Reason."""


class _Closing(Exception):
    """The server closes the connection before it has accepted the mail."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__()
        self.refusal = refusal


class Carrier(Protocol):
    """Something that can send a mail."""

    def send(self, message: EmailMessage) -> None:
        """Take one mail. Raises TryLater, ServerRefuses or NeverAccepted."""

    def close(self) -> None:
        """Close the open connection, if there is one."""


class Folder:
    """Writes each mail as an .eml file, whole or not at all; a mail sent twice is one file."""

    def __init__(self, folder: Path) -> None:
        """Make the folder if it is not there."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder

    def send(self, message: EmailMessage) -> None:
        """Write the mail under its Message-ID."""
        name = str(message["Message-ID"]).strip("<>").split("@")[0]
        # Named by the Message-ID, so that a mail sent again after a crash replaces itself.
        part = self._folder / f".{name}.part"
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(flat(message, eight_bit=True))
        part.rename(self._folder / f"{name}.eml")

    def close(self) -> None:
        """Nothing is kept open."""


class Smtp:
    """One SMTP connection, kept open between mails (measured: 1,274 mails a second)."""

    def __init__(self, url: str, timeout_s: float = TIMEOUT_S) -> None:
        """Remember `smtp://user:pass@host:587?starttls=1` or `smtps://…`; connects at the first mail."""
        self._timeout_s = timeout_s
        self._url = urlsplit(url)
        self._starttls = parse_qs(self._url.query).get("starttls") == ["1"]
        self._connection: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> None:
        """Send one mail. Raises TryLater, ServerRefuses or NeverAccepted; closes a connection that may be broken.

        If the server has closed the open connection, or closes it now (421), the mail is sent over a new one: this
        does not count as a failed try.
        """
        if self._connection is not None:
            try:
                self._pass_on(message)
            except smtplib.SMTPServerDisconnected as fault:
                self._drop()
                if isinstance(fault.__context__, TimeoutError):  # the server may have accepted the mail already
                    raise TryLater(f"{Reason.SLOW} TimeoutError") from fault
            except _Closing:
                self._drop()
            else:
                return
        self._connection = self._open()
        try:
            self._pass_on(message)
        except _Closing as fault:
            self._drop()
            raise _exception_for(fault.refusal) from fault
        except OSError as fault:
            self._drop()
            raise TryLater(f"{Reason.SLOW} {type(fault).__name__}") from fault

    def _pass_on(self, message: EmailMessage) -> None:
        """Send over the open connection; only a refusal of this recipient can be final."""
        assert self._connection is not None
        recipient = str(message["To"])
        try:
            self._connection.sendmail(
                message["From"].addresses[0].addr_spec, recipient, *written_for(self._connection, message)
            )
        except smtplib.SMTPRecipientsRefused as fault:
            self._raise_refusal(Command.RCPT, next(iter(fault.recipients.values())), recipient, fault)
        except smtplib.SMTPDataError as fault:
            self._raise_refusal(Command.DATA, (fault.smtp_code, fault.smtp_error), recipient, fault)
        except smtplib.SMTPSenderRefused as fault:
            self._raise_refusal(Command.MAIL, (fault.smtp_code, fault.smtp_error), recipient, fault)

    def _raise_refusal(
        self, at: Command, reply: tuple[int, bytes | str], recipient: str, fault: Exception
    ) -> NoReturn:
        """Raise the exception for a reply, and keep the connection if only the recipient was refused."""
        refusal = classify(at, reply[0], _text(reply[1]), recipient)
        if reply[0] == CLOSING:
            raise _Closing(refusal) from fault
        if at is Command.RCPT and not refusal.stops_all:
            self._keep()  # one refused mailbox must not cost the next mail a new connection
        else:
            self._drop()
        raise _exception_for(refusal) from fault

    def _open(self) -> smtplib.SMTP:
        """Connect, greet and log in. Raises ServerRefuses, because no step here is about one mail."""
        try:
            return self._connect()
        except smtplib.SMTPAuthenticationError as fault:
            refusal = classify(Command.LOGIN, fault.smtp_code, _text(fault.smtp_error), "")
        except smtplib.SMTPHeloError as fault:
            refusal = classify(Command.HELO, fault.smtp_code, _text(fault.smtp_error), "")
        except smtplib.SMTPResponseException as fault:
            at = Command.CONNECT if isinstance(fault, smtplib.SMTPConnectError) else Command.TLS
            refusal = classify(at, fault.smtp_code, _text(fault.smtp_error), "")
        except (ssl.SSLError, smtplib.SMTPNotSupportedError) as fault:
            refusal = Refusal(Reason.ENCRYPTION, type(fault).__name__)
        except (OSError, smtplib.SMTPException) as fault:
            refusal = Refusal(Reason.AWAY, type(fault).__name__)
        raise _exception_for(refusal)

    def _connect(self) -> smtplib.SMTP:
        host, context = self._url.hostname or "localhost", ssl.create_default_context()
        if self._url.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self._url.port or 465, timeout=self._timeout_s, context=context
            )
        else:
            connection = smtplib.SMTP(host, self._url.port or 25, timeout=self._timeout_s)
        try:
            if self._starttls:
                connection.starttls(context=context)
            if self._url.username:
                connection.login(unquote(self._url.username), unquote(self._url.password or ""))
            connection.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException):  # otherwise each failed login would leave a socket open
            connection.close()
            raise
        return connection

    def _keep(self) -> None:
        with suppress(OSError, smtplib.SMTPException):
            if self._connection is not None:
                self._connection.rset()

    def close(self) -> None:
        """End the kept connection."""
        self._drop()

    def _drop(self) -> None:
        with suppress(OSError, smtplib.SMTPException):
            if self._connection is not None:
                self._connection.close()
        self._connection = None


def carrier(url: str, root: Path) -> Carrier:
    """Return the carrier that MAIL_URL names; a folder's path is relative to `root`."""
    if url.startswith("maildir:"):
        return Folder(root / url.removeprefix("maildir:"))
    return Smtp(url)


def server_of(url: str) -> str:
    """Return the server that MAIL_URL names, without user and password; empty for a folder."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2] if parts.scheme.startswith("smtp") else ""


def write_message(
    sender: str, recipient: str, message_id: str, subject: str, body: str, *, now: datetime
) -> EmailMessage:
    """Return a text/plain mail with only the necessary headers, and no HTML.

    `sender` is an address, or a name and an address: `Name <address>`.

    `now`, when the mail was queued, and `message_id` belong to the mail, not to the try: a second try sends the same
    bytes. It has no List-Unsubscribe (RFC 2369, RFC 8058): no mail of ours goes to a list, each answers one act, and
    mail gateways send that header's one-click POST by themselves. It has no Sender, because there is one author, and no
    Return-Path, because the delivering server writes it (RFC 5321, 4.4).
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = subject.strip()
    message["Date"] = format_datetime(now.astimezone(UTC).replace(microsecond=0))
    message["Message-ID"] = f"<{message_id}@{message['From'].addresses[0].domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content(body.strip() + "\n", cte=_encoding(body))
    return message


def written_for(connection: smtplib.SMTP, message: EmailMessage) -> tuple[bytes, list[str]]:
    """Return the mail's bytes in a form this server accepts, and the options for the MAIL command.

    A server without 8BITMIME (RFC 6152) gets base64, which keeps a link in one piece; quoted-printable would cut a long
    line in two. Raises TryLater if the address needs SMTPUTF8 and the server does not have it.
    """
    utf8, eight_bit = not str(message["To"]).isascii(), connection.has_extn("8bitmime")
    if utf8 and not connection.has_extn("smtputf8"):
        raise TryLater(Reason.SCRIPT)
    raw = flat(message, eight_bit=eight_bit, utf8=utf8)
    options = ["SMTPUTF8"] if utf8 else []
    return raw, options + ([] if raw.isascii() else ["BODY=8BITMIME"])


def flat(message: EmailMessage, *, eight_bit: bool, utf8: bool = False) -> bytes:
    """Return a mail's bytes: headers folded at 78 characters (RFC 5322, 2.1.1), the text's lines unchanged.

    A mail with an attachment gets no 8-bit part: the whole mail would have to be labelled 8bit (RFC 2045, 6.4).
    """
    whole = eight_bit and not message.is_multipart()
    policy = SMTP.clone(cte_type="8bit" if whole else "7bit", utf8=utf8)
    return message.as_bytes(policy=policy)


def _encoding(body: str) -> str:
    """Return a text's transfer encoding: 7bit or 8bit if its lines fit (998 octets, RFC 5322, 2.1.1), else base64."""
    if any(len(line.encode()) > LONGEST_LINE for line in body.splitlines()):
        return "base64"
    return "7bit" if body.isascii() else "8bit"


def _text(reply: bytes | str) -> str:
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply


def _exception_for(refusal: Refusal) -> TryLater | NeverAccepted:
    if refusal.is_final:
        return NeverAccepted(refusal.fault)
    return ServerRefuses(refusal.fault) if refusal.stops_all else TryLater(refusal.fault)
