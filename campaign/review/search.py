"""The words that an officer typed, and whether an entry contains all of them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_

from campaign.confirm.models import Signatory
from campaign.confirm.service import search_text
from campaign.names.folding import words_of
from campaign.sign.rules import Entry

LONGEST_SEARCH = 80  # characters; a name with its party is shorter, and each word is compared with every entry


def words_in(typed: str) -> tuple[str, ...]:
    """Return the words to look for, each once, the longest and so the rarest first; none if only signs were typed."""
    return tuple(sorted(set(words_of(typed)), key=lambda word: (-len(word), word)))


def text_contains(words: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a public entry contains every word, in any order, also inside a longer word."""
    return and_(*(Signatory.search_text.contains(word, autoescape=True) for word in words))


def entry_contains(entry: Entry, words: Sequence[str]) -> bool:
    """Say whether an opened entry contains every word."""
    text = search_text(entry)
    return all(word in text for word in words)
