"""A delivery's way: approved by a second person, sent, received, answered; and what the database itself refuses."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from campaign.audit.models import LogEntry
from campaign.deliver.models import Answer, Arrival, Sending
from campaign.document.models import Delivery, DeliveryApproval
from tests.cast import Officer, Visitor
from tests.deliver.ways import ANSWER, BY_HAND, OFFICE, PAGE, approve, count, step
from tests.package.parcels import FIRST, sign


def test_two_people_bring_a_delivery_to_its_answer_and_the_log_tells_each_step(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str
) -> None:
    listed = vera.get("/desk/deliveries").text
    assert FIRST in listed
    assert "A second person approves it" in listed
    early = step(paul, "send", BY_HAND)
    assert (early.status_code, "approves it first" in early.text) == (422, True)
    approve(vera)
    own = step(vera, "send", BY_HAND)
    assert (own.status_code, "Another person sends it" in own.text) == (422, True)
    assert step(paul, "receive", {"day": "2026-05-04"}).status_code == 422
    assert step(paul, "send", BY_HAND).status_code == 303
    assert step(paul, "answer", ANSWER).status_code == 422
    assert step(paul, "receive", {"day": "2026-05-04"}).status_code == 303
    assert step(paul, "answer", ANSWER).status_code == 303
    page = paul.get(PAGE).text
    for fact in (
        "Approved</strong> 04 May 2026 by Vera Lind",
        "handed over",
        "Quai d’Orsay",
        "Nous lirons.",
        "published",
    ):
        assert fact in page, fact
    with visitor.tools.database.read() as session:
        assert session.scalars(select(Answer.text)).one() == "Bien reçu.\n\nNous lirons."
        actions = session.scalars(select(LogEntry.action).where(LogEntry.subject == "delivery:1")).all()
    assert actions == ["deliver approve", "deliver send", "deliver receive", "deliver answer"]
    assert "sent APPEAL-FR-20260504-1 (hand, sending 1)" in vera.get("/desk/log?what=deliveries").text


def test_who_printed_a_document_does_not_approve_it(visitor: Visitor, vera: Officer, paul: Officer) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    form = {"letter": "appeal", "language": "en", "country": "FR"}
    assert vera.post("/desk/deliver", form).status_code == 200
    vera.confirm_oneself()
    own = step(vera, "approve")
    assert (own.status_code, "You prepared it yourself" in own.text) == (422, True)
    approve(paul)
    assert count(visitor, DeliveryApproval) == [1]


def test_a_delivery_that_carries_a_withdrawn_name_is_made_anew(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str
) -> None:
    approve(vera)
    visitor.client.post(f"{own_page}/withdraw")
    late = step(paul, "send", BY_HAND)
    assert late.status_code == 422
    assert "Make it anew" in late.text
    assert "a signatory in it has withdrawn" in paul.get("/desk/deliveries").text
    assert step(vera, "undo").status_code == 303
    vera.confirm_oneself()
    assert step(vera, "approve").status_code == 422
    assert count(visitor, DeliveryApproval, Sending) == [0, 0]


def test_who_signed_again_to_be_seen_by_fewer_stops_it_before_the_worker_has_noticed(
    visitor: Visitor, vera: Officer, own_page: str
) -> None:
    again = {"visibility": "withheld", "consent": ["sign", "deliver"], "email": "p1@example.org"}
    visitor.sign_and_confirm(again)
    vera.confirm_oneself()
    answer = step(vera, "approve")
    assert (answer.status_code, "Make it anew" in answer.text) == (422, True)


def test_a_withdrawal_after_sending_is_a_recall_and_a_second_sending_is_refused(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str
) -> None:
    approve(vera)
    step(paul, "send", BY_HAND)
    visitor.client.post(f"{own_page}/withdraw")
    assert "have been withdrawn since it was sent" in paul.get(PAGE).text
    assert step(paul, "send", {**BY_HAND, "number": "2", "again": "yes"}).status_code == 422
    assert FIRST in paul.get("/desk/recalls").text
    assert count(visitor, Sending) == [1]


def test_sending_again_is_refused_unless_meant_and_a_double_click_sends_once(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str
) -> None:
    approve(vera)
    assert [step(paul, "send", BY_HAND).status_code for _ in range(2)] == [303, 422]
    again = {**BY_HAND, "number": "2"}
    assert step(paul, "send", again).status_code == 422
    meant = {**again, "again": "yes", "channel": "post"}
    assert [step(paul, "send", meant).status_code for _ in range(2)] == [303, 422]
    assert count(visitor, Sending) == [2]
    assert "Sent again" in paul.get(PAGE).text


def test_the_database_itself_refuses_what_must_never_happen(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str
) -> None:
    day = visitor.tools.clock().date()

    def sending(**values: Any) -> Sending:
        base: dict[str, Any] = {
            "delivery_id": 1,
            "number": 1,
            "channel": "hand",
            "sent_on": day,
            "place": "",
            "note": "",
        }
        return Sending(**{**base, "queued": False, "approved_by": 1, "officer_id": 2, **values})

    def approval(officer: int) -> DeliveryApproval:
        return DeliveryApproval(delivery_id=1, officer_id=officer, approved_at=visitor.tools.clock())

    def refused(row: object) -> bool:
        try:
            with visitor.tools.database.write() as session:
                session.add(row)
        except DBAPIError:
            return True
        return False

    assert refused(sending()), "not approved"
    assert refused(Arrival(delivery_id=1, sending=1, received_on=day, officer_id=1)), "not sent"
    with visitor.tools.database.write() as session:
        session.get_one(Delivery, 1).officer_id = 1
    assert refused(approval(1)), "by the officer who prepared it"
    with visitor.tools.database.write() as session:
        session.add(approval(2))
    assert refused(sending(approved_by=2)), "sent by who approved"
    assert refused(sending(approved_by=1)), "approved by another"
    assert refused(sending(approved_by=2, officer_id=1, channel="dove"))
    visitor.client.post(f"{own_page}/withdraw")
    assert refused(sending(approved_by=2, officer_id=1)), "carries a withdrawn name"


def test_a_step_noted_by_mistake_is_taken_back_one_at_a_time(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str
) -> None:
    approve(vera)
    step(paul, "send", BY_HAND)
    step(paul, "receive", {"day": "2026-05-04"})
    for left in ([1, 1, 0], [1, 0, 0], [0, 0, 0]):
        assert step(paul, "undo").status_code == 303
        assert count(visitor, DeliveryApproval, Sending, Arrival) == left


WRONG: tuple[dict[str, Any], ...] = (
    {"day": "2026-05-09"},
    {"day": "2026-04-01"},
    {"channel": "dove"},
    {"place": "=1+1"},
    {"number": "3", "again": "yes"},
    {"address": OFFICE, "worker": "yes"},
)


def test_what_cannot_have_been_is_not_noted(visitor: Visitor, vera: Officer, paul: Officer, own_page: str) -> None:
    approve(vera)
    for changes in WRONG:
        assert step(paul, "send", {**BY_HAND, **changes}).status_code == 422, changes
    assert count(visitor, Sending) == [0]


def entry(session: Session) -> Answer:
    return session.scalars(select(Answer)).one()


def test_an_answer_of_twenty_thousand_letters_is_kept_as_it_is_and_one_more_is_not(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str
) -> None:
    approve(vera)
    step(paul, "send", BY_HAND)
    step(paul, "receive", {"day": "2026-05-04"})
    for text, status in (
        ("語" * 20_001, 422),
        ("語" * 20_000, 303),
        ("\x01 \n", 422),
        ("<b>\u202eno\r\nbr</b>", 303),
    ):
        assert step(paul, "answer", {**ANSWER, "answer": text}).status_code == status, text[:10]
    with visitor.tools.database.read() as session:
        assert entry(session).text == "<b>no\nbr</b>"
    assert "&lt;b&gt;no" in paul.get(PAGE).text
