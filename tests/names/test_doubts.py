"""The desk looks at a name that may deceive, and is not asked to look at people's own."""

import pytest

from campaign.names.rules import NameDoubt, NameRefused, accept_name, doubts
from tests.names.corpus import hostile_names, invented_names

DOUBTED = {
    NameDoubt.MIXED_SCRIPTS: ["Vаlla Ulmor", "Vella Ulmοr", "Uӏmor", "王Ulmor", "Ulmorბ"],
    NameDoubt.LOOK_ALIKE: ["Ѕсоре Ulmor", "ᴠella Ulmor", "Vella Ulɡor"],
    NameDoubt.UNFAMILIAR_SCRIPT: ["𒀀𒀁", "𐌀𐌁"],
    NameDoubt.DIGITS: ["Vella 2", "Ve11a Ulmor", "لورين ٣"],
    NameDoubt.SYMBOLS: ["<b>Vella</b>", "Vella; Ulmor", "Vella/Ulmor", "Vella #x", "{Vella}", "Vella | Ulmor"],
    NameDoubt.STACKED_MARKS: ["Ve\u0321\u0322\u0327lla"],
    NameDoubt.SINGLE_LETTERS: ["V", "V. U.", "Ж"],
    NameDoubt.MANY_WORDS: ["Vella says that this letter is wrong and so does everybody else here"],
}


@pytest.mark.parametrize(("doubt", "name"), [(doubt, name) for doubt, every in DOUBTED.items() for name in every])
def test_a_name_that_may_deceive_is_doubted_for_its_reason(doubt: NameDoubt, name: str) -> None:
    assert doubt in doubts(accept_name(name))


def test_every_doubt_has_an_example_here() -> None:
    assert set(DOUBTED) == set(NameDoubt)


@pytest.mark.parametrize(
    "name",
    [
        "雲みねカヨ",
        "갈雲",
        "ㄅㄆ雲",
        "Vella 維拉",
        "Вела Ulmor",
        "Вела Роса",
        "王",
        "갈",
        "V. Ulmor",
        "VELLA ULMOR",
        "Ulmor McVell",
        "龢々",
        "〇石",
        "بال\u200cرین",
        "V.-L. Ulmor",
        "Ẽnh",
        "Vella (維拉)",
        "“Lo” Ulmor",
    ],
)
def test_ordinary_ways_of_writing_are_not_doubted(name: str) -> None:
    assert doubts(accept_name(name)) == ()


def test_at_most_one_invented_name_in_a_hundred_is_doubted() -> None:
    names = [name for _, name in invented_names(2_520)]
    assert sum(1 for name in names if doubts(name)) <= len(names) / 100


def test_ninety_eight_of_a_hundred_hostile_names_are_refused_or_doubted() -> None:
    hostile = hostile_names()
    assert len(hostile) >= 500
    passed = [name for name in hostile if _passes(name)]
    assert len(passed) <= len(hostile) * 0.02, passed


def _passes(name: str) -> bool:
    try:
        return not doubts(accept_name(name))
    except NameRefused:
        return False
