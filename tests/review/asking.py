"""Ask for a hold of many, and agree to it, as the pages do."""

import re
import secrets
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from campaign.desk.models import Approval
from campaign.signin.officers import find_officer
from campaign.verify.models import BulkHold
from tests.cast import Officer, agree

SEEN = re.compile(r'name="seen" value="(\w+)"')
FLOODED = ("held", "flood")


def preview(officer: Officer, **rule: Any) -> str:
    answer = officer.post("/desk/hold/preview", rule, "/desk/hold")
    assert answer.status_code == 200, answer.text
    return answer.text


def seen(page: str) -> str:
    found = SEEN.search(page)
    assert found is not None
    return found[1]


def hold(officer: Officer, page: str, **rule: Any) -> int:
    """Press the button of a preview, and let a colleague agree; return the answer's status."""
    asked = officer.post("/desk/hold", {**rule, "seen": seen(page)}, "/desk/hold")
    if asked.status_code == 202:
        agree(
            Officer(officer.app, officer.mailbox).join(f"{secrets.token_hex(4)}@campaign.test", name="Paul Ried")
        )
    return asked.status_code


def beside(officer: Officer, name: str, role: str = "verifier") -> Officer:
    """Let an officer join whom the server's command line admits."""
    return Officer(officer.app, officer.mailbox).join(f"{name}@campaign.test", role, name.title())


def asked(officer: Officer, **rule: Any) -> None:
    """Ask for a hold, and leave it."""
    form = {**rule, "seen": seen(preview(officer, **rule))}
    answer = officer.post("/desk/hold", form, "/desk/hold")
    assert (answer.status_code, "you need not come back" in answer.text) == (202, True)


def press(officer: Officer, number: int) -> TestResponse:
    """Press the button that agrees to a request."""
    return officer.post(f"/desk/approvals/{number}", {}, "/desk/approvals")


def holds(officer: Officer) -> list[BulkHold]:
    with officer.tools.database.read() as session:
        return list(session.scalars(select(BulkHold)))


def request(officer: Officer) -> Approval:
    """Return the one request for a second person."""
    with officer.tools.database.read() as session:
        return session.scalars(select(Approval)).one()


def limited(officer: Officer, who: str, countries: str) -> None:
    with officer.tools.database.write() as session:
        found = find_officer(session, who)
        assert found is not None
        found.countries = countries
