"""`flask letter export` writes exactly what `flask letter load` reads, whoever wrote the files and however they look."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from campaign.letter.drafts import change_draft, load_letters, publish
from campaign.letter.folder import Files, parse, read_files, write_files
from campaign.letter.keeping import files_of, keep_letter
from campaign.letter.models import Letter, LetterFile, LetterKind, LetterPage, LetterText
from campaign.letter.service import find_letter
from campaign.letter.writing import change_toml
from tests.cast import Visitor
from tests.conftest import LETTERS
from tests.letter.test_drafts import EN, TOML, last_log, run
from tests.letter.test_files import FOLDERS

COUNTED = {"id", "letter_id", "revision", "in_files", "loaded_at"}


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows_of(visitor: Visitor, slug: str) -> list[list[dict[str, Any]]]:
    """Return all that the tables say of a letter, but for numbers and moments."""
    with visitor.tools.database.read() as session:
        number = find_letter(session, slug).id
        tables = [select(Letter).where(Letter.id == number)]
        found = [list(session.scalars(one)) for one in tables]
        for model in (LetterKind, LetterPage, LetterText):
            found.append(list(session.scalars(select(model).where(model.letter_id == number))))
        return [
            sorted(
                (
                    {c.name: getattr(row, c.name) for c in row.__table__.columns if c.name not in COUNTED}
                    for row in rows
                ),
                key=str,
            )
            for rows in found
        ]


@pytest.mark.parametrize("where", FOLDERS, ids=lambda path: path.name)
def test_a_letter_goes_into_files_and_back_without_a_change(
    somebody: Visitor, tmp_path: Path, where: Path
) -> None:
    run(somebody, "load", str(where.parent))
    slug = parse(read_files(where)).facts.slug
    before = rows_of(somebody, slug)
    run(somebody, "export", str(tmp_path / "out"), "--letter", slug)
    assert bytes_of(tmp_path / "out" / slug) == bytes_of(where)
    run(somebody, "load", str(tmp_path / "out"))
    assert rows_of(somebody, slug) == before


@pytest.mark.parametrize("where", FOLDERS, ids=lambda path: path.name)
def test_a_letter_from_before_there_were_files_loads_again_with_the_same_texts(
    somebody: Visitor, tmp_path: Path, where: Path
) -> None:
    run(somebody, "load", str(where.parent))
    slug = parse(read_files(where)).facts.slug
    before = rows_of(somebody, slug)
    with somebody.tools.database.write() as session:
        session.execute(delete(LetterFile))
    run(somebody, "export", str(tmp_path / "out"), "--letter", slug)
    assert {path: said for path, said in bytes_of(tmp_path / "out" / slug).items() if path[0] == "v"} == {
        path: said for path, said in bytes_of(where).items() if path[0] == "v"
    }
    run(somebody, "load", str(tmp_path / "out"))
    assert rows_of(somebody, slug) == before


@st.composite
def retyped(draw: st.DrawFn) -> Files:
    """A letter's files as another person would have typed them: comments, empty lines, another order of keys."""
    files = read_files(draw(st.sampled_from(FOLDERS)))
    head, mark, tables = files[TOML].partition("\n[[")
    lines = draw(st.permutations(head.split("\n")))
    odd = st.sampled_from(["", "# a comment = 1", "   ", "\t# [[kinds]]", "# é"])
    lines = [line for one in lines for line in (*draw(st.lists(odd, max_size=1)), one)]
    ends = {path: draw(st.sampled_from(["", "\n", "\n\n\n", "  \n"])) for path in files}
    files[TOML] = "\n".join(lines) + mark + tables.replace(" = ", draw(st.sampled_from([" = ", "=", "\t =  "])))
    return {path: said + ends[path] for path, said in files.items()}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=retyped())
def test_files_that_another_person_typed_come_back_as_they_typed_them(
    somebody: Visitor, tmp_path: Path, files: Files
) -> None:
    tools = somebody.tools
    with tools.database.write() as session:
        letter = keep_letter(session, parse(files), files, now=tools.clock())
        assert files_of(session, letter) == dict(sorted(files.items()))
        write_files(tmp_path / "out", files_of(session, letter))
    assert read_files(tmp_path / "out") == dict(sorted(files.items()))


