"""How files describe a letter."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from zoneinfo import available_timezones

from campaign.world.countries import COUNTRIES
from campaign.world.named import Named, read_named
from campaign.world.recipients import OFFICE, RecipientsInvalid

OWN, GOVERNMENTS, RECIPIENTS = ADDRESSEES = ("own-government", "governments", "recipients")
FOREIGN, MOST_NAMED = "foreign", 30
UTC_ZONE = "UTC"  # the time zone of a letter that names none
COOLING_OFF_HOURS, LONGEST_COOLING_OFF = 48, 30 * 24
OWN_PAGES = ("imprint", "privacy", "verify")
SLUG = re.compile(r"[a-z][a-z0-9-]{1,40}")
_NO_ADDRESSEE = (
    f"addressee: {{!r}} is none of {', '.join(ADDRESSEES)}. For a list of governments, all addressed with the same "
    f'words, write addressee = "{GOVERNMENTS}", and say with office = "{FOREIGN}", "bureau" or another kind which '
    "office of each is written to"
)


LAWMAKER, PERSON, ORGANISATION = ESTABLISHED = ("lawmaker", "person", "organisation")


class LetterMalformed(Exception):
    """A letter's file cannot be read; the message names the line or key."""


class NoSuchKind(Exception):
    """The letter does not ask for this kind of signatory; the message says which it asks for."""


@dataclass(frozen=True)
class LetterFacts:
    """What letter.toml says: everything about a letter except its text.

    `recipients` are the countries whose governments it goes to, or the keys of the `named` recipients; `office` is the
    kind of office that is written to in each government.
    """

    slug: str
    addressee: str
    opens_on: date
    closes_on: date
    version: int
    goal: int | None
    drafts: frozenset[str]
    recipients: tuple[str, ...]
    cooling_off_hours: int
    embargo_until: datetime | None
    time_zone: str
    office: str
    named: tuple[Named, ...]


@dataclass(frozen=True)
class Kind:
    """One kind of people that a letter asks to sign: the fields of their form, and how the desk checks who they are.

    `use` is how a name is used unless the signatory chooses otherwise. `plural` is the key of their numbers in files
    and in the API. `words` are the names of the kind by language; the shipped kinds have none, since the catalogues
    hold theirs.
    """

    key: str
    established: str
    fields: tuple[str, ...]
    required: tuple[str, ...]
    use: str
    plural: str
    words: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Page:
    """A Markdown file with front matter; `source` is the whole file, and `sha256` the hash of exactly its bytes."""

    facts: dict[str, str]
    body: str
    source: str

    @property
    def sha256(self) -> str:
        """Return the hash that `sha256sum FILE` prints."""
        return sha256(self.source.encode()).hexdigest()


def read_facts(text: str) -> LetterFacts:
    """Parse letter.toml. Raises LetterMalformed naming the key."""
    try:
        values = tomllib.loads(text)
        named = read_named(values.get("recipients", [])) if values["addressee"] == RECIPIENTS else ()
        facts = LetterFacts(
            slug=values["slug"],
            addressee=values["addressee"],
            opens_on=values["opens_on"],
            closes_on=values["closes_on"],
            version=values["version"],
            goal=values.get("goal"),
            drafts=frozenset(values.get("drafts", ())),
            recipients=tuple(one.key for one in named) or tuple(values.get("recipients", ())),
            cooling_off_hours=values.get("cooling_off_hours", COOLING_OFF_HOURS),
            embargo_until=values.get("embargo_until"),
            time_zone=values.get("time_zone", UTC_ZONE),
            office=values.get("office", "" if named else FOREIGN),
            named=named,
        )
    except (tomllib.TOMLDecodeError, RecipientsInvalid) as fault:
        raise LetterMalformed(str(fault)) from fault
    except KeyError as fault:
        raise LetterMalformed(f"{fault.args[0]} is missing") from fault
    _check(facts)
    return facts


