"""A letter that was not written in English: its own language takes English's place, and nothing else does."""

import shutil
from pathlib import Path

import pytest
from flask import Flask

from campaign.document.bundle import Bundle
from campaign.letter.folder import parse, read_files
from campaign.letter.kinds import dump_kinds, load_kinds
from campaign.letter.rules import LetterMalformed
from campaign.letter.service import find_letter
from campaign.world.named import from_written, written
from tests.conftest import LETTERS, START, toolbox_of

GERMAN = """slug = "aufruf"
original = "de"
addressee = "recipients"
opens_on = 2026-01-01
closes_on = 2026-12-31
version = 1

[[kinds]]
key = "teacher"
established = "person"
[kinds.words.de]
one = "Lehrkraft"
many = "Lehrkräfte"
heading = "Lehrkräfte"
sign = "Als Lehrkraft unterschreiben"
[kinds.words.ja]
one = "教員"
many = "教員"
heading = "教員"
sign = "教員として署名する"

[[recipients]]
key = "rat"
name.de = "Der Rat"
to.de = "An den Rat"
name.fr = "Le Conseil"
"""


@pytest.fixture
def german(site: Flask, tmp_path: Path) -> Flask:
    folder = tmp_path / "letters" / "aufruf"
    shutil.copytree(LETTERS / "appeal", folder)
    (folder / "letter.toml").write_text(GERMAN)
    for place in ("v1", "background"):
        said = (folder / place / "en.md").read_text()
        for path in (folder / place).iterdir():
            path.unlink()
        for language, title in (("de", "Ein Aufruf"), ("fr", "Un appel"))[: 2 if place == "v1" else 1]:
            head = said.replace("language: en", f"language: {language}")
            (folder / place / f"{language}.md").write_text(
                "\n".join(f"title: {title}" if line.startswith("title:") else line for line in head.split("\n"))
            )
    loaded = site.test_cli_runner().invoke(args=["letter", "load", str(folder.parent)])
    assert loaded.exit_code == 0, loaded.output
    return site


@pytest.mark.parametrize("language", ["en", "ug", "zh-Hans", "de"])
def test_readers_whose_language_is_missing_read_the_original_and_no_other(german: Flask, language: str) -> None:
    page = german.test_client().get(f"/{language}/aufruf").text
    assert "Ein Aufruf" in page
    assert "Un appel" not in page
    assert '<article class="letter" lang="de"' in page
    assert "Als Lehrkraft unterschreiben" in page
    assert "Der Rat" in german.test_client().get(f"/{language}/aufruf/deliveries").text
    assert german.test_client().get(f"/{language}/aufruf/background").status_code == 200


def test_a_translation_is_read_where_there_is_one_piece_by_piece(german: Flask) -> None:
    client = german.test_client()
    assert "Un appel" in client.get("/fr/aufruf").text
    assert "Le Conseil" in client.get("/fr/aufruf/deliveries").text
    assert "Als Lehrkraft unterschreiben" in client.get("/fr/aufruf").text
    assert "教員として署名する" in client.get("/ja/aufruf").text


def test_programs_read_the_original_title_where_there_is_no_english(german: Flask) -> None:
    answer = german.test_client().get("/api/v1/letters/aufruf").get_json()
    assert (answer["title"], answer["languages"]) == ("Ein Aufruf", ["de", "fr"])


def test_the_original_language_travels_with_kinds_and_recipients(german: Flask) -> None:
    with toolbox_of(german).database.read() as session:
        letter = find_letter(session, "aufruf")
        kinds, named = letter.kinds, letter.named
    assert load_kinds(dump_kinds(kinds)) == kinds
    assert from_written(written(named)) == named
    bundle = Bundle("aufruf", 1, "counts", START.date(), {}, (), named, kinds)
    assert Bundle.from_bytes(bundle.to_bytes()) == bundle
    assert named[0].addressed("ar") == "An den Rat"
    assert named[0].as_office("de").english == "Der Rat"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('original = "de"', "", "v1/en.md: the text in the original language is missing"),
        ('original = "de"', 'original = "xx"', "letter.toml: original: one of en, fr"),
        ('original = "de"', 'original = "fr"', "words.fr: it must be called something in French"),
        ("name.de", "name.es", "recipients: rat: name: at least in German"),
    ],
)
def test_what_is_missing_in_the_original_language_is_named(
    german: Flask, tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    files = read_files(tmp_path / "letters" / "aufruf")
    said = files["letter.toml"].replace(old, new, 1)
    if sentence.startswith("v1"):
        said = said.replace("words.de", "words.en").replace("name.de", "name.en")
    with pytest.raises(LetterMalformed) as raised:
        parse({**files, "letter.toml": said})
    assert sentence in str(raised.value)
