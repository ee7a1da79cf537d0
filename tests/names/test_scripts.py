"""A name's script chooses its font, and its direction the way it runs."""

import pytest

from campaign.names.scripts import direction_of, script_of
from tests.names.corpus import invented_names

OF_ONE_CHARACTER_EACH = {"Jpan": {"Jpan", "Hani"}}


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("Vella", "Latn"),
        ("雲石", "Hani"),
        ("雲石しずく", "Jpan"),
        ("갈雲", "Kore"),
        ("雲石 (Vella)", "Hani"),
        ("𡃁莓", "Hani"),
        ("12", "Zyyy"),
        ("", "Zyyy"),
        ("ལོ་རིན", "Tibt"),
        ("لورين Ul", "Arab"),
    ],
)
def test_the_main_script_of_a_name(name: str, script: str) -> None:
    assert script_of(name) == script


def test_every_writing_of_the_corpus_is_recognised() -> None:
    for writing, name in invented_names(1_080):
        script = writing.partition("-")[0]
        assert script_of(name) in OF_ONE_CHARACTER_EACH.get(script, {script}), name


@pytest.mark.parametrize("name", ["بالو", "בלו", "ܒܐ", "ބަލޮ", "ئۇلمور"])
def test_names_that_run_from_right_to_left(name: str) -> None:
    assert direction_of(name) == "rtl"


@pytest.mark.parametrize("name", ["Vella", "雲", "ᠪᠠ", "กมล", "12"])
def test_names_that_run_from_left_to_right(name: str) -> None:
    assert direction_of(name) == "ltr"
