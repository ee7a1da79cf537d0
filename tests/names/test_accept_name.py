"""People's names are kept as they write them; what is not a name is refused with a reason."""

import pytest

from campaign.names.rules import NameFault, NameRefused, accept_name
from tests.names.corpus import hostile_names, invented_names

KEPT = {
    "one character": "王",
    "one word": "Vellomir",
    "eight words": "Vella Maria do Ulmo e Ska de Torwen",
    "apostrophe": "D'Ulmor",
    "typographic apostrophe first": "’t Skator",
    "acute accent for an apostrophe": "D´Ulmor",
    "hyphen": "Lory-Ann Belm",
    "dots": "V. L. M. Ulmor",
    "comma and letters": "Vella Ulmor, PhD",
    "katakana middle dot": "ロリン・ダルミル",
    "Chinese middle dot": "維拉·烏莫",
    "Tibetan with its stops": "ལོ་རིན་དར་",
    "Tibetan three marks": "ཧཱུྃ་ལོ",
    "Vietnamese": "Nguyễn Ẽnh Ổm",
    "Hebrew points": "בַּלּוֹ רִין",
    "Hebrew quotation": 'רב"ט לורין',
    "Uyghur": "لورىن ئۇلمورۇف",
    "click letter": "ǃOlõ",
    "ʻokina": "Loʻri Ulma",
    "two scripts in two words": "維拉 Ulmor",
    "a rare ideograph": "𡃁莓",
    "an ideograph newer than this Python": "\U000323af石",
    "full-width letters": "Ｖｅｌｌａ",
    "iteration mark": "雲々 しずく",
    "family form of an ideograph": "葛\U000e0100城",
}


@pytest.mark.parametrize("name", KEPT.values(), ids=KEPT.keys())
def test_a_name_is_stored_as_it_was_typed(name: str) -> None:
    assert accept_name(name) == name


JOINERS_KEPT = {"Persian": "بال\u200cرین", "Sinhala": "ශ්\u200dරීලෝ", "Malayalam, at the end": "ലോന്\u200d"}


@pytest.mark.parametrize("name", JOINERS_KEPT.values(), ids=JOINERS_KEPT.keys())
def test_a_joiner_stays_where_spelling_needs_it(name: str) -> None:
    assert accept_name(name) == name


CLEANED = {
    "decomposed letters": ("E\u0301lo\u0308", "Élö"),
    "decomposed Hangul": ("\u1100\u1161\u11ab", "간"),
    "white space around": ("  Vella  Ulmor ", "Vella Ulmor"),
    "tab within": ("Vella\tUlmor", "Vella Ulmor"),
    "no-break space": ("Vella\u00a0\u202fUlmor", "Vella Ulmor"),
    "ideographic space": ("維拉\u3000烏莫", "維拉 烏莫"),
    "zero-width space": ("Vel\u200bla", "Vella"),
    "byte order mark": ("\ufeffVella", "Vella"),
    "soft hyphen": ("Vel\u00adla", "Vella"),
    "tag characters": ("Vella\U000e0041\U000e007f", "Vella"),
    "joiner in Latin": ("Vel\u200d\u200cla", "Vella"),
    "joiner at the end of a Persian word": ("بال\u200c", "بال"),
    "two joiners": ("بال\u200c\u200cرین", "بال\u200cرین"),
    "Hangul filler within": ("갈\u3164뫼", "갈뫼"),
    "emoji selector after Latin": ("Vella\ufe0f", "Vella"),
    "what stood apart composes": ("e\u200b\u0301lo", "élo"),
}


@pytest.mark.parametrize(("typed", "stored"), CLEANED.values(), ids=CLEANED.keys())
def test_invisible_characters_are_left_out(typed: str, stored: str) -> None:
    assert accept_name(typed) == stored


