"""A real server and a real worker are led through everything that can go wrong; neither says who it was."""

import http.client
import json
import logging
import re
import signal
import socket
import sqlite3
import time
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from tests.browser.conftest import Running
from tests.cast import CODE, LAWMAKER, LINK, STAMP

CANARIES = {
    "name": "Kanaria Verchampignon",
    "party": "Kanarienliste",
    "email": "kanaria.adresse@example.org",
    "refused": "kanaria.refused@example.org",
    "later": "kanaria.later@example.org",
    "again": "kanaria.again@example.org",
    "officer": "kanaria.desk@campaign.test",
    "password": "kanaria geheim und lang",
    "ip": "203.0.113.77",
    "header": "Kanarienkopf",
    "query": "kanaria-query",
}


class Server:
    """A mail server that quotes the address in every refusal, as real ones do."""

    def __init__(self) -> None:
        self.mails: list[str] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address == CANARIES["refused"]:
            return f"550 5.1.1 <{address}> is unknown to us"
        if address == CANARIES["later"]:
            return f"451 <{address}> greylisted for {CANARIES['ip']}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content.decode())
        return "250 OK"


class Stranger(Running):
    """A client that does to a running campaign all that a person or an attacker can do."""

    def __init__(self, folder: Path, mail_port: int) -> None:
        super().__init__(folder)
        self.environment |= {
            "MAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "PROXY_HOPS": "1",
            "PYTHONWARNINGS": "always",
        }
        self.database = folder / "campaign.db"

    def ask(self, method: str, path: str, body: str | bytes = b"", **headers: str) -> tuple[int, str, str]:
        """Send one request over its own connection; return status, Location and page."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            own = {"X-Forwarded-For": CANARIES["ip"], "User-Agent": CANARIES["header"]}
            if body:
                own["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, path, body, own | headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location", ""), answer.read().decode(errors="replace")

    def post(self, path: str, **fields: object) -> tuple[int, str, str]:
        return self.ask("POST", path, urlencode(fields, doseq=True))

    def raw(self, request: bytes) -> bytes:
        """Send bytes that no client library would."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            line.sendall(request)
            line.shutdown(socket.SHUT_WR)
            return line.recv(100)

    def sign(self, email: str) -> int:
        path = "/en/governments/sign"
        stamp = STAMP.search(self.ask("GET", f"{path}?as=lawmaker")[2])
        assert stamp is not None
        said = {"name": CANARIES["name"], "party": CANARIES["party"], "email": email, "form_token": stamp[1]}
        return self.post(path, **{**LAWMAKER, **said})[0]

    def spoil(self, statement: str) -> None:
        """Damage the database behind the campaign's back."""
        with closing(sqlite3.connect(self.database, timeout=20, isolation_level=None)) as connection:
            connection.execute(statement)


@pytest.fixture
def mail_server() -> Iterator[tuple[Server, int]]:
    handler = Server()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


def wait_for_mails(server: Server, count: int) -> list[str]:
    for _ in range(150):
        if len(server.mails) >= count:
            return server.mails
        time.sleep(0.1)
    raise AssertionError("the mail did not come")


def walk(stranger: Stranger, server: Server) -> list[str]:
    """Walk every way, right and wrong; return the secrets that came up on it."""
    for email in (CANARIES["email"], CANARIES["refused"], CANARIES["later"]):
        assert stranger.sign(email) == 303
    mail = wait_for_mails(server, 1)[0]
    path, code = read(mail)
    for wrong in ("", "000000", "kanaria", "000001"):
        assert stranger.post(path, code=wrong)[0] in (422, 303)
    status, private, _page = stranger.post(path, code=code)
    assert status == 303, "four wrong ones leave a fifth try"
    private = urlsplit(private).path
    refuse(stranger, path, private)
    desk(stranger)
    assert stranger.post(f"{private}/withdraw")[0] == 303
    assert stranger.sign(CANARIES["again"]) == 303
    broken, second = read(wait_for_mails(server, 2)[1])
    break_it(stranger)
    assert stranger.ask("GET", broken)[0] == stranger.post(broken, code=second)[0] == 500
    mangle(stranger, path, private)
    return [*(way.rpartition("/")[2] for way in (path, private, broken)), code, second]


def read(mail: str) -> tuple[str, str]:
    """Return the path of a mail's link, and its code."""
    link = LINK.search(mail)
    assert link is not None
    return urlsplit(link[0]).path, CODE.findall(LINK.sub("", mail))[-1]


