"""Changing one's mind."""

from pathlib import Path

from flask import Flask

from campaign.confirm.models import Signatory, Signature, SignatureLink
from campaign.sign.models import Intent
from campaign.verify.models import Verification
from campaign.withdraw.models import Withdrawal
from tests.cast import ACTIVIST, Officer, Visitor
from tests.withdraw.ground import count


def test_the_private_page_shows_the_receipt(visitor: Visitor) -> None:
    page = visitor.get(visitor.sign_and_confirm()).text
    for fact in ("Odile Verchamp", "France", "Assemblée nationale", "4 May 2026", "SHA-256"):
        assert fact in page


def test_asking_does_not_withdraw_and_pressing_does(visitor: Visitor) -> None:
    vera = Officer(visitor.app, visitor.mailbox).join()
    path = visitor.sign_and_confirm()
    vera.decide(1)
    assert visitor.get(f"{path}/withdraw").status_code == 200
    assert "Odile" in visitor.get("/en/appeal/signatories").text
    assert visitor.client.post(f"{path}/withdraw").status_code == 303
    assert "Odile" not in visitor.get("/en/appeal/signatories").text
    assert count(visitor, Signature, Signatory, SignatureLink, Verification, Intent) == [0] * 5
    assert count(visitor, Withdrawal) == [1]


def test_withdrawing_twice_is_harmless_and_the_page_is_gone(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    visitor.client.post(f"{path}/withdraw")
    assert visitor.client.post(f"{path}/withdraw").status_code == 410
    assert visitor.get(path).status_code == 410


def test_who_withdrew_can_sign_again(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    visitor.client.post(f"{path}/withdraw")
    assert "Odile" in visitor.get(visitor.sign_and_confirm()).text


def test_who_signs_and_withdraws_again_and_again_always_can(visitor: Visitor) -> None:
    for _ in range(3):
        assert visitor.client.post(f"{visitor.sign_and_confirm()}/withdraw").status_code == 303
        visitor.tools.clock.move(hours=25)  # type: ignore[attr-defined]  # the tests' clock; three mails a day
    assert count(visitor, Signature) == [0]


def test_an_earlier_private_link_still_withdraws(visitor: Visitor) -> None:
    first = visitor.sign_and_confirm(ACTIVIST)
    visitor.sign_and_confirm(ACTIVIST)
    assert "Lake House" in visitor.get(first).text
    assert visitor.client.post(f"{first}/withdraw").status_code == 303
    assert count(visitor, Signature) == [0]


def test_no_byte_of_a_withdrawn_person_stays_in_the_files(site: Flask, tmp_path: Path) -> None:
    visitor = Visitor(site, tmp_path / "mail")
    path = visitor.sign_and_confirm(name="Canary Verchamp", email="canary.address@example.org")
    visitor.deliver_mail()
    visitor.client.post(f"{path}/withdraw")
    visitor.tools.database.truncate_log()
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("campaign.db*"))
    assert b"Canary" not in stored
    assert b"canary.address" not in stored
