"""How files describe a letter."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple
from zoneinfo import available_timezones

from campaign.world.countries import COUNTRIES
from campaign.world.languages import FALLBACK, LANGUAGES
from campaign.world.named import Named, read_named
from campaign.world.recipients import OFFICE, RecipientsInvalid
from campaign.world.timeline import TimelineInvalid, read_timeline

OWN, GOVERNMENTS, RECIPIENTS = ADDRESSEES = ("own-government", "governments", "recipients")
FOREIGN, MOST_NAMED = "foreign", 30
UTC_ZONE = "UTC"  # the time zone of a letter that names none
COOLING_OFF_HOURS, LONGEST_COOLING_OFF = 48, 30 * 24
PAGE_DAYS = ("published_on", "changed_on")
OWN_PAGES = ("imprint", "privacy", "verify")
NEEDED = ("slug", "addressee", "opens_on", "closes_on", "version")
ALLOWED = (
    "goal",
    "drafts",
    "recipients",
    "office",
    "cooling_off_hours",
    "embargo_until",
    "time_zone",
    "show_count",
    "original",
    "material",
    "timeline",
)
KEYS = frozenset({*NEEDED, *ALLOWED, "kinds"})
MOST_VERSIONS, MOST_GOAL = 999, 1_000_000_000
SLUG = re.compile(r"[a-z][a-z0-9-]{1,40}")
_NO_ADDRESSEE = (
    f"{{!r}} is none of {', '.join(ADDRESSEES)}. For a list of governments, all addressed with the same "
    f'words, write addressee = "{GOVERNMENTS}", and say with office = "{FOREIGN}", "bureau" or another kind which '
    "office of each is written to"
)

_LISTS = {
    "drafts": f"a list of languages, such as {FALLBACK}, out of {', '.join(LANGUAGES)}",
    "recipients": f'countries as two letters, such as DE; tables need addressee = "{RECIPIENTS}"',
}

LAWMAKER, PERSON, ORGANISATION = ESTABLISHED = ("lawmaker", "person", "organisation")


class Where(NamedTuple):
    """The place of a fault: a file's path in the letter's folder, and the key or line in it; either may be empty."""

    path: str = ""
    key: str = ""


class LetterMalformed(Exception):
    """A letter's files cannot be read; `where` names file and key, and `sentence` says why."""

    def __init__(self, sentence: str, key: str = "", path: str = "") -> None:
        super().__init__(": ".join(filter(None, (path, key, sentence))))
        self.sentence, self.where = sentence, Where(path, key)

    def at(self, path: str) -> "LetterMalformed":
        """Return the same fault as one of the file at `path`."""
        return LetterMalformed(self.sentence, self.where.key, path)


class NoSuchKind(Exception):
    """The letter does not ask for this kind of signatory; the message says which it asks for."""


