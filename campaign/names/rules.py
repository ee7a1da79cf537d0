"""Accept the names people have, in any script, and refuse what is not a name."""

import re
from enum import StrEnum
from functools import lru_cache
from unicodedata import category, combining, normalize

from campaign.names.doubts import NameDoubt, doubts
from campaign.names.letters import (
    BIDI_CONTROLS,
    JOINERS,
    JOINING_SCRIPTS,
    LINE_BREAKS,
    is_invisible,
    is_letter,
    is_mark,
    is_picture,
    is_selector_of,
    is_unassigned,
)
from campaign.names.scripts import script_of_letter

__all__ = ["NameDoubt", "NameFault", "NameRefused", "accept_name", "accept_text", "doubts"]

NAME_LIMIT = 200
MARKS_LIMIT = 6  # real Tibetan, Thai and Hebrew need three on one letter
_TYPED_LIMIT = 10  # a text longer than so many times the limit is refused unread
_VIRAMA = 9

FORMULA = frozenset("=+-@\t＝＋－＠−")
_ACCOUNT = re.compile(r"(?:[@＠]\w|[+＋][^\W\d_])[^=+()!|]*")  # @example and +Ulmor are names; @SUM(A1) is none
_NOTHING = re.compile(r"[-\u2010-\u2015\u2212﹣－ー_/.…\s]+|n\s?/\s?a\.?", re.IGNORECASE)
_BULLET = re.compile(r"(?:[-\u2010-\u2015•*]\s+)+")
_WHITE = re.compile(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000 ]+")
_ANY_ADDRESS = re.compile(
    r"\w:/{2}|\bwww\d?\.\w|[\w.+-]@[\w-]+\.\w|\b(?:mailto|javascript|data|tel):\S", re.IGNORECASE
)
_DOMAIN = re.compile(
    r"[^\W_]{2}[.](?:com|net|org|info|biz|xyz|top|site|online|click|link|shop|club|live|app|dev|io|ly|gg|tk|ru|cn|"
    r"me|tv|cc|ws|su|onion|gov|edu)(?=$|[\s/?#:,;)])|[^\W_][.][^\W\d_]{2,}/",
    re.IGNORECASE,
)


class NameFault(StrEnum):
    """Why a name or a line of text was refused; each is a stable code and has a sentence in the form."""

    EMPTY = "empty"
    INVISIBLE = "invisible"
    TOO_LONG = "too_long"
    BIDI_CONTROL = "bidi_control"
    TOO_MANY_MARKS = "too_many_marks"
    LOOSE_MARK = "loose_mark"
    PRIVATE_USE = "private_use"
    UNASSIGNED = "unassigned"
    WEB_ADDRESS = "web_address"
    FORMULA = "formula"
    LINE_BREAK = "line_break"
    CONTROL = "control"
    SURROGATE = "surrogate"
    PICTURE = "picture"
    NO_LETTER = "no_letter"


class NameRefused(ValueError):
    """The typed text cannot be stored; it must be changed, not only sent again."""

    def __init__(self, reason: NameFault) -> None:
        super().__init__(reason.value)
        self.reason = reason


def accept_name(typed: str) -> str:
    """Return the name to store: NFC, one line, single spaces, no invisible characters but joiners that spelling needs.

    It never changes letters: full-width and compatibility forms stay as typed (NFC, not NFKC). Raises NameRefused.
    """
    name = _clean(typed, NAME_LIMIT)
    _refuse_formula(typed, name)
    if not name:
        raise NameRefused(NameFault.INVISIBLE if typed.strip() else NameFault.EMPTY)
    _refuse(NameFault.WEB_ADDRESS, _holds_address(name, _DOMAIN))
    _refuse(NameFault.NO_LETTER, not any(map(is_letter, name)))
    return name


def accept_text(typed: str, *, limit: int = NAME_LIMIT) -> str:
    """Return one line about a person (office, party, affiliation …), or "" for nothing visible and for a lone dash.

    Digits and punctuation are allowed, and so is an organisation called after its domain (Example.org) or its account
    (@example); an address with a scheme, `www.` or a mailbox is not. Exports protect texts that a spreadsheet would
    read as a formula. Raises NameRefused.
    """
    line = _clean(typed, limit)
    if says_nothing(line):
        return ""
    line = line[bullet.end() :] if (bullet := _BULLET.match(line)) else line
    if not _ACCOUNT.fullmatch(line):
        _refuse_formula(typed, line)
    return line


