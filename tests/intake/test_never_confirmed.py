"""No signatory from paper counts as confirmed by e-mail: two reviewers accept them at level 3 or above."""

from pathlib import Path

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from campaign.audit.models import LogEntry
from campaign.confirm.models import Signature
from campaign.letter.service import find_letter
from campaign.roll.service import read_page
from campaign.storage.statements import table_of
from campaign.verify.models import Verification
from tests.cast import Officer, Visitor
from tests.conftest import START
from tests.intake.lists import HEAD, ROWS, as_csv, bring

VERIFICATION = table_of(Verification)
REFUSED = (IntegrityError, DatabaseError)


@pytest.fixture
def desk(visitor: Visitor, tmp_path: Path) -> tuple[Officer, Officer]:
    """Vera and Paul; signatories 1 to 3 came on paper, 4 confirmed."""
    assert bring(visitor.app, tmp_path, as_csv([HEAD, *ROWS])).exit_code == 0
    visitor.sign_and_confirm(name="Confirmed Person")
    vera = Officer(visitor.app, visitor.mailbox).join()
    paul = Officer(visitor.app, visitor.mailbox).join("paul@campaign.test", name="Paul Sand")
    return vera, paul


def stands(officer: Officer, number: int = 1) -> tuple[str, int | None, str | None, bool] | None:
    with officer.tools.database.read() as session:
        found = session.get(Verification, number)
        return (found.outcome, found.level, found.reason, found.second_officer_id is not None) if found else None


def listed(officer: Officer) -> list[str]:
    with officer.tools.database.read() as session:
        return [
            entry.name for entry in read_page(session, find_letter(session, "appeal"), ["FR"], None, 10).entries
        ]


def test_the_card_shows_where_they_come_from(desk: tuple[Officer, Officer]) -> None:
    page = desk[0].get("/desk/signatory/1").text
    assert "<bdi>on paper, Berlin, 3 May</bdi>; row 2; no e-mail" in page
    assert 'value="1"' not in page, "no level 1 to choose"
    assert 'value="3"' in page
    assert "no e-mail" not in desk[0].get("/desk/signatory/4").text


def test_levels_1_and_2_are_refused(desk: tuple[Officer, Officer]) -> None:
    for level in ("1", "2"):
        answer = desk[0].decide(1, level=level)
        assert answer.status_code == 422
        assert "confirmed no address" in answer.text
    assert stands(desk[0]) is None


def test_the_first_acceptance_holds_and_the_second_accepts(desk: tuple[Officer, Officer]) -> None:
    vera, paul = desk
    assert vera.decide(1).status_code == 303
    assert stands(vera) == ("held", None, "second", False)
    assert listed(vera) == []
    page = paul.get("/desk/signatory/1").text
    assert "One reviewer has accepted: a second one must" in page
    assert "seen on the parliament" in page
    again = vera.decide(1)
    assert again.status_code == 422
    assert "needs a second officer" in again.text
    assert vera.decide(1, level="4").status_code == 422
    assert paul.decide(1).status_code == 303
    assert stands(paul) == ("accepted", 3, None, True)
    assert listed(vera) == ["Odile Verchamp"]
    assert paul.decide(1).status_code == 422, "it stands"
    assert paul.decide(1, level="4", method="office").status_code == 303
    assert stands(paul) == ("accepted", 4, None, True)
    with vera.tools.database.read() as session:
        actors = session.scalars(
            select(LogEntry.actor).where(LogEntry.subject == "signatory:1").order_by(LogEntry.id)
        )
        assert list(actors) == ["Vera Lind", "Paul Sand", "Paul Sand"]


def test_a_waiting_acceptance_can_be_undone_and_one_reviewer_can_refuse(desk: tuple[Officer, Officer]) -> None:
    vera, paul = desk
    vera.decide(1)
    assert paul.post("/desk/signatory/1/undo", {}, "/desk/signatory/1").status_code == 303
    assert paul.decide(1, "refused", reason="joke").status_code == 303
    assert vera.decide(1).status_code == 422, "it was refused: that must be undone first"
    assert stands(vera) == ("refused", None, "joke", False)


def test_the_command_line_says_that_a_second_is_needed(desk: tuple[Officer, Officer]) -> None:
    words = [
        "verify",
        "accept",
        "1",
        "--level",
        "3",
        "--method",
        "roster",
        "--note",
        "seen",
        "--by",
        desk[0].email,
    ]
    answer = desk[0].app.test_cli_runner().invoke(args=words)
    assert "1 held: a second officer must accept too" in answer.output


@pytest.mark.parametrize(("level", "second"), [(1, None), (2, None), (2, 2), (3, None), (3, 1), (4, None)])
def test_the_database_refuses_a_decision_that_no_officer_may_make(
    desk: tuple[Officer, Officer], level: int, second: int | None
) -> None:
    values = {
        "signatory_id": 1, "outcome": "accepted", "level": level, "method": "roster", "note": "x", "officer_id": 1,
        "decided_at": START, "second_officer_id": second,
    }  # fmt: skip
    database = desk[0].tools.database
    with pytest.raises(REFUSED), database.write() as session:
        session.execute(insert(VERIFICATION).values(**values))
    desk[0].decide(1)
    with pytest.raises(REFUSED), database.write() as session:
        changed = {"outcome": "accepted", "level": level, "second_officer_id": second}
        session.execute(update(VERIFICATION).where(VERIFICATION.c.signatory_id == 1).values(**changed))
    assert stands(desk[0]) == ("held", None, "second", False)


def test_a_signatory_who_confirmed_needs_one_reviewer_as_before(desk: tuple[Officer, Officer]) -> None:
    assert desk[0].decide(4, level="2", method="mailbox").status_code == 303
    assert stands(desk[0], 4) == ("accepted", 2, None, False)
    with desk[0].tools.database.read() as session:
        addresses = session.scalars(select(Signature.sealed_address).order_by(Signature.id)).all()
        assert [bool(address) for address in addresses] == [False, False, False, True]
