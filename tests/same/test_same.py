"""The comparison can fail: it sees one word, one byte and one page that is gone, and nothing where nothing changed."""

from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Visitor
from tests.same.__main__ import NotWritten, differences
from tests.same.outputs import Outputs

PATHS = ("/en/appeal", "/en/appeal/sign?as=lawmaker", "/en/appeal/signatories.svg", "/guard/challenge")


def look(site: Flask, folder: Path, paths: tuple[str, ...] = PATHS) -> Path:
    out = Outputs(site, folder.parent, folder)
    for path in paths:
        out.page(Visitor(site, folder.parent / "mail"), path)
    return folder


def test_what_is_looked_at_twice_is_the_same(site: Flask, tmp_path: Path) -> None:
    assert list(differences(look(site, tmp_path / "before"), look(site, tmp_path / "now"))) == []


def test_one_word_of_a_template_is_seen(site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = look(site, tmp_path / "before")
    template = site.jinja_env.get_template("letter/show.html")
    words = template.render
    monkeypatch.setattr(template, "render", lambda *a, **k: words(*a, **k).replace("Sign", "Subscribe", 1))
    (told,) = differences(before, look(site, tmp_path / "now"))
    assert told.startswith("pages/_en_appeal: differs")
    assert "Subscribe" in told


def test_one_byte_of_a_document_a_new_and_a_missing_page_are_seen(tmp_path: Path) -> None:
    before, now = tmp_path / "before", tmp_path / "now"
    for folder, names in ((before, ("both", "gone")), (now, ("both", "new"))):
        folder.mkdir()
        for name in names:
            (folder / name).write_bytes(b"%PDF-1.7\xff" + folder.name.encode() * (name == "both"))
    assert [told.partition("\n")[0] for told in differences(before, now)] == [
        "both: differs",
        "gone: is gone",
        "new: is new",
    ]


def test_nothing_is_not_the_same_as_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotWritten):
        list(differences(tmp_path / "before", tmp_path / "now"))


def test_a_page_that_fails_is_a_failure(site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(site.view_functions, "web.health", lambda: ("broken", 500))
    with pytest.raises(AssertionError, match="/healthz: 500"):
        look(site, tmp_path / "now", ("/healthz",))
