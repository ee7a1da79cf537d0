"""Reasons for the desk to look at a name before it is shown; never reasons to refuse it."""

import re
from enum import StrEnum
from unicodedata import category, normalize

from campaign.names.letters import is_letter, is_mark, is_usual
from campaign.names.scripts import script_of_letter, scripts_in

MANY_WORDS = 13  # eight words are a name; a sentence is longer
STACKED_LATIN = 3  # Vietnamese writes two marks on one letter

_WORD = re.compile(r"[^\s\-‐‑–—·・･()（）,，./\"“”「」]+")
_ONE_WRITING = (
    frozenset({"Hani", "Hira", "Kana"}),
    frozenset({"Hani", "Bopo"}),
    frozenset({"Hani", "Hang"}),
)
_ALPHABETS = frozenset({"Latn", "Cyrl", "Grek", "Armn", "Cher", "Copt", "Lisu"})
# Letters that look Latin to a reader of Latin, from Unicode's confusables.txt; only those that can fill whole words.
_LATIN_LOOK = frozenset("асеорхуѕіјһԁԛԝӏАВСЕНІЈКМОРЅТУХҮԌԚԜοανΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲϳոսօհցԼՏՕՍᎪᎷᏒᎢᎬᏙᎳᏞ")
_LATIN_TRICKS = frozenset("ɑɡɪʏʀɴʜʟʙɢᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜱꜰſƖǀ")


class NameDoubt(StrEnum):
    """Why the desk should look at a name; each is a stable code."""

    MIXED_SCRIPTS = "mixed_scripts"
    LOOK_ALIKE = "look_alike"
    UNFAMILIAR_SCRIPT = "unfamiliar_script"
    DIGITS = "digits"
    SYMBOLS = "symbols"
    STACKED_MARKS = "stacked_marks"
    SINGLE_LETTERS = "single_letters"
    MANY_WORDS = "many_words"


def doubts(name: str) -> tuple[NameDoubt, ...]:
    """Return why the desk should look at an accepted name, in a fixed order; empty for at least 99 names in 100."""
    words = _WORD.findall(name)
    found = (
        (NameDoubt.MIXED_SCRIPTS, any(map(_is_mixed, words))),
        (NameDoubt.LOOK_ALIKE, _looks_alike(words)),
        (NameDoubt.UNFAMILIAR_SCRIPT, any(map(_is_unfamiliar, name))),
        (NameDoubt.DIGITS, any(category(letter)[0] == "N" and letter != "〇" for letter in name)),
        (NameDoubt.SYMBOLS, not all(map(is_usual, name))),
        (NameDoubt.STACKED_MARKS, any(map(_is_stacked, words))),
        (NameDoubt.SINGLE_LETTERS, _is_single(words)),
        (NameDoubt.MANY_WORDS, len(words) >= MANY_WORDS),
    )
    return tuple(doubt for doubt, applies in found if applies)


def _is_mixed(word: str) -> bool:
    scripts = scripts_in(word)
    return len(scripts) > 1 and not any(scripts <= writing for writing in _ONE_WRITING)


def _looks_alike(words: list[str]) -> bool:
    """Say whether a word beside a Latin one only looks Latin, or uses phonetic letters to look so."""
    if any(letter in _LATIN_TRICKS for word in words for letter in word):
        return True
    scripts = [scripts_in(word) for word in words]
    disguised = any(
        where
        and where <= _ALPHABETS - {"Latn"}
        and all(letter in _LATIN_LOOK for letter in word if is_letter(letter))
        for word, where in zip(words, scripts, strict=True)
    )
    return disguised and frozenset({"Latn"}) in scripts


def _is_unfamiliar(letter: str) -> bool:
    return category(letter) in {"Lu", "Ll", "Lt", "Lo"} and script_of_letter(letter) is None


def _is_stacked(word: str) -> bool:
    if not scripts_in(word) <= _ALPHABETS:
        return False
    stacked = 0
    for letter in normalize("NFD", word):
        stacked = stacked + 1 if is_mark(letter) else 0
        if stacked >= STACKED_LATIN:
            return True
    return False


def _is_single(words: list[str]) -> bool:
    """Say whether all words are single letters of an alphabet; in other scripts one character can be a whole name."""
    return all(len(word) == 1 and scripts_in(word) <= _ALPHABETS for word in words)
