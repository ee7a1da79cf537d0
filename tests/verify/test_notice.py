"""Row 3: who signs in a member's name is found out by the member, before the name is listed."""

import re
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from campaign.audit.models import Officer as Row
from campaign.mail.models import Mail
from campaign.storage.statements import table_of
from campaign.verify.models import Dispute, Notice
from campaign.world.languages import language_of
from tests.cast import LAWMAKER, Officer
from tests.conftest import Clock
from tests.verify.told import (
    MEMBER,
    OUTPUTS,
    accept,
    disputes,
    everywhere,
    let_pass,
    notice,
    press,
    stored,
)


def test_the_published_address_is_told_and_the_name_is_listed_two_days_later(
    desk: Officer, clock: Clock, tmp_path: Path
) -> None:
    own = desk.sign_and_confirm()
    accept(desk)
    with desk.tools.database.read() as session:
        assert session.scalars(select(Mail.recipient)).all() == [MEMBER]
    link, _code = notice(desk)
    assert "Odile Verchamp" in desk.elsewhere().get(link).text
    assert not everywhere(desk, tmp_path)
    for page in ("/desk/signatory/1", "/desk/queue?state=accepted"):
        assert "listed from 06 May, unless the member disputes" in desk.get(page).text
    assert "Your name is listed from" in desk.get(own).text
    let_pass(desk, clock, hours=47, minutes=59)
    assert not everywhere(desk, tmp_path)
    let_pass(desk, clock, minutes=1)
    assert everywhere(desk, tmp_path)
    assert "listed from" not in desk.elsewhere().get(own).text
    assert stored(desk).over_at == clock()


@pytest.mark.parametrize("code", ["", "123456", "000000", "odile", "1"])
def test_a_gateway_that_opens_and_submits_hides_no_name(
    ines_desk: Officer, clock: Clock, tmp_path: Path, code: str
) -> None:
    ines_desk.sign_and_confirm()
    accept(ines_desk)
    link, _code = notice(ines_desk)
    robot = ines_desk.elsewhere()
    for _ in range(20):
        assert robot.get(link).status_code == robot.client.head(link).status_code == 200
        robot.client.options(link)
        assert press(ines_desk, link, code).status_code == 422
    assert disputes(ines_desk) == []
    assert stored(ines_desk).code_tries == 0, "and it uses up none of the member's five tries"
    let_pass(ines_desk, clock, hours=48)
    assert everywhere(ines_desk, tmp_path)


def test_five_wrong_codes_close_the_code_and_hide_no_name(ines_desk: Officer) -> None:
    ines_desk.sign_and_confirm()
    accept(ines_desk)
    link, code = notice(ines_desk)
    for digit in range(5):
        assert press(ines_desk, link, f"{digit}{digit + 2}9{digit}73").status_code == 422
    assert press(ines_desk, link, code).status_code == 422
    assert disputes(ines_desk) == []
    assert 'name="code"' not in ines_desk.elsewhere().get(link).text


def test_the_members_own_press_hides_the_name_before_it_is_listed(
    desk: Officer, clock: Clock, tmp_path: Path
) -> None:
    own = desk.sign_and_confirm()
    accept(desk)
    link, code = notice(desk)
    for _twice in range(2):
        assert press(desk, link, code).status_code == 303
    assert disputes(desk) == [("official", True)]
    let_pass(desk, clock, hours=50)
    assert not everywhere(desk, tmp_path)
    assert 'name="code"' not in desk.elsewhere().get(link).text, "there is nothing more to press"
    assert "Somebody told us this is not you. The campaign is looking at it." in desk.get(own).text
    card = desk.get("/desk/signatory/1").text
    assert "From the address the parliament publishes" in card
    assert "off every list until you decide" in card
    assert "Disputed 1" in desk.get("/desk/queue").text
    assert desk.post("/desk/signatory/1/settle", {}, "/desk/signatory/1").status_code == 303
    assert everywhere(desk, tmp_path)
    assert press(desk, link, code).status_code == 303
    assert everywhere(desk, tmp_path), "one notice disputes once"


def test_the_member_is_heard_even_after_a_stranger_was_settled(
    desk: Officer, clock: Clock, tmp_path: Path
) -> None:
    desk.sign_and_confirm()
    accept(desk)
    link, code = notice(desk)
    let_pass(desk, clock, hours=48)
    (stranger,) = re.findall(r'href="(/en/appeal/not-me/[^"]+)"', desk.elsewhere().get(OUTPUTS[0]).text)
    assert desk.elsewhere().client.post(stranger).status_code == 303
    desk.post("/desk/signatory/1/settle", {}, "/desk/signatory/1")
    assert everywhere(desk, tmp_path)
    assert press(desk, link, code).status_code == 303
    assert disputes(desk) == [("official", True)]
    assert not everywhere(desk, tmp_path)


