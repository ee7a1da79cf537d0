"""Nobody is shown as having signed words that they did not sign: a material change asks everybody anew."""

from pathlib import Path

import pytest
from sqlalchemy import select

from campaign.confirm.models import AskedAnew, Signatory, Signature, SignatureLink, SignedAnew
from campaign.letter.service import find_letter
from campaign.verify.models import Verification
from campaign.withdraw.consents import ask_anew
from tests.cast import LAWMAKER, Officer, Visitor
from tests.conftest import Clock
from tests.gateway import JUNK, scan
from tests.withdraw.ground import Backup, count, deliver
from tests.withdraw.versions import Publisher, asked, form_of, names, open_mail, work


def test_a_material_version_takes_everybody_off_the_list_until_they_sign_it(
    somebody: Visitor, owner: Publisher, listed: str, clock: Clock
) -> None:
    assert "Odile Verchamp" in names(somebody)
    owner.publish(material=True)
    assert "Odile Verchamp" not in names(somebody)
    assert "One signature of an earlier version counts again once its owner signs the new one." in names(somebody)
    (mail,) = work(somebody, clock)
    page, code = open_mail(somebody, mail)
    shown = somebody.get(page).text
    assert "<ins>This is version 2.</ins>" in shown
    assert "Odile" not in shown
    answer = somebody.elsewhere().client.post(page, data={"code": code, **form_of(somebody, page)})
    assert answer.status_code == 303
    own = somebody.get(answer.headers["Location"]).text
    assert "version 1" in own
    assert "version 2" in own
    assert "Odile Verchamp" in names(somebody)
    assert "earlier version" not in names(somebody)


def test_a_change_that_is_not_material_leaves_all_on_the_list_and_their_receipt_names_their_version(
    somebody: Visitor, owner: Publisher, listed: str, clock: Clock
) -> None:
    owner.publish(material=False)
    assert "Odile Verchamp" in names(somebody)
    assert work(somebody, clock) == []
    own = somebody.get(listed).text
    assert "version 1" in own
    assert "has changed" not in own


def test_a_later_version_must_say_whether_it_is_material(somebody: Visitor, owner: Publisher, listed: str) -> None:
    refused = owner.publish(material=None)
    assert "version 2 follows version 1" in refused
    assert "letter.toml: material: " in refused
    assert len(refused.splitlines()) == 1
    owner.say(version=2, material=True)
    assert owner.load() == ""
    assert owner.load() == "", "twice changes nothing"
    owner.say(version=2, material=False)
    assert "material: true, as this version was published" in owner.load()
    owner.say(version=1, material=None)
    assert "version: not below 2" in owner.load()


def test_the_owner_may_say_later_that_a_version_was_material(
    somebody: Visitor, owner: Publisher, listed: str, clock: Clock
) -> None:
    owner.publish(material=False)
    with somebody.tools.database.write() as session:
        letter = find_letter(session, "appeal")
        assert [ask_anew(session, letter, now=clock()) for _ in range(2)] == [1, 1]
    assert "Odile Verchamp" not in names(somebody)
    assert len(work(somebody, clock)) == 1


def test_verification_and_number_stay_when_they_sign_anew(
    somebody: Visitor, owner: Publisher, listed: str, clock: Clock
) -> None:
    page, code = asked(somebody, owner, clock)
    with somebody.tools.database.read() as session:
        before = session.execute(select(Signatory.id, Verification.decided_at).join(Verification)).all()
    somebody.client.post(page, data={"code": code, **form_of(somebody, page)})
    with somebody.tools.database.read() as session:
        assert session.execute(select(Signatory.id, Verification.decided_at).join(Verification)).all() == before


def test_what_was_delivered_of_the_old_version_is_not_recalled_by_signing_and_is_by_withdrawing(
    somebody: Visitor, owner: Publisher, listed: str, ines: Officer, clock: Clock
) -> None:
    deliver(somebody)
    page, code = asked(somebody, owner, clock)
    assert "No" in ines.get("/desk/recalls").text
    assert "APPEAL-FR-1" in somebody.get(listed).text
    answer = somebody.client.post(f"{page}/withdraw", data={"code": code})
    assert answer.status_code == 303
    assert "Nothing is kept" in somebody.get(answer.headers["Location"]).text
    assert count(somebody, Signature, Signatory, AskedAnew, SignatureLink) == [0, 0, 0, 0]
    assert "APPEAL-FR-1" in ines.get("/desk/recalls").text


