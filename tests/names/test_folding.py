"""Different spellings of a name are found by the same search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.names.folding import fold, fold_together
from tests.names.corpus import invented_names


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Müller", "muller"),
        ("MÜLLER-Straße", "muller strasse"),
        ("Łódź Œuvre", "lodz oeuvre"),
        ("İpek Işık", "ipek isik"),
        ("O’Brien", "obrien"),
        ("O'BRIEN", "obrien"),
        ("Kaʻahumanu", "kaahumanu"),
        ("Ｍｕｌｌｅｒ", "muller"),
        ("Nguyễn Thị Đào", "nguyen thi dao"),
        ("Άρης", "αρησ"),
        ("שָׁלוֹם", "שלום"),
        ("مُحَمَّد", "محمد"),
        ("བསོད་ནམས", "བསོད ནམས"),
        ("สุรีย์ ทองแท้", "สุรีย์ ทองแท้"),
        ("नमस्ते", "नमस्ते"),
        ("が", "が"),
        ("张三", "张三"),
        ("100%_a\\", "100 a"),
        ("%_", ""),
    ],
)
def test_a_name_is_folded_to_what_people_type_to_find_it(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_no_name_of_any_script_folds_to_nothing() -> None:
    assert [name for _writing, name in invented_names(400) if not fold(name)] == []


def test_dots_and_spaces_do_not_part_an_abbreviation() -> None:
    assert fold_together("U. K.") == fold_together("uk") == "uk"


@given(st.text())
def test_folding_twice_changes_nothing_and_leaves_no_wildcard(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert not set("%_\\\0") & set(once)
