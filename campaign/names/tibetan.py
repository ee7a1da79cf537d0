"""Find the root letter of a Tibetan syllable: dictionaries sort it under that, not under the letters before it."""

import re

SYLLABLE = re.compile("[\u0f40-\u0f6c][\u0f40-\u0f6c\u0f71-\u0f84\u0f90-\u0fbc]*")

_STACK = re.compile("[\u0f40-\u0f6c][\u0f71-\u0f84\u0f90-\u0fbc]*")
_PREFIXES = "གདབམའ"
_SUPERSCRIPTS = "རལས"
_SUBSCRIPTS = "ྭྱྲླ"
_VOWELS = "ིེོུ"
_TO_FULL = 0x50  # the code point of a subjoined letter is so much higher than that of its full form
_TWO, _THREE, _MOST = 2, 3, 4
_ROOT_FIRST = re.compile("[^འ][གངབམ]ས")
# Traditional exceptions of three letters ending in ས whose middle letter is the root.
_ROOT_SECOND = frozenset({"དགས", "འགས", "དབས", "དམས", "བགས", "མངས"})


def parts_of(syllable: str) -> tuple[str, int, str]:
    """Return the root letter, the rank of what is written around it, and the letters after it.

    Ranks follow the dictionaries: ཀ ཀྱ ཀྲ, then with a prefix དཀ བཀ, then with a superscript རྐ ལྐ སྐ;
    within each, no vowel before ི ུ ེ ོ. A syllable that breaks the spelling rules still gets one answer.
    """
    stacks = _STACK.findall(syllable)
    at = _root_at(stacks)
    stack = stacks[at]
    superscript = _superscript(stack)
    root = chr(ord(stack[1]) - _TO_FULL) if superscript else stack[0]
    below = stack[2:] if superscript else stack[1:]
    prefix = _PREFIXES.find(stacks[at - 1]) + 1 if at else 0
    subscript = next((_SUBSCRIPTS.index(letter) + 1 for letter in below if letter in _SUBSCRIPTS), 0)
    vowel = next((_VOWELS.index(letter) + 1 for letter in below if letter in _VOWELS), 0)
    rank = ((superscript * 6 + prefix) * 5 + subscript) * 5 + vowel
    return root, rank, _other(below) + "".join(stacks[at + 1 :])


def _root_at(stacks: list[str]) -> int:
    if len(stacks) < _TWO or stacks[0] not in _PREFIXES:
        return 0
    if len(stacks[1]) > 1:
        return 0 if stacks[1][0] == "འ" else 1
    if len(stacks) == _THREE:
        word = "".join(stacks)
        return 0 if _ROOT_FIRST.fullmatch(word) and word not in _ROOT_SECOND else 1
    return 1 if len(stacks) >= _MOST else 0


def _superscript(stack: str) -> int:
    below = stack[1:2]
    if below and "\u0f90" <= below <= "\u0fbc" and below not in _SUBSCRIPTS:
        return _SUPERSCRIPTS.find(stack[0]) + 1
    return 0


def _other(below: str) -> str:
    return "".join(letter for letter in below if letter not in _SUBSCRIPTS and letter not in _VOWELS)
