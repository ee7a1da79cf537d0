"""A letter says who may sign it; a wrong line is refused by its name, and a kind that a person signed as stays."""

import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app import ROOT
from campaign.confirm.models import Signatory
from campaign.letter.kinds import SHIPPED, dump_kinds, load_kinds, name_kind, read_kinds
from campaign.letter.models import LetterKind
from campaign.letter.rules import LetterMalformed
from campaign.web.languages import speak
from tests.cast import Visitor
from tests.conftest import LETTERS

SCIENTIST = """
[[kinds]]
key = "scientist"
established = "person"
fields = ["office", "affiliation"]
[kinds.words.en]
one = "scientist"
many = "scientists"
heading = "Scientists"
sign = "Sign as a scientist"
"""
ARABIC = {1: "عالِم", 2: "عالِمان", 3: "علماء", 11: "عالِمًا", 100: "عالِم"}


def test_the_shipped_letters_spell_out_the_kinds_of_a_letter_that_names_none() -> None:
    assert read_kinds('slug = "x"') == SHIPPED
    for name in ("governments", "interpol"):
        assert read_kinds((ROOT / "config" / "letters" / name / "letter.toml").read_text()) == SHIPPED


@pytest.mark.parametrize(
    ("instead", "sentence"),
    [
        (('key = "scientist"', 'key = "Scientist"'), "kinds, 1, key"),
        (('key = "scientist"', ""), "kinds, 1, key"),
        (('key = "scientist"', "key = 3"), "kinds, 1, key"),
        (('"person"', '"somebody"'), "kinds, scientist, established: one of lawmaker, person, organisation"),
        (('established = "person"', ""), "kinds, scientist, established"),
        (('"person"', '"lawmaker"'), "kinds, scientist, required: legislature"),
        (('"office"', '"fax"'), "kinds, scientist, fields: a list out of office"),
        (('"office"', '"affiliation"'), "kinds, scientist, fields"),
        (('fields = ["office", "affiliation"]', 'fields = "office"'), "kinds, scientist, fields"),
        (
            ('"affiliation"]', '"affiliation"]\nrequired = ["party"]'),
            "kinds, scientist, required: a list of its own",
        ),
        (('"affiliation"]', '"affiliation"]\nuse = "hidden"'), "kinds, scientist, use: one of public"),
        (('"affiliation"]', '"affiliation"]\nplural = "total"'), "kinds, scientist, plural"),
        (('"affiliation"]', '"affiliation"]\nplural = "A B"'), "kinds, scientist, plural"),
        (('"affiliation"]', '"affiliation"]\ncolour = "red"'), "kinds, scientist: colour is not known"),
        (
            ("[kinds.words.en]", "[kinds.words.fr]"),
            "kinds, scientist, words.en: it must be called something in English",
        ),
        (('heading = "Scientists"', ""), "kinds, scientist, words.en: heading is missing"),
        (('sign = "', 'colour = "red"\nsign = "'), "kinds, scientist, words.en: colour is not known"),
        (('"Scientists"', '"a\\nb"'), "kinds, scientist, words.en, heading: a line"),
        (('"Scientists"', f'"{"x" * 81}"'), "kinds, scientist, words.en, heading: a line"),
        (('"Scientists"', "7"), "kinds, scientist, words.en, heading: a line"),
        (("[[kinds]]", "[[kinds]]\n[kinds.words.xx]\none = 'x'\n[[kinds]]"), "kinds, 1, key"),
    ],
)
def test_a_malformed_kind_is_refused_by_its_name(instead: tuple[str, str], sentence: str) -> None:
    assert instead[0] in SCIENTIST
    with pytest.raises(LetterMalformed, match=re.escape(sentence)):
        read_kinds(SCIENTIST.replace(*instead, 1))


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("kinds = []", "kinds: one to 6 tables"),
        ("kinds = 3", "kinds: one to 6 tables"),
        ("kinds = ['lawmaker']", "kinds: one to 6 tables"),
        (SCIENTIST * 2, "kinds: two have the same key"),
        (SCIENTIST * 7, "kinds: one to 6 tables"),
        (
            SCIENTIST + SCIENTIST.replace('"scientist"', '"sage"\nplural = "scientists"', 1),
            "kinds: two have the same plural",
        ),
    ],
)
def test_a_malformed_list_of_kinds_is_refused(source: str, sentence: str) -> None:
    with pytest.raises(LetterMalformed, match=sentence):
        read_kinds(source)


