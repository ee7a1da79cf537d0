"""What single characters are in a name: invisible, dangerous, or part of it."""

from unicodedata import category

from campaign.names.scripts import script_of_letter

# Bidi_Control of Unicode's PropList.txt. Pages isolate each name's direction, so no name needs these characters.
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINE_BREAKS = frozenset("\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029")
JOINERS = frozenset("\u200c\u200d")

# Scripts whose spelling needs a joiner or non-joiner (Unicode 17.0 core specification, chapters 9, 12 and 13).
_JOINING = (
    "Adlm Arab Beng Cakm Deva Dogr Gujr Guru Khmr Knda Lana Mlym Mong Mymr Newa Nkoo Orya Phag Rohg Sinh Syrc "
    "Taml Telu Tibt Takr Gong Gonm"
)
JOINING_SCRIPTS = frozenset(_JOINING.split())

# Default_Ignorable_Code_Point and the blanks that look like nothing, apart from joiners and bidi controls.
_INVISIBLE = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200B),
    (0x2060, 0x2065),
    (0x206A, 0x206F),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
_NONCHARACTER = 0xFFFE
_ARROWS = 0x2190  # pictures begin here
_MONGOLIAN_SELECTORS = frozenset("\u180b\u180c\u180d\u180f")
_NAME_PUNCTUATION = frozenset("-'.,()\"·‐‑‒–—‘’“”„«»‹›‚′″‧•∙⸗・･、，．（）`´;:/&" + "\u00aa\u00ba")
_QUIET_PUNCTUATION = _NAME_PUNCTUATION - frozenset(";:/&")


def is_invisible(letter: str) -> bool:
    """Say whether a character prints nothing and takes no space, wherever it stands."""
    point = ord(letter)
    return point >= _INVISIBLE[0][0] and any(first <= point <= last for first, last in _INVISIBLE)


def is_selector_of(letter: str, before: str) -> bool:
    """Say whether `letter` is a variation selector for `before`: an ideograph, or a Mongolian letter."""
    point = ord(letter)
    if 0xFE00 <= point <= 0xFE02 or 0xE0100 <= point <= 0xE01EF:
        return script_of_letter(before) == "Hani"
    return letter in _MONGOLIAN_SELECTORS and script_of_letter(before) == "Mong"


def is_mark(letter: str) -> bool:
    """Say whether a character is written onto the one before it."""
    return category(letter)[0] == "M"


def is_letter(letter: str) -> bool:
    """Say whether this is a letter; also one newer than this Python's tables, such as a rare ideograph."""
    kind = category(letter)
    return kind[0] == "L" or (kind == "Cn" and script_of_letter(letter) is not None)


def is_unassigned(letter: str) -> bool:
    """Say whether this code point has no character in Unicode 17.0."""
    if ord(letter) & _NONCHARACTER == _NONCHARACTER:
        return True
    return category(letter) == "Cn" and script_of_letter(letter) is None


def is_picture(letter: str) -> bool:
    """Say whether this is an emoji, an ornament or a mathematical letter form; № and ° are not."""
    point = ord(letter)
    if category(letter) in {"So", "Me"}:
        return point >= _ARROWS or category(letter) == "Me"
    return 0x1D400 <= point <= 0x1D7FF or 0x1F3FB <= point <= 0x1F3FF


def is_usual(letter: str) -> bool:
    """Say whether this is usual in a name: a letter, its marks, or punctuation that names have."""
    if letter in _QUIET_PUNCTUATION or letter == " " or letter in JOINERS:
        return True
    kind = category(letter)[0]
    if kind in "LMN" or kind == "C":
        return True
    return kind == "P" and script_of_letter(letter) is not None
