"""Withheld names leave the server by two people's will, from the command line too."""

from pathlib import Path

from click.testing import Result
from sqlalchemy import select

from campaign.audit.models import LogEntry
from campaign.deliver.models import Sending
from campaign.document.models import DeliveryApproval
from tests.cast import Officer, Visitor, agree
from tests.deliver.people import sign_and_count
from tests.deliver.ways import BY_HAND, approve, count, step
from tests.desk.joining import BOX, invited
from tests.package.parcels import sign


def run(officer: Officer, *words: str) -> Result:
    return officer.app.test_cli_runner().invoke(args=list(words))


def test_one_person_at_the_command_line_gets_no_withheld_name(
    visitor: Visitor, vera: Officer, tmp_path: Path
) -> None:
    sign_and_count(visitor, vera, 1, "Invented Withheld", ("FR",))
    pdf, bundle = str(tmp_path / "a.pdf"), str(tmp_path / "a.bundle")
    print_it = ("deliver", "annex", "appeal", "--country", "FR", "-o", pdf)
    reader = Officer(visitor.app, visitor.mailbox).join("ines@campaign.test", "verifier", "Ines Moor")
    for words in (print_it, ("deliver", "bundle", "appeal", "-o", bundle)):
        assert "say which officer" in run(vera, *words).output
        assert "say which officer" in run(vera, *words, "--by", reader.email).output
        alone = run(vera, *words, "--by", vera.email)
        assert (alone.exit_code, "this takes two people" in alone.output) == (1, True)
    agree(vera)
    assert run(vera, *print_it, "--by", vera.email).exit_code == 1, "an officer cannot agree to their own request"
    assert list(tmp_path.glob("a.*")) == []
    agree(Officer(visitor.app, visitor.mailbox).join("paul@campaign.test", "deliverer", "Paul Ried"))
    assert run(vera, *print_it, "--by", vera.email).exit_code == 0
    assert run(vera, *print_it, "--by", vera.email).exit_code == 1, "it is used once"
    with vera.tools.database.read() as session:
        entries = session.scalars(select(LogEntry).order_by(LogEntry.id)).all()
    done = [(entry.actor, entry.action) for entry in entries if entry.action in ("ask", "approve", "annex")]
    assert ("Paul Ried", "approve") in done
    assert done.count(("Vera Lind", "annex")) == 1


def test_both_learn_that_the_officer_who_presses_again_gets_the_file(visitor: Visitor, vera: Officer) -> None:
    sign_and_count(visitor, vera, 1, "Invented Withheld", ("FR",))
    form = {"letter": "appeal", "country": "FR", "language": "en"}
    asked = vera.post("/desk/deliver/annex", form, "/desk/deliver")
    assert "Once they have agreed, press again within the day" in asked.text
    paul = Officer(visitor.app, visitor.mailbox).join("paul@campaign.test", "deliverer", "Paul Ried")
    assert "Only the officer who presses the button gets the file" in paul.get("/desk/approvals").text
    agree(paul)
    assert "Press again where you asked, to get the file" in vera.get("/desk/approvals").text
    assert "Press again where you asked" not in paul.get("/desk/approvals").text
    assert vera.post("/desk/deliver/annex", form, "/desk/deliver").status_code == 200
    assert "Paul Ried agreed" in vera.get("/desk/approvals").text


def test_a_second_mailbox_gets_no_withheld_name(visitor: Visitor, vera: Officer) -> None:
    sign_and_count(visitor, vera, 1, "Invented Withheld", ("FR",))
    box, form = invited(vera), {"letter": "appeal", "country": "FR", "language": "fr"}
    for asking, agreeing in ((vera, box), (box, vera)):
        asking.confirm_oneself()
        asked = asking.post("/desk/deliver/annex", form, "/desk/deliver")
        assert (asked.status_code, "as a second person" in asked.text) == (202, True)
        agree(agreeing)
        for officer in (asking, agreeing):
            assert officer.post("/desk/deliver/annex", form, "/desk/deliver").status_code != 200
    alone = run(vera, "deliver", "bundle", "appeal", "-o", "/dev/null", "--by", BOX)
    assert "You are not admitted as a second person yet" in alone.output


def test_a_second_mailbox_neither_approves_nor_sends_nor_prepares_for_another(
    visitor: Visitor, vera: Officer
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    box, form = invited(vera), {"letter": "appeal", "language": "en", "country": "FR"}
    assert vera.post("/desk/deliver", form).status_code == 200
    refused = step(box, "approve")
    assert (refused.status_code, "You are not admitted" in refused.text) == (422, True)
    german = {**form, "country": "DE"}
    assert box.post("/desk/deliver", german).status_code == 200
    vera.confirm_oneself()
    refused = step(vera, "approve", page="/desk/deliveries/2")
    assert (refused.status_code, "The officer who prepared it does not count" in refused.text) == (422, True)
    paul = Officer(visitor.app, visitor.mailbox).join("paul@campaign.test", "deliverer", "Paul Ried")
    approve(paul)
    refused = step(box, "send", BY_HAND)
    assert (refused.status_code, "You are not admitted" in refused.text) == (422, True)
    assert count(visitor, DeliveryApproval, Sending) == [1, 0]
    assert vera.post("/desk/deliver", german).status_code == 200, "who is admitted prints the same"
    approve(paul, "/desk/deliveries/2")
    assert count(visitor, DeliveryApproval, Sending) == [2, 0]
