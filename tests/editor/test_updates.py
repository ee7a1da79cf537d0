"""Updates and the timeline are written at the desk, and published without what else is being written."""

import re

from campaign.letter.keeping import files_of
from campaign.letter.service import find_letter
from tests.cast import Officer
from tests.conftest import Clock
from tests.editor.office import LETTERS, begin, save, send
from tests.editor.office import publish as publish_letter

DESK, PUBLIC = f"{LETTERS}/appeal/updates", "/en/appeal/updates"
NAME = "2026-05-04"
WORDS = {"title": "Heard in committee", "summary": "It was heard.", "body": "On Monday the committee heard us."}
ENTRY = {"on-0": "2026-05-01", "what-0": "outcome", "said-0": "The parliament voted for it.", "source-0": ""}


def write(owner: Officer, name: str = NAME, language: str = "en", **changes: str) -> None:
    answer = save(owner, f"{DESK}/{name}/{language}", **{**WORDS, **changes})
    assert answer.status_code == 303, answer.text


def publish(owner: Officer, name: str = NAME, **fields: str) -> str:
    """Publish an update; return its name from then on."""
    owner.confirm_oneself()
    answer = save(owner, f"{DESK}/{name}", **{"day": name[:10], **fields})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].partition("?")[0].rpartition("/")[2]


def change_background(owner: Officer) -> None:
    page = f"{LETTERS}/appeal/background/en"
    assert save(owner, page, **{**WORDS, "title": "Not ready yet"}).status_code == 303


def test_an_update_is_written_translated_looked_at_and_published(ines: Officer) -> None:
    begun = save(ines, DESK, day=NAME)
    assert begun.headers["Location"] == f"{DESK}/{NAME}/en"
    write(ines)
    write(ines, language="fr", title="Entendu en commission")
    assert "On Monday the committee heard us." in ines.get(f"{DESK}/{NAME}/fr").text, "the original beside it"
    assert "Entendu en commission" in ines.get(f"{DESK}/{NAME}/preview/fr").text
    assert ines.get(f"{PUBLIC}/{NAME}").status_code == 404
    assert publish(ines) == NAME
    assert "On Monday the committee heard us." in ines.get(f"{PUBLIC}/{NAME}").text
    assert "Entendu en commission" in ines.get("/fr/appeal").text.split('<div class="words">')[0]
    assert save(ines, DESK, day=NAME).headers["Location"] == f"{DESK}/{NAME}-2/en", "the second of that day"


def test_publishing_an_update_leaves_what_else_is_being_written_a_draft(ines: Officer) -> None:
    change_background(ines)
    write(ines)
    publish(ines)
    assert "Not ready yet" not in ines.get("/en/appeal/background").text
    assert "Not ready yet" in ines.get(f"{LETTERS}/appeal/background/en").text
    assert "changed since this draft was begun" not in ines.get(f"{LETTERS}/appeal").text
    ines.confirm_oneself()
    assert save(ines, f"{LETTERS}/appeal/publish").status_code == 303
    assert "Not ready yet" in ines.get("/en/appeal/background").text
    assert ines.get(f"{PUBLIC}/{NAME}").status_code == 200


def test_an_update_for_a_later_day_moves_there_and_waits_for_it(ines: Officer, clock: Clock) -> None:
    write(ines)
    assert publish(ines, day="2026-05-06") == "2026-05-06"
    assert "Heard in committee" not in ines.get(PUBLIC).text
    assert ines.get(f"{DESK}/{NAME}").status_code == 404
    clock.move(days=2)
    assert "Heard in committee" in ines.get(PUBLIC).text


