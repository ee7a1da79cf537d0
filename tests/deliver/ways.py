"""The steps a delivery takes, as officers take them at the desk."""

from typing import Any

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.cast import Officer, Visitor

PAGE = "/desk/deliveries/1"
BY_HAND: dict[str, Any] = {
    "channel": "hand",
    "day": "2026-05-04",
    "place": "Quai d’Orsay, reception",
    "note": "",
    "number": "1",
}
ANSWER: dict[str, Any] = {
    "day": "2026-05-04",
    "language": "fr",
    "answer": "Bien reçu.\r\n\r\nNous lirons.",
    "published": "yes",
}
OFFICE = "office@ministry.test"


def step(officer: Officer, name: str, form: dict[str, Any] | None = None, page: str = PAGE) -> TestResponse:
    return officer.post(f"{page}/{name}", form or {}, page)


def count(visitor: Visitor, *models: type) -> list[int]:
    with visitor.tools.database.read() as session:
        return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def approve(officer: Officer, page: str = PAGE) -> None:
    officer.confirm_oneself()
    assert step(officer, "approve", page=page).status_code == 303


def walk(first: Officer, second: Officer, page: str = PAGE, **answer: str) -> None:
    """Bring a delivery all the way, today."""
    today = {"day": first.tools.clock().date().isoformat()}
    approve(first, page)
    for name, form in (
        ("send", {**BY_HAND, **today}),
        ("receive", today),
        ("answer", {**ANSWER, **today, **answer}),
    ):
        taken = step(second, name, form, page)
        assert taken.status_code == 303, f"{name}: {taken.text}"
