"""A letter goes to governments, or to recipients that it names; a file that says neither is refused."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from campaign.letter.rules import LetterMalformed, read_facts
from campaign.world.named import LONGEST_KEY, from_written, read_key, read_named, recipient_name, written
from campaign.world.recipients import RecipientsInvalid
from tests.conftest import LETTERS

APPEAL = (LETTERS / "appeal" / "letter.toml").read_text()
REEF = (Path(__file__).parents[1] / "named" / "reef" / "letter.toml").read_text()
ENTRY: dict[str, Any] = {"key": "assembly", "name": {"en": "The Assembly"}}


def test_a_named_recipient_is_called_and_addressed_in_each_language_and_else_in_english() -> None:
    assembly, university = read_facts(REEF).named
    assert [assembly.called(language) for language in ("fr", "ja")] == [
        "Assemblée générale des récifs",
        "General Assembly of the Reefs",
    ]
    assert assembly.addressed("fr") == "À l’Assemblée générale des récifs"
    assert assembly.addressed("de") == "To the General Assembly of the Reefs"
    assert university.addressed("fr") == "University of the Lagoon", "its name, where no other words were given"
    assert assembly.as_office("en").salutation == ""
    assert from_written(written((assembly, university))) == (assembly, university)
    assert [recipient_name(key, "fr", (assembly,)) for key in ("DE", "assembly", "gone")] == [
        "Allemagne",
        "Assemblée générale des récifs",
        "gone",
    ]


def test_a_letter_names_the_office_of_a_government_or_goes_to_the_ministry_of_foreign_affairs() -> None:
    assert read_facts(APPEAL).office == "foreign"
    assert read_facts(f'office = "interior"\n{APPEAL}').office == "interior"
    assert read_facts(REEF).office == ""


def test_an_old_word_for_the_addressee_is_refused_with_the_words_that_replace_it() -> None:
    with pytest.raises(LetterMalformed) as raised:
        read_facts(APPEAL.replace("own-government", "interpol-members"))
    for words in ("'interpol-members' is none of own-government, governments, recipients", 'office = "foreign"'):
        assert words in str(raised.value)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (APPEAL.replace('"FR"', '"XX"'), "countries as two letters"),
        (APPEAL.replace('"FR"', "5"), "countries as two letters"),
        (REEF.replace('"recipients"', '"governments"'), 'tables need addressee = "recipients"'),
        (APPEAL.replace("own-government", "recipients"), "write a [[recipients]] table for each"),
        (REEF[: REEF.index("[[")], "1 to 30, each in a [[recipients]] table"),
        (f'office = "foreign"\n{REEF}', "only a government has one"),
        (f'office = "The King"\n{APPEAL}', "office: a kind"),
        (REEF.replace('"university"', '"assembly"'), "two have the same key"),
    ],
)
def test_a_letter_without_a_recipient_it_can_reach_is_refused_in_one_line(said: str, sentence: str) -> None:
    with pytest.raises(LetterMalformed) as raised:
        read_facts(said)
    assert sentence in str(raised.value)


@pytest.mark.parametrize(
    "change",
    [
        {"key": "FR"},
        {"key": "fr"},
        {"key": "the-assembly"},
        {"key": "all"},
        {"key": "a" * (LONGEST_KEY + 1)},
        {"key": 5},
        {"name": "The Assembly"},
        {"name": {"fr": "L’Assemblée"}},
        {"name": {"en": "two\nlines"}},
        {"name": {"en": " "}},
        {"name": {"tlh": "yejquv"}},
        {"language": "tlh"},
        {"address": "one line"},
        {"address": ["two\nlines"]},
        {"mail": "post@assembly.test"},
    ],
)
def test_a_malformed_named_recipient_is_refused(change: dict[str, Any]) -> None:
    assert read_named([ENTRY])[0].key == "assembly"
    with pytest.raises(RecipientsInvalid, match="recipients: "):
        read_named([ENTRY | change])


def test_a_key_is_read_as_people_type_it() -> None:
    assert [read_key(typed) for typed in ("de", "DE", " Assembly ", "")] == ["DE", "DE", "assembly", ""]


def test_an_office_that_no_list_has_is_refused_when_a_letter_is_loaded(site: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "letters" / "appeal"
    shutil.copytree(LETTERS / "appeal", folder)
    (folder / "letter.toml").write_text(f'office = "palace"\n{APPEAL}')
    told = site.test_cli_runner().invoke(args=["letter", "load", str(tmp_path / "letters")])
    assert (told.exit_code, "'palace' is none of foreign, interior, bureau" in told.output) == (1, True)
