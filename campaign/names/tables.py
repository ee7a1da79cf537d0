"""Read the collation tables that collation/make.mjs wrote, once, when the first name is sorted."""

from array import array
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

FIRST = b"\x05"  # the weight of a plain letter in the second and third level
_FOLDER = Path(__file__).parent / "collation"
_FIRST_RANK = 0x0800  # below: the space and the ranks of Tibetan syllables
_SPACE_WEIGHT = b"\x01\x00"
_FIRST_MARK = 0x8000
_APOSTROPHES = "'`´‘’＇ʹʺʻʼʽˈ՚׳"
_SYLLABLES = 11_172
_HAN_BASE = 0x3400
_HAN_SPAN = 0xFA2A - _HAN_BASE


class Element(NamedTuple):
    """What one letter adds to each level of a sort key."""

    primary: bytes
    accent: bytes = FIRST
    form: int = FIRST[0]


class Tables(NamedTuple):
    """Weights of letters and marks, the weight of the syllable 가, and stroke ranks from U+3400 on."""

    letters: dict[str, tuple[Element, ...]]
    hangul: int
    strokes: Sequence[int]


@cache
def tables() -> Tables:
    """Return the tables, read from disk the first time."""
    letters: dict[str, tuple[Element, ...]] = {" ": (Element(_SPACE_WEIGHT),)}
    hangul, rank = 0, _FIRST_RANK
    for line in _lines("order.txt"):
        if not hangul and "あ" in line:
            hangul, rank = rank, rank + _SYLLABLES
        letters.update(_one_letter(line, rank.to_bytes(2, "big")))
        rank += 1
    for number, line in enumerate(_lines("marks.txt")):
        mark = (Element(b"", (_FIRST_MARK + (number << 1)).to_bytes(2, "big")),)
        letters.update(dict.fromkeys(line, mark))
    for line in _lines("expansions.txt"):
        letters[line[0]] = _expanded(line[2:], letters)
    for apostrophe in _APOSTROPHES:
        letters.pop(apostrophe, None)
    return Tables(letters, hangul, _strokes())


def _lines(name: str) -> list[str]:
    return (_FOLDER / name).read_text("utf-8").split("\n")[1:-1]


def _one_letter(line: str, primary: bytes) -> Iterator[tuple[str, tuple[Element, ...]]]:
    for accent, group in enumerate(line.split(" ")):
        second = bytes([min(FIRST[0] + accent, 0x7F)])
        for form, letter in enumerate(group):
            yield letter, (Element(primary, second, min(FIRST[0] + form, 0xFF)),)


def _expanded(sequence: str, letters: dict[str, tuple[Element, ...]]) -> tuple[Element, ...]:
    """Give a ligature the letters it stands for, after them when all else is equal."""
    elements = [element for letter in sequence for element in letters.get(letter, ())]
    last = elements.pop() if elements else Element(b"")
    return (*elements, last._replace(accent=last.accent + b"\x06"))


def _strokes() -> Sequence[int]:
    ranks = array("H", bytes(2 * _HAN_SPAN))
    for rank, ideograph in enumerate(_lines("han.txt")[0]):
        ranks[ord(ideograph) - _HAN_BASE] = rank
    return ranks
