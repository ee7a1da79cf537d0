"""Readers are answered in a language of theirs, and never in Chinese when they asked for Tibetan or Uyghur."""

from datetime import date

import pytest

from campaign.world.languages import (
    LANGUAGE_NAMES,
    LANGUAGES,
    best_match,
    direction,
    format_day,
    format_names,
    format_number,
)


def test_nine_languages_call_themselves_by_their_own_name() -> None:
    assert len(LANGUAGES) == 9
    assert tuple(LANGUAGE_NAMES) == LANGUAGES
    assert LANGUAGE_NAMES["ug"] == "ئۇيغۇرچە"


def test_arabic_and_uyghur_run_from_right_to_left() -> None:
    assert [language for language in LANGUAGES if direction(language) == "rtl"] == ["ar", "ug"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("*", "en"),
        ("de-CH,fr;q=0.8", "de"),
        ("fr;q=0.5,es;q=0.9", "es"),
        ("pt-BR,es;q=0.3", "es"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK,en;q=0.5", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-Hant-CN", "zh-Hant"),
        ("zh_TW", "zh-Hant"),
        ("yue", "zh-Hant"),
        ("zh", "zh-Hant"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-Hans-HK", "zh-Hans"),
        ("ZH-hans", "zh-Hans"),
        ("ug-CN,zh-CN;q=0.8", "ug"),
        ("zh-CN,ug;q=0.5", "zh-Hans"),
        ("bo", "en"),
        ("bo-CN,zh-CN;q=0.9,en;q=0.1", "en"),
        ("bo-CN,zh-CN;q=0.9,fr;q=0.1", "fr"),
        ("mn-Mong-CN,zh-CN;q=0.9", "en"),
        ("ja;q=0,de", "de"),
        ("ja;q=x,de;q=nan", "en"),
        ("xx,yy;q=0.4", "en"),
        (",;q=,;;", "en"),
        ("de," * 100_000, "de"),
    ],
    ids=lambda value: value[:40],
)
def test_the_browser_says_what_its_reader_reads(header: str, language: str) -> None:
    assert best_match(header) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_and_a_number_are_written_in_every_language(language: str) -> None:
    assert "2021" in format_day(date(2021, 11, 15), language)
    assert "15" in format_day(date(2021, 11, 15), language)
    assert format_number(194, language) == "194"


def test_days_and_numbers_follow_the_language() -> None:
    assert format_day(date(2021, 11, 15), "de") == "15. November 2021"
    assert format_day(date(2021, 11, 15), "ja") == "2021年11月15日"
    assert "نويابىر" in format_day(date(2021, 11, 15), "ug")
    assert format_number(1_234_567, "de") == "1.234.567"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_is_joined_in_its_own_language_and_each_separator_stands_once(language: str) -> None:
    for many in (0, 1, 2, 3, 9):
        names = [f"<{number}>" for number in range(many)]
        joined = format_names(names, language)
        between = [part.partition(">")[2] or part for part in joined.split("<")]
        assert [name for name in names if name in joined] == names
        assert all(gap.strip() for gap in between[1:-1]), joined
        assert all(gap.count(mark) <= 1 for gap in between for mark in ",،、"), joined
        assert language == "en" or " and " not in joined


def test_uyghur_has_its_own_comma_and_its_own_and() -> None:
    assert format_names(["گېرمانىيە", "فرانسىيە", "ياپونىيە"], "ug") == "گېرمانىيە، فرانسىيە ۋە ياپونىيە"