def refuse(stranger: Stranger, path: str, private: str) -> None:
    """Earn every refusal there is."""
    query = CANARIES["query"]
    assert stranger.ask("GET", private)[0] == 200
    assert stranger.ask("GET", f"{private}{query}")[0] == 404
    assert stranger.ask("GET", f"/en/{query}")[0] == 404
    assert stranger.ask("GET", f"/en/governments?a={query}&a=2")[0] == 400
    assert stranger.ask("PUT", path)[0] == 405
    assert stranger.ask("GET", f"/desk/queue?q={query}")[0] == 303
    assert stranger.ask("GET", "/en/governments", Host=f"{query}.example")[0] == 400
    assert stranger.ask("POST", path, f"code={query}", **{"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert stranger.ask("POST", path, "code=" + query * 8_000)[0] == 413


def desk(stranger: Stranger) -> None:
    """Knock at the desk with a wrong password, and break an invitation."""
    stamp = STAMP.search(stranger.ask("GET", "/desk/sign-in")[2])
    assert stamp is not None
    tried = {"email": CANARIES["officer"], "password": CANARIES["password"], "code": "123456"}
    for _ in range(6):
        assert stranger.post("/desk/sign-in", form_token=stamp[1], **tried)[0] in (422, 429)
    assert stranger.ask("GET", f"/desk/invitation/{CANARIES['query']}")[0] == 404


def first_owner(stranger: Stranger) -> list[str]:
    """Open the link of the first start, send its form with faults, and guess at others."""
    path = urlsplit(stranger.flask("start", "link").strip()).path
    page = stranger.ask("GET", path)[2]
    stamp, seed = STAMP.search(page), re.search(r'name="seed" value="([^"]+)"', page)
    assert stamp is not None
    assert seed is not None
    typed = {"name": CANARIES["name"], "email": CANARIES["officer"], "password": CANARIES["password"], "code": "1"}
    assert stranger.post(path, form_token=stamp[1], seed=seed[1], **typed)[0] == 422
    assert stranger.ask("GET", f"{path}{CANARIES['query']}")[0] == 404
    return [path.rpartition("/")[2], seed[1]]


def break_it(stranger: Stranger) -> None:
    """Make a view fail, and leave the worker a mail it cannot write."""
    stranger.spoil("UPDATE intent SET locked = x'00'")
    stranger.spoil(f"INSERT INTO mail (recipient, letter, language, \"values\", message_id, created_at, due_at, attempts) "
                   f"VALUES ('{CANARIES['email']}', 'sign/confirm', 'en', '{{{CANARIES['query']}', 'broken', "
                   f"datetime('now'), datetime('now', '-1 hour'), 0)")  # fmt: skip


def mangle(stranger: Stranger, path: str, private: str) -> None:
    """Send gunicorn what it cannot parse, and a view what it cannot open."""
    ip, header = CANARIES["ip"], CANARIES["header"]
    for request in (
        f"GET {private} {header}\r\n\r\n",
        f"{header} {path} HTTP/1.1 x\r\n\r\n",
        f"GET {path}?{'x' * 5_000} HTTP/1.1\r\n\r\n",
        f"GET {path} HTTP/1.1\r\n{header} : {ip}\r\n\r\n",
        f"GET {path} HTTP/9.9\r\nHost: {header}\r\n\r\n",
        f"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: {header}\r\n\r\n",
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n{header}\r\n",
        "GET / HTTP/1.1\r\n" + f"X-A: {ip}\r\n" * 100 + "\r\n",
    ):
        assert b" 500" not in stranger.raw(request.encode())[:20], request
    stranger.raw(f"\0\xff{header}\r\n\r\n".encode())


def test_no_log_of_server_or_worker_names_a_person(tmp_path: Path, mail_server: tuple[Server, int]) -> None:
    server, port = mail_server
    stranger = Stranger(tmp_path, port)
    for words in (("seal", "keygen"), ("storage", "upgrade"), ("letter", "load", "config/letters")):
        stranger.flask(*words)
    with (tmp_path / "output").open("wb") as output:
        processes = [
            stranger.start("gunicorn", "-c", "config/gunicorn.conf.py", output=output),
            stranger.start("flask", "mail", "work", "--every", "0.1", output=output),
        ]
        try:
            stranger.wait()
            secrets = [*first_owner(stranger), *walk(stranger, server)]
            for _ in range(100):
                if b"mail_failed" in (tmp_path / "output").read_bytes():
                    break
                time.sleep(0.1)
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            for process in processes:
                process.wait(15)
    said = (tmp_path / "output").read_text()
    found = [word for word in (*CANARIES.values(), *secrets, "127.0.0.1", "Kanar", "kanar") if word in said]
    assert found == [], said
    for event in ("view_failed", "mail_sent", "mail_refused", "mail_postponed", "mail_failed", "handle_error"):
        assert event in said, event
    assert "Traceback" not in said


def test_what_a_library_logs_or_warns_is_passed_on_without_its_words(
    capfd: pytest.CaptureFixture[str], site: Flask
) -> None:
    try:
        json.loads("{kanaria")
    except ValueError:
        site.logger.exception("Exception on %s", "/signature/kanaria")
    logging.getLogger("some.library").warning("kanaria said %s", "kanaria")
    warnings.showwarning("kanaria", DeprecationWarning, "/srv/file.py", 7)
    out = "".join(capfd.readouterr())
    assert "kanaria" not in out
    assert [json.loads(line)["event"] for line in out.splitlines()] == [
        "library_said",
        "library_said",
        "python_warned",
    ]
    assert re.search(r"JSONDecodeError \| test_quiet_logs.py:\d+ test_what", out)