REFUSED = {
    NameFault.EMPTY: ["", " ", "\u3000"],
    NameFault.INVISIBLE: ["\u3164", "\u2800", "\u200b\u200d", "\u00ad", "\U000e0041", "\uffa0 \u115f"],
    NameFault.TOO_LONG: ["a" * 201, "b " * 101 + "b", "\u200b" * 3_000],
    NameFault.BIDI_CONTROL: [f"Vel{control}la" for control in "\u061c\u200e\u200f\u202a\u202e\u2066\u2069"],
    NameFault.TOO_MANY_MARKS: [
        "V" + "\u0301" * 7 + "ella",
        "V" + "\u0301\u200b" * 7,
        "क" + "\u093c\u200d" * 7 + "क",
    ],
    NameFault.LOOSE_MARK: ["\u0301Vella", "Vella \u0301", "\u200b\u0301"],
    NameFault.PRIVATE_USE: ["Vel\ue000la", "\U000f0000"],
    NameFault.UNASSIGNED: ["Vel\ufdd0la", "Vel\uffffla", "\u0378"],
    NameFault.WEB_ADDRESS: [
        "http://vella.example",
        "www.vella.example",
        "vella@ulmor.example",
        "Vella evil.com",
        "ｅｖｉｌ．ｃｏｍ",
        "evil。com",
        "ev\u200bil.com",
        "javascript:x",
        "EVIL.ORG/x",
    ],
    NameFault.FORMULA: [
        "=Vella",
        "+Vella",
        "-Vella",
        "@Vella",
        "\tVella",
        " =Vella",
        "\u200b=Vella",
        "＝Vella",
        "＠Vella",
    ],
    NameFault.LINE_BREAK: ["Vella\nUlmor", "Vella\r", "Vel\u2028la", "Vel\x85la", "Vel\x0bla"],
    NameFault.CONTROL: ["Vel\x00la", "Vel\x1bla", "Vel\x7fla", "Vel\u0604la"],
    NameFault.SURROGATE: ["Vel\ud83dla", "\udc00"],
    NameFault.PICTURE: [
        "😀",
        "Vella 😀",
        "Vella ★",
        "Vella\U0001f1f9\U0001f1fc",
        "\U0001d4e5ella",
        "1\ufe0f\u20e3 Vella",
    ],
    NameFault.NO_LETTER: ["12", "…", "— —", "(1)", "١٢"],
}


@pytest.mark.parametrize(
    ("fault", "typed"), [(fault, typed) for fault, every in REFUSED.items() for typed in every], ids=ascii
)
def test_a_text_that_is_no_name_is_refused_with_a_reason(fault: NameFault, typed: str) -> None:
    with pytest.raises(NameRefused) as refusal:
        accept_name(typed)
    assert refusal.value.reason is fault


def test_every_reason_has_an_example_here() -> None:
    assert set(REFUSED) == set(NameFault)


def test_six_marks_on_a_letter_are_accepted_and_seven_refused() -> None:
    assert accept_name("V" + "\u0321\u0322\u0327\u0328\u0331\u0332")
    with pytest.raises(NameRefused):
        accept_name("V" + "\u0321\u0322\u0327\u0328\u0331\u0332\u0333")


@pytest.mark.parametrize("name", ["St.John Ulmor", "J.R.Ulmor", "Wm.Belm", "Dr.Vella"])
def test_a_dot_without_a_space_is_not_an_address(name: str) -> None:
    assert accept_name(name) == name


def test_invented_names_of_every_writing_pass_unchanged() -> None:
    names = invented_names(2_520)
    assert len({writing.partition("-")[0] for writing, _ in names}) >= 20
    assert len({name for _, name in names}) >= 2_400
    assert [name for _, name in names if accept_name(name) != name] == []


def test_a_reason_never_quotes_what_was_typed() -> None:
    for typed in hostile_names():
        try:
            accept_name(typed)
        except NameRefused as refusal:
            assert str(refusal) == refusal.reason.value  # noqa: PT017  # some of them are only doubted
