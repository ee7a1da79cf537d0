"""A letter is a set of files: kept as they came, changed where a person changed them, and given back byte for byte."""

import shutil
import tomllib
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import ROOT
from campaign.letter.drafts import load_letters
from campaign.letter.folder import LONGEST_FILE, check_content, check_path, parse, read_files
from campaign.letter.keeping import files_of
from campaign.letter.rules import KEYS, LetterMalformed, read_page
from campaign.letter.service import find_letter
from campaign.letter.writing import change_page, change_toml, front_matter
from tests.cast import Visitor
from tests.conftest import LETTERS

FOLDERS = sorted(
    path.parent
    for folder in ("config/letters", "config/examples", "tests/letters", "tests/named")
    for path in (ROOT / folder).glob("*/letter.toml")
)
APPEAL = (LETTERS / "appeal" / "letter.toml").read_text()
OCEAN = (ROOT / "config" / "examples" / "ocean" / "letter.toml").read_text()
ODD = 'a = 1 # one\n\n  "b" = [ # many\n 1,\n]\nc = """\n[[k]]\n"""\n# about k\n[[k]]\nx=1\n[k.w.en]\none = "[#"\n\n[[k]]\n\nx=2 # two\n# last'
VALUES = st.sampled_from(
    [0, -5, True, "", "é\u2028", 'a "b" \\ \'\n# [[k]]', date(2026, 1, 1), [], ["a", "b"], ["#]"]]
)
ENTRIES = st.lists(
    st.dictionaries(st.sampled_from("xyw"), VALUES | st.dictionaries(st.just("en"), VALUES), min_size=1),
    min_size=1,
    max_size=3,
)
VALUES_OF_EVERY_SORT = [
    "1",
    "-1",
    "1.5",
    "nan",
    "true",
    '""',
    '"x"',
    "[]",
    "[1]",
    '["x"]',
    "[[]]",
    "{}",
    "{a=1}",
    "[{}]",
    "[{key=1}]",
    "9999999999999999999",
    "10:00:00",
    "1000-01-01",
    "2026-01-01T00:00:00",
    '[{key="abc"}]',
    '[{key="abc",established=[],fields=3,required=1}]',
    '[{key="abc",name={en=1}}]',
    '[{key="abc",name={en="x"},to=[]}]',
    '[{key="lawmaker",established="lawmaker",required=1}]',
    '[{key="abc",established="person",words={en={one=1}}}]',
    "{key={key=[]}}",
]


def loaded(visitor: Visitor, folder: Path) -> dict[str, str]:
    """Load a folder, and return the files of its letter as the database has them."""
    with visitor.tools.database.write() as session:
        load_letters(session, folder.parent, now=visitor.tools.clock())
        return files_of(session, find_letter(session, parse(read_files(folder)).facts.slug))


@pytest.mark.parametrize("where", FOLDERS, ids=lambda path: path.name)
def test_a_letter_that_was_loaded_comes_back_byte_for_byte(somebody: Visitor, where: Path) -> None:
    came = {path.relative_to(where).as_posix(): path.read_bytes() for path in where.rglob("*") if path.is_file()}
    assert {path: content.encode() for path, content in loaded(somebody, where).items()} == came


@pytest.mark.parametrize("source", ["", OCEAN, ODD, ODD + "\n"])
def test_saying_again_what_a_file_says_changes_no_byte(source: str) -> None:
    assert change_toml(source, tomllib.loads(source)) == source


def test_one_value_of_a_letter_changes_and_all_else_stays() -> None:
    def changed(**changes: Any) -> set[str]:
        return set(change_toml(OCEAN, changes).splitlines()) ^ set(OCEAN.splitlines())

    kinds = tomllib.loads(OCEAN)["kinds"]
    assert changed(goal=100) == {"goal = 100"}
    assert changed(drafts=None) == {'drafts = ["fr"]'}
    assert changed(closes_on=date(2028, 1, 1)) == {"closes_on = 2027-12-31", "closes_on = 2028-01-01"}
    kinds[0]["words"]["en"]["hint"] = "You know it."
    (old,) = changed(kinds=kinds) - {'hint = "You know it."'}
    assert old.startswith("hint = ")
    assert change_toml("a = 1 # one\n", {"a": 2}) == "a = 2 # one\n"


