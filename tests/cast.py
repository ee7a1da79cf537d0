"""The cast: people who use the campaign, as tests meet them. Every name is invented."""

import email
import re
import secrets
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyotp
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from campaign.mail.carriers import carrier
from campaign.mail.sending import send_due
from campaign.web.toolbox import EXTENSION, Toolbox

LAWMAKER = {
    "kind": "lawmaker",
    "name": "Odile Verchamp",
    "country": "FR",
    "legislature": "Assemblée nationale",
    "party": "Groupe des Rives",
    "email": "odile@example.org",
    "visibility": "public",
    "consent": ["sign", "publish", "deliver"],
}
ACTIVIST = {
    "kind": "activist",
    "name": "བསོད་ནམས་དབྱངས་ཅན",
    "latin_name": "Sonam Yangchen",
    "country": "CH",
    "affiliation": "Lake House",
    "community": "Tibetan",
    "email": "sonam@example.net",
    "visibility": "withheld",
    "consent": ["sign", "deliver"],
}
STAMP = re.compile(r'name="form_token"[^>]*value="([^"]+)"')
LINK = re.compile(r"http://\S+/confirm/\S+")
CODE = re.compile(r"\b\d{6}\b")
PASSWORD = "a long and quiet sentence"


class Visitor:
    """Somebody with a browser and a mailbox."""

    def __init__(self, app: Flask, mailbox: Path) -> None:
        self.app, self.mailbox = app, mailbox
        self.client: FlaskClient = app.test_client()

    @property
    def tools(self) -> Toolbox:
        tools = self.app.extensions[EXTENSION]
        assert isinstance(tools, Toolbox)
        return tools

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def post(self, path: str, form: dict[str, Any], stamp_from: str | None = None) -> TestResponse:
        """Send a form with its stamp from the page at `stamp_from` (or `path`), if that carries one."""
        return self.fill_in(self.get(stamp_from or path).text, path, form)

    def fill_in(self, page: str, path: str, form: dict[str, Any]) -> TestResponse:
        """Send the form of a page that lies open."""
        found = STAMP.search(page, max(page.find(f'action="{path}"'), 0))
        stamp = {"form_token": found[1]} if found else {}
        return self.client.post(path, data={**stamp, **form})

    def sign(
        self, changes: dict[str, Any] | None = None, letter: str = "/en/appeal", **fields: Any
    ) -> TestResponse:
        """Fill in the form; the fields are a lawmaker's unless `kind` says otherwise."""
        person = ACTIVIST if {**(changes or {}), **fields}.get("kind") == "activist" else LAWMAKER
        form = {**person, **(changes or {}), **fields}
        return self.post(f"{letter}/sign", form, f"{letter}/sign?as={form['kind']}")

    def deliver_mail(self) -> list[str]:
        """Let the worker send what is owed; return the text of the mails that came."""
        before = set(self.mailbox.glob("*.eml"))
        with self.app.app_context():
            while send_due(self.tools, carrier(self.tools.site.mail_url, self.tools.site.root)):
                pass
        new = sorted(set(self.mailbox.glob("*.eml")) - before)
        return [read_mail(path) for path in new]

    def link_and_code(self) -> tuple[str, str]:
        """Return the path of the newest mail's link, and its code."""
        (mail,) = self.deliver_mail()
        return read_link(mail)

    def confirm(self, link: str, code: str = "") -> TestResponse:
        return self.client.post(link, data={"code": code} if code else {})

    def sign_and_confirm(self, changes: dict[str, Any] | None = None, **fields: Any) -> str:
        """Walk the whole way; return the path of the private page."""
        assert self.sign(changes, **fields).status_code == 303
        link, _code = self.link_and_code()
        answer = self.confirm(link)
        assert answer.status_code == 303, answer.text
        return urlsplit(answer.headers["Location"]).path

    def elsewhere(self) -> "Visitor":
        """Return the same person on another device: another browser, the same mailbox."""
        return Visitor(self.app, self.mailbox)


class Officer(Visitor):
    """Somebody at the desk, with an authenticator."""

    secret: str = ""
    email: str = ""

    def join(self, email: str = "vera@campaign.test", role: str = "owner", name: str = "Vera Lind") -> "Officer":
        """Take up an invitation and sign in."""
        invited = self.app.test_cli_runner().invoke(args=["desk", "invite", email, "--role", role])
        assert invited.exit_code == 0, invited.output
        path = urlsplit(invited.output.strip()).path
        page = self.get(path).text
        found = re.search(r'<code class="hash">([A-Z2-7]+)</code>', page)
        assert found is not None
        self.secret, self.email = found[1], email
        joined = self.fill_in(page, path, {"name": name, "password": PASSWORD, "code": self.code()})
        assert joined.status_code == 303, joined.text
        self.app.extensions[EXTENSION].clock.move(seconds=60)
        entered = self.sign_in()
        assert entered.status_code == 303, entered.text
        return self

    def code(self) -> str:
        return pyotp.TOTP(self.secret).at(self.tools.clock())

    def sign_in(self, password: str = PASSWORD, code: str | None = None) -> TestResponse:
        form = {"email": self.email, "password": password, "code": code or self.code()}
        return self.post("/desk/sign-in", form)

    def wait_for_code(self) -> str:
        """Let half a minute pass, and return the next code."""
        self.app.extensions[EXTENSION].clock.move(seconds=30)
        return self.code()

    def confirm_oneself(self) -> TestResponse:
        """Show the authenticator again, as acts that matter ask."""
        return self.post("/desk/confirm-yourself", {"code": self.wait_for_code()})

    def decide(self, number: int, outcome: str = "accepted", **fields: Any) -> TestResponse:
        form = {"outcome": outcome, "note": "seen on the parliament's page", **fields}
        if outcome == "accepted":
            form = {"level": "3", "method": "roster", **form}
        return self.post(f"/desk/signatory/{number}", form)


def together(first: Officer, second: Officer, path: str, form: dict[str, Any], page: str) -> TestResponse:
    """Do what takes two people: one presses, a colleague agrees, and the first presses again."""
    asked = first.post(path, form, page)
    assert asked.status_code == 202, asked.text
    assert "second person" in asked.text.lower()
    agree(second)
    return first.post(path, form, page)


def by_two(officer: Officer, *words: str) -> Result:
    """Run a command that takes two people: the officer asks, a colleague agrees at the desk, the officer runs it again."""
    run = officer.app.test_cli_runner()
    asked = run.invoke(args=[*words, "--by", officer.email])
    if "two people" not in asked.output:
        return asked
    name = secrets.token_hex(4)
    agree(Officer(officer.app, officer.mailbox).join(f"{name}@campaign.test", name=name))
    return run.invoke(args=[*words, "--by", officer.email])


def agree(officer: Officer) -> None:
    """Agree to everything that waits for this officer."""
    for number in re.findall(r"/desk/approvals/(\d+)", officer.get("/desk/approvals").text):
        assert officer.post(f"/desk/approvals/{number}", {}, "/desk/approvals").status_code == 303


def read_mail(path: Path) -> str:
    """Return a mail as its reader sees it: headers, then text."""
    message = email.message_from_bytes(path.read_bytes(), policy=default)
    body = message.get_body(("plain",))
    assert body is not None
    return f"From: {message['From']}\nSubject: {message['Subject']}\n\n{body.get_content()}"


def read_link(mail: str) -> tuple[str, str]:
    """Return the path of a mail's link, and its code."""
    link, text = LINK.search(mail), LINK.sub("", mail)
    code = CODE.search(text)
    assert link is not None
    assert code is not None
    return urlsplit(link[0]).path, code[0]
