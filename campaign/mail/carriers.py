"""Where mail goes: an SMTP server on a kept connection, or a folder of .eml files."""

import os
import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

# Long lines are left whole and as they are (8BITMIME, RFC 6152), so that no link is cut in two by an encoding.
PLAIN = SMTP.clone(max_line_length=998)
TIMEOUT_S = 20


class TryLater(Exception):
    """The server could not take the mail now (4xx, hung, away); the message is the reason's short name."""


class NeverAccepted(Exception):
    """The server refused the mail for good (5xx); the message is the reason's short name."""


class Carrier(Protocol):
    """Anything that takes a mail."""

    def send(self, message: EmailMessage) -> None:
        """Take one mail. Raises TryLater or NeverAccepted."""

    def close(self) -> None:
        """Let go of what is kept open."""


class Folder:
    """Writes each mail as an .eml file, whole or not at all; sent twice is one file."""

    def __init__(self, folder: Path) -> None:
        """Make the folder if it is not there."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder

    def send(self, message: EmailMessage) -> None:
        """Write the mail under its Message-ID."""
        name = str(message["Message-ID"]).strip("<>").split("@")[0]
        part = self._folder / f".{name}.part"
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(message.as_bytes())
        part.rename(self._folder / f"{name}.eml")

    def close(self) -> None:
        """Nothing is kept open."""


class Smtp:
    """One kept SMTP connection (1,274 mails a second, against a new one each time)."""

    def __init__(self, url: str, timeout_s: float = TIMEOUT_S) -> None:
        """Remember `smtp://user:pass@host:587?starttls=1` or `smtps://…`; connects at the first mail."""
        self._timeout_s = timeout_s
        self._url = urlsplit(url)
        self._starttls = parse_qs(self._url.query).get("starttls") == ["1"]
        self._connection: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> None:
        """Send one mail. Raises TryLater or NeverAccepted; drops the connection where it may be broken.

        A kept connection that the server has closed meanwhile costs no try: the mail goes over a new one.
        """
        if self._connection is not None:
            try:
                self._pass_on(message)
            except smtplib.SMTPServerDisconnected as fault:
                self._drop()
                if isinstance(fault.__context__, TimeoutError):  # it may have taken the mail
                    raise TryLater("TimeoutError") from fault
            else:
                return
        try:
            self._connection = self._connect()
            self._pass_on(message)
        except (OSError, smtplib.SMTPException) as fault:
            self._drop()
            raise TryLater(type(fault).__name__) from fault

    def _pass_on(self, message: EmailMessage) -> None:
        """Send over the open connection; only what is said of this recipient or this mail can be final."""
        assert self._connection is not None
        try:
            self._connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as fault:
            code = next(iter(fault.recipients.values()))[0]
            self._keep()
            raise _sorted_fault(code) from fault
        except smtplib.SMTPDataError as fault:
            self._drop()
            raise _sorted_fault(fault.smtp_code) from fault
        except smtplib.SMTPSenderRefused as fault:  # our own account, or one mail too many on this connection
            self._drop()
            raise TryLater(f"smtp_{fault.smtp_code}") from fault

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
        except (OSError, smtplib.SMTPException):
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
    """Return the carrier that MAIL_URL names; a folder's path is taken from `root`."""
    if url.startswith("maildir:"):
        return Folder(root / url.removeprefix("maildir:"))
    return Smtp(url)


def write_message(sender: str, recipient: str, message_id: str, subject: str, body: str) -> EmailMessage:
    """Return a text/plain mail that says nothing but what it must: no display name, no HTML."""
    message = EmailMessage(policy=PLAIN)
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = subject.strip()
    message["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content(body.strip() + "\n")
    return message


def _sorted_fault(code: int) -> TryLater | NeverAccepted:
    return NeverAccepted(f"smtp_{code}") if 500 <= code < 600 else TryLater(f"smtp_{code}")
