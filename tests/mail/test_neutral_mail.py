"""A seized mailbox: no mail of ours, in no language, says what it was for, in its text or in its headers."""

import tomllib
from pathlib import Path

import pytest
from flask import Flask
from jinja2.meta import find_undeclared_variables

from app import ROOT
from campaign.mail.carriers import Folder
from campaign.mail.sending import send_due
from campaign.mail.service import queue_mail
from campaign.web.toolbox import EXTENSION
from campaign.world.languages import LANGUAGES
from tests.web.test_languages import TELLING

MAILS = sorted(path.parent for path in (ROOT / "templates" / "mail").rglob("body.txt"))
LETTERS = ROOT / "config" / "letters"
HEADERS = {
    "date",
    "from",
    "to",
    "subject",
    "message-id",
    "auto-submitted",
    "content-type",
    "content-transfer-encoding",
    "mime-version",
}
CAUSE = ("interpol", "undersigned", "policy", "red notice", "uyghur", "tibet", "hong kong", "hu binchen")


def titles() -> list[str]:
    """Return what the shipped letters are called, in every language and in addresses."""
    found = [tomllib.loads(path.read_text(encoding="utf-8"))["slug"] for path in LETTERS.glob("*/letter.toml")]
    for path in LETTERS.rglob("*.md"):
        found += [
            line.partition(": ")[2]
            for line in path.read_text(encoding="utf-8").splitlines()[:8]
            if line.startswith("title:")
        ]
    return found


def written(site: Flask, folder: Path, mailbox: Path, language: str) -> str:
    """Let the worker write one mail as its server gets it, every blank filled in neutrally."""
    tools, environment = site.extensions[EXTENSION], site.jinja_env
    names = find_undeclared_variables(
        environment.parse("".join(path.read_text() for path in folder.glob("*.txt")))
    )
    values = dict.fromkeys(names - environment.globals.keys(), "http://localhost/x")
    letter = str(folder.relative_to(ROOT / "templates" / "mail"))
    with tools.database.write() as session:
        queue_mail(session, "person@example.org", letter, language, values, now=tools.clock())
    with site.app_context():
        assert send_due(tools, Folder(mailbox)) == 1
    (path,) = mailbox.glob("*.eml")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("letter", MAILS, ids=lambda letter: letter.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mail_names_a_cause_a_letter_or_a_person(
    site: Flask, tmp_path: Path, letter: Path, language: str
) -> None:
    mail = written(site, letter, tmp_path / "box", language)
    head, _blank, body = mail.replace("\r\n", "\n").partition("\n\n")
    assert {line.partition(":")[0].lower() for line in head.splitlines() if not line[0].isspace()} <= HEADERS
    assert "From: post@localhost" in head.splitlines(), "no display name"
    assert body.strip()
    told = [
        word for word in (*TELLING[language], *TELLING["en"], *CAUSE, *titles()) if word.lower() in body.lower()
    ]
    assert told == []
    subject = next(line for line in head.splitlines() if line.startswith("Subject:"))
    assert not any(word in subject.lower() for word in (*CAUSE, *TELLING["en"]))
