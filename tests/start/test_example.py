"""The shipped letters are an example: they go when an owner says so, unless a person has signed them."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from app import ROOT
from campaign.letter.drafts import change_draft
from campaign.letter.models import Draft, Letter, LetterFile, LetterKind, LetterPage, LetterText
from campaign.start.examples import mark_examples, remove_examples
from campaign.start.models import Choice, ExampleLetter
from campaign.storage.database import Database
from tests.cast import Officer, Visitor
from tests.conftest import toolbox_of

PAGE = "/desk/start/example"


def load(app: Flask, folder: Path = ROOT / "config" / "letters") -> str:
    """Do what each start of the server does; return what it said."""
    run = app.test_cli_runner().invoke(args=["start", "load", str(folder)])
    assert run.exit_code == 0, run.output
    return run.output


def rows(database: Database) -> dict[str, int]:
    tables = (Letter, LetterText, LetterKind, LetterPage, LetterFile, Draft, ExampleLetter)
    with database.read() as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables
        }


def empty(site: Flask) -> None:
    """Take away the letter that tests begin with; no owner has chosen anything."""
    tools = toolbox_of(site)
    with tools.database.write() as session:
        mark_examples(session, [])
        assert remove_examples(session, None, now=tools.clock()) == []
        session.execute(delete(Choice))


@pytest.fixture
def bare(site: Flask) -> Flask:
    """A site as a fresh machine has it: the shipped letters and no other."""
    empty(site)
    load(site)
    return site


@pytest.fixture
def director(bare: Flask, tmp_path: Path) -> Officer:
    return Officer(bare, tmp_path / "mail").join("dana@campaign.test", name="Dana Reeve-Orlok")


def test_an_owner_removes_the_example_and_no_later_start_brings_it_back(director: Officer) -> None:
    assert "Start my own campaign" in director.get(PAGE).text
    assert "/en/governments" in director.get("/en/").text
    with director.tools.database.write() as session:
        change_draft(
            session, "interpol", {"letter.toml": "# half done"}, seen=0, by=None, now=director.tools.clock()
        )
    assert rows(director.tools.database)["draft"] == 1
    gone = director.post(f"{PAGE}/remove", {}, PAGE)
    assert (gone.status_code, gone.headers["Location"]) == (303, "/desk/start/")
    assert set(rows(director.tools.database).values()) == {0}
    assert "stay as they are" in load(director.app)
    assert set(rows(director.tools.database).values()) == {0}
    assert director.get("/en/governments").status_code == 404


def test_a_site_without_a_letter_has_a_sound_front_page(director: Officer) -> None:
    director.post(f"{PAGE}/remove", {}, PAGE)
    for language in ("en", "ar"):
        front = director.get(f"/{language}/")
        assert front.status_code == 200
        assert 'class="teaser"' not in front.text
    assert "No letter is published here yet." in director.get("/en/").text
    assert "lawmakers" not in director.get("/en/").text
    for path in ("/desk/", "/desk/deliver", "/desk/start/", "/desk/start/letter", "/desk/start/done", PAGE):
        assert director.get(path).status_code == 200, path


def test_a_letter_that_a_person_is_signing_stays_and_the_page_says_which(director: Officer) -> None:
    visitor = Visitor(director.app, director.mailbox)
    assert visitor.sign(letter="/en/governments").status_code == 303
    answer = director.post(f"{PAGE}/remove", {}, PAGE)
    assert answer.status_code == 409
    assert "These letters stay" in answer.text
    assert "withdraw them formally" in answer.text
    assert director.get("/en/governments").status_code == 200
    assert director.get("/en/interpol").status_code == 404
    link, _code = visitor.link_and_code()
    assert visitor.confirm(link).status_code == 303


def test_an_owner_keeps_the_example_and_removes_it_later(director: Officer) -> None:
    assert director.post(f"{PAGE}/keep", {}, PAGE).status_code == 303
    assert "2 example letters are still on this site" in director.get("/desk/start/").text
    page = director.get(PAGE).text
    assert "Keep the example to look around" not in page
    assert director.post(f"{PAGE}/remove", {}, PAGE).status_code == 303
    assert rows(director.tools.database)["letter"] == 0


def test_a_campaigns_own_letters_are_no_example(director: Officer) -> None:
    load(director.app, ROOT / "tests" / "letters")
    assert director.post(f"{PAGE}/remove", {}, PAGE).status_code == 303
    assert director.get("/en/appeal").status_code == 200
    with director.tools.database.read() as session:
        assert session.scalars(select(Letter.slug)).all() == ["appeal"]


def test_until_an_owner_chooses_each_start_loads_the_letters(bare: Flask) -> None:
    assert "2 letters: governments, interpol" in load(bare)
    assert rows(toolbox_of(bare).database)["example_letter"] == 2


def test_a_folder_that_cannot_be_loaded_any_more_stops_no_later_start(bare: Flask, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "letter.toml").write_text("slug = ")
    run = bare.test_cli_runner().invoke(args=["start", "load", str(tmp_path)])
    assert run.exit_code == 0
    assert "the letters stay as they are: " in run.output


def test_the_first_start_stops_at_a_folder_that_cannot_be_loaded(site: Flask, tmp_path: Path) -> None:
    empty(site)
    assert site.test_cli_runner().invoke(args=["start", "load", str(tmp_path)]).exit_code == 1


def test_the_command_does_the_same(bare: Flask) -> None:
    run = bare.test_cli_runner()
    Visitor(bare, ROOT).sign(letter="/en/governments")
    refused = run.invoke(args=["start", "example", "remove"])
    assert refused.exit_code == 1
    assert "governments" in refused.output
    assert rows(toolbox_of(bare).database)["letter"] == 1
    assert run.invoke(args=["start", "example", "keep"]).output == "kept\n"
