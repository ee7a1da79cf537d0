"""Bring what people write differently to one spelling, to compare and to find it; never to show it."""

from unicodedata import category, combining, normalize

# Letters that carry their stroke or bow inside, so that no decomposition takes it off.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_POINTS = range(10, 36)  # Hebrew and Arabic points, by their combining class
_ACCENTS = 200  # from here on classes of marks above and below a letter; vowel signs and viramas are lower
_APOSTROPHES = frozenset("'`´‘’")


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters without accents, points, apostrophes and width.

    Vowel signs of Tibetan, Thai or Devanagari stay: they are letters to their readers. A syllable of Tibetan is a
    word. What is kept of this in the database must be made again after a change here.
    """
    if text.isascii():
        apart = text.lower()
    else:
        apart = normalize("NFKD", normalize("NFKC", text).casefold()).casefold().translate(_PLAIN)
    return normalize("NFC", "".join(map(_plain, apart))).split()


def fold(text: str) -> str:
    """Return the words of a text with one space between, without anything that a database's LIKE takes for more."""
    return " ".join(words_of(text))


def fold_together(text: str) -> str:
    """Return the letters and digits of a text alone, without the spaces either: `U.K.` and `uk` are one."""
    return "".join(words_of(text))


def _plain(letter: str) -> str:
    if letter.isalnum():
        return "" if category(letter) == "Lm" and letter in "ʹʺʻʼʽˈʾʿ" else letter
    kind = category(letter)
    if kind[0] == "M":
        mark = combining(letter)
        return "" if mark in _POINTS or mark >= _ACCENTS else letter
    return "" if letter in _APOSTROPHES or kind == "Cf" else " "