@given(st.sampled_from(["", ODD, OCEAN]), st.dictionaries(st.sampled_from("abck"), VALUES | ENTRIES | st.none()))
def test_what_was_written_is_what_is_read(source: str, changes: dict[str, Any]) -> None:
    wanted = {key: value for key, value in {**tomllib.loads(source), **changes}.items() if value is not None}
    assert tomllib.loads(change_toml(source, changes)) == wanted


@given(
    st.dictionaries(st.sampled_from(["title", "summary"]), st.text("a: \n\u2028é-", max_size=9), min_size=1),
    st.text("a\n-: ", max_size=20),
)
def test_front_matter_is_read_as_it_was_written(facts: dict[str, str], body: str) -> None:
    page = read_page(front_matter(facts, body).encode())
    assert page.facts == {name: " ".join(said.split()) for name, said in facts.items()}
    assert page.body == body.strip() + "\n"
    assert change_page(page.source, page.facts, page.body) == page.source
    odd = page.source + "\n\n"
    assert change_page(odd, page.facts, page.body) == odd


@pytest.mark.parametrize(
    "path",
    [
        "letter.md",
        "v0/en.md",
        "v1/xx.md",
        "v1/../en.md",
        "/v1/en.md",
        "v1/en.md\n",
        "updates/2021-02-30/en.md",
        "",
    ],
)
def test_a_letter_has_no_other_files(path: str) -> None:
    with pytest.raises(LetterMalformed) as raised:
        check_path(path)
    assert raised.value.where.path == path


@pytest.mark.parametrize("content", ["a\r\n", "e\u0301", "a\0", "a\ud800", "a\x1b", "a" * (LONGEST_FILE + 1)])
def test_a_file_that_could_not_come_back_as_it_was_is_refused(content: str) -> None:
    with pytest.raises(LetterMalformed):
        check_content("v1/en.md", content)


@pytest.mark.parametrize("name", ["notes.txt", "v1/en.md~", "v1/notes.md", "img/x.png"])
def test_a_file_that_belongs_to_no_letter_is_named(tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(LETTERS / "appeal", tmp_path / "appeal")
    (folder / "README.md").write_text("Ours.")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("x")
    assert set(read_files(folder)) == {
        "letter.toml",
        "background/en.md",
        *(f"v1/{c}.md" for c in ("en", "ar", "zh-Hant")),
    }
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("x")
    with pytest.raises(LetterMalformed, match=name):
        read_files(folder)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(LETTERS / "appeal", tmp_path / "appeal")
    (folder / "v1" / "de.md").symlink_to("/etc/passwd")
    with pytest.raises(LetterMalformed, match=r"v1/de\.md: is a link"):
        read_files(folder)


def test_a_fault_names_its_file_and_its_key() -> None:
    files = read_files(LETTERS / "appeal")
    for path, old, new, key in (
        ("letter.toml", "closes_on = 2026-12-31", "closes_on = 2025-12-31", "closes_on"),
        ("letter.toml", "closes_on", "closes_at", "closes_at"),
        ("letter.toml", '"FR"', '"ZZ"', "recipients"),
        ("letter.toml", '"FR"', "3", "recipients"),
        ("letter.toml", '"ar"', '"xx"', "drafts"),
        ("v1/en.md", "title: An appeal", "", "title"),
        ("v1/en.md", "title: An appeal", f"title: {'a' * 201}", "title"),
        ("v1/en.md", "language: en", "language: fr", "language"),
    ):
        assert old in files[path]
        with pytest.raises(LetterMalformed) as raised:
            parse({**files, path: files[path].replace(old, new)})
        assert tuple(raised.value.where) == (path, key)
    with pytest.raises(LetterMalformed, match=r"v1/en\.md: the text in the original language is missing"):
        parse({path: said for path, said in files.items() if path != "v1/en.md"})


def test_no_value_of_a_letter_does_more_than_to_be_refused() -> None:
    files = read_files(LETTERS / "appeal")
    for key in KEYS:
        for addressee in ("own-government", "recipients"):
            source = change_toml(APPEAL, {key: None, "addressee": None if key == "addressee" else addressee})
            for value in VALUES_OF_EVERY_SORT:
                with suppress(LetterMalformed):
                    parse({**files, "letter.toml": f"{key} = {value}\n{source}"})
