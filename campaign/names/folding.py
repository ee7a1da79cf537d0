"""Bring different spellings to one form, to compare and to search; never to show."""

from unicodedata import category, combining, normalize

# Letters whose stroke or bow is part of the letter: Unicode's decomposition does not remove it.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_POINTS = range(10, 36)  # Hebrew and Arabic points, by their combining class
_ACCENTS = 200  # combining classes from here on are accents above and below a letter; vowel signs have lower ones
_APOSTROPHES = frozenset("'`´‘’")


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters, without accents, points, apostrophes and full width.

    The vowel signs of Tibetan, Thai or Devanagari stay: they are letters to their readers. A syllable of Tibetan is a
    word. After a change here, the texts that the database stores for searching must be made again.
    """
    if text.isascii():
        apart = text.lower()
    else:
        apart = normalize("NFKD", normalize("NFKC", text).casefold()).casefold().translate(_PLAIN)
    return normalize("NFC", "".join(map(_plain, apart))).split()


def fold(text: str) -> str:
    """Return the folded words with one space between; no character is a wildcard of SQL's LIKE."""
    return " ".join(words_of(text))


def fold_together(text: str) -> str:
    """Return only the folded letters and digits, without spaces: `U.K.` and `uk` are equal."""
    return "".join(words_of(text))


def _plain(letter: str) -> str:
    if letter.isalnum():
        return "" if category(letter) == "Lm" and letter in "ʹʺʻʼʽˈʾʿ" else letter
    kind = category(letter)
    if kind[0] == "M":
        mark = combining(letter)
        return "" if mark in _POINTS or mark >= _ACCENTS else letter
    return "" if letter in _APOSTROPHES or kind == "Cf" else " "