def test_an_export_takes_out_what_the_letter_lost_and_leaves_the_rest(somebody: Visitor, tmp_path: Path) -> None:
    folder = tmp_path / "letters" / "my-folder"
    shutil.copytree(LETTERS / "appeal", folder)
    (folder / "README.md").write_text("Ours.")
    (folder / "updates" / "2026-05-01").mkdir(parents=True)
    shutil.copy(folder / EN, folder / "updates" / "2026-05-01" / "en.md")
    run(somebody, "load", str(folder.parent))
    tools = somebody.tools
    with tools.database.write() as session:
        changes = {"background/en.md": None, "updates/2026-05-01/en.md": None}
        change_draft(session, "appeal", changes, seen=0, by=None, now=tools.clock())
        publish(session, "appeal", by=None, now=tools.clock())
    assert somebody.get("/en/appeal/background").status_code == 404
    refused = run(somebody, "load", str(folder.parent), well=False)
    assert f"flask letter export {folder.parent} --letter appeal" in refused
    assert run(somebody, "export", str(folder.parent)) == f"{folder}\n"
    assert last_log(somebody) == ("letter export", '{"way": "by command"}')
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "letter.toml", "v1"]
    assert bytes_of(folder)[EN] == (LETTERS / "appeal" / EN).read_bytes()
    run(somebody, "load", str(folder.parent))


def test_an_export_follows_no_link_and_refuses_a_foreign_file(somebody: Visitor, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "appeal").mkdir(parents=True)
    (tmp_path / "out" / "appeal" / "v1").symlink_to(tmp_path / "elsewhere")
    assert "v1: is a link" in run(somebody, "export", str(tmp_path / "out"), well=False)
    (tmp_path / "out" / "appeal" / "v1").unlink()
    (tmp_path / "out" / "appeal" / "notes.txt").write_text("x")
    assert "notes.txt: is no file of a letter" in run(somebody, "export", str(tmp_path / "out"), well=False)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_an_earlier_signed_text_stays_as_it_was_signed(visitor: Visitor, tmp_path: Path) -> None:
    visitor.sign_and_confirm()
    folder = Path(shutil.copytree(LETTERS / "appeal", tmp_path / "letters" / "appeal"))
    shutil.copytree(folder / "v1", folder / "v2")
    (folder / TOML).write_text(change_toml((folder / TOML).read_text(), {"version": 2, "material": False}))
    run(visitor, "load", str(folder.parent))
    (folder / EN).write_text((folder / EN).read_text().replace("one", "two"))
    assert "appeal version 1 in en has been signed and cannot change: put v1/en.md back as it was signed" in run(
        visitor, "load", str(folder.parent), well=False
    )


def test_a_file_that_was_changed_in_the_database_is_not_written_out(somebody: Visitor, tmp_path: Path) -> None:
    with somebody.tools.database.write() as session:
        changed = {"content": func.replace(LetterFile.content, "one", "two")}
        session.execute(update(LetterFile).where(LetterFile.path == EN).values(changed))
    said = run(somebody, "export", str(tmp_path / "out"), well=False)
    assert f"{EN} of appeal is not the text that its hash names. Restore a backup" in said
    assert not (tmp_path / "out").exists()


def test_two_folders_with_one_letter_are_refused(somebody: Visitor, tmp_path: Path) -> None:
    for name in ("one", "two"):
        shutil.copytree(LETTERS / "appeal", tmp_path / name)
    assert "two/letter.toml: slug: " in run(somebody, "load", str(tmp_path), well=False)


def test_html_is_refused_with_its_line_but_not_in_a_file_that_was_accepted_before(
    somebody: Visitor, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(LETTERS / "appeal", tmp_path / "letters" / "appeal"))
    (folder / EN).write_text((folder / EN).read_text() + "\n<https://example.org> and <b>x</b>\n")
    said = run(somebody, "load", str(folder.parent), well=False)
    assert f"{EN}: line 11: Write Markdown, not HTML: “<b>” would be shown as text." in said
    files = read_files(folder)
    with somebody.tools.database.write() as session:
        keep_letter(session, parse(files, files), files, now=somebody.tools.clock())
    (folder / "letter.toml").write_text(change_toml(files[TOML], {"goal": 5}))
    with somebody.tools.database.write() as session:
        load_letters(session, folder.parent, replace=True, now=somebody.tools.clock())
