"""Sort names as their readers expect, by keys of bytes that every database compares alike."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from unicodedata import category, normalize

from campaign.names.tables import FIRST, Element, Tables, tables
from campaign.names.tibetan import SYLLABLE, parts_of

LIMIT = 255
_PRIMARY_LIMIT = 181  # the rest is left to accents and case

_SPACE = re.compile("[\\s\u00ad\\-\u2010-\u2015\u05be\u30fb\uff65\u00b7\u0f0b\u0f0c\u1361]+")
_APOSTROPHES = re.compile("['`\u00b4\u2018\u2019\u02b9-\u02bd\u02c8\u055a\u05f3\uff07]")
# Thai and Lao write five vowels before the consonant they are spoken and filed after.
_LEADING_VOWEL = re.compile("([เแโใไ])([ก-ฮ])|([ເ-ໄ])([ກ-ຮໜໝ])")
# Uyghur, Kurdish and Kazakh begin a vowel with a bare carrier; dictionaries file under the vowel.
_CARRIER = re.compile("(?<![^ ])ئ(?=[اەوۇۆۈېىی])")

_HAN_LEAD = b"\xf0"
_RARE_HAN_LEAD = b"\xf1"
_UNKNOWN_LEAD = b"\xfe"
_HANGUL = range(0xAC00, 0xD7A4)
_IDEOGRAPHS = (range(0x3400, 0xA000), range(0xFA0E, 0xFA2A))
_RARE_IDEOGRAPHS = range(0x20000, 0x323B0)


class _Levels(NamedTuple):
    letters: bytearray
    accents: bytearray
    forms: bytearray


def sort_key(name: str) -> bytes:
    """Return at most 255 bytes whose order is the order of names: letters first, then accents, then case.

    The scripts have the order of CLDR's root collation, Latin first and ideographs last. Ideographs are sorted by
    strokes, which favours neither Taipei nor Hong Kong nor Beijing; Tibetan by the root letter; Arabic letters by
    Uyghur's alphabet, which keeps Arabic's order. Spaces and hyphens are equal; apostrophes count only between names
    that are otherwise equal. Another version of the tables gives other keys: compute all of them again.
    """
    levels = _Levels(bytearray(), bytearray(), bytearray())
    for element in _elements(_readable(name), tables()):
        levels.letters.extend(element.primary)
        levels.accents.extend(element.accent)
        if element.primary:
            levels.forms.append(element.form)
    key = bytes(levels.letters[:_PRIMARY_LIMIT]) + b"\0" + levels.accents.rstrip(FIRST)
    return (key + b"\0" + levels.forms.rstrip(FIRST))[:LIMIT]


def _readable(name: str) -> str:
    """Put the letters of a name in the order in which a reader looks them up."""
    spaced = _SPACE.sub(" ", normalize("NFC", name)).strip()
    return _LEADING_VOWEL.sub(r"\2\1\4\3", _CARRIER.sub("", spaced))


def _elements(text: str, weights: Tables) -> Iterator[Element]:
    last = 0
    for syllable in SYLLABLE.finditer(text):
        yield from _plain(text[last : syllable.start()], weights)
        yield from _tibetan(syllable.group(), weights)
        last = syllable.end()
    yield from _plain(text[last:], weights)


def _plain(text: str, weights: Tables) -> Iterator[Element]:
    for letter in text:
        found = weights.letters.get(letter)
        if found is None:
            yield from _unlisted(letter, weights)
        else:
            yield from found


def _tibetan(syllable: str, weights: Tables) -> Iterator[Element]:
    root, rank, rest = parts_of(syllable)
    yield from _plain(root, weights)
    yield Element((0x0100 + rank).to_bytes(2, "big"))
    yield from _plain(rest, weights)


def _unlisted(letter: str, weights: Tables) -> Iterator[Element]:
    apart = normalize("NFD", letter)
    if ord(letter) in _HANGUL:
        yield Element((weights.hangul + ord(letter) - _HANGUL.start).to_bytes(2, "big"))
    elif apart != letter:
        yield from _plain(apart, weights)
    elif _APOSTROPHES.match(letter):
        yield Element(b"", b"\xff")
    else:
        yield from _ideograph(letter, weights)


def _ideograph(letter: str, weights: Tables) -> Iterator[Element]:
    """Sort an ideograph by its strokes, a rarer one or an unknown letter by its code point; skip format characters."""
    point = ord(letter)
    if any(point in block for block in _IDEOGRAPHS):
        yield Element(_HAN_LEAD + weights.strokes[point - _IDEOGRAPHS[0].start].to_bytes(2, "big"))
    elif point in _RARE_IDEOGRAPHS:
        yield Element(_RARE_HAN_LEAD + point.to_bytes(3, "big"))
    elif category(letter) not in {"Mn", "Me", "Cf", "Cc"}:
        yield Element(_UNKNOWN_LEAD + point.to_bytes(3, "big"))
