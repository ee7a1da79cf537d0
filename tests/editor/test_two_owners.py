"""Two owners write one letter, or a command changes it meanwhile: the second is told, and nothing typed is lost."""

from pathlib import Path

import pytest

from tests.cast import Officer
from tests.conftest import LETTERS as FOLDER
from tests.editor.office import LETTERS, TEXT, begin, publish, save, send

APPEAL = f"{LETTERS}/appeal"


@pytest.fixture
def otto(ines: Officer) -> Officer:
    """Another owner."""
    return Officer(ines.app, ines.mailbox).join("otto@campaign.test", name="Otto Rand")


def test_the_second_is_told_with_the_difference_and_keeps_what_they_typed(ines: Officer, otto: Officer) -> None:
    opened = otto.get(APPEAL).text
    assert save(ines, APPEAL, **{**TEXT, "body": "We ask for the lake."}).status_code == 303
    told = send(otto, APPEAL, opened, {**TEXT, "body": "We ask for the sea."})
    assert told.status_code == 409
    assert "Another person changed this page while you were writing." in told.text
    assert "<del>lake</del> <ins>sea</ins>" in told.text
    assert "We ask for the sea.</textarea>" in told.text
    assert "We ask for the lake." in ines.get(APPEAL).text, "nothing was overwritten"
    assert send(otto, APPEAL, told.text, {**TEXT, "body": "We ask for the sea."}).status_code == 303
    assert "We ask for the sea." in ines.get(APPEAL).text


def test_two_who_write_in_two_languages_do_not_disturb_each_other(ines: Officer, otto: Officer) -> None:
    opened = otto.get(f"{APPEAL}/in/de").text
    assert save(ines, APPEAL, **TEXT).status_code == 303
    assert save(ines, f"{APPEAL}/in/fr", **{**TEXT, "title": "Un appel"}, draft="yes").status_code == 303
    assert send(otto, f"{APPEAL}/in/de", opened, {**TEXT, "title": "Ein Aufruf"}).status_code == 303
    for language, title in (("de", "Ein Aufruf"), ("fr", "Un appel"), ("en", TEXT["title"])):
        assert title in ines.get(f"{APPEAL}/in/{language}").text


def test_settings_that_two_change_at_once_are_not_overwritten(ines: Officer, otto: Officer) -> None:
    said = {"time_zone": "UTC", "opens_on": "2026-01-01", "closes_on": "2026-12-31", "addressee": "own-government", "office": "foreign",
            "cooling_off_hours": "48", "show_count": "yes", "recipient": ["FR"]}  # fmt: skip
    opened = otto.get(f"{APPEAL}/settings").text
    assert save(ines, f"{APPEAL}/settings", **{**said, "goal": "500"}).status_code == 303
    told = send(otto, f"{APPEAL}/settings", opened, {**said, "goal": "900"})
    assert told.status_code == 409
    assert "<strong>Goal</strong>: <del>500</del> <ins>900</ins>" in told.text
    assert 'value="900"' in told.text
    assert 'value="500"' in ines.get(f"{APPEAL}/settings").text


def test_a_draft_waits_when_a_command_changes_the_letter_and_an_owner_chooses(
    ines: Officer, tmp_path: Path
) -> None:
    save(ines, APPEAL, **{**TEXT, "body": "We ask for the lake."})
    load(ines, tmp_path, "goal = 70\n")
    page = ines.get(f"{APPEAL}/publish").text
    assert "The public letter was changed since this draft was begun" in page
    assert "Publish</button>" not in page
    refused = ines.app.test_cli_runner().invoke(args=["letter", "publish", "appeal"])
    assert "was changed after its draft was begun" in refused.output
    kept = ines.post(f"{APPEAL}/renew", {}, f"{APPEAL}/publish")
    assert kept.status_code == 303
    assert publish(ines, APPEAL).status_code == 303
    assert "We ask for the lake." in ines.get("/en/appeal").text
    assert "goal = 70" not in ines.get(f"{APPEAL}/publish").text


def test_a_page_that_was_opened_before_a_command_changed_the_text_is_told(ines: Officer, tmp_path: Path) -> None:
    opened = ines.get(APPEAL).text
    load(ines, tmp_path, "", body="We ask for the hills.")
    told = send(ines, APPEAL, opened, {**TEXT, "body": "We ask for the sea."})
    assert told.status_code == 409
    assert "<del>hills</del> <ins>sea</ins>" in told.text


def test_nobody_publishes_what_they_did_not_look_at(ines: Officer, otto: Officer) -> None:
    page = begin(ines)
    ines.confirm_oneself()
    opened = ines.get(f"{page}/publish").text
    save(otto, page, **{**TEXT, "body": "Something else."})
    told = send(ines, f"{page}/publish", opened, {})
    assert told.status_code == 409
    assert "Nothing was published: look again." in told.text
    assert ines.get("/en/keep-the-lake-clean").status_code == 404


def load(owner: Officer, folder: Path, more: str, body: str = "We ask for **one** thing.") -> None:
    """Let somebody load the letter from files that they changed."""
    for path in (FOLDER / "appeal").rglob("*.*"):
        file = folder / "files" / path.relative_to(FOLDER)
        file.parent.mkdir(parents=True, exist_ok=True)
        content = path.read_text(encoding="utf-8").replace("We ask for **one** thing.", body)
        file.write_text(more + content if path.suffix == ".toml" else content, encoding="utf-8")
    done = owner.app.test_cli_runner().invoke(args=["letter", "load", str(folder / "files")])
    assert done.exit_code == 0, done.output