def test_undo_takes_the_notice_along_and_a_new_decision_tells_anew(
    desk: Officer, clock: Clock, tmp_path: Path
) -> None:
    desk.sign_and_confirm()
    accept(desk)
    link, code = notice(desk)
    assert desk.post("/desk/signatory/1/undo", {}, "/desk/signatory/1").status_code == 303
    for dead in (desk.elsewhere().get(link), press(desk, link, code)):
        assert dead.status_code == 410
        assert "Odile" not in dead.text
    let_pass(desk, clock, hours=48)
    assert not everywhere(desk, tmp_path)
    assert desk.decide(1, "refused", reason="asked").status_code == 303
    assert desk.elsewhere().get(link).status_code == 410
    desk.post("/desk/signatory/1/undo", {}, "/desk/signatory/1")
    accept(desk)
    again, code = notice(desk)
    assert again != link
    let_pass(desk, clock, hours=47)
    assert not everywhere(desk, tmp_path)
    assert press(desk, again, code).status_code == 303
    assert disputes(desk) == [("official", True)]


def test_who_withdraws_or_corrects_leaves_a_dead_link(desk: Officer) -> None:
    own = desk.sign_and_confirm()
    accept(desk)
    link, code = notice(desk)
    assert desk.post(f"{own}/edit", {**LAWMAKER, "party": "Les Monts"}).status_code == 303
    assert desk.elsewhere().get(link).status_code == 410
    accept(desk, 2)
    newer, code = notice(desk)
    assert desk.post(f"{own}/withdraw", {}).status_code == 303
    for dead in (link, newer):
        assert press(desk, dead, code).status_code == 410
    with desk.tools.database.read() as session:
        assert session.scalars(select(Notice)).all() == []


def test_the_database_lets_no_entry_wait_without_a_notice_nor_end_early(desk: Officer, clock: Clock) -> None:
    desk.sign_and_confirm()
    accept(desk, member="none")
    row = {
        "signatory_id": 1, "roster_member_id": 1, "noticed_at": clock(), "link_sha256": b"1" * 32,
        "code_sha256": b"2" * 32, "code_tries": 0, "waits_until": clock(),
    }  # fmt: skip
    early = clock().replace(year=2025)
    for wrong in ({"unsent_for": "barred", "over_at": None}, {"unsent_for": None, "over_at": early}):
        with pytest.raises(IntegrityError), desk.tools.database.write() as session:
            session.execute(insert(table_of(Notice)).values(**row, **wrong))
    with pytest.raises(IntegrityError), desk.tools.database.write() as session:
        session.execute(
            insert(table_of(Notice)).values(**row | {"signatory_id": 2}, unsent_for=None, over_at=None)
        )


def test_the_notice_is_in_the_countrys_language_not_the_signatorys(ines_desk: Officer) -> None:
    """An impostor could otherwise choose a language that the member does not read."""
    countries = ("FR", "CH", "BE", "TW", "HK", "GB", "SE", "EU", "MA", "JP")
    assert [language_of(code) for code in countries] == [
        "fr", "de", "fr", "zh-Hant", "zh-Hant", "en", "en", "en", "ar", "ja",
    ]  # fmt: skip
    ines_desk.sign_and_confirm()
    accept(ines_desk)
    with ines_desk.tools.database.read() as session:
        assert session.scalars(select(Mail.language)).all() == ["fr"]
    link, _code = notice(ines_desk)
    assert '<html lang="fr"' in ines_desk.elsewhere().get(link).text


def test_a_strangers_token_opens_nothing(ines_desk: Officer) -> None:
    own = ines_desk.sign_and_confirm()
    accept(ines_desk)
    link, code = notice(ines_desk)
    for foreign in (own.replace("/signature/", "/notice/"), f"{link}x", link[:-1], "/notice/x"):
        assert ines_desk.elsewhere().get(foreign).status_code == 404
        assert press(ines_desk, foreign, code).status_code == 404


def test_the_log_and_ones_own_file_say_that_a_notice_went(ines_desk: Officer) -> None:
    own = ines_desk.sign_and_confirm()
    accept(ines_desk)
    link, code = notice(ines_desk)
    press(ines_desk, link, code)
    assert "notice sent" in ines_desk.get("/desk/log").text
    assert MEMBER not in ines_desk.get("/desk/log").text
    stored = ines_desk.get(f"{own}/data.json").json
    assert stored is not None
    assert stored["disputed"]["by"] == "official"
    assert stored["entries"][0]["notice"]["roster_member"] == 1


def test_an_officer_of_other_countries_neither_accepts_nor_settles(desk: Officer) -> None:
    desk.sign_and_confirm()
    accept(desk)
    link, code = notice(desk)
    assert press(desk, link, code).status_code == 303
    germany = Officer(desk.app, desk.mailbox)
    germany.join("gerd@campaign.test", "verifier", "Gerd Alm")
    with desk.tools.database.write() as session:
        session.execute(update(Row).where(Row.email == "gerd@campaign.test").values(countries="DE"))
    assert germany.post("/desk/signatory/1/settle", {}, "/desk/approvals").status_code == 403
    assert germany.post("/desk/signatory/1/undo", {}, "/desk/approvals").status_code == 403
    with desk.tools.database.read() as session:
        assert session.scalars(select(Dispute.settled_at)).all() == [None]
    assert "Disputed 1" in desk.get("/desk/queue").text
