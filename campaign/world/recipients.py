"""The offices of governments that letters are handed to, as config/recipients.toml lists them."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from campaign.world.countries import COUNTRIES, country_name
from campaign.world.languages import LANGUAGE_NAMES, LANGUAGES

TABLES = frozenset({"salutations", "offices", "recipient", "group"})
OFFICE = re.compile(r"[a-z]{1,10}")
PAGE = re.compile(r"https://[^\s/@\"<>\\]+\.[^\s/@\"<>\\]+(/[^\s\"<>\\]*)?")
FRESH_FOR = timedelta(
    days=180
)  # an address that nobody has compared with the office's own page since may be wrong


class Channel(StrEnum):
    """How a letter reaches it."""

    HAND = "hand"
    POST = "post"
    MAIL = "mail"


class Confirmation(StrEnum):
    """Whether an officer compared an entry with the office's own page: lately, long ago, or never."""

    FRESH = "fresh"
    OLD = "old"
    NEVER = "never"


class RecipientsInvalid(ValueError):
    """The list of recipients has an impossible entry; the sentence names it."""


class NoSuchRecipient(Exception):
    """The list has no such office of this country; the message names both."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of office in English words.

    One with a `heading` is listed under it, country by country: its names are made from the country's, in English
    from `english`.
    """

    words: str
    heading: str = ""
    english: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One office, never a person; `mail` is empty if no address was confirmed.

    `country` is its country, or the key of a recipient that a letter names, which has no kind of `office`. `addressee`
    is to whom the letter is addressed there, in the office's language, and `addressee_english` in English: "The
    Minister".
    `confirmed_by` compared all of it with the page `source` on `confirmed_on`.
    """

    country: str
    office: str
    name: str
    english: str
    language: str
    evidence: str = ""
    addressee: str = ""
    addressee_english: str = ""
    salutation: str = ""
    address: tuple[str, ...] = ()
    mail: str = ""
    channel: Channel = Channel.POST
    source: str = ""
    confirmed_on: date | None = None
    confirmed_by: str = ""

    def lines(self, language: str) -> tuple[str, ...]:
        """Return the address block of a letter in `language`: the office's own name, and what it is called there."""
        beside = () if self.english == self.name or language != "en" else (self.english,)
        own = self.addressee if language == self.language else ""
        addressee = (self.addressee_english or own) if language == "en" else own
        return (*([addressee] if addressee else []), self.name, *beside, *self.address)

    def confirmation(self, today: date) -> Confirmation:
        """Say whether an officer has compared this entry with the office's own page."""
        if self.confirmed_on is None:
            return Confirmation.NEVER
        return Confirmation.FRESH if today - self.confirmed_on <= FRESH_FOR else Confirmation.OLD


FIELDS = tuple(field.name for field in fields(Recipient))
NEEDED = frozenset({"country", "office", "name", "english", "language"})


@dataclass(frozen=True, slots=True)
class Recipients:
    """The list, ready to be asked; the order is that of the file, the groups last. `offices` are the kinds by name."""

    every: tuple[Recipient, ...]
    salutations: Mapping[str, str]
    offices: Mapping[str, Kind]

    @property
    def words(self) -> dict[str, str]:
        """Return what each kind of office is called."""
        return {name: kind.words for name, kind in self.offices.items()}

    def find(self, country: str, office: str) -> Recipient:
        """Return one country's office. Raises NoSuchRecipient."""
        for recipient in self.every:
            if (recipient.country, recipient.office) == (country, office):
                return recipient
        raise NoSuchRecipient(f"config/recipients.toml lists no {office} office for {country or 'no country'}")

    def with_own(self, own: Mapping[tuple[str, str], Recipient | None], kinds: Mapping[str, Kind]) -> "Recipients":
        """Return the list with a campaign's own entries, by country and kind, over it; None takes an office out."""
        places = [(one.country, one.office) for one in self.every]
        found = [own.get(place, one) for place, one in zip(places, self.every, strict=True)]
        found += [own[place] for place in sorted(own.keys() - set(places))]
        return Recipients(tuple(one for one in found if one), self.salutations, {**self.offices, **kinds})

    def salutation(self, recipient: Recipient, language: str) -> str:
        """Return how a letter in `language` begins: the office's own form, if that is its language."""
        own = recipient.salutation if recipient.language == language else ""
        return own or self.salutations[language]


def parse(listed: Mapping[str, Any]) -> Recipients:
    """Read the parsed config/recipients.toml. Raises RecipientsInvalid with one clear line."""
    salutations = listed.get("salutations", {})
    _check_salutations(salutations)
    if unknown := listed.keys() - TABLES:
        raise RecipientsInvalid(f"does not know {', '.join(sorted(unknown))}: only {', '.join(sorted(TABLES))}")
    kinds = {name: _kind(name, said) for name, said in listed.get("offices", {}).items()}
    offices = [_recipient(entry, kinds) for entry in listed.get("recipient", ())]
    offices += [office for group in listed.get("group", ()) for office in _group(group, kinds)]
    seen: set[tuple[str, str]] = set()
    for one in offices:
        if (one.country, one.office) in seen:
            raise RecipientsInvalid(f"{one.country}: two offices of the kind {one.office}")
        seen.add((one.country, one.office))
    return Recipients(tuple(offices), {code: salutations[code] for code in LANGUAGES}, kinds)