@dataclass(frozen=True)
class LetterFacts:
    """What letter.toml says: everything about a letter except its text.

    `recipients` are the countries whose governments it goes to, or the keys of the `named` recipients; `office` is the
    kind of office that is written to in each government. `original` is the language that the letter was written in;
    `show_count` says whether the public sees the running count and the goal. `material` says whether this version
    changes what people signed before; None if the file does not say.
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
    show_count: bool = True
    original: str = FALLBACK
    material: bool | None = None
    timeline: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Kind:
    """One kind of people that a letter asks to sign: the fields of their form, and how the desk checks who they are.

    `use` is how a name is used unless the signatory chooses otherwise. `plural` is the key of their numbers in files
    and in the API. `words` are the names of the kind by language, at least in the letter's `original` one; the shipped
    kinds have none, since the catalogues hold theirs.
    """

    key: str
    established: str
    fields: tuple[str, ...]
    required: tuple[str, ...]
    use: str
    plural: str
    words: Mapping[str, Mapping[str, str]]
    original: str = FALLBACK


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


@lru_cache(maxsize=16)  # facts and kinds are read from the same text; nobody changes what this returns
def read_toml(text: str) -> Mapping[str, Any]:
    """Return what letter.toml holds. Raises LetterMalformed for what is no TOML, and for a key that means nothing."""
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise LetterMalformed(str(fault)) from fault
    for key in values.keys() - KEYS:
        near = get_close_matches(key, KEYS, 1)
        raise LetterMalformed("is not known" + (f"; do you mean {near[0]}?" if near else ""), key)
    return values


def read_facts(text: str) -> LetterFacts:
    """Read everything but the kinds from letter.toml. Raises LetterMalformed naming the key."""
    values = read_toml(text)
    for key in NEEDED:
        if key not in values:
            raise LetterMalformed("is missing", key)
    original = values.get("original", FALLBACK)
    if original not in LANGUAGES:
        raise LetterMalformed(f"one of {', '.join(LANGUAGES)}", "original")
    try:
        named = read_named(values.get("recipients", []), original) if values["addressee"] == RECIPIENTS else ()
    except RecipientsInvalid as fault:
        raise LetterMalformed(str(fault).removeprefix("recipients: "), "recipients") from fault
    for key in ("drafts", "recipients"):
        if not _list(values.get(key, []), str if not named or key == "drafts" else dict):
            raise LetterMalformed(_LISTS[key], key)
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
        show_count=values.get("show_count", True),
        original=original,
        material=values.get("material"),
        timeline=_timeline(values),
    )
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


def _timeline(values: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    try:
        return read_timeline(values.get("timeline", []), values.get("original", FALLBACK))
    except TimelineInvalid as fault:
        raise LetterMalformed(fault.sentence, fault.key) from fault


def check_slug(slug: Any) -> None:
    """Raise LetterMalformed if no letter can have this address."""
    if not isinstance(slug, str) or not SLUG.fullmatch(slug):
        raise LetterMalformed("2 to 41 of a-z, 0-9 and hyphens, a letter first", "slug")
    if slug in OWN_PAGES:
        raise LetterMalformed(f"not {', '.join(OWN_PAGES)}, which are pages of the site", "slug")


def _check(facts: LetterFacts) -> None:
    check_slug(facts.slug)
    checks: tuple[tuple[bool, str, str], ...] = (
        (facts.addressee in ADDRESSEES, "addressee", _NO_ADDRESSEE.format(facts.addressee)),
        (type(facts.opens_on) is date, "opens_on", "a day, such as 2026-11-15"),
        (type(facts.closes_on) is date, "closes_on", "a day, such as 2026-12-15"),
        *_check_recipients(facts),
        (_number(facts.version, MOST_VERSIONS), "version", "a whole number from 1"),
        (facts.goal is None or _number(facts.goal, MOST_GOAL), "goal", "a whole number from 1"),
        (facts.drafts <= {*LANGUAGES}, "drafts", _LISTS["drafts"]),
        (
            facts.time_zone in (UTC_ZONE, *available_timezones()),
            "time_zone",
            "an IANA name, such as Europe/Brussels",
        ),
        (_moment(facts.embargo_until), "embargo_until", "a moment with its zone, such as 2026-12-10T10:00:00Z"),
        (
            type(facts.cooling_off_hours) is int and 0 <= facts.cooling_off_hours <= LONGEST_COOLING_OFF,
            "cooling_off_hours",
            f"a whole number from 0 to {LONGEST_COOLING_OFF}",
        ),
        (type(facts.show_count) is bool, "show_count", "true or false"),
        (facts.material in (None, True, False), "material", "true or false"),
    )
    for right, key, sentence in checks:
        if not right:
            raise LetterMalformed(sentence, key)
    if facts.closes_on < facts.opens_on:
        raise LetterMalformed("the last day is before the first day, opens_on", "closes_on")


def _check_recipients(facts: LetterFacts) -> tuple[tuple[bool, str, str], ...]:
    if facts.addressee == RECIPIENTS:
        named = f"1 to {MOST_NAMED}, each in a [[recipients]] table with its key and name"
        return (
            (0 < len(facts.named) <= MOST_NAMED, "recipients", named),
            (facts.office == "", "office", "only a government has one"),
        )
    return (
        (COUNTRIES.issuperset(facts.recipients), "recipients", _LISTS["recipients"]),
        (
            _text(facts.office) and OFFICE.fullmatch(facts.office) is not None,
            "office",
            f"a kind, such as {FOREIGN}",
        ),
    )


def _list(value: Any, of: type) -> bool:
    return isinstance(value, list) and all(isinstance(one, of) for one in value)


def _number(value: Any, most: int) -> bool:
    return type(value) is int and 0 < value <= most


def _moment(value: Any) -> bool:
    return value is None or (isinstance(value, datetime) and value.tzinfo is not None)


def _text(value: Any) -> bool:
    return isinstance(value, str)
