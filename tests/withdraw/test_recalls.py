"""What the desk learns when a name that was delivered is withdrawn."""

import pytest
from sqlalchemy import select

from campaign.audit.models import LogEntry
from campaign.document.models import DeliveryLine
from campaign.withdraw.models import Recall
from tests.cast import ACTIVIST, Officer, Visitor
from tests.withdraw.ground import PLACE, count, deliver, read_entries


def press(officer: Officer, number: int = 1) -> int:
    return officer.post(f"/desk/recalls/{number}", {}, "/desk/recalls").status_code


def test_withdrawing_tells_the_desk_each_document_that_carries_the_name(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    visitor.sign_and_confirm(ACTIVIST)
    for signatory in (1, 1, 2):
        deliver(visitor, signatory)
    visitor.client.post(f"{path}/withdraw")
    assert count(visitor, Recall, DeliveryLine) == [2, 1]
    vera = Officer(visitor.app, visitor.mailbox).join()
    page = vera.get("/desk/recalls").text
    for fact in ("APPEAL-FR-1", "France", PLACE, "04 May 2026", "Recalls <strong>2</strong>"):
        assert fact in page
    assert "APPEAL-FR-2" not in page
    assert "Odile" not in page


def test_settling_is_logged_once_and_open_ones_come_first(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    deliver(visitor)
    deliver(visitor)
    visitor.client.post(f"{path}/withdraw")
    vera = Officer(visitor.app, visitor.mailbox).join()
    assert [press(vera, 2), press(vera, 2)] == [303, 303]
    page = vera.get("/desk/recalls").text
    assert page.index("recalls/1") < page.index("Settled")
    with visitor.tools.database.read() as session:
        assert session.scalars(select(LogEntry.subject).where(LogEntry.action == "recalled")).all() == [
            "delivery:2"
        ]
    listed = visitor.app.test_cli_runner().invoke(args=["withdraw", "recalls"]).output.splitlines()
    assert ["open" in line for line in listed] == [True, False]
    assert press(vera, 9) == 404


@pytest.mark.parametrize(("role", "answer"), [("viewer", 403), ("verifier", 403), ("deliverer", 303)])
def test_only_who_delivers_settles(visitor: Visitor, role: str, answer: int) -> None:
    path = visitor.sign_and_confirm()
    deliver(visitor)
    visitor.client.post(f"{path}/withdraw")
    officer = Officer(visitor.app, visitor.mailbox).join(role=role)
    assert officer.get("/desk/recalls").status_code == 200
    owner = Officer(visitor.app, visitor.mailbox).join("own@campaign.test")
    page = owner.get("/desk/recalls").text
    assert page
    if role == "deliverer":
        assert press(officer) == answer
    else:
        assert officer.client.post("/desk/recalls/1").status_code == answer


def test_a_name_shown_to_fewer_is_recalled_and_one_shown_to_more_is_not(visitor: Visitor) -> None:
    public, withheld = visitor.sign_and_confirm(), visitor.sign_and_confirm(ACTIVIST)
    deliver(visitor, 1)
    deliver(visitor, 2, annex=True)
    visitor.post(f"{withheld}/visibility", {"visibility": "public", "consent": "publish"})
    assert count(visitor, Recall) == [0]
    visitor.post(f"{public}/visibility", {"visibility": "withheld"})
    visitor.post(f"{withheld}/visibility", {"visibility": "counted"})
    assert count(visitor, Recall, DeliveryLine) == [2, 0]
    visitor.client.post(f"{public}/withdraw")
    assert count(visitor, Recall) == [2], "told once"


def test_an_entry_that_was_replaced_is_recalled_when_its_owner_withdraws(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    deliver(visitor)
    visitor.sign_and_confirm(name="Odile Verchampe")
    assert len(read_entries(visitor)) == 2
    visitor.client.post(f"{path}/withdraw")
    assert count(visitor, Recall) == [1]


def test_the_page_says_that_nothing_is_to_recall(visitor: Visitor) -> None:
    vera = Officer(visitor.app, visitor.mailbox).join()
    assert "Nothing to recall" in vera.get("/desk/recalls").text
