"""Signatories are asked anew although the server cannot read their addresses: a laptop opens them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app import offline
from campaign.confirm.models import AskedAnew
from campaign.seal.keys import create_keys
from tests.cast import Officer, Visitor, by_two
from tests.conftest import Clock
from tests.withdraw.ground import count
from tests.withdraw.versions import ASKS, Publisher, work


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """The folder that is never on the server."""
    create_keys(tmp_path / "keys", tmp_path / "stick", high_risk=True)
    return tmp_path / "stick"


@pytest.fixture
def guest(make_app: Callable[..., Flask], sqlite_url: str, stick: Path, tmp_path: Path) -> Visitor:
    return Visitor(make_app(sqlite_url, seal_keys=tmp_path / "keys"), tmp_path / "mail")


def test_a_laptop_opens_the_addresses_and_the_server_asks_each_once(
    guest: Visitor, stick: Path, tmp_path: Path, clock: Clock
) -> None:
    mara, owner = Officer(guest.app, guest.mailbox).join(), Publisher(guest, tmp_path)
    guest.sign_and_confirm(kind="activist", name="Invented Withheld", email="first@example.org")
    guest.sign_and_confirm(email="second@example.org")
    owner.publish(material=True)
    assert work(guest, clock) == []
    assert "not on this server" in mara.get("/desk/consents").text
    bundle = tmp_path / "anew.bundle"
    made = by_two(mara, "withdraw", "ask-anew", "appeal", "-o", str(bundle))
    assert "2 sealed addresses, and no name" in made.output
    opened = offline().test_cli_runner().invoke(args=["seal", "open", str(bundle), "--keys", str(stick)])
    assert "Invented" not in opened.output
    stolen = opened.output.replace("second@example.org", "thief@example.net")
    assert "1 mails queued" in queue(guest, stolen)
    said = [queue(guest, opened.output) for _ in range(2)]
    assert [line.splitlines()[0] for line in said] == ["1 mails queued", "0 mails queued"]
    assert "2 wait for their consent: 2 asked" in said[1]
    assert count(guest, AskedAnew) == [2]
    clock.move(minutes=5)
    mails = [mail for mail in guest.deliver_mail() if ASKS.search(mail)]
    assert len(mails) == 2


def queue(guest: Visitor, lines: str) -> str:
    """Give the server what the laptop printed."""
    words = ["withdraw", "ask-anew", "appeal", "--addresses", "-"]
    said = guest.app.test_cli_runner().invoke(args=words, input=lines)
    assert said.exit_code == 0, said.output
    return str(said.output)