def says_nothing(typed: str) -> bool:
    """Say whether a field has only a dash, dots or `n/a`, which people type into a field they want to leave empty."""
    return bool(_NOTHING.fullmatch(typed.strip()))


def _clean(typed: str, limit: int) -> str:
    _refuse(NameFault.TOO_LONG, len(typed) > limit * _TYPED_LIMIT)
    _refuse_characters(typed)
    text = normalize("NFC", typed)
    while (
        seen := normalize("NFC", _visible(text))
    ) != text:  # without the invisible characters, marks may reorder
        text = seen
    text = _WHITE.sub(" ", text).strip()
    _refuse(NameFault.TOO_LONG, len(text) > limit)
    _refuse_marks(text)
    _refuse(NameFault.WEB_ADDRESS, _holds_address(text, _ANY_ADDRESS))
    return text


def _refuse_formula(typed: str, text: str) -> None:
    _refuse(NameFault.FORMULA, bool(text) and (text[0] in FORMULA or typed[0] == "\t"))


def _refuse(reason: NameFault, wrong: bool) -> None:
    if wrong:
        raise NameRefused(reason)


def _refuse_characters(typed: str) -> None:
    for letter in typed:
        fault = None if letter.isascii() and letter.isprintable() else _fault_of(letter)
        if fault:
            raise NameRefused(fault)


@lru_cache(maxsize=4096)
def _fault_of(letter: str) -> NameFault | None:
    """Return why a character is never allowed in a line; None if it is."""
    kind = category(letter)
    faults = (
        (NameFault.SURROGATE, kind == "Cs"),
        (NameFault.LINE_BREAK, letter in LINE_BREAKS),
        (NameFault.BIDI_CONTROL, letter in BIDI_CONTROLS),
        (NameFault.PRIVATE_USE, kind == "Co"),
        (NameFault.PICTURE, is_picture(letter) and not is_invisible(letter)),
        (NameFault.CONTROL, kind in {"Cc", "Cf"} and not _is_harmless(letter)),
        (NameFault.UNASSIGNED, is_unassigned(letter) and not is_invisible(letter)),
    )
    return next((fault for fault, found in faults if found), None)


def _is_harmless(letter: str) -> bool:
    return letter == "\t" or letter in JOINERS or is_invisible(letter)


def _visible(text: str) -> str:
    """Leave out what cannot be seen, but for selectors and joiners that the script before them needs."""
    if text.isascii():
        return text
    kept: list[str] = []
    for place, letter in enumerate(text):
        before = kept[-1] if kept else " "
        if letter in JOINERS:
            if _joins(before, text[place + 1 : place + 2]):
                kept.append(letter)
        elif not is_invisible(letter) or is_selector_of(letter, before):
            kept.append(letter)
    return "".join(kept)


def _joins(before: str, after: str) -> bool:
    """Say whether spelling needs a joiner here: between letters, or after a virama that ends a word."""
    if script_of_letter(before) not in JOINING_SCRIPTS:
        return False
    return combining(before) == _VIRAMA or (bool(after) and script_of_letter(after) in JOINING_SCRIPTS)


def _refuse_marks(text: str) -> None:
    """Refuse marks that stand on nothing, and more of them on one letter than any language writes."""
    if text.isascii():
        return
    stacked = 0
    for before, letter in zip(" " + text, text, strict=False):
        _refuse(NameFault.LOOSE_MARK, before == " " and is_mark(letter))
    for letter in normalize("NFD", text):
        if letter in JOINERS or is_invisible(letter):
            continue
        stacked = stacked + 1 if is_mark(letter) else 0
        _refuse(NameFault.TOO_MANY_MARKS, stacked > MARKS_LIMIT)


def _holds_address(text: str, pattern: re.Pattern[str]) -> bool:
    """Say whether a text has an address, also in its NFKC form: browsers follow an address in full-width letters too."""
    plain = text if text.isascii() else normalize("NFKC", text).replace("。", ".")
    return bool(pattern.search(text) or (plain != text and pattern.search(plain)))
