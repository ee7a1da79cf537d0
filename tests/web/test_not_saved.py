"""When nothing can be written: who sends something is told so and keeps it, and reading goes on."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from campaign.confirm.models import Signature
from campaign.sign.models import Intent
from tests.cast import LAWMAKER, PASSWORD, STAMP, Officer, Visitor
from tests.conftest import toolbox_of

HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
ACTION = re.compile(r'<form method="post" action="([^"]*)">')


@pytest.fixture
def visitor(  # on SQLite: only there can another process or a full disk be had at will
    make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Visitor:
    monkeypatch.setattr("campaign.storage.database.BUSY_TIMEOUT_MS", 30)
    return Visitor(make_app(sqlite_url), tmp_path / "mail")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let another process lock the database."""
    with closing(sqlite3.connect(folder / "campaign.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def full(visitor: Visitor) -> Iterator[None]:
    """Let the disk be full: no page may be added to the file."""
    engine = toolbox_of(visitor.app).database.engine

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=1")

    engine.dispose()
    event.listen(engine, "connect", limit)
    yield
    event.remove(engine, "connect", limit)
    engine.dispose()


def send_again(visitor: Visitor, page: str) -> int:
    """Press the one button of the page that says nothing was saved."""
    (action,) = ACTION.findall(page)
    fields = {unescape(name): unescape(value) for name, value in HIDDEN.findall(page)}
    return visitor.client.post(unescape(action), data=fields).status_code


def count(visitor: Visitor, model: type) -> int:
    with visitor.tools.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_visitor_who_signs_keeps_the_form_and_all_can_read(visitor: Visitor, tmp_path: Path) -> None:
    with locked(tmp_path):
        answer = visitor.sign()
        assert answer.status_code == 503
        assert 'value="Odile Verchamp"' in answer.text
        assert "What you typed is kept below" in answer.text
        assert visitor.get("/en/appeal").status_code == 200
    assert count(visitor, Intent) == 0
    assert visitor.sign().status_code == 303


def test_on_a_full_disk_what_was_acknowledged_is_stored_and_nothing_else(visitor: Visitor) -> None:
    acknowledged = refused = 0
    with full(visitor):
        for number in range(300):
            status = visitor.sign(email=f"p{number}@example.org", affiliation="x" * 150).status_code
            acknowledged, refused = acknowledged + (status == 303), refused + (status == 503)
            if refused == 5:
                break
        assert visitor.get("/en/appeal/signatories").status_code == 200
    assert refused == 5
    assert count(visitor, Intent) == acknowledged
    assert visitor.sign().status_code == 303


def test_who_confirms_presses_again_and_the_code_is_kept(visitor: Visitor, tmp_path: Path) -> None:
    visitor.sign()
    link, code = visitor.link_and_code()
    elsewhere = visitor.elsewhere()
    with locked(tmp_path):
        answer = elsewhere.confirm(link, code)
        assert answer.status_code == 503
        assert "nothing was changed" in answer.text
        assert answer.headers["Retry-After"] == "30"
        assert send_again(elsewhere, answer.text) == 503
    assert count(visitor, Signature) == 0
    assert send_again(elsewhere, answer.text) == 303
    assert count(visitor, Signature) == 1


def test_who_withdraws_presses_again(visitor: Visitor, tmp_path: Path) -> None:
    private = visitor.sign_and_confirm()
    with locked(tmp_path):
        answer = visitor.client.post(f"{private}/withdraw")
        assert answer.status_code == 503
        assert visitor.get(private).status_code == 200
    assert send_again(visitor, answer.text) == 303
    assert count(visitor, Signature) == 0


def test_what_was_sent_stays_text_and_a_password_is_never_echoed(visitor: Visitor, tmp_path: Path) -> None:
    visitor.sign()
    link, _code = visitor.link_and_code()
    vera = Officer(visitor.app, visitor.mailbox).join()
    with locked(tmp_path):
        page = visitor.client.post(link, data={"code": '"><script>alert(1)</script>'}).text
        assert "<script>" not in page
        desk = vera.sign_in()
        assert desk.status_code == 503
        assert PASSWORD not in desk.text


def test_the_form_is_complete_after_a_refusal(visitor: Visitor, tmp_path: Path) -> None:
    with locked(tmp_path):
        page = visitor.sign().text
    assert STAMP.search(page) is not None
    for name in ("name", "legislature", "party", "email"):
        assert f'value="{LAWMAKER[name]}"' in page
