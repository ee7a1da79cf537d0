"""An annex that a laptop printed is recorded in the browser, from its receipt."""

from dataclasses import replace
from datetime import date

from campaign.document.bundle import Receipt
from campaign.document.models import Delivery
from tests.cast import Officer
from tests.deliver.test_deliveries import count
from tests.directory.book import send

PAGE = "/desk/record"
RECEIPT = Receipt(
    "appeal", "FR", "en", "APPEAL-FR", True, date(2026, 5, 4), bytes(32), ((99, "CH, activists, 1"),)
)


def test_a_receipt_puts_an_annex_on_record_once(ines: Officer) -> None:
    for _ in range(2):
        told = send(ines, ines.get(PAGE).text, PAGE, {}, RECEIPT.to_bytes())
        assert "APPEAL-FR: 1 names are on record." in told.text
        assert "Do not hand it over as it is." in told.text
    assert count(ines, Delivery) == 1


def test_nothing_but_the_receipt_of_an_annex_is_recorded(ines: Officer) -> None:
    for content in (
        b"",
        b"{}",
        replace(RECEIPT, annex=False).to_bytes(),
        replace(RECEIPT, letter="none").to_bytes(),
    ):
        answer = send(ines, ines.get(PAGE).text, PAGE, {}, content)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert count(ines, Delivery) == 0
