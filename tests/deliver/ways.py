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


def step(officer: Officer, name: str, form: dict[str, Any] | None = None) -> TestResponse:
    return officer.post(f"{PAGE}/{name}", form or {}, PAGE)


def count(visitor: Visitor, *models: type) -> list[int]:
    with visitor.tools.database.read() as session:
        return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def approve(officer: Officer) -> None:
    officer.confirm_oneself()
    assert step(officer, "approve").status_code == 303
