"""An owner suspends, resumes and closes a letter, and moves its embargo, on the desk's page of its moments."""

import re
from datetime import timedelta

from sqlalchemy import select

from campaign.letter.models import Letter
from tests.cast import Officer, Visitor
from tests.conftest import Clock

PAGE, ACTS = "/desk/letters/appeal/moments", "/desk/letters/appeal"
REASON = "The list of addressees was wrong."


def embargo(visitor: Visitor, **by: float) -> None:
    with visitor.tools.database.write() as session:
        session.scalars(select(Letter)).one().embargo_until = visitor.tools.clock() + timedelta(**by)


def test_an_owner_suspends_it_with_a_reason_and_the_page_says_what_was_done_and_by_whom(ines: Officer) -> None:
    ines.confirm_oneself()
    form = {"reason-en": REASON, "reason-ar": "كانت القائمة خاطئة."}
    assert ines.post(f"{ACTS}/suspend", form, PAGE).status_code == 303
    page = ines.get(PAGE).text
    assert "It is suspended" in page
    assert "by Ines Moor" in page
    assert REASON in page
    assert "كانت القائمة خاطئة." in ines.get("/ar/appeal").text
    assert ines.post(f"{ACTS}/suspend", form, PAGE).status_code == 409, "it is suspended already"
    assert ines.post(f"{ACTS}/resume", {}, PAGE).status_code == 303
    page = ines.get(PAGE).text.replace("formaction", "")  # one form has both buttons
    assert ines.fill_in(page, f"{ACTS}/close", {}).status_code == 303
    assert re.findall(r"<strong>(\w+)</strong>", ines.get(PAGE).text) == ["Closed", "Resumed", "Suspended"]
    log = ines.get("/desk/log?what=letters").text
    assert "suspended the letter appeal" in log
    assert REASON not in log


def test_a_reason_that_cannot_be_shown_is_said_beside_its_field_and_kept(ines: Officer) -> None:
    ines.confirm_oneself()
    for form, sentence in (
        ({"reason-en": ""}, "Say why, in English at least"),
        ({"reason-en": "", "reason-ar": "خطأ."}, "Say why, in English at least"),
        ({"reason-en": "long " * 200}, "at most 600 characters"),
        ({"reason-en": "fine", "reason-ar": "\u202eabc"}, "cannot be shown"),
    ):
        answer = ines.post(f"{ACTS}/suspend", form, PAGE)
        assert (answer.status_code, sentence in answer.text) == (422, True), form
        for words in form.values():
            assert words[:40] in answer.text
    assert "Nothing yet" in ines.get(PAGE).text


def test_what_was_typed_is_kept_while_the_officer_confirms_who_they_are(ines: Officer, clock: Clock) -> None:
    clock.move(minutes=10)
    asked = ines.post(f"{ACTS}/suspend", {"reason-en": REASON}, PAGE)
    assert asked.status_code == 428
    carried = re.search(r'name="carried" value="([^"]+)"', asked.text)
    assert carried is not None
    form = {"code": ines.wait_for_code(), "carried": carried[1]}
    assert ines.fill_in(asked.text, "/desk/confirm-yourself", form).status_code == 303
    assert REASON in ines.get(PAGE).text


def test_an_embargo_is_moved_and_lifted_and_two_owners_do_not_overwrite_each_other(
    ines: Officer, clock: Clock
) -> None:
    embargo(ines, hours=5)
    ines.confirm_oneself()
    opened = ines.get(PAGE).text
    seen = re.search(r'name="seen" value="([^"]+)"', opened)
    assert seen is not None
    wrong = ines.post(f"{ACTS}/embargo", {"until": "soon", "seen": seen[1]}, PAGE)
    assert (wrong.status_code, 'value="soon"' in wrong.text) == (422, True)
    later = (clock.now + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M")
    form = {"until": later, "seen": seen[1]}
    assert ines.post(f"{ACTS}/embargo", form, PAGE).status_code == 303
    again = ines.fill_in(opened, f"{ACTS}/embargo", form | {"now": "yes"})
    assert (again.status_code, "Somebody else moved the embargo" in again.text) == (409, True)
    clock.move(hours=6)
    assert ines.get("/en/appeal").status_code == 404
    ines.sign_in(code=ines.wait_for_code())
    seen = re.search(r'name="seen" value="([^"]+)"', ines.get(PAGE).text)
    assert seen is not None
    assert ines.post(f"{ACTS}/embargo", {"now": "yes", "seen": seen[1]}, PAGE).status_code == 303
    assert ines.get("/en/appeal").status_code == 200


def test_a_letter_that_nobody_knows_is_not_found(ines: Officer) -> None:
    assert ines.get("/desk/letters/other/moments").status_code == 404
