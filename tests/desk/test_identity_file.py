"""The campaign's identity as a file: written and read again, it is the same."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.cast import Officer, Visitor
from tests.desk.pictures import drawing, picture
from tests.desk.test_identity import PAGE, save

TEXT = 'Lake House\n\n"""Quoted""" and \\n and a \\ at the end \\\n\n- [one](https://lake.example.org)\n\ttab'


def run(site: Flask, *words: str) -> Result:
    return site.test_cli_runner().invoke(args=["desk", "identity", *words])


def test_a_saved_and_loaded_identity_is_the_same_byte_for_byte(ines: Officer, tmp_path: Path) -> None:
    for name, logo in (("one", drawing()), ("two", picture())):
        assert save(ines, logo=logo, imprint=TEXT, line='A "line" \\ of ours').status_code == 303
        assert save(ines, f"{PAGE}/zh-Hant", name="湖屋", privacy="{kept}\n\n湖屋").status_code == 303
        first, second = tmp_path / f"{name}.toml", tmp_path / "again" / f"{name}.toml"
        second.parent.mkdir(exist_ok=True)
        assert run(ines.app, "save", str(first)).exit_code == 0
        shown = run(ines.app, "show").output
        assert save(ines, no_logo="yes", imprint="", credit="", name="Something else").status_code == 303
        loaded = run(ines.app, "load", str(first))
        assert loaded.output == "changed: credit, logo, name (en), line (en), imprint (en)\n"
        assert run(ines.app, "save", str(second)).exit_code == 0
        names = sorted(path.name for path in second.parent.glob(f"{name}.*"))
        assert len(names) == 2
        assert [(tmp_path / one).read_bytes() for one in names] == [
            (second.parent / one).read_bytes() for one in names
        ]
        assert shown.replace("identity.", f"{name}.") == first.read_text(encoding="utf-8")
        assert run(ines.app, "load", str(second)).output == "nothing has changed\n"
    assert "湖屋" in ines.get("/zh-Hant/privacy").text
    assert "command line</strong> changed the campaign’s identity" in ines.get("/desk/log").text


def test_a_file_written_by_hand_is_enough(somebody: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text('contact = "hello@lake.example.org"\n[en]\nname = "Lake House"\n', encoding="utf-8")
    assert run(somebody.app, "load", str(file)).exit_code == 0
    assert "· Lake House</title>" in somebody.get("/en/").text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('contact = "a@example.org"', "name: Say what the campaign is called."),
        ('contact = "a@example.org"\nacent = "#173f5f"\n[en]\nname = "L"', "unknown: acent"),
        ('contact = "a@example.org"\naccent = "#ffff00"\n[en]\nname = "L"', "accent: #ffff00 is hard to read"),
        ('contact = "a@example.org"\nlogo = "/etc/passwd"\n[en]\nname = "L"', "logo: "),
        ('contact = "a@example.org"\nlogo = "bad.svg"\n[en]\nname = "L"', "logo: This drawing holds “script”"),
        ('contact = "a@example.org"\n[en]\nname = 3', "[en] holds name, line, imprint, privacy and nothing else"),
        ("contact = ", "Invalid value"),
        ("credit = 1", "a value has the wrong type"),
    ],
)
def test_a_refused_file_says_why_in_one_line_and_changes_nothing(
    somebody: Visitor, tmp_path: Path, content: str, told: str
) -> None:
    (tmp_path / "bad.svg").write_bytes(drawing("<script/>"))
    (tmp_path / "bad.toml").write_text(content, encoding="utf-8")
    ended = run(somebody.app, "load", str(tmp_path / "bad.toml"))
    assert ended.exit_code == 1
    assert told in ended.output
    assert ended.output.count("\n") == 1
    assert run(somebody.app, "show").exit_code == 1


def test_without_an_identity_there_is_nothing_to_save(somebody: Visitor, tmp_path: Path) -> None:
    assert run(somebody.app, "save", str(tmp_path / "ours.toml")).exit_code == 1
    assert list(tmp_path.glob("*.toml")) == []
