"""Row 3: which decisions tell a member, and who waits to be listed for how long."""

from pathlib import Path

import pytest
from sqlalchemy import update

from campaign.letter.models import Letter
from campaign.letter.rules import LetterMalformed, read_facts
from campaign.storage.statements import table_of
from tests.cast import Officer
from tests.conftest import Clock
from tests.intake.lists import HEAD, as_csv, bring
from tests.verify.told import (
    CHAMBER,
    MEMBER,
    OUTPUTS,
    ROSTER,
    accept,
    disputes,
    everywhere,
    let_pass,
    load,
    notice,
    press,
    stored,
)


def test_the_mailbox_that_confirmed_is_not_told_again(desk: Officer, tmp_path: Path) -> None:
    desk.sign_and_confirm(email=MEMBER.upper())
    accept(desk)
    assert desk.deliver_mail() == []
    assert everywhere(desk, tmp_path)
    assert "the address the parliament publishes is the one that confirmed" in desk.get("/desk/signatory/1").text


def test_a_member_without_a_published_address_does_not_wait(ines_desk: Officer) -> None:
    ines_desk.sign_and_confirm(name="Anton Brevil")
    accept(ines_desk, member="2")
    assert ines_desk.deliver_mail() == []
    assert "Anton Brevil" in ines_desk.get(OUTPUTS[0]).text
    assert "publishes no address of this member" in ines_desk.get("/desk/signatory/1").text


def test_level_4_is_told_and_does_not_wait(desk: Officer, clock: Clock, tmp_path: Path) -> None:
    desk.sign_and_confirm()
    accept(desk)
    link, code = notice(desk)
    paul = Officer(desk.app, desk.mailbox).join("paul@campaign.test", name="Paul Sand")
    assert paul.decide(1, level="4", method="office").status_code == 303, "the member need not be picked again"
    assert everywhere(desk, tmp_path)
    assert press(desk, link, code).status_code == 303
    assert disputes(desk) == [("official", True)]
    assert everywhere(desk, tmp_path), "the office itself confirmed it, to two people"
    assert "still listed" in desk.get("/desk/signatory/1").text


def test_picking_at_level_4_tells_the_member_and_lists_at_once(ines_desk: Officer, tmp_path: Path) -> None:
    ines_desk.sign_and_confirm()
    accept(ines_desk, member="none", method="known")
    assert everywhere(ines_desk, tmp_path)
    paul = Officer(ines_desk.app, ines_desk.mailbox).join("paul@campaign.test", name="Paul Sand")
    accept(paul, level="4", method="office")
    assert notice(ines_desk)
    assert everywhere(ines_desk, tmp_path)


def test_an_officer_says_which_member_it_is_by_whatever_method(ines_desk: Officer) -> None:
    ines_desk.sign_and_confirm()
    for method in ("roster", "office", "public", "known"):
        for member in ("", "2", "99", "x"):
            assert ines_desk.decide(1, method=method, member=member).status_code == 422, (method, member)
    assert "Odile Verchamp" in ines_desk.get("/desk/signatory/1").text
    assert 'name="member" value="1" checked' not in ines_desk.get("/desk/signatory/1").text, "no match by itself"
    assert ines_desk.decide(1, level="2", method="mailbox").status_code == 303, (
        "no lawmaker below level 3 is listed"
    )


def test_who_left_the_chamber_cannot_be_picked(ines_desk: Officer, tmp_path: Path) -> None:
    ines_desk.sign_and_confirm()
    without = ROSTER.replace("Odile Verchamp", "Zita Neu")
    load(ines_desk, tmp_path / "later.csv", without, on="2026-05-03")
    assert 'name="member"' not in ines_desk.get("/desk/signatory/1").text
    assert ines_desk.decide(1, member="1").status_code == 422
    assert ines_desk.decide(1).status_code == 303


