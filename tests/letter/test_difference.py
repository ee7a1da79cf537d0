"""A reader who knows the earlier text sees at once which words are new."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from campaign.letter.difference import difference, difference_in_line, paragraphs_of

WORDS = some.lists(
    some.sampled_from(("one", "two", "three.", "四", "五", "<b>", "&", "\n\n", "سلام")), max_size=30
)


def sides(html: str) -> tuple[str, str]:
    """Return the words of the earlier and of the new text that a difference shows."""
    earlier = re.sub(r"<ins>.*?</ins>", "", html)
    new = re.sub(r"<del>.*?</del>", "", html)
    return tuple("".join(re.sub(r"</?(p|ins|del)>", " ", one).split()) for one in (earlier, new))  # type: ignore[return-value]  # two of them


def test_a_word_that_changed_is_marked_and_no_other() -> None:
    shown = difference("We ask for **one** thing.\n\nAnd no more.", "We ask for two things.\n\nAnd no more.")
    assert shown == ("<p>We ask for <del>one thing</del> <ins>two things</ins>.</p>\n<p>And no more.</p>")


def test_a_new_paragraph_is_marked_whole() -> None:
    shown = difference("First.\n\nLast.", "First.\n\nBetween them.\n\nLast.")
    assert shown == "<p>First.</p>\n<p><ins>Between them.</ins></p>\n<p>Last.</p>"


def test_chinese_is_compared_by_character() -> None:
    assert difference("我們要求一件事。", "我們要求兩件事。") == "<p>我們要求<del>一</del> <ins>兩</ins>件事。</p>"


def test_the_address_of_a_link_is_part_of_the_words() -> None:
    shown = difference("See [this](https://example.org/a).", "See [this](https://example.org/b).")
    assert "<del>" in shown
    assert "https://example.org/b" in shown


def test_what_a_text_contains_is_never_html() -> None:
    assert "<script" not in difference("a", "a <script>alert(1)</script> & `<b>`")
    assert difference_in_line("A", "A <b>") == "A <ins>&lt;b&gt;</ins>"


def test_a_long_text_that_changed_altogether_does_not_take_long() -> None:
    shown = difference("one " * 100_000, "two " * 100_000)
    assert shown.count("<ins>") == 1


@pytest.mark.parametrize("text", ["", "# A heading\n\nAnd *more*\nof it.\n\n- an item\n- another"])
def test_the_same_words_have_no_mark(text: str) -> None:
    assert not re.search(r"<(ins|del)>", difference(text, text))


@given(WORDS, WORDS)
def test_the_difference_contains_both_texts_whole(before: list[str], after: list[str]) -> None:
    old, new = " ".join(before), " ".join(after)
    shown = sides(difference(old, new))
    expected = tuple("".join(" ".join(paragraphs_of(one)).split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for one in (old, new))  # fmt: skip
    assert shown == expected