def read_page(raw: bytes) -> Page:
    """Parse a Markdown file with `key: value` front matter. Raises LetterMalformed."""
    try:
        source = raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise LetterMalformed("not UTF-8") from fault
    # Git, editors and file systems convert CRLF and NFD without a word, and each conversion changes the hash.
    if "\r" in source or unicodedata.normalize("NFC", source) != source:
        raise LetterMalformed("write it with LF line ends and in NFC, so that its hash can be checked anywhere")
    head, found, body = source.removeprefix("---\n").partition("\n---\n")
    if not found or not source.startswith("---\n"):
        raise LetterMalformed("no front matter between --- lines")
    pairs = (line.partition(":") for line in head.splitlines())
    return Page({key.strip(): value.strip() for key, _colon, value in pairs}, body.strip() + "\n", source)


@lru_cache(maxsize=64)  # a process has few texts, and every page checks one
def is_whole(source: str, sha256_kept: str, shown: tuple[tuple[str, str], ...]) -> bool:
    """Say whether a text has the hash `sha256_kept`, and contains each (name, value) that pages show of it."""
    try:
        page = read_page(source.encode())
    except LetterMalformed:
        return False
    stands = {**page.facts, "body": page.body}
    return page.sha256 == sha256_kept and all(stands.get(name) == value for name, value in shown)


def _check(facts: LetterFacts) -> None:
    checks: tuple[tuple[bool, str], ...] = (
        (_text(facts.slug) and SLUG.fullmatch(facts.slug) is not None, "slug: a-z, 0-9 and hyphens"),
        (facts.addressee in ADDRESSEES, _NO_ADDRESSEE.format(facts.addressee)),
        (facts.slug not in OWN_PAGES, f"slug: not {', '.join(OWN_PAGES)}, which are pages of the site"),
        (type(facts.opens_on) is date and type(facts.closes_on) is date, "opens_on and closes_on: days"),
        *_check_recipients(facts),
        (isinstance(facts.version, int) and facts.version > 0, "version: a whole number from 1"),
        (
            facts.goal is None or (isinstance(facts.goal, int) and facts.goal > 0),
            "goal: a whole number from 1",
        ),
        (
            facts.time_zone in (UTC_ZONE, *available_timezones()),
            "time_zone: an IANA name, such as Europe/Brussels",
        ),
        (_moment(facts.embargo_until), "embargo_until: a moment with its zone, such as 2026-12-10T10:00:00Z"),
        (
            type(facts.cooling_off_hours) is int and 0 <= facts.cooling_off_hours <= LONGEST_COOLING_OFF,
            f"cooling_off_hours: a whole number from 0 to {LONGEST_COOLING_OFF}",
        ),
    )
    for right, sentence in checks:
        if not right:
            raise LetterMalformed(sentence)
    if facts.closes_on < facts.opens_on:
        raise LetterMalformed("closes_on is before opens_on")


def _check_recipients(facts: LetterFacts) -> tuple[tuple[bool, str], ...]:
    if facts.addressee == RECIPIENTS:
        named = f"recipients: 1 to {MOST_NAMED}, each in a [[recipients]] table with its key and name"
        return (0 < len(facts.named) <= MOST_NAMED, named), (
            facts.office == "",
            "office: only a government has one",
        )
    of_countries = all(map(_text, facts.recipients)) and COUNTRIES.issuperset(facts.recipients)
    return (
        (
            of_countries,
            f'recipients: countries as two letters, such as DE; tables need addressee = "{RECIPIENTS}"',
        ),
        (_text(facts.office) and OFFICE.fullmatch(facts.office) is not None, f"office: a kind, such as {FOREIGN}"),
    )


def _moment(value: Any) -> bool:
    return value is None or (isinstance(value, datetime) and value.tzinfo is not None)


def _text(value: Any) -> bool:
    return isinstance(value, str)
