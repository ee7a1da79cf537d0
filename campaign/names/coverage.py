"""Which text our fonts can print, and what is printed where they cannot: no name stops everybody's document."""

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from operator import xor
from pathlib import Path
from unicodedata import category, combining, normalize

from campaign.names.letters import BIDI_CONTROLS, JOINERS, is_invisible, is_letter, is_mark

COVERAGE = Path(__file__).parent / "coverage.txt"
LEFT_OUT = "[…]"
_EVERY = -1  # every family draws it: it is nothing but space, or shapes its neighbours
_ZWJ, _VIRAMA = "\u200d", 9
_BLANK = frozenset("\t\n")
_STUMBLES = frozenset("\ufeff\u180f")  # U+180F is younger than the tables of typst 0.15
_NONCHARACTER = 0xFFFE


def is_printable(text: str) -> bool:
    """Say whether our fonts draw every character of a text, each together with the marks that are written onto it."""
    return all(map(_is_simple, text)) or all(map(_is_drawn, _clusters(text)))


def printable(text: str) -> str:
    """Return a text as our fonts can print it: […] stands for each run of characters that they do not draw."""
    if all(map(_is_simple, text)):
        return text
    pieces: list[str] = []
    for cluster in _clusters("".join(letter for letter in text if not _is_dropped(letter))):
        if _is_drawn(cluster):
            pieces.append(cluster)
        elif pieces[-1:] != [LEFT_OUT]:
            pieces[-2:] = [LEFT_OUT] if pieces[-2:] == [LEFT_OUT, " "] else [*pieces[-2:], LEFT_OUT]
    return "".join(pieces)


def unprintable(text: str) -> tuple[str, ...]:
    """Return the characters, each with its marks, that our fonts do not draw, once each and in order."""
    return () if is_printable(text) else tuple(dict.fromkeys(one for one in _clusters(text) if not _is_drawn(one)))


def families() -> dict[str, str]:
    """Return the script (ISO 15924) that each family of our fonts is for; the pan-CJK one stands for those of five regions."""
    return dict(line.partition(":")[0].rsplit(" ", 1) for line in _lines())  # "Noto Sans Oriya Orya: 20-23 …"


def _clusters(text: str) -> Iterator[str]:
    """Cut a text where a font may end: before whatever is not written onto the character before it."""
    begin = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not _belongs(text[at - 1], text[at]):
            yield text[begin:at]
            begin = at


def _belongs(before: str, letter: str) -> bool:
    if is_mark(letter) or letter in JOINERS or is_invisible(letter):
        return True
    return is_letter(letter) and (before == _ZWJ or combining(before) == _VIRAMA)


@cache
def _is_simple(letter: str) -> bool:
    """Say whether it is drawn and stands alone; kept, since a hundred thousand names are written with few characters."""
    alone = not _belongs(" ", letter) and combining(letter) != _VIRAMA and not _is_dropped(letter)
    return alone and bool(_families(letter))


def _is_drawn(cluster: str) -> bool:
    """Say whether one family draws all of it, as it is written or with its marks taken apart."""
    return any(_together(form) for form in (cluster, normalize("NFD", cluster)))


def _together(cluster: str) -> int:
    families = _EVERY
    for letter in cluster:
        families &= _families(letter)
    return families


@cache
def _families(letter: str) -> int:
    """Return which families draw a character, a bit for each; what is ignorable is drawn on its base (UAX 44)."""
    if category(letter) in {"Co", "Cs"}:
        return 0
    if (
        letter in _BLANK
        or _is_dropped(letter)
        or letter in JOINERS
        or letter in BIDI_CONTROLS
        or is_invisible(letter)
    ):
        return _EVERY
    edges, families = _table()
    return families[bisect_right(edges, ord(letter)) - 1]


def _is_dropped(letter: str) -> bool:
    """Say whether it is left out unseen: a selector that typst stumbles over, or what no PDF/A may hold.

    That is a control, a byte order mark, or no character at all (ISO 19005-2, 6.2.11.7).
    """
    if letter in _STUMBLES:
        return True
    return (category(letter) == "Cc" and letter not in _BLANK) or ord(letter) & _NONCHARACTER == _NONCHARACTER


@cache
def _lines() -> tuple[str, ...]:
    return tuple(COVERAGE.read_text(encoding="ascii").splitlines())


@cache
def _table() -> tuple[list[int], list[int]]:
    """Return where sets of families begin, and which: each line of the table names a family and what it draws."""
    turns = {0: 0}
    for number, line in enumerate(_lines()):
        for piece in line.partition(": ")[2].split():
            first, _dash, last = piece.partition("-")
            for edge in (int(first, 16), int(last or first, 16) + 1):
                turns[edge] = turns.get(edge, 0) ^ (1 << number)
    edges = sorted(turns)
    return edges, list(accumulate((turns[edge] for edge in edges), xor))
