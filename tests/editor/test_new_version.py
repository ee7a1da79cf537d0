"""What people signed never changes: publishing makes a new version of it, and says whether that is material."""

from datetime import date

from campaign.letter.service import find_letter
from tests.cast import Officer, Visitor
from tests.editor.office import LETTERS, NEW, TEXT, publish, save

APPEAL = f"{LETTERS}/appeal"
MORE = {**TEXT, "title": "An appeal", "addressee": "To our own governments", "body": "We ask for **two** things."}


def texts(person: Visitor) -> list[tuple[int, str, str]]:
    rows = "SELECT version, language, body FROM letter_text ORDER BY version, language"
    with person.tools.database.read() as session:
        return [(row[0], row[1], row[2]) for row in session.connection().exec_driver_sql(rows)]


def test_a_text_that_nobody_signed_is_changed_in_place(ines: Officer) -> None:
    assert save(ines, APPEAL, **MORE).status_code == 303
    assert "People have signed this text" not in ines.get(f"{APPEAL}/publish").text
    assert publish(ines, APPEAL).status_code == 303
    assert {version for version, _language, _body in texts(ines)} == {1}
    assert "We ask for <strong>two</strong> things." in ines.get("/en/appeal").text


def test_a_signed_text_becomes_a_new_version_with_all_its_languages(vera: Officer) -> None:
    vera.sign_and_confirm()
    before = texts(vera)
    assert save(vera, APPEAL, **MORE).status_code == 303
    page = vera.get(f"{APPEAL}/publish").text
    assert "This becomes version 2" in page
    assert "<del>one thing</del> <ins>two things</ins>" in page
    told = publish(vera, APPEAL)
    assert told.status_code == 422
    assert "Say whether this changes what people have signed." in told.text
    told = publish(vera, APPEAL, material="no")
    assert "Say in one line why this changes nothing" in told.text
    assert texts(vera) == before
    assert publish(vera, APPEAL, material="no", reason="A word was wrong.").status_code == 303
    after = texts(vera)
    assert after[: len(before)] == before
    assert [(version, language) for version, language, _body in after[len(before) :]] == [
        (2, "ar"),
        (2, "en"),
        (2, "zh-Hant"),
    ]
    assert "We ask for <strong>two</strong> things." in vera.get("/en/appeal").text
    assert "version: 2\n" in vera.get("/en/appeal/text.md").text


def test_a_translation_that_nobody_signed_joins_the_version_that_people_signed(ines: Officer) -> None:
    ines.sign_and_confirm()
    assert save(ines, f"{APPEAL}/in/de", **{**MORE, "title": "Ein Aufruf"}, draft="yes").status_code == 303
    assert "People have signed this text" not in ines.get(f"{APPEAL}/publish").text
    assert publish(ines, APPEAL).status_code == 303
    assert (1, "de") in [(version, language) for version, language, _body in texts(ines)]
    assert "Ein Aufruf" in ines.get("/de/appeal").text


def test_readers_see_the_history_with_the_reason(ines: Officer) -> None:
    ines.sign_and_confirm()
    assert "Version 2" not in ines.get("/en/appeal/versions").text
    save(ines, APPEAL, **MORE)
    publish(ines, APPEAL, material="no", reason="A word was <wrong>.")
    page = ines.get("/en/appeal/versions").text
    assert "<del>one thing</del> <ins>two things</ins>" in page
    assert "A word was &lt;wrong&gt;." in page
    assert page.index("Version 2") < page.index("Version 1")
    assert page.count('<code class="hash"') == 2
    assert 'href="/en/appeal/versions"' in ines.get("/en/appeal").text
    assert "A word was &lt;wrong&gt;." in ines.get("/ar/appeal/versions").text
    assert (
        "said why version 2 of the letter appeal changes nothing that people signed" in ines.get("/desk/log").text
    )
    assert ines.get("/en/nothing/versions").status_code == 404


def test_a_copy_of_a_second_version_is_a_first_one(ines: Officer) -> None:
    ines.sign_and_confirm()
    save(ines, APPEAL, **MORE)
    publish(ines, APPEAL, material="no", reason="A word was wrong.")
    form = {**NEW, "title": "Ours", "addressee": "own-government", "copy_of": "appeal"}
    assert save(ines, "/desk/new-letter", **form).status_code == 303
    assert publish(ines, f"{LETTERS}/ours").status_code == 303
    assert "version: 1\n" in ines.get("/en/ours/text.md").text
    assert "Version 2" not in ines.get("/en/ours/versions").text


def test_the_same_by_command(ines: Officer) -> None:
    run = ines.app.test_cli_runner()
    ines.sign_and_confirm()
    assert "nothing of appeal is being written" in run.invoke(args=["letter", "publish", "appeal"]).output
    save(ines, APPEAL, **MORE)
    listed = run.invoke(args=["letter", "drafts"])
    assert listed.output == "appeal  public  changed: the text in English\n"
    told = run.invoke(args=["letter", "publish", "appeal"])
    assert told.exit_code == 1
    assert "people have signed appeal: say --material, or give a --reason" in told.output
    both = run.invoke(args=["letter", "publish", "appeal", "--material", "--reason", "x"])
    assert both.exit_code == 2
    done = run.invoke(args=["letter", "publish", "appeal", "--reason", "A word."])
    assert done.output == "appeal is public, version 2\n"
    assert "A word." in ines.get("/en/appeal/versions").text
    assert run.invoke(args=["letter", "publish", "nothing"]).exit_code == 1


def test_a_draft_is_discarded_by_command(ines: Officer) -> None:
    run = ines.app.test_cli_runner()
    save(ines, APPEAL, **MORE)
    assert run.invoke(args=["letter", "discard", "appeal"]).output == "the draft of appeal is discarded\n"
    assert run.invoke(args=["letter", "discard", "appeal"]).exit_code == 1
    assert run.invoke(args=["letter", "discard", "nothing"]).exit_code == 1


def test_an_owner_is_warned_when_nobody_could_sign_a_material_change_any_more(ines: Officer) -> None:
    ines.sign_and_confirm()
    assert save(ines, APPEAL, **MORE).status_code == 303
    assert "Nobody could answer any more" not in ines.get(f"{APPEAL}/publish").text
    with ines.tools.database.write() as session:
        find_letter(session, "appeal").closes_on = date(2026, 4, 30)  # the clock stands at the 4th of May
    assert "Nobody could answer any more" in ines.get(f"{APPEAL}/publish").text
