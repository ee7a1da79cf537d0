"""One owner is not two people, however many mailboxes they have; an officer admitted by two is a second person."""

import pytest
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import IntegrityError

from campaign.desk.models import Admission, Approval
from campaign.storage.statements import table_of
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.desk.joining import BOX, invited, join_by_link

FIRST_OWNERS = "The first two owners are admitted on the server"
NOT_ADMITTED = "You are not admitted as a second person yet"
ADMISSION = table_of(Admission)


@pytest.fixture
def paul(vera: Officer) -> Officer:
    """A second owner, also made by the server's command line."""
    return Officer(vera.app, vera.mailbox).join("paul@campaign.test", name="Paul Sand")


def press(officer: Officer, path: str, page: str) -> tuple[int, str]:
    """Press a button of a page, freshly confirmed."""
    officer.confirm_oneself()
    answer = officer.post(path, {}, page)
    return answer.status_code, answer.text


def admit(first: Officer, second: Officer, number: int) -> None:
    """Let two owners admit an officer; other requests stay open."""
    assert press(first, f"/desk/people/{number}/admit", f"/desk/people/{number}")[0] == 303
    with first.tools.database.read() as session:
        newest = session.scalars(select(Approval.id).order_by(Approval.id.desc())).first()
    assert press(second, f"/desk/approvals/{newest}", "/desk/approvals")[0] == 303


def admitted(officer: Officer) -> list[int]:
    with officer.tools.database.read() as session:
        return list(session.scalars(select(Admission.officer_id).order_by(Admission.officer_id)))


def test_an_owner_with_a_second_mailbox_does_not_recover_a_colleague(vera: Officer) -> None:
    Officer(vera.app, vera.mailbox).join("ines@campaign.test", "verifier", "Ines Moor")
    box = invited(vera)
    assert press(vera, "/desk/people/2/recover", "/desk/people/2")[0] == 303
    status, page = press(box, "/desk/approvals/1", "/desk/approvals")
    assert (status, NOT_ADMITTED in page) == (403, True)
    assert "/desk/approvals/1" not in page, "no button that would not work"
    assert press(box, "/desk/people/2/recover", "/desk/people/2")[0] == 303
    status, page = press(vera, "/desk/approvals/2", "/desk/approvals")
    assert (status, "so nobody can agree" in page) == (403, True)
    with vera.tools.database.read() as session:
        assert session.scalars(select(Approval.approved_by)).all() == [None, None]


def test_an_owner_does_not_admit_their_own_second_mailbox(vera: Officer) -> None:
    box = invited(vera)
    for asking, agreeing in ((vera, box), (box, vera), (vera, vera), (box, box)):
        press(asking, "/desk/people/2/admit", "/desk/people/2")
        for number in range(1, 4):
            assert press(agreeing, f"/desk/approvals/{number}", "/desk/approvals")[0] in (403, 410)
    assert admitted(vera) == [1]


def test_two_owners_admit_a_third_who_then_agrees(vera: Officer, paul: Officer) -> None:
    ines = invited(vera)
    assert NOT_ADMITTED in ines.get("/desk/approvals").text
    admit(vera, paul, 3)
    assert admitted(vera) == [1, 2, 3]
    assert "Admitted by Vera Lind and Paul Sand" in vera.get("/desk/people/3").text
    assert NOT_ADMITTED not in ines.get("/desk/approvals").text
    assert press(vera, "/desk/people/2/recover", "/desk/people/2")[0] == 303
    assert press(ines, "/desk/approvals/2", "/desk/approvals")[0] == 200
    assert "Paul Sand</strong> admitted Ines Vale as a second person, as owner" in vera.get("/desk/log").text


def test_what_was_asked_before_being_admitted_is_asked_again(vera: Officer, paul: Officer) -> None:
    ines = invited(vera)
    press(ines, "/desk/people/2/recover", "/desk/people/2")
    admit(vera, paul, 3)
    assert press(vera, "/desk/approvals/1", "/desk/approvals")[0] == 403
    assert press(ines, "/desk/people/2/recover", "/desk/people/2")[0] == 303
    assert press(vera, "/desk/approvals/3", "/desk/approvals")[0] == 200


@pytest.mark.parametrize("act", ["role", "remove", "recover"])
def test_after_another_role_a_removal_or_a_recovery_an_officer_must_be_admitted_again(
    vera: Officer, paul: Officer, act: str
) -> None:
    ines = Officer(vera.app, vera.mailbox).join("ines@campaign.test", "owner", "Ines Moor")
    assert admitted(vera) == [1, 2, 3]
    if act == "role":
        for role in ("viewer", "owner"):
            vera.confirm_oneself()
            assert vera.post("/desk/people/3/role", {"role": role}, "/desk/people/3").status_code == 303
    elif act == "remove":
        assert press(vera, "/desk/people/3/remove", "/desk/people/3")[0] == 303
        ines = invited(vera, ines.email)
    else:
        assert press(vera, "/desk/people/3/recover", "/desk/people/3")[0] == 303
        ines = join_by_link(vera, press(paul, "/desk/approvals/1", "/desk/approvals")[1], ines.email)
    assert admitted(vera) == [1, 2]
    press(vera, "/desk/people/2/recover", "/desk/people/2")
    number = 2 if act == "recover" else 1
    assert press(ines, f"/desk/approvals/{number}", "/desk/approvals")[0] == 403
    admit(vera, paul, 3)
    assert admitted(vera) == [1, 2, 3]


