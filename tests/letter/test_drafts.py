"""What is being written of a letter is not public, and of two people who write it the second is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from campaign.audit.models import LogEntry
from campaign.audit.models import Officer as Person
from campaign.letter.drafts import (
    ChangedAtDesk,
    all_drafts,
    change_draft,
    discard_draft,
    draft_of,
    load_letters,
    publish,
)
from campaign.letter.folder import parse
from campaign.letter.keeping import TextSigned, files_of
from campaign.letter.models import LetterFile
from campaign.letter.rules import LetterMalformed
from campaign.letter.service import NoSuchLetter, find_letter
from campaign.letter.writing import change_toml
from campaign.web.staff import ChangedMeanwhile, Staff
from tests.cast import Officer, Visitor
from tests.conftest import LETTERS, START

EN, TOML = "v1/en.md", "letter.toml"


def write(
    visitor: Visitor, slug: str, changes: dict[str, str | None], seen: int = 0, by: Staff | None = None
) -> int:
    with visitor.tools.database.write() as session:
        return change_draft(session, slug, changes, seen=seen, by=by, now=visitor.tools.clock())


def published(visitor: Visitor, slug: str = "appeal") -> dict[str, str]:
    with visitor.tools.database.read() as session:
        return files_of(session, find_letter(session, slug))


def publish_draft(visitor: Visitor, slug: str = "appeal") -> None:
    with visitor.tools.database.write() as session:
        publish(session, slug, by=None, now=visitor.tools.clock())


def run(visitor: Visitor, *words: str, well: bool = True) -> str:
    result = visitor.app.test_cli_runner().invoke(args=["letter", *words])
    assert (result.exit_code == 0) is well, result.output
    return result.output


def last_log(visitor: Visitor) -> tuple[str, str]:
    with visitor.tools.database.read() as session:
        entry = session.scalars(select(LogEntry).order_by(LogEntry.id.desc()).limit(1)).one()
        return entry.action, entry.details


def test_a_draft_is_not_public_until_it_is_published(somebody: Visitor) -> None:
    said = published(somebody)
    write(somebody, "appeal", {EN: said[EN].replace("one", "two")})
    assert "<strong>one</strong>" in somebody.get("/en/appeal").text
    publish_draft(somebody)
    with somebody.tools.database.read() as session:
        letter = find_letter(session, "appeal")
        assert (letter.revision, letter.in_files, draft_of(session, "appeal")) == (2, 1, None)
    assert published(somebody) == {**said, EN: said[EN].replace("one", "two")}
    assert last_log(somebody) == ("letter publish", '{"way": "by command", "what": "v1/en.md"}')


def test_the_log_says_who_changed_what_and_that_it_was_by_web(somebody: Visitor, ines: Officer) -> None:
    said = published(somebody)
    with somebody.tools.database.read() as session:
        owner = session.scalars(select(Person)).one()
    seen = write(somebody, "appeal", {TOML: change_toml(said[TOML], {"goal": 9, "drafts": None})}, by=owner)
    what = '{"way": "by web", "what": "letter.toml (drafts, goal)"}'
    assert last_log(somebody) == ("letter draft", what)
    with somebody.tools.database.write() as session:
        draft = draft_of(session, "appeal")
        assert draft is not None
        assert (draft.version, draft.changed_by, draft.base) == (seen, owner.id, 1)
        publish(session, "appeal", by=owner, now=somebody.tools.clock())
    assert last_log(somebody) == ("letter publish", what)
    assert "published the letter appeal, by web: letter.toml (drafts, goal)" in ines.get("/desk/log").text


def test_a_new_letter_begins_as_a_draft(somebody: Visitor) -> None:
    said = published(somebody)
    seen = write(somebody, "second", {TOML: change_toml(said[TOML], {"slug": "second", "goal": 7})})
    assert somebody.get("/en/second").status_code == 404
    with pytest.raises(LetterMalformed, match=r"v1/en\.md"):
        publish_draft(somebody, "second")
    write(somebody, "second", {EN: said[EN]}, seen)
    publish_draft(somebody, "second")
    assert somebody.get("/en/second").status_code == 200


def test_of_two_people_who_write_the_second_is_told(visitor: Visitor) -> None:
    said = published(visitor)
    first = write(visitor, "appeal", {EN: said[EN] + "a"})
    second = write(visitor, "appeal", {EN: said[EN] + "b"}, first)
    assert second > first
    for seen in (0, first):
        with pytest.raises(ChangedMeanwhile):
            write(visitor, "appeal", {EN: "c"}, seen)
    with visitor.tools.database.write() as session:
        with pytest.raises(ChangedMeanwhile):
            discard_draft(session, "appeal", seen=first, by=None, now=visitor.tools.clock())
        with pytest.raises(ChangedMeanwhile):
            publish(session, "appeal", by=None, now=visitor.tools.clock(), seen=first)
        discard_draft(session, "appeal", seen=second, by=None, now=visitor.tools.clock())
        assert all_drafts(session) == []
        with pytest.raises(NoSuchLetter):
            publish(session, "appeal", by=None, now=visitor.tools.clock())
    again = write(visitor, "appeal", {EN: said[EN] + "d"})
    assert again not in (first, second), "a page that shows an earlier draft is never taken for this one"


def test_a_draft_is_not_published_over_what_was_loaded_since(somebody: Visitor, tmp_path: Path) -> None:
    said = published(somebody)
    write(somebody, "appeal", {EN: said[EN] + "a"})
    folder = tmp_path / "letters" / "appeal"
    for path, content in {**said, TOML: change_toml(said[TOML], {"goal": 9})}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)
    with somebody.tools.database.write() as session:
        load_letters(session, folder.parent, now=somebody.tools.clock())
    assert last_log(somebody) == ("letter load", '{"way": "by command", "what": "letter.toml (goal)"}')
    with pytest.raises(ChangedMeanwhile):
        publish_draft(somebody)


def test_loading_does_not_overwrite_what_was_published_at_the_desk(somebody: Visitor) -> None:
    said = published(somebody)
    write(somebody, "appeal", {TOML: change_toml(said[TOML], {"closes_on": date(2026, 12, 30)})})
    publish_draft(somebody)
    with somebody.tools.database.write() as session, pytest.raises(ChangedAtDesk, match="flask letter export"):
        load_letters(session, LETTERS, now=somebody.tools.clock())
    with somebody.tools.database.write() as session:
        load_letters(session, LETTERS, now=somebody.tools.clock(), replace=True)
    assert published(somebody) == said


def test_a_signed_text_cannot_be_published_otherwise_nor_left_out(visitor: Visitor) -> None:
    visitor.sign_and_confirm()
    said = published(visitor)
    seen = write(visitor, "appeal", {EN: said[EN].replace("one", "two")})
    with pytest.raises(TextSigned, match="write a version 2"):
        publish_draft(visitor)
    french = change_toml(said[TOML], {"original": "fr"})
    write(visitor, "appeal", {EN: None, TOML: french, "v1/fr.md": said[EN].replace(": en", ": fr")}, seen)
    with pytest.raises(TextSigned, match="in en has been signed"):
        publish_draft(visitor)


def test_a_letter_from_before_there_were_files_is_written_from_its_tables(somebody: Visitor) -> None:
    said = published(somebody)
    with somebody.tools.database.write() as session:
        session.execute(delete(LetterFile))
    assert published(somebody) == said


def test_a_letter_is_a_start_for_another(somebody: Visitor) -> None:
    said = published(somebody)
    write(
        somebody,
        "appeal",
        {
            TOML: change_toml(said[TOML], {"version": 2, "material": False, "embargo_until": START, "goal": 9}),
            "v2/en.md": said[EN].replace("version: 1", "version: 2"),
            "updates/2026-05-01/en.md": said[EN],
        },
    )
    publish_draft(somebody)
    assert run(somebody, "copy", "appeal", "second") == "second is a draft now, which is not public\n"
    with somebody.tools.database.read() as session:
        draft = draft_of(session, "second")
        assert draft is not None
        assert set(draft.files) == {TOML, EN, "background/en.md"}
        assert draft.files[EN] == said[EN]
        facts = parse(draft.files).facts
        assert (facts.slug, facts.version, facts.embargo_until, facts.goal) == ("second", 1, None, 9)
    run(somebody, "copy", "second", "third")  # a draft may be copied too
    for new in ("appeal", "second"):
        assert f"slug: there is a letter called {new} already" in run(somebody, "copy", "appeal", new, well=False)
    assert "slug: " in run(somebody, "copy", "appeal", "No!", well=False)
    assert "there is no letter called fourth" in run(somebody, "copy", "fourth", "fifth", well=False)
    publish_draft(somebody, "second")
    assert somebody.get("/en/second").status_code == 200


def test_of_two_people_who_save_at_the_same_moment_one_is_told(visitor: Visitor) -> None:
    said = published(visitor)

    def save(word: str) -> bool:
        try:
            write(visitor, "appeal", {EN: said[EN] + word})
        except ChangedMeanwhile:
            return False
        return True

    with ThreadPoolExecutor(4) as people:
        assert sorted(people.map(save, "abcd")) == [False, False, False, True]
