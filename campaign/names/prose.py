"""Texts of many lines that a campaign's own people write: what in one could not be shown as it was meant."""

import re
from unicodedata import category

MARKUP = re.compile(r"</?[a-zA-Z][^<>@:]*>|<[a-zA-Z][\w-]*\s[^<>]*>|<!--")  # not <https://…>, which is Markdown
UNSEEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
CONTROLS = frozenset({"Cc", "Cs"})


def unseen_at(text: str) -> int | None:
    """Return the place of the first character that no reader can see, or that turns the text around; None if none."""
    for place, letter in enumerate(text):
        if letter in UNSEEN or (category(letter) in CONTROLS and letter not in "\n\t"):
            return place
    return None


def markup_fault(text: str) -> tuple[int, str] | None:
    """Return the place of the first HTML tag or comment in a Markdown text, and a sentence about it."""
    found = MARKUP.search(text)
    return (
        (found.start(), f"Write Markdown, not HTML: “{found[0][:30]}” would be shown as text.") if found else None
    )


def line_of(text: str, place: int) -> int:
    """Return the number of the line of a place in a text."""
    return text.count("\n", 0, place) + 1