def test_other_countries_need_no_new_admission(vera: Officer, paul: Officer) -> None:
    vera.confirm_oneself()
    assert (
        vera.post("/desk/people/2/role", {"role": "owner", "countries": "DE"}, "/desk/people/2").status_code == 303
    )
    assert admitted(vera) == [1, 2]


def test_two_owners_admit_the_account_they_saw_and_not_a_new_one(vera: Officer, paul: Officer) -> None:
    invited(vera)
    press(vera, "/desk/people/3/admit", "/desk/people/3")
    press(vera, "/desk/people/3/remove", "/desk/people/3")
    invited(vera)
    assert press(paul, "/desk/approvals/1", "/desk/approvals")[0] == 410
    assert admitted(vera) == [1, 2]


def test_an_owner_who_replaces_the_servers_invitation_is_not_admitted_by_it(vera: Officer) -> None:
    run = vera.app.test_cli_runner()
    assert run.invoke(args=["desk", "invite", BOX, "--role", "owner"]).exit_code == 0
    invited(vera)
    assert admitted(vera) == [1]


def test_the_desk_says_what_is_missing_and_how_to_get_there(vera: Officer) -> None:
    for page in ("/desk/people", "/desk/approvals", "/desk/deliver"):
        assert FIRST_OWNERS in vera.get(page).text
    run = vera.app.test_cli_runner()
    assert FIRST_OWNERS in run.invoke(args=["desk", "officers"]).output
    invited(vera)
    assert FIRST_OWNERS in vera.get("/desk/people").text, "a mailbox is not a person"
    done = run.invoke(args=["desk", "admit", BOX])
    assert done.output == "Ines Vale is admitted as a second person.\n"
    assert FIRST_OWNERS not in vera.get("/desk/people").text
    assert "not admitted" not in run.invoke(args=["desk", "officers"]).output
    assert run.invoke(args=["desk", "admit", "nobody@campaign.test"]).exit_code != 0


def test_one_owner_and_a_verifier_are_told_that_no_further_officer_can_be_admitted(vera: Officer) -> None:
    Officer(vera.app, vera.mailbox).join("ines@campaign.test", "verifier", "Ines Moor")
    assert "No further officer can be admitted" in vera.get("/desk/people").text


def test_a_second_mailbox_is_no_second_reviewer(visitor: Visitor, vera: Officer, clock: Clock) -> None:
    visitor.sign_and_confirm()
    box = invited(vera)
    vera.decide(1)
    raised = box.decide(1, level="4", method="office")
    assert (raised.status_code, NOT_ADMITTED in raised.text) == (422, True)
    vera.post("/desk/signatory/1/undo", {}, "/desk/signatory/1")
    clock.move(minutes=11)  # Vera's card is free again
    assert box.decide(1).status_code == 303, "one person's work"
    raised = vera.decide(1, level="4", method="office")
    assert (raised.status_code, "The officer who accepted first does not count" in raised.text) == (422, True)
    words = ["verify", "accept", "1", "--level", "4", "--method", "office", "--note", "seen-it", "--by"]
    refused = vera.app.test_cli_runner().invoke(args=[*words, BOX])
    assert refused.exit_code != 0


def test_a_restored_admission_of_a_lowered_role_does_not_count(vera: Officer, paul: Officer) -> None:
    """Whatever brings the row back: it holds for the role and the account it was given for."""
    with vera.tools.database.write() as session:
        session.execute(text("UPDATE officer SET role = 'deliverer' WHERE id = 2"))
    assert FIRST_OWNERS in vera.get("/desk/people").text


@pytest.mark.parametrize(
    "values",
    [
        {"admitted_by": 1, "seconded_by": 1},
        {"admitted_by": 1, "seconded_by": None},
        {"admitted_by": 1, "seconded_by": 3},
        {"admitted_by": 1, "seconded_by": 4},
        {"admitted_by": 1, "seconded_by": 2, "officer_id": 1},
    ],
    ids=["one alone", "one and nobody", "one and themselves", "a verifier", "who is admitted already"],
)
def test_the_database_admits_no_officer_by_less_than_two_owners(
    vera: Officer, paul: Officer, values: dict[str, int | None]
) -> None:
    invited(vera)
    Officer(vera.app, vera.mailbox).join("ines@campaign.test", "verifier", "Ines Moor")
    row = {"officer_id": 3, "role": "owner", "since": vera.tools.clock(), **values}
    with pytest.raises(IntegrityError), vera.tools.database.write() as session:
        if row["officer_id"] == 1:
            session.execute(delete(ADMISSION).where(ADMISSION.c.officer_id == 1))
        session.execute(insert(ADMISSION).values(**row))
    assert admitted(vera) == [1, 2, 4]


def test_the_database_lets_no_account_agree_that_is_not_admitted(vera: Officer) -> None:
    box = invited(vera)
    press(vera, "/desk/people/1/recover", "/desk/people/2")
    press(box, "/desk/people/1/recover", "/desk/people/1")
    for number, officer in ((1, 2), (2, 1)):
        with pytest.raises(IntegrityError), vera.tools.database.write() as session:
            values = {"officer": officer, "number": number}
            session.execute(
                text("UPDATE approval SET approved_by = :officer, approved_at = asked_at WHERE id = :number"),
                values,
            )


def test_an_admission_is_not_changed(vera: Officer, paul: Officer) -> None:
    with pytest.raises(IntegrityError), vera.tools.database.write() as session:
        session.execute(text("UPDATE admission SET role = 'viewer' WHERE officer_id = 2"))
