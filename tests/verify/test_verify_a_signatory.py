"""What the desk decides, and what the database refuses to be told."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from campaign.audit.models import LogEntry
from campaign.verify.models import Verification
from tests.cast import ACTIVIST, Officer, Visitor
from tests.conftest import Clock


def standing(officer: Officer) -> list[tuple[int, str, int | None]]:
    with officer.tools.database.read() as session:
        rows = session.execute(select(Verification.signatory_id, Verification.outcome, Verification.level))
        return [(number, outcome, level) for number, outcome, level in rows]


def test_an_officer_accepts_with_level_and_evidence(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm()
    assert "Odile Verchamp" in vera.get("/desk/queue").text
    assert vera.decide(1).status_code == 303
    assert standing(vera) == [(1, "accepted", 3)]
    assert "seen on the parliament&#39;s page" in vera.get("/desk/signatory/1").text


def test_a_decision_without_evidence_is_not_taken(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm()
    for fields in ({"note": ""}, {"level": ""}, {"level": "7"}, {"method": ""}, {"method": "magic"}):
        assert vera.decide(1, **fields).status_code == 422
    assert vera.decide(1, "refused").status_code == 422, "a refusal needs a reason"
    assert vera.decide(1, "promoted").status_code == 422
    assert standing(vera) == []


def test_a_held_or_refused_signatory_can_be_taken_back(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm()
    assert vera.decide(1, "held", reason="look-again").status_code == 303
    assert vera.decide(1).status_code == 422, "another decision stands"
    assert vera.post("/desk/signatory/1/undo", {}, "/desk/signatory/1").status_code == 303
    assert vera.decide(1).status_code == 303
    assert standing(vera) == [(1, "accepted", 3)]


def test_two_officers_deciding_at_once_leave_one_decision(visitor: Visitor, vera: Officer, clock: Clock) -> None:
    visitor.sign_and_confirm()
    paul = Officer(visitor.app, visitor.mailbox).join("paul@campaign.test", name="Paul Sand")
    vera.get("/desk/signatory/1")
    with ThreadPoolExecutor(2) as pool:
        taken = [pool.submit(vera.decide, 1), pool.submit(paul.decide, 1, "refused", reason="joke")]
    assert sorted(answer.result().status_code for answer in taken) == [303, 422]
    assert len(standing(vera)) == 1


def test_level_4_takes_a_second_officer(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm()
    assert vera.decide(1, level="4").status_code == 422
    vera.decide(1)
    assert vera.decide(1, level="4").status_code == 422, "the same officer again"
    paul = Officer(visitor.app, visitor.mailbox).join("paul@campaign.test", name="Paul Sand")
    assert paul.decide(1, level="4", method="office").status_code == 303
    assert standing(vera) == [(1, "accepted", 4)]
    page = vera.get("/desk/signatory/1").text
    assert "Vera Lind" in page
    assert "Paul Sand" in page


def test_the_database_refuses_level_4_by_one_officer(visitor: Visitor, vera: Officer, clock: Clock) -> None:
    visitor.sign_and_confirm()
    values = {
        "signatory_id": 1,
        "outcome": "accepted",
        "level": 4,
        "note": "",
        "officer_id": 1,
        "decided_at": clock(),
    }
    for second in (None, 1):
        with pytest.raises(IntegrityError), vera.tools.database.write() as session:
            session.execute(insert(Verification).values(**values, second_officer_id=second))


def test_the_database_refuses_to_verify_what_was_never_confirmed(
    visitor: Visitor, vera: Officer, clock: Clock
) -> None:
    visitor.sign()
    values = {
        "signatory_id": 1,
        "outcome": "accepted",
        "level": 3,
        "note": "",
        "officer_id": 1,
        "decided_at": clock(),
    }
    with pytest.raises(IntegrityError), vera.tools.database.write() as session:
        session.execute(insert(Verification).values(**values))
    assert vera.decide(1).status_code == 404


def test_a_corrected_entry_is_checked_again(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm(name="Odile Vercamp")
    vera.decide(1)
    visitor.sign_and_confirm(name="Odile Verchamp")
    assert "Vercamp" not in visitor.get("/en/appeal/signatories").text
    assert vera.get("/desk/signatory/1").status_code == 404
    card = vera.get("/desk/signatory/2").text
    assert "Odile Vercamp" in card
    assert "was accepted at level 3" in card


def test_the_desk_sees_withheld_names_where_the_key_is(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm(ACTIVIST)
    assert str(ACTIVIST["name"]) in vera.get("/desk/signatory/1").text


def test_every_decision_is_in_the_log_without_a_name(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm()
    vera.decide(1)
    vera.post("/desk/signatory/1/undo", {}, "/desk/signatory/1")
    with vera.tools.database.read() as session:
        entries = session.execute(
            select(LogEntry.actor, LogEntry.action, LogEntry.subject, LogEntry.details)
        ).all()
    told = [(actor, action, subject) for actor, action, subject, _details in entries]
    assert ("Vera Lind", "accepted", "signatory:1") in told
    assert ("Vera Lind", "undo", "signatory:1") in told
    assert "Odile" not in str(entries)
    assert "accepted signatory 1 at level 3" in vera.get("/desk/log").text


@pytest.mark.parametrize("role", ["viewer", "deliverer"])
def test_roles_that_may_not_verify_can_look_only(visitor: Visitor, role: str) -> None:
    visitor.sign_and_confirm()
    officer = Officer(visitor.app, visitor.mailbox).join(role=role)
    assert officer.get("/desk/signatory/1").status_code == 200
    assert 'value="accepted"' not in officer.get("/desk/signatory/1").text
    assert officer.decide(1).status_code == 403


def test_the_command_line_decides_in_an_officers_name(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm()
    run = visitor.app.test_cli_runner()
    listed = run.invoke(args=["verify", "list"])
    assert "Odile Verchamp" in listed.output
    options = ["--level", "3", "--method", "roster", "--note", "on the list", "--by", vera.email]
    assert run.invoke(args=["verify", "accept", "1", *options]).exit_code == 0
    assert standing(vera) == [(1, "accepted", 3)]
    assert run.invoke(args=["verify", "accept", "1", *options]).exit_code != 0
    assert run.invoke(args=["verify", "undo", "1", "--by", "nobody@campaign.test"]).exit_code != 0
    assert run.invoke(args=["verify", "undo", "1", "--by", vera.email]).exit_code == 0
    assert run.invoke(args=["verify", "hold", "1", "--reason", "look-again", "--by", vera.email]).exit_code == 0
    assert standing(vera) == [(1, "held", None)]
