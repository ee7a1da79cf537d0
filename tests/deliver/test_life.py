"""A delivery's way: approved by a second person, sent, received, answered; and what the database itself refuses."""

from email import message_from_bytes
from email.policy import default
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from campaign.deliver.models import Answer, Arrival, Delivery, DeliveryApproval, Sending
from campaign.desk.models import LogEntry
from campaign.mail.models import Attachment, Mail
from campaign.mail.service import claim_mails, refuse_mail
from tests.cast import Officer, Visitor
from tests.deliver.parcels import FIRST, make, run, sign

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


@pytest.fixture
def vera(visitor: Visitor) -> Officer:
    return Officer(visitor.app, visitor.mailbox).join()


@pytest.fixture
def paul(visitor: Visitor) -> Officer:
    return Officer(visitor.app, visitor.mailbox).join("paul@campaign.test", "deliverer", "Paul Ried")


@pytest.fixture
def own_page(visitor: Visitor, vera: Officer, tmp_path: Path) -> str:
    """One signatory, and a package that names them; the path of their own page."""
    path = sign(visitor, vera, 1, "Odile Verchamp")
    make(visitor, tmp_path)
    return path


def step(officer: Officer, name: str, form: dict[str, Any] | None = None) -> TestResponse:
    return officer.post(f"{PAGE}/{name}", form or {}, PAGE)


def count(visitor: Visitor, *models: type) -> list[int]:
    with visitor.tools.database.read() as session:
        return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def approve(officer: Officer) -> None:
    officer.confirm_oneself()
    assert step(officer, "approve").status_code == 303


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
    for said in (
        "Approved</strong> 04 May 2026 by Vera Lind",
        "handed over",
        "Quai d’Orsay",
        "Nous lirons.",
        "published",
    ):
        assert said in page, said
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
    assert "somebody in it has withdrawn" in paul.get("/desk/deliveries").text
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
    assert "have been withdrawn since it went out" in paul.get(PAGE).text
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
        said: dict[str, Any] = {
            "delivery_id": 1,
            "number": 1,
            "channel": "hand",
            "sent_on": day,
            "place": "",
            "note": "",
        }
        return Sending(**{**said, "queued": False, "approved_by": 1, "officer_id": 2, **values})

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
    assert refused(approval(1)), "by whoever prepared it"
    with visitor.tools.database.write() as session:
        session.add(approval(2))
    assert refused(sending(approved_by=2)), "sent by who approved"
    assert refused(sending(approved_by=1)), "approved by another"
    assert refused(sending(approved_by=2, officer_id=1, channel="dove"))
    visitor.client.post(f"{own_page}/withdraw")
    assert refused(sending(approved_by=2, officer_id=1)), "names somebody who has withdrawn"


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
    {"address": OFFICE},
)


def test_what_cannot_have_been_is_not_noted(visitor: Visitor, vera: Officer, paul: Officer, own_page: str) -> None:
    approve(vera)
    for changes in WRONG:
        assert step(paul, "send", {**BY_HAND, **changes}).status_code == 422, changes
    assert count(visitor, Sending) == [0]


def by_mail(folder: Path, content: bytes | None = None) -> dict[str, Any]:
    pdf = content or (folder / FIRST / "letter.pdf").read_bytes()
    return {**BY_HAND, "channel": "mail", "address": OFFICE, "pdf": (BytesIO(pdf), "letter.pdf")}


def test_the_worker_mails_the_pdf_to_the_office_and_forgets_both(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str, tmp_path: Path
) -> None:
    approve(vera)
    assert step(paul, "send", by_mail(tmp_path, b"%PDF another")).status_code == 422
    assert count(visitor, Mail, Attachment) == [0, 0]
    sent = step(paul, "send", by_mail(tmp_path))
    assert sent.status_code == 303, sent.text
    assert count(visitor, Mail, Attachment) == [1, 1]
    assert step(paul, "undo").status_code == 422
    before = set(visitor.mailbox.glob("*.eml"))
    visitor.deliver_mail()
    (path,) = set(visitor.mailbox.glob("*.eml")) - before
    message = message_from_bytes(path.read_bytes(), policy=default)
    (part,) = message.iter_attachments()
    assert message["To"] == OFFICE
    assert part.get_content() == (tmp_path / FIRST / "letter.pdf").read_bytes()
    assert part.get_filename() == f"{FIRST}.pdf"
    assert FIRST in message["Subject"]
    assert count(visitor, Mail, Attachment) == [0, 0]
    with visitor.tools.database.read() as session:
        assert not [entry for entry in session.scalars(select(LogEntry.details)) if OFFICE in entry]


def test_a_mail_that_is_refused_for_good_loses_what_it_carried(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str, tmp_path: Path
) -> None:
    approve(vera)
    step(paul, "send", by_mail(tmp_path))
    with visitor.tools.database.write() as session:
        (mail,) = claim_mails(session, 5, now=visitor.tools.clock())
        refuse_mail(session, mail.id, "smtp_550", now=visitor.tools.clock())
    assert count(visitor, Mail, Attachment) == [1, 0]


def test_the_command_line_takes_the_same_steps_in_an_officers_name(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str, tmp_path: Path
) -> None:
    said = tmp_path / "answer.txt"
    said.write_text("Dostali jsme.", encoding="utf-8")
    sent = ("sent", FIRST, "--channel", "mail", "--pdf", str(tmp_path / FIRST / "letter.pdf"), "--to", OFFICE)
    assert "one who may deliver" in run(visitor, "approve", FIRST, "--by", "nobody@campaign.test", well=False)
    run(visitor, "approve", FIRST, "--by", vera.email)
    assert "Another person sends it" in run(visitor, *sent, "--by", vera.email, well=False)
    run(visitor, *sent, "--by", paul.email)
    assert "sent already" in run(visitor, *sent, "--by", paul.email, well=False)
    run(visitor, "received", FIRST.lower(), "--by", paul.email)
    run(visitor, "answered", FIRST, str(said), "--by", paul.email, "--language", "cs", "--publish")
    assert count(visitor, Mail, Arrival, Answer) == [1, 1, 1]
    assert "there is no delivery" in run(visitor, "approve", "X", "--by", vera.email, well=False)


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
