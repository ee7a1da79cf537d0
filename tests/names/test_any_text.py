"""Whatever is typed, what comes out is clean, normal and the same the second time."""

from unicodedata import category, is_normalized

from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaign.names.letters import BIDI_CONTROLS
from campaign.names.rules import NAME_LIMIT, NameRefused, accept_name, accept_text, doubts
from campaign.names.scripts import direction_of, script_of
from campaign.names.sorting import LIMIT, sort_key

TRICKY = "\u200b\u200c\u200d\ufeff\u00ad\u3164\u034f\ufe0f\U000e0100 \u3000\t\u0301\u0323\u0dca\u0d4d\u094d=-+@.'’"
LETTERS = "aZéßøжبئாශ්ර雲々かガ갈ཀྱེ\u1100\u1161กเ"
TYPED = st.one_of(
    st.text(max_size=260),
    st.text(alphabet=TRICKY + LETTERS, max_size=24),
    st.text(alphabet=st.characters(categories=["L", "M", "Zs", "Cf"]), max_size=40),
)


@given(TYPED)
@settings(max_examples=600, deadline=None)
def test_an_accepted_name_is_clean_and_accepted_again_unchanged(typed: str) -> None:
    try:
        name = accept_name(typed)
    except NameRefused:
        return
    _is_clean(name)
    assert name
    assert accept_name(name) == name
    doubts(name)


@given(TYPED)
@example("0\u0300\u200b\u094d\u200c")  # what is left out let the marks change places, and a joiner lost its reason
@settings(max_examples=300, deadline=None)
def test_an_accepted_line_is_clean_and_accepted_again_unchanged(typed: str) -> None:
    try:
        line = accept_text(typed)
    except NameRefused:
        return
    _is_clean(line)
    assert accept_text(line) == line


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_has_a_key_a_script_and_a_direction(text: str) -> None:
    assert len(sort_key(text)) <= LIMIT
    assert len(script_of(text)) == 4
    assert direction_of(text) in {"ltr", "rtl"}


def _is_clean(text: str) -> None:
    assert is_normalized("NFC", text)
    assert len(text) <= NAME_LIMIT
    assert text == text.strip()
    assert "  " not in text
    assert not any(letter in BIDI_CONTROLS for letter in text)
    assert not any(category(letter) in {"Cc", "Cs", "Co", "Zl", "Zp"} for letter in text)
    assert all(category(letter) != "Cf" or letter in "\u200c\u200d" for letter in text)
    assert not text.startswith(tuple("=-"))
