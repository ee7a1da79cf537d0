"""A campaign whose server cannot read: people sign, the desk sees seals, and a laptop prints."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import offline
from campaign.document.models import Delivery, DeliveryLine
from campaign.seal.keys import create_keys
from tests.cast import Officer, Visitor, by_two, together
from tests.deliver.people import sign, tick

NAME = "Invented Withheld"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """The folder that is never on the server."""
    create_keys(tmp_path / "keys", tmp_path / "stick", high_risk=True)
    return tmp_path / "stick"


@pytest.fixture
def guest(make_app: Callable[..., Flask], database_url: str, stick: Path, tmp_path: Path) -> Visitor:
    return Visitor(make_app(database_url, seal_keys=tmp_path / "keys"), tmp_path / "mail")


@pytest.fixture
def mara(guest: Visitor) -> Officer:
    return Officer(guest.app, guest.mailbox).join()


def command(app: Flask, *words: str) -> str:
    result = app.test_cli_runner().invoke(args=list(words))
    assert result.exit_code == 0, result.output
    return result.output


def test_people_sign_and_the_desk_sees_a_seal(guest: Visitor, mara: Officer) -> None:
    sign(guest, 1, NAME)
    for path in ("/desk/", "/desk/signatory/1", "/desk/deliver"):
        page = mara.get(path).text
        assert NAME not in page
        assert "p1@example.org" not in page
    assert NAME not in command(guest.app, "verify", "list")
    with guest.app.app_context():
        assert "high-risk mode: no private key here" in command(guest.app, "doctor")


def test_signatories_who_wait_are_read_on_a_laptop_and_decided_by_number(
    guest: Visitor, mara: Officer, stick: Path, tmp_path: Path
) -> None:
    sign(guest, 1, NAME, country="CH")
    sign(guest, 2, "Invented Public", "public", country="CH")
    path = str(tmp_path / "waiting.bundle")
    assert by_two(mara, "deliver", "bundle", "appeal", "--waiting", "-o", path).exit_code == 0
    listed = command(offline(), "seal", "open", path, "--keys", str(stick)).splitlines()
    assert listed == [
        f"1\tactivist\tCH\twithheld\t{NAME}\tp1@example.org",
        "2\tactivist\tCH\tpublic\t—\tp2@example.org",
    ]
    assert mara.decide(1).status_code == 303
    assert guest.app.test_cli_runner().invoke(args=["seal", "open", path]).exit_code != 0, "no key here"


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_the_annex_is_printed_elsewhere_and_its_receipt_recorded_here(
    guest: Visitor, mara: Officer, stick: Path, tmp_path: Path
) -> None:
    sign(guest, 1, NAME, country="CH")
    tick(guest, 1, ("FR",), stick)
    mara.decide(1)
    page = mara.get("/desk/deliver").text
    assert "Download the bundle" in page
    assert "flask --app app:offline deliver annex appeal.bundle" in page
    form = {"letter": "appeal", "language": "en", "country": "FR"}
    paul = Officer(guest.app, guest.mailbox).join("paul@campaign.test", "deliverer", "Paul Ried")
    assert together(mara, paul, "/desk/deliver/annex", form, "/desk/deliver").status_code == 422
    bundle = together(mara, paul, "/desk/deliver/bundle", {"letter": "appeal"}, "/desk/deliver")
    assert bundle.headers["Content-Disposition"] == 'attachment; filename="appeal.bundle"'
    (tmp_path / "appeal.bundle").write_bytes(bundle.data)
    words = ["deliver", "annex", str(tmp_path / "appeal.bundle"), "--country", "FR", "--keys", str(stick)]
    command(offline(), *words, "-o", str(tmp_path / "annex.pdf"))
    text = subprocess.run(["pdftotext", tmp_path / "annex.pdf", "-"], capture_output=True, check=True).stdout
    assert NAME in text.decode()
    command(guest.app, "deliver", "record", str(tmp_path / "annex.receipt.json"))
    with guest.tools.database.read() as session:
        rows = session.execute(
            select(Delivery.country, Delivery.annex, DeliveryLine.signatory_id, DeliveryLine.place).join(
                DeliveryLine
            )
        ).all()
    assert [tuple(row) for row in rows] == [("FR", True, 1, "CH, activists, 1")]
    assert "APPEAL-FR-20260504-ANNEX" in mara.get("/desk/deliver").text


def test_the_recovery_key_alone_opens_a_bundle(guest: Visitor, mara: Officer, stick: Path, tmp_path: Path) -> None:
    sign(guest, 1, NAME)
    (stick / "private.key").unlink()
    bundle = str(tmp_path / "w.bundle")
    assert by_two(mara, "deliver", "bundle", "appeal", "--waiting", "-o", bundle).exit_code == 0
    assert NAME in command(offline(), "seal", "open", str(tmp_path / "w.bundle"), "--keys", str(stick))
