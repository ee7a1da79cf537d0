"""A text that was changed in the database is found wherever it is used: its hash is computed again each time."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text as sql

from campaign.document.printing import NoSuchDocument, read_bundle
from tests.browser.conftest import Running
from tests.cast import Visitor
from tests.conftest import LETTERS, toolbox_of

WORD = "is not the one its hash names"
CHANGES = (
    "UPDATE letter_text SET body = body || 'And more.' WHERE language = 'en'",
    "UPDATE letter_text SET source = source || 'And more.' WHERE language = 'en'",
    "UPDATE letter_text SET source = replace(source, 'e', 'a'), body = replace(body, 'e', 'a') WHERE language = 'en'",
    "UPDATE letter_text SET title = 'Another' WHERE language = 'en'",
    "UPDATE letter_text SET addressee = 'Another' WHERE language = 'en'",
    "UPDATE letter_text SET sha256 = upper(sha256) WHERE language = 'en'",
    "UPDATE letter_text SET source = '' WHERE language = 'en'",
)


def change(site: Flask, statement: str) -> None:
    """Change a stored text directly in the database, as an attacker would."""
    with toolbox_of(site).database.write() as session:
        for name in session.scalars(sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(sql(f"DROP TRIGGER {name}"))
        session.execute(sql(statement))


@pytest.mark.parametrize("statement", CHANGES)
def test_load_and_doctor_say_in_one_line_which_text_was_changed(site: Flask, statement: str) -> None:
    run = site.test_cli_runner()
    assert run.invoke(args=["letter", "load", str(LETTERS)]).exit_code == 0
    change(site, statement)
    loaded = run.invoke(args=["letter", "load", str(LETTERS)])
    with site.app_context():
        doctor = run.invoke(args=["doctor"])
    assert (loaded.exit_code, doctor.exit_code) == (1, 1)
    (line,) = loaded.output.splitlines()
    assert WORD in line
    assert "appeal, version 1 in en" in line
    assert f"letters: the text of appeal, version 1 in en, {WORD}" in doctor.output


def test_doctor_finds_a_changed_text_of_an_earlier_version(site: Flask) -> None:
    change(site, "UPDATE letter_text SET version = 0, body = 'Another.' WHERE language = 'en'")
    with site.app_context():
        doctor = site.test_cli_runner().invoke(args=["doctor"])
    assert "appeal, version 0 in en" in doctor.output


def test_a_changed_text_cannot_be_read_signed_or_confirmed_but_withdrawing_works(
    make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path
) -> None:
    visitor = Visitor(make_app(sqlite_url), tmp_path / "mail")
    private = visitor.sign_and_confirm()
    visitor.sign(email="ines@example.org")
    link, code = visitor.link_and_code()
    change(visitor.app, CHANGES[0])
    assert visitor.get("/en/appeal").status_code == 500
    assert visitor.get("/en/appeal/sign?as=lawmaker").status_code == 500
    assert visitor.confirm(link, code).status_code == 500
    assert visitor.client.post(f"{private}/withdraw").status_code == 303


def test_a_changed_text_is_not_printed(site: Flask, tmp_path: Path) -> None:
    change(site, CHANGES[0])
    words = ["deliver", "pdf", "appeal", "--country", "FR", "-o", str(tmp_path / "x.pdf")]
    printed = site.test_cli_runner().invoke(args=words)
    assert printed.exit_code == 1
    assert WORD in printed.output


def test_a_changed_text_gives_no_bundle_for_an_annex(site: Flask) -> None:
    change(site, CHANGES[0])
    with site.app_context(), pytest.raises(NoSuchDocument, match=WORD):
        read_bundle(toolbox_of(site), "appeal")


def test_the_web_server_does_not_start_with_a_changed_text_and_says_why_in_one_line(tmp_path: Path) -> None:
    campaign = Running(tmp_path)
    for words in (("seal", "keygen"), ("storage", "upgrade"), ("letter", "load", "config/letters")):
        campaign.flask(*words)
    with closing(sqlite3.connect(tmp_path / "campaign.db")) as attacker:
        attacker.execute("UPDATE letter_text SET body = 'x'")
        attacker.commit()
    said = tmp_path / "said"
    with said.open("wb") as output:
        server = campaign.start("gunicorn", "-c", "config/gunicorn.conf.py", output=output)
        assert server.wait(20) != 0
    (line,) = [line for line in said.read_text(encoding="utf-8").splitlines() if "undersigned" in line]
    assert line.startswith("undersigned cannot start: ")
    assert WORD in line
    assert "Traceback" not in said.read_text(encoding="utf-8")