def test_a_correction_is_published_with_its_day_and_can_be_discarded(ines: Officer, clock: Clock) -> None:
    write(ines)
    publish(ines)
    clock.move(days=1)
    assert ines.sign_in().status_code == 303
    write(ines, body="On Tuesday the committee heard us.")
    ines.post(f"{DESK}/{NAME}/discard", {}, f"{DESK}/{NAME}")
    assert "On Monday" in ines.get(f"{DESK}/{NAME}/en").text
    write(ines, body="On Tuesday the committee heard us.")
    assert "<del>Monday</del>" in ines.get(f"{DESK}/{NAME}").text
    publish(ines)
    assert "Changed on 5 May 2026." in ines.get(f"{PUBLIC}/{NAME}").text
    with ines.tools.database.read() as session:
        files = files_of(session, find_letter(session, "appeal"))
    assert "changed_on: 2026-05-05\n" in files[f"updates/{NAME}/en.md"], "and so says its file"


def test_two_who_publish_one_update_are_told_and_nothing_is_overwritten(ines: Officer) -> None:
    write(ines)
    ines.confirm_oneself()
    open_page = ines.get(f"{DESK}/{NAME}").text
    write(ines, body="On Tuesday the committee heard us.")
    late = send(ines, f"{DESK}/{NAME}", open_page, {"day": NAME})
    assert (late.status_code, "look again" in late.text) == (409, True)
    assert ines.get(f"{PUBLIC}/{NAME}").status_code == 404


def test_a_wrong_day_is_a_sentence_beside_the_field(ines: Officer) -> None:
    for path in (DESK, f"{DESK}/{NAME}"):
        write(ines)
        ines.confirm_oneself()
        refused = save(ines, path, day="soon")
        assert (refused.status_code, "Write a day" in refused.text, 'value="soon"' in refused.text) == (
            422,
            True,
            True,
        )
    for name in ("soon", "2026-13-01", "2026-05-04-1"):
        assert ines.get(f"{DESK}/{name}/en").status_code == 404


def test_the_timeline_is_edited_as_a_table_and_published_by_itself(ines: Officer) -> None:
    page = f"{LETTERS}/appeal/timeline"
    change_background(ines)
    assert save(ines, f"{page}/en", **ENTRY).status_code == 303
    assert "voted for it" not in ines.get("/en/appeal").text
    ines.confirm_oneself()
    shown = ines.get(f"{page}/en").text
    assert send(ines, page, shown, {}).status_code == 303
    head = ines.get("/en/appeal").text.split('<div class="words">')[0]
    assert "The parliament voted for it." in head
    assert "Not ready yet" not in ines.get("/en/appeal/background").text
    translated = save(ines, f"{page}/fr", **{"said-0": "Le parlement l’a adopté."})
    assert translated.status_code == 303
    ines.confirm_oneself()
    assert send(ines, page, ines.get(f"{page}/fr").text, {}).status_code == 303
    assert "Le parlement l’a adopté." in ines.get("/fr/appeal").text
    assert save(ines, f"{page}/en", **ENTRY, **{"drop-0": "yes"}).status_code == 303
    assert "voted for it" not in ines.get(f"{page}/en").text


def test_a_malformed_entry_says_which_row_and_keeps_what_was_typed(ines: Officer) -> None:
    page = f"{LETTERS}/appeal/timeline/en"
    for wrong, told in (
        ({"on-0": "soon"}, "Row 1, day:"),
        ({"said-0": ""}, "Row 1, words:"),
        ({"source-0": "http://x.example"}, "Row 1, source:"),
        ({"what-0": "party"}, "Row 1, sort:"),
    ):
        refused = save(ines, page, **{**ENTRY, **wrong})
        assert (refused.status_code, told in refused.text) == (422, True), refused.text
        assert re.search(rf'name="on-0" value="{({**ENTRY, **wrong})["on-0"]}"', refused.text)


def test_a_letter_that_is_not_public_publishes_its_updates_with_it(ines: Officer) -> None:
    page = begin(ines)
    assert save(ines, f"{page}/updates/{NAME}/en", **WORDS).status_code == 303
    ines.confirm_oneself()
    refused = save(ines, f"{page}/updates/{NAME}", day=NAME)
    assert (refused.status_code, "not public yet" in refused.text) == (422, True)
    assert publish_letter(ines, page).status_code == 303
    assert WORDS["body"] in ines.get(f"/en/keep-the-lake-clean/updates/{NAME}").text
