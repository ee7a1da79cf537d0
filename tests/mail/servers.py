"""Real mail servers that answer as they are told, and the worker that meets them."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from campaign.mail.carriers import Carrier, Smtp
from campaign.mail.sending import send_due
from campaign.mail.service import owed_and_refused
from tests.cast import Visitor


class Server:
    """A mail server: what it answers to RCPT one after the other, what to MAIL and to a whole mail, what it can do."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.raw: list[bytes] = []
        self.offered: list[bytes] = []
        self.asked: list[str] = []
        self.options: list[str] = []
        self.answers: list[str] = []
        self.always = ""
        self.sender_answer = "250 OK"
        self.data_answer = "250 OK"
        self.lacks: tuple[str, ...] = ()
        self.helo_answer = ""

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        if self.helo_answer:
            return [self.helo_answer]
        return [line for line in responses if not any(word in line for word in self.lacks)]

    async def handle_HELO(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str
    ) -> str:
        session.host_name = hostname
        return self.helo_answer or "250 well"

    async def handle_MAIL(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.options = [option for option in options if not option.upper().startswith("SIZE")]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.sender_answer

    async def handle_RCPT(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.asked.append(address)
        answer = self.answers.pop(0) if self.answers else self.always or "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        content = envelope.content
        assert isinstance(content, bytes)
        self.offered.append(content)
        if self.data_answer.startswith("250"):
            self.taken.append((envelope.rcpt_tos[0], content.decode()))
            self.raw.append(content)
        return self.data_answer


@contextmanager
def serving(handler: Server, **options: object) -> Iterator[Carrier]:
    """Let a server run, and return the way to it."""
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port, **options)  # type: ignore[arg-type]  # passed on
    controller.start()
    login = "user:pass@" if "authenticator" in options else ""
    carries = Smtp(f"smtp://{login}127.0.0.1:{port}")
    try:
        yield carries
    finally:
        carries.close()
        controller.stop()


@contextmanager
def greeting(line: str) -> Iterator[Carrier]:
    """Run a server that sends one line to each client, and hangs up."""
    listening = socket.create_server(("127.0.0.1", 0))

    def greet() -> None:
        with suppress(OSError):
            while True:
                connection, _where = listening.accept()
                with connection:
                    connection.sendall(f"{line}\r\n".encode())

    Thread(target=greet, daemon=True).start()
    try:
        yield Smtp(f"smtp://127.0.0.1:{listening.getsockname()[1]}")
    finally:
        listening.close()


def refuses_login(*_asked: object) -> AuthResult:
    """Answer 535 to every password."""
    return AuthResult(success=False, handled=False)


def free_port() -> int:
    """Return a port without a server."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def work(visitor: Visitor, carries: Carrier) -> None:
    """Let the worker send what is due now."""
    with visitor.app.app_context():
        while send_due(visitor.tools, carries):
            pass


def owed(visitor: Visitor) -> tuple[int, int]:
    """Return how many mails are owed and how many were given up."""
    with visitor.tools.database.read() as session:
        return owed_and_refused(session)
