"""What an officer typed to find somebody: its words, and whether an entry holds all of them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_

from campaign.confirm.models import Signatory
from campaign.confirm.service import search_text
from campaign.names.folding import words_of
from campaign.sign.rules import Entry

LONGEST_SEARCH = 80  # characters; a name with its party is shorter, and each word costs a look at every entry


def words_in(typed: str) -> tuple[str, ...]:
    """Return the words to look for, each once, the longest and so the rarest first; none for signs alone (`%`)."""
    return tuple(sorted(set(words_of(typed)), key=lambda word: (-len(word), word)))


def reads(words: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition by which a public entry holds every word, in any order and as part of a longer one."""
    return and_(*(Signatory.search_text.contains(word, autoescape=True) for word in words))


def holds(entry: Entry, words: Sequence[str]) -> bool:
    """Say whether an opened entry holds every word."""
    text = search_text(entry)
    return all(word in text for word in words)
