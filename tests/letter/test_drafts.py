"""What is being written of a letter is not public, and of two people who write it the second is told."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from campaign.audit.models import LogEntry
from campaign.letter.drafts import (
    ChangedAtDesk,
    all_drafts,
    change_draft,
    discard_draft,
    draft_of,
    load_letters,
    publish,
)
from campaign.letter.keeping import TextSigned, files_of
from campaign.letter.models import LetterFile
from campaign.letter.rules import LetterMalformed
from campaign.letter.service import NoSuchLetter, find_letter
from campaign.letter.writing import change_toml
from campaign.web.staff import ChangedMeanwhile, Staff
from tests.cast import Visitor
from tests.conftest import LETTERS

EN, TOML = "v1/en.md", "letter.toml"


class Ada:
    """An owner who writes."""

    id, name, role, countries = 1, "Ada", "owner", ""


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
