"""How long the files of a delivery are kept, counted from the day it was sent."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from campaign.deliver.models import HandoverFile, Sending
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.deliver.ways import BY_HAND, approve, count, step
from tests.withdraw.ground import deliver, purge


def on(clock: Clock, day: date) -> None:
    clock.now = datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)


def take(officer: Officer, name: str, form: dict[str, Any]) -> None:
    officer.sign_in()
    officer.confirm_oneself()
    assert step(officer, name, form).status_code == 303


def test_addresses_wait_for_a_delivery_that_goes_out_late(
    visitor: Visitor, vera: Officer, paul: Officer, clock: Clock
) -> None:
    visitor.sign_and_confirm()
    deliver(visitor, on=date(2027, 1, 1))
    on(clock, date(2027, 3, 30))
    take(vera, "approve", {})
    take(paul, "send", {**BY_HAND, "day": "2027-03-30"})
    on(clock, date(2027, 6, 27))
    assert "0 addresses" in purge(visitor, "--dry-run"), "90 days after printing are long over"
    clock.move(days=1)
    assert "1 addresses" in purge(visitor, "--dry-run")


def test_the_receipt_of_handing_over_is_forgotten_after_24_months(
    visitor: Visitor, vera: Officer, paul: Officer, clock: Clock
) -> None:
    visitor.sign_and_confirm()
    deliver(visitor)
    approve(vera)
    assert step(paul, "send", BY_HAND).status_code == 303
    assert step(paul, "receipt", {"file": (BytesIO(b"%PDF-1.7"), "receipt.pdf")}).status_code == 303
    on(clock, date(2028, 5, 3))
    purge(visitor)
    assert count(visitor, HandoverFile) == [1]
    clock.move(days=1)
    purge(visitor)
    assert count(visitor, HandoverFile, Sending) == [0, 1]
