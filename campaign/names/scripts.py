"""The script of each letter of a name (Unicode 17.0, codes of ISO 15924)."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal
from unicodedata import category

RIGHT_TO_LEFT = frozenset({"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"})
JAPANESE = frozenset({"Hira", "Kana"})
CHINESE = frozenset({"Hani", "Bopo"})
UNKNOWN = "Zyyy"
_IDEOGRAPH = 3

_RANGES = Path(__file__).parent / "collation" / "ranges.txt"


@lru_cache(4096)
def script_of_letter(letter: str) -> str | None:
    """Return the script of one code point; None if it belongs to several scripts, or to an extinct one."""
    starts, ends, scripts = _ranges()
    point = ord(letter)
    index = bisect_right(starts, point) - 1
    return scripts[index] if index >= 0 and point <= ends[index] else None


def scripts_in(word: str) -> frozenset[str]:
    """Return the scripts of the word's letters; marks and punctuation do not count."""
    return frozenset(script for _, script in _letters(word))


def script_of(name: str) -> str:
    """Return the main script of a name: `Jpan` if it has kana, `Kore` if it has Hangul, "Zyyy" without letters.

    An ideograph counts as three letters of an alphabet, so that 王小明 (Wang) is a Chinese name.
    """
    counts: dict[str, int] = {}
    for script, many in Counter(script for _, script in _letters(name)).items():
        written = _written_as(script)
        counts[written] = counts.get(written, 0) + many * (_IDEOGRAPH if script == "Hani" else 1)
    if not counts:
        return UNKNOWN
    for whole in ("Jpan", "Kore"):
        if whole in counts:
            counts[whole] += counts.pop("Hani", 0)
    return max(counts, key=counts.__getitem__)


def runs_of(name: str) -> list[tuple[str, str]]:
    """Return a name's pieces of one script each, with their scripts; marks and spaces stay with the piece before.

    Marks and signs before the first letter belong to that letter's piece.
    """
    runs: list[tuple[str, str]] = []
    for letter in name:
        found = next((script for _, script in _letters(letter)), None)
        text, script = runs[-1] if runs else ("", None)
        if runs and (found is None or script in (found, UNKNOWN)):
            runs[-1] = (text + letter, found or script or UNKNOWN)
        else:
            runs.append((letter, found or UNKNOWN))
    return runs


def direction_of(name: str) -> Literal["ltr", "rtl"]:
    """Return the direction of the main script, for the `dir` of an isolated span."""
    return "rtl" if script_of(name) in RIGHT_TO_LEFT else "ltr"


def _letters(text: str) -> Iterable[tuple[str, str]]:
    for letter in text:
        if category(letter)[0] in "LC":
            script = script_of_letter(letter)
            if script:
                yield letter, script


def _written_as(script: str) -> str:
    if script in JAPANESE:
        return "Jpan"
    if script in CHINESE:
        return "Hani"
    return "Kore" if script == "Hang" else script


@cache
def _ranges() -> tuple[list[int], list[int], list[str]]:
    starts, ends, scripts = [], [], []
    for line in _RANGES.read_text("utf-8").split("\n")[1:-1]:
        start, end, script = line.split()
        starts.append(int(start, 16))
        ends.append(int(end, 16))
        scripts.append(script)
    return starts, ends, scripts
