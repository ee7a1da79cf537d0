"""Recipients that a letter names itself: an assembly, a company, a university, each with its words in each language."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from campaign.world.countries import COUNTRIES, country_name
from campaign.world.languages import FALLBACK, LANGUAGES, language_name
from campaign.world.recipients import Recipient, RecipientsInvalid

LONGEST_KEY, LONGEST_WORDS = 20, 200
KEY = re.compile(rf"[a-z][a-z0-9]{{2,{LONGEST_KEY - 1}}}")  # a country's code has two letters
RECIPIENT = re.compile(rf"(?:[A-Z]{{2}}|{KEY.pattern})\Z")  # a government's country, or a key
TAKEN = frozenset({"all", "own"})  # words of the form, and of references
FIELDS = frozenset({"key", "language", "name", "to", "salutation", "address"})
Words = Mapping[str, str]


@dataclass(frozen=True)
class Named:
    """One recipient by its key; `language` is the one it is written to in.

    `name`, `to` (how the letter addresses it) and `salutation` are by language; where a language is missing, the
    letter's `original` one stands. `to` and `salutation` may be empty.
    """

    key: str
    language: str
    name: Words
    to: Words = field(default_factory=dict)
    salutation: Words = field(default_factory=dict)
    address: tuple[str, ...] = ()
    original: str = FALLBACK

    def called(self, language: str) -> str:
        """Return its name."""
        return self.name.get(language) or self.name[self.original]

    def addressed(self, language: str) -> str:
        """Return how a letter addresses it, which is its name where no other words were given."""
        own = self.to.get(language) or self.name.get(language)
        return own or self.to.get(self.original) or self.name[self.original]

    def as_office(self, language: str) -> Recipient:
        """Return it as a letter in `language` is written to it; it has no kind of office and no mail address."""
        return Recipient(
            country=self.key,
            office="",
            name=self.called(language),
            english=self.called("en"),
            salutation=self.salutation.get(language, ""),
            address=self.address,
            language=language,
            evidence="the letter names it",
        )


def is_recipient(key: str, named: Sequence[Named]) -> bool:
    """Say whether a letter may be handed to `key`: to one of those it names, or else to any government."""
    return key in {one.key for one in named} if named else key in COUNTRIES


def recipient_name(key: str, language: str, named: Sequence[Named]) -> str:
    """Return what a government's country or a named recipient is called; the key of one that nobody names."""
    if key in COUNTRIES:
        return country_name(key, language)
    return next((one.called(language) for one in named if one.key == key), key)


def read_key(typed: str) -> str:
    """Return a recipient's key as it is stored: a country's two letters are capitals, another key has none."""
    typed = typed.strip()
    return typed.upper() if len(typed) == len("DE") else typed.lower()


def read_named(listed: Any, original: str = FALLBACK) -> tuple[Named, ...]:
    """Read what tomllib made of a letter's [[recipients]]; `original` is the language that the letter was written in.

    Raises RecipientsInvalid naming the entry.
    """
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise RecipientsInvalid("recipients: write a [[recipients]] table for each")
    named = tuple(_named(entry, original) for entry in listed)
    if len({one.key for one in named}) < len(named):
        raise RecipientsInvalid("recipients: two have the same key")
    return named


def written(named: Collection[Named]) -> str:
    """Return them as JSON, to be stored or to travel."""
    return json.dumps([dump_named(one) for one in named], ensure_ascii=False, sort_keys=True)


def dump_named(one: Named) -> dict[str, Any]:
    """Return one as it is stored and travels: without the original language if that is English, as before."""
    return {name: value for name, value in asdict(one).items() if (name, value) != ("original", FALLBACK)}


@lru_cache(maxsize=64)  # few letters name any, and every page of theirs asks
def from_written(raw: str) -> tuple[Named, ...]:
    """Read what `written` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    return tuple(Named(**one | {"address": tuple(one["address"])}) for one in json.loads(raw))


def _named(entry: Mapping[str, Any], original: str) -> Named:
    key, language = entry.get("key"), entry.get("language", original)
    if not isinstance(key, str) or not KEY.fullmatch(key) or key in TAKEN:
        raise RecipientsInvalid(f"recipients: key: 3 to {LONGEST_KEY} of a-z and 0-9, such as assembly")
    if unknown := entry.keys() - FIELDS:
        raise RecipientsInvalid(f"recipients: {key} does not know {', '.join(sorted(unknown))}")
    if language not in LANGUAGES:
        raise RecipientsInvalid(f"recipients: {key}: language: one of {', '.join(LANGUAGES)}")
    words = {name: _words(entry.get(name, {}), f"{key}.{name}") for name in ("name", "to", "salutation")}
    if original not in words["name"]:
        tongue = language_name(original, FALLBACK)
        raise RecipientsInvalid(f'recipients: {key}: name: at least in {tongue}, such as name.{original} = "…"')
    address = entry.get("address", [])
    if not isinstance(address, list) or not all(_is_line(line) for line in address):
        raise RecipientsInvalid(f"recipients: {key}: address: a list of lines")
    return Named(key, language, **words, address=tuple(address), original=original)


def _words(said: Any, where: str) -> Words:
    """Return words by language. Raises RecipientsInvalid."""
    if not isinstance(said, dict) or not said.keys() <= set(LANGUAGES) or not all(map(_is_line, said.values())):
        raise RecipientsInvalid(f'recipients: {where}: one line in each language, such as {where}.en = "…"')
    return said


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_WORDS and value.isprintable()
