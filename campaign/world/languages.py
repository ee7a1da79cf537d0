"""The nine languages of the letters, and which of them a visitor's browser asks for."""

from collections.abc import Sequence
from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.languages import get_official_languages
from babel.lists import format_list
from babel.numbers import format_decimal

LANGUAGES = ("en", "fr", "de", "es", "ja", "zh-Hant", "zh-Hans", "ar", "ug")
LANGUAGE_NAMES = {
    "en": "English",
    "fr": "Français",
    "de": "Deutsch",
    "es": "Español",
    "ja": "日本語",
    "zh-Hant": "繁體中文",
    "zh-Hans": "简体中文",
    "ar": "العربية",
    "ug": "ئۇيغۇرچە",
}
FALLBACK = "en"
RIGHT_TO_LEFT = frozenset({"ar", "ug"})

# Taiwan, Hong Kong and Macao say their region more often than their script.
_SIMPLIFIED = frozenset({"hans", "cn", "sg", "my"})
_HEADER_LIMIT = 1_000
# Many readers of these live under a state that answers them in Chinese; this site answers in English instead.
_NEVER_CHINESE = frozenset({"bo", "dz", "ug", "mn", "kk", "ii"})


@cache
def locale_of(language: str) -> Locale:
    """Return Babel's locale for one of LANGUAGES; raises KeyError for any other tag."""
    if language not in LANGUAGE_NAMES:
        raise KeyError(language)
    return Locale.parse(language, sep="-")


def direction(language: str) -> str:
    """Return the writing direction of a language's page, "ltr" or "rtl"."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def best_match(accept_language_header: str, offered: Sequence[str] = LANGUAGES) -> str:
    """Return the one of the `offered` languages that the reader prefers; or English, or else the first.

    A reader of Tibetan, Uyghur, Mongolian, Kazakh or Yi never gets Chinese instead, even if the browser lists it
    later. Bare `zh` means Traditional: browsers in mainland China send `zh-CN`, and a letter that is censored there is
    read in Chinese mostly in Taiwan, Hong Kong and exile. One click leads to the other script.
    """
    wishes = [_wish(part) for part in accept_language_header[:_HEADER_LIMIT].split(",")]
    chinese = True
    for _, tag in sorted((wish for wish in wishes if wish[0] > 0), key=lambda wish: -wish[0]):
        language = _ours(tag)
        if language and language in offered and (chinese or not language.startswith("zh")):
            return language
        chinese = chinese and tag.partition("-")[0] not in _NEVER_CHINESE
    return FALLBACK if FALLBACK in offered else offered[0]


def language_of(country: str) -> str:
    """Return a country's most used official language (CLDR) if it is one of ours, or English."""
    official = (_ours(tag.replace("_", "-")) for tag in get_official_languages(country, de_facto=True))
    return next(filter(None, official), FALLBACK)


def language_name(code: str, language: str) -> str:
    """Return the name of a language (BCP 47 tag) in `language`; the tag if CLDR has no name."""
    try:
        return Locale.parse(code, sep="-").get_display_name(locale_of(language)) or code
    except (UnknownLocaleError, ValueError):
        return code


def format_day(day: date, language: str) -> str:
    """Return a day in the language's long form, without the weekday; in English day, month, year."""
    return format_date(day, format="long", locale="en_GB" if language == "en" else locale_of(language))


def format_month(day: date, language: str) -> str:
    """Return the month of a day, with its year, as a language writes it."""
    return format_skeleton("yMMMM", day, locale="en_GB" if language == "en" else locale_of(language))


def format_names(names: list[str], language: str) -> str:
    """Return names as one list, with the language's own commas and its own "and"."""
    if language == "ug":  # CLDR has no Uyghur list: Babel would write English commas and "and"
        return " ۋە ".join([*filter(None, ["، ".join(names[:-1])]), *names[-1:]])
    return format_list(names, locale=locale_of(language))


def format_number(number: int, language: str) -> str:
    """Return a whole number grouped as the language groups it, in Western digits."""
    return format_decimal(number, locale=locale_of(language))


def _wish(part: str) -> tuple[float, str]:
    """Return the weight and the tag of `de;q=0.8`; a malformed weight counts as zero (RFC 9110, section 12.4.2)."""
    tag, _, parameter = part.strip().partition(";")
    weight = parameter.strip().removeprefix("q=")
    try:
        return (float(weight) if weight else 1.0), tag.strip().lower().replace("_", "-")
    except ValueError:
        return 0.0, tag


def _ours(tag: str) -> str | None:
    first, *rest = tag.split("-")
    if first in ("zh", "cmn", "yue"):
        if "hant" in rest:
            return "zh-Hant"
        return "zh-Hans" if _SIMPLIFIED.intersection(rest) else "zh-Hant"
    return first if first in LANGUAGE_NAMES else None