def read_recipients(file: Path) -> Recipients:
    """Read config/recipients.toml. Raises RecipientsInvalid."""
    return parse(tomllib.loads(file.read_text(encoding="utf-8")))


def _check_salutations(salutations: Mapping[str, Any]) -> None:
    for code in LANGUAGES:
        if not isinstance(salutations.get(code), str) or not salutations[code].strip():
            raise RecipientsInvalid(
                f"salutations: nothing says how a letter in {LANGUAGE_NAMES[code]} begins: add the line "
                f'{code} = "…" under [salutations], with the words for “Dear Sir or Madam,”'
            )
    for code in salutations:
        if code not in LANGUAGES:
            raise RecipientsInvalid(
                f"salutations: {code} is none of our languages ({', '.join(LANGUAGES)}): take that line out"
            )


def _kind(name: str, said: Any) -> Kind:
    try:
        kind = Kind(**said)
    except TypeError as fault:
        raise RecipientsInvalid(f"offices.{name}: takes words, heading and english") from fault
    if not OFFICE.fullmatch(name) or not kind.words or bool(kind.heading) != bool(kind.english):
        raise RecipientsInvalid(f"offices.{name}: up to 10 letters a-z; words; a heading goes with english")
    return kind


def _recipient(entry: Mapping[str, Any], kinds: Mapping[str, Kind]) -> Recipient:
    name = str(entry.get("name") or f"an office of {entry.get('country', 'no country')}")
    missing, unknown = NEEDED - entry.keys(), entry.keys() - {*FIELDS}
    if missing or unknown:
        raise RecipientsInvalid(f"{name}: lacks {sorted(missing)}, does not know {sorted(unknown)}")
    if not all(isinstance(value, str) for key, value in entry.items() if key not in ("address", "confirmed_on")):
        raise RecipientsInvalid(f"{name}: everything but the address and confirmed_on is text")
    if type(entry.get("confirmed_on", date.min)) is not date:
        raise RecipientsInvalid(f"{name}: confirmed_on is a day, such as 2026-11-25")
    address = entry.get("address", [])
    if not isinstance(address, list) or not all(isinstance(line, str) for line in address):
        raise RecipientsInvalid(f"{name}: the address is a list of lines")
    _among(kinds, entry["office"], f"{name}: office")
    channel = Channel(_among([*Channel], entry.get("channel", "post"), f"{name}: channel"))
    recipient = Recipient(**{**entry, "address": tuple(address), "channel": channel})
    _check(recipient)
    return recipient


def _group(group: Mapping[str, Any], kinds: Mapping[str, Kind]) -> list[Recipient]:
    """Return the offices of one kind that are written to in one language; each is called after its country."""
    try:
        office, named, language = group["office"], group["name"], group["language"]
        english = kinds[office].english
        return [
            _recipient(
                {
                    "country": code,
                    "office": office,
                    "name": named.format(country=country_name(code, language)),
                    "english": english.format(country=country_name(code, "en")),
                    "language": language,
                    "evidence": group["evidence"],
                },
                kinds,
            )
            for code in group["countries"].split()
        ]
    except (KeyError, AttributeError) as fault:
        raise RecipientsInvalid(f"a group of offices is malformed: {fault}") from fault


def _check(recipient: Recipient) -> None:
    name, mail = recipient.name, recipient.mail
    checks = (
        (recipient.country in COUNTRIES, f"{recipient.country!r} is not a country"),
        (recipient.language in LANGUAGES, f"{recipient.language!r} is none of our languages"),
        (
            bool(name and recipient.english and (recipient.evidence or recipient.source)),
            "a name, an English name and evidence are needed",
        ),
        ("\n" not in "".join((name, recipient.english, *recipient.address)), "a line holds no line break"),
        (
            not recipient.source or bool(PAGE.fullmatch(recipient.source)),
            "source is the address of a page, https://…",
        ),
        (
            bool(recipient.confirmed_on) == bool(recipient.confirmed_by)
            and bool(recipient.source or not recipient.confirmed_by),
            "confirmed_on, confirmed_by and source go together",
        ),
        (
            not mail or (mail.isascii() and mail.count("@") == 1 and " " not in mail),
            f"{mail!r} is no mail address",
        ),
        (bool(mail) or recipient.channel != Channel.MAIL, "the channel is mail, and there is no mail address"),
    )
    for holds, sentence in checks:
        if not holds:
            raise RecipientsInvalid(f"{name}: {sentence}")


def _among(known: Collection[str], said: str, where: str) -> str:
    if said not in known:
        raise RecipientsInvalid(f"{where} {said!r} is none of {', '.join(known)}")
    return said