def test_a_gateway_that_opens_and_submits_everything_signs_and_withdraws_for_nobody(
    somebody: Visitor, owner: Publisher, listed: str, clock: Clock
) -> None:
    page, _code = asked(somebody, owner, clock)
    gateway, hidden = somebody.elsewhere(), form_of(somebody, page)
    for junk in JUNK:
        scan(gateway.client, page, junk)
        for path in (page, f"{page}/withdraw"):
            assert gateway.client.post(path, data={**hidden, "code": junk}).status_code == 422
    assert count(somebody, SignedAnew, Signature) == [0, 1]


def test_after_five_wrong_codes_the_private_page_is_the_way(
    somebody: Visitor, owner: Publisher, listed: str, clock: Clock
) -> None:
    page, code = asked(somebody, owner, clock)
    hidden, wrong = form_of(somebody, page), f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert somebody.client.post(page, data={**hidden, "code": wrong}).status_code == 422
    assert somebody.client.post(page, data={**hidden, "code": code}).status_code == 422
    assert "no longer work" in somebody.get(page).text
    assert "See what changed" in somebody.get(listed).text
    own = f"{listed}/anew"
    assert somebody.client.post(own, data=form_of(somebody, own)).status_code == 303
    assert "Odile Verchamp" in names(somebody)
    assert somebody.client.post(own, data={"text": "x"}).status_code == 303, "twice changes nothing"
    assert count(somebody, SignedAnew) == [1]


def test_a_text_that_changed_once_more_is_shown_before_it_is_signed(
    somebody: Visitor, owner: Publisher, listed: str, clock: Clock
) -> None:
    page, code = asked(somebody, owner, clock)
    read = form_of(somebody, page)
    owner.publish(material=True)
    answer = somebody.client.post(page, data={"code": code, **read})
    assert answer.status_code == 409
    assert "version 3" in answer.text
    assert count(somebody, SignedAnew) == [0]
    assert somebody.client.post(page, data={"code": code, **form_of(somebody, page)}).status_code == 303
    assert "Odile Verchamp" in names(somebody)


def test_a_corrected_entry_keeps_what_was_signed_last(
    somebody: Visitor, owner: Publisher, listed: str, ines: Officer, clock: Clock
) -> None:
    page, code = asked(somebody, owner, clock)
    somebody.client.post(page, data={"code": code, **form_of(somebody, page)})
    assert somebody.post(f"{listed}/edit", {**LAWMAKER, "name": "Odile V. Verchamp"}).status_code == 303
    assert "has changed" not in somebody.get(listed).text
    ines.sign_in()
    assert ines.decide(2).status_code == 303
    assert "Odile V. Verchamp" in names(somebody)


def test_a_person_reads_in_their_data_what_they_were_asked_and_signed(
    somebody: Visitor, owner: Publisher, listed: str, clock: Clock
) -> None:
    page, code = asked(somebody, owner, clock)
    somebody.client.post(page, data={"code": code, **form_of(somebody, page)})
    kept = somebody.get(f"{listed}/data.json").get_json()
    assert kept["letter"]["version"] == 1
    assert [one["version"] for one in kept["signed_anew"]] == [2]
    assert kept["asked_anew"] == 1


def test_a_restored_backup_brings_no_one_back_who_withdrew_by_the_question(
    visitor: Visitor, tmp_path: Path, clock: Clock
) -> None:
    owner = Publisher(visitor, tmp_path)
    visitor.sign_and_confirm()
    page, code = asked(visitor, owner, clock)
    backup = Backup(visitor, tmp_path)
    assert visitor.client.post(f"{page}/withdraw", data={"code": code}).status_code == 303
    backup.restore()
    assert count(visitor, Signature, AskedAnew) == [0, 0]
    assert visitor.get(page).status_code == 410


def test_a_text_that_was_signed_anew_cannot_change(visitor: Visitor, tmp_path: Path, clock: Clock) -> None:
    owner = Publisher(visitor, tmp_path)
    visitor.sign_and_confirm()
    page, code = asked(visitor, owner, clock)
    change = "UPDATE letter_text SET body = 'Another' WHERE version = 2"
    visitor.client.post(page, data={"code": code, **form_of(visitor, page)})
    assert count(visitor, SignedAnew) == [1]
    with (
        pytest.raises(Exception, match="a signed text cannot change"),
        visitor.tools.database.engine.begin() as one,
    ):
        one.exec_driver_sql(change)
