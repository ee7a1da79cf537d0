"""Letters are loaded from files, and a signed text can no longer be changed."""

import hashlib
import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app import ROOT
from campaign.letter.markdown import to_html
from campaign.letter.rules import LetterMalformed, read_facts, read_page
from campaign.world.languages import LANGUAGES
from tests.cast import Visitor
from tests.conftest import LETTERS

SHIPPED = ["governments", "interpol"]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LETTERS, tmp_path / "letters"))


def load(app: Flask, folder: Path) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["letter", "load", str(folder)])
    return result.exit_code, result.output


def test_the_published_hash_is_the_hash_of_the_file(site: Flask) -> None:
    client = site.test_client()
    source = client.get("/en/appeal/text.md").data
    assert source == (LETTERS / "appeal" / "v1" / "en.md").read_bytes()
    assert hashlib.sha256(source).hexdigest() in client.get("/en/appeal").text


def test_a_draft_translation_says_so_and_a_missing_one_shows_english(site: Flask) -> None:
    client = site.test_client()
    assert 'class="note"' in client.get("/ar/appeal").text
    assert 'class="note"' not in client.get("/zh-Hant/appeal").text
    fallen_back = client.get("/ug/appeal").text
    assert 'class="note"' in fallen_back
    assert "An appeal" in fallen_back
    assert "呼籲" not in fallen_back, "never Chinese for an Uyghur reader"


def test_loading_twice_changes_nothing_and_an_unsigned_text_may_change(visitor: Visitor, copied: Path) -> None:
    assert load(visitor.app, copied)[0] == 0
    path = copied / "appeal" / "v1" / "en.md"
    path.write_text(path.read_text().replace("one", "two"))
    assert load(visitor.app, copied)[0] == 0
    assert "<strong>two</strong>" in visitor.get("/en/appeal").text


def test_a_signed_text_cannot_change_and_a_new_version_can_be_added(visitor: Visitor, copied: Path) -> None:
    visitor.sign_and_confirm()
    path = copied / "appeal" / "v1" / "en.md"
    signed = path.read_text()
    path.write_text(signed.replace("one", "two"))
    code, output = load(visitor.app, copied)
    assert code != 0
    assert "write a version 2" in output
    with pytest.raises(DatabaseError), visitor.tools.database.engine.begin() as connection:
        connection.execute(text("UPDATE letter_text SET body = 'two' WHERE language = 'en'"))
    shutil.copytree(copied / "appeal" / "v1", copied / "appeal" / "v2")
    path.write_text(signed)
    facts = copied / "appeal" / "letter.toml"
    facts.write_text(facts.read_text().replace("version = 1", "version = 2"))
    assert load(visitor.app, copied)[0] == 0
    assert "<strong>two</strong>" in visitor.get("/en/appeal").text


def test_a_translation_can_be_added_to_a_signed_version(visitor: Visitor, copied: Path) -> None:
    visitor.sign_and_confirm()
    french = (copied / "appeal" / "v1" / "en.md").read_text().replace("language: en", "language: fr")
    (copied / "appeal" / "v1" / "fr.md").write_text(french)
    assert load(visitor.app, copied)[0] == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version = 1", "version = 0"),
        ("own-government", "my-aunt"),
        ("opens_on = 2026-01-01", 'opens_on = "soon"'),
        ("closes_on = 2026-12-31", "closes_on = 2025-12-31"),
        ('slug = "appeal"', 'slug = "../appeal"'),
        ('slug = "appeal"', ""),
        ("=", ":"),
    ],
)
def test_a_malformed_letter_is_refused(old: str, new: str) -> None:
    with pytest.raises(LetterMalformed):
        read_facts((LETTERS / "appeal" / "letter.toml").read_text().replace(old, new))


@pytest.mark.parametrize(
    "raw",
    [b"no front matter", b"---\na: b\n", b"---\na: b\r\n---\n\nx", b"\xff", "---\na: e\u0301\n---\n\nx".encode()],
)
def test_a_malformed_text_is_refused(raw: bytes) -> None:
    with pytest.raises(LetterMalformed):
        read_page(raw)


def test_markdown_can_hold_no_script_and_no_foreign_picture() -> None:
    html = to_html(
        "<script>x</script> [a](javascript:x) ![b](https://evil.example/x.png) [c](https://example.org) *d*"
    )
    assert "<script" not in html
    assert "javascript:" not in html.replace("[a](javascript:x)", "")
    assert "<img" not in html
    assert '<a href="https://example.org" rel="noopener noreferrer">c</a>' in html


@pytest.mark.parametrize("slug", SHIPPED)
def test_the_shipped_letters_are_complete_in_every_language(site: Flask, slug: str) -> None:
    assert load(site, ROOT / "config" / "letters")[0] == 0
    client = site.test_client()
    for language in LANGUAGES:
        for path in (
            f"/{language}/{slug}",
            f"/{language}/{slug}/background",
            f"/{language}/{slug}/updates/2021-11-25",
        ):
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert f'lang="{language}"' in answer.text.split("<article")[1][:200], path