def test_a_withheld_name_is_told_to_no_office_and_looked_at_again_once_it_is_public(
    desk: Officer, clock: Clock, tmp_path: Path
) -> None:
    own = desk.sign_and_confirm(visibility="withheld", consent=["sign", "deliver"])
    accept(desk)
    assert desk.deliver_mail() == []
    assert stored(desk).roster_member_id is None, "beside a sealed entry it would tell whose it is"
    wider = {"visibility": "public", "consent": ["publish"]}
    assert desk.post(f"{own}/visibility", wider).status_code == 303
    assert not everywhere(desk, tmp_path)
    assert "now checks" in desk.get(own).text
    accept(desk)
    assert notice(desk)
    let_pass(desk, clock, hours=48)
    assert everywhere(desk, tmp_path)


def test_who_withholds_the_name_meanwhile_can_still_be_disputed_and_is_not_named(
    desk: Officer, clock: Clock, tmp_path: Path
) -> None:
    own = desk.sign_and_confirm()
    accept(desk)
    link, code = notice(desk)
    assert desk.post(f"{own}/visibility", {"visibility": "withheld"}).status_code == 303
    page = desk.elsewhere().get(link)
    assert page.status_code == 200
    assert "Odile" not in page.text
    assert "/en/appeal" not in page.text.replace("/en/appeal/signatories", "")
    let_pass(desk, clock, minutes=5)
    assert stored(desk).roster_member_id is None
    desk.post(f"{own}/visibility", {"visibility": "public", "consent": ["publish"]})
    assert stored(desk).over_at is None, "the notice that was sent still holds"
    assert press(desk, link, code).status_code == 303
    let_pass(desk, clock, hours=48)
    assert not everywhere(desk, tmp_path)


def test_an_address_that_barred_us_gets_no_mail_and_the_card_says_so(ines_desk: Officer) -> None:
    ines_desk.sign(email=MEMBER)
    link, code = ines_desk.link_and_code()
    disowned = ines_desk.client.post(f"{link}/not-mine", data={"code": code, "bar": "yes"})
    assert disowned.status_code == 303
    ines_desk.sign_and_confirm()
    accept(ines_desk)
    assert ines_desk.deliver_mail() == []
    assert "asked us never to write to it" in ines_desk.get("/desk/signatory/1").text


def test_no_stranger_can_use_up_the_members_mails(ines_desk: Officer) -> None:
    for _ in range(5):
        ines_desk.sign(email=MEMBER)
    assert len(ines_desk.deliver_mail()) == 3
    ines_desk.sign_and_confirm()
    accept(ines_desk)
    assert notice(ines_desk)


def test_a_letter_says_how_long_its_members_may_object(ines_desk: Officer, clock: Clock, tmp_path: Path) -> None:
    ines_desk.sign_and_confirm()
    with ines_desk.tools.database.write() as session:
        session.execute(update(table_of(Letter)).values(cooling_off_hours=0))
    accept(ines_desk)
    assert notice(ines_desk), "told all the same"
    assert everywhere(ines_desk, tmp_path)


def test_a_letters_file_is_checked() -> None:
    facts = 'slug = "appeal"\naddressee = "own-government"\nopens_on = 2026-01-01\ncloses_on = 2026-12-31\nversion = 1\n'
    assert read_facts(facts).cooling_off_hours == 48
    assert read_facts(f"{facts}cooling_off_hours = 0\n").cooling_off_hours == 0
    for wrong in ("-1", "721", "1.5", "true", '"48"'):
        with pytest.raises(LetterMalformed, match="cooling_off_hours"):
            read_facts(f"{facts}cooling_off_hours = {wrong}\n")


def test_who_came_on_paper_is_told_of_when_the_second_accepts(desk: Officer, clock: Clock, tmp_path: Path) -> None:
    assert (
        bring(
            desk.app, tmp_path, as_csv([HEAD, ("Odile Verchamp", "lawmaker", "FR", CHAMBER, "", "public")])
        ).exit_code
        == 0
    )
    paul = Officer(desk.app, desk.mailbox).join("paul@campaign.test", name="Paul Sand")
    accept(desk)
    assert desk.deliver_mail() == [], "one reviewer is none yet"
    accept(paul)
    assert notice(desk)
    assert not everywhere(desk, tmp_path)
    let_pass(desk, clock, hours=48)
    assert everywhere(desk, tmp_path)