def test_the_name_of_a_kind_follows_the_plural_rules_of_its_language(visitor: Visitor) -> None:
    arabic = '[kinds.words.ar]\none = "عالِم"\ntwo = "عالِمان"\nfew = "علماء"\nmany = "عالِمًا"\nother = "عالِم"\nheading = "علماء"\nsign = "وقّعوا"\n'
    (kind,) = read_kinds(SCIENTIST + arabic)
    with visitor.app.test_request_context():
        speak("ar")
        assert {number: name_kind(kind).form(number) for number in ARABIC} == ARABIC
        speak("de")
        assert [name_kind(kind).form(number) for number in (1, 2)] == ["scientist", "scientists"], (
            "English, not Arabic"
        )
        speak("en")
        assert name_kind(kind).number(2) == "2 scientists"


def test_the_shipped_kinds_name_each_other_only_in_a_letter_without_other_kinds(
    visitor: Visitor, tmp_path: Path
) -> None:
    assert "Not a lawmaker? Sign as an activist." in visitor.get("/en/appeal/sign?as=lawmaker").text
    more = '[[kinds]]\nkey = "activist"\nestablished = "person"\n'
    assert _loaded(visitor, tmp_path / "l", SCIENTIST + more)[0] == 0
    asked = visitor.get("/en/appeal/sign?as=scientist").text
    assert "Not a lawmaker?" not in asked
    assert ">Sign as an activist</a>" in asked


def test_a_package_carries_its_kinds_only_if_they_are_not_the_shipped_ones() -> None:
    (kind,) = read_kinds(SCIENTIST)
    assert dump_kinds(SHIPPED) is None
    assert load_kinds(dump_kinds((kind,))) == (kind,)
    assert load_kinds(None) == SHIPPED


def _loaded(visitor: Visitor, folder: Path, kinds: str) -> tuple[int, str]:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(LETTERS, folder)
    with (folder / "appeal" / "letter.toml").open("a") as file:
        file.write(kinds)
    result = visitor.app.test_cli_runner().invoke(args=["letter", "load", str(folder)])
    return result.exit_code, result.output


def test_a_kind_that_a_person_signed_as_stays(visitor: Visitor, tmp_path: Path) -> None:
    visitor.sign_and_confirm()
    code, said = _loaded(visitor, tmp_path / "l", SCIENTIST)
    assert code == 1
    assert "appeal: a person has signed as lawmaker, so that kind stays" in said
    code, said = _loaded(
        visitor, tmp_path / "l", SCIENTIST + '[[kinds]]\nkey = "lawmaker"\nestablished = "person"\n'
    )
    assert code == 1
    assert "a person has signed as lawmaker" in said
    more = '[[kinds]]\nkey = "lawmaker"\nestablished = "lawmaker"\nfields = ["legislature"]\nrequired = ["legislature"]\n'
    code, said = _loaded(visitor, tmp_path / "l", SCIENTIST + more)
    assert code == 0, said
    with visitor.tools.database.read() as session:
        keys = session.scalars(select(LetterKind.key).order_by(LetterKind.place)).all()
    assert keys == ["scientist", "lawmaker"], "no person had signed as an activist"


def test_the_database_refuses_a_kind_that_the_letter_does_not_have(visitor: Visitor) -> None:
    visitor.sign_and_confirm()
    database = visitor.tools.database
    for values in ({"kind": "scientist"}, {"kind": "activist"}, {"established": "person"}):
        with pytest.raises(IntegrityError), database.write() as session:
            session.execute(update(Signatory).values(values))
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(delete(LetterKind).where(LetterKind.key == "lawmaker"))
    with database.write() as session:
        session.execute(delete(LetterKind).where(LetterKind.key == "activist"))
        own = session.scalars(select(Signatory.letter_id)).one()
        row = {
            "letter_id": own,
            "key": "activist",
            "place": 1,
            "established": "wizard",
            "fields": [],
            "required": [],
        }
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(insert(LetterKind).values(**row, use="public", plural="activists", words={}))


def test_a_form_of_a_kind_that_the_letter_dropped_signs_nothing(visitor: Visitor, tmp_path: Path) -> None:
    assert visitor.sign().status_code == 303
    link, _code = visitor.link_and_code()
    assert _loaded(visitor, tmp_path / "l", SCIENTIST)[0] == 0
    assert visitor.get(link).status_code == 410
    assert visitor.confirm(link).status_code == 410
    with visitor.tools.database.read() as session:
        assert session.scalars(select(Signatory.id)).all() == []
