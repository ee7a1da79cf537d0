"""The offices of governments that letters are handed to, as config/recipients.toml lists them."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from campaign.world.countries import COUNTRIES, country_name
from campaign.world.languages import LANGUAGES

FIELDS = frozenset(
    {"country", "office", "name", "english", "salutation", "address", "mail", "language", "channel", "evidence"}
)
OPTIONAL = frozenset({"salutation", "address", "mail", "channel"})


TABLES = frozenset({"salutations", "offices", "recipient", "group"})
OFFICE = re.compile(r"[a-z]{1,10}")


class Channel(StrEnum):
    """How a letter reaches it."""

    HAND = "hand"
    POST = "post"
    MAIL = "mail"


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

    `country` is its country, or the key of a recipient that a letter names, which has no kind of `office`.
    """

    country: str
    office: str
    name: str
    english: str
    language: str
    evidence: str
    salutation: str = ""
    address: tuple[str, ...] = ()
    mail: str = ""
    channel: Channel = Channel.POST

    def lines(self, language: str) -> tuple[str, ...]:
        """Return the address block of a letter in `language`: the office's own name, and what it is called there."""
        beside = () if self.english == self.name or language != "en" else (self.english,)
        return (self.name, *beside, *self.address)


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

    def salutation(self, recipient: Recipient, language: str) -> str:
        """Return how a letter in `language` begins: the office's own form, if that is its language."""
        own = recipient.salutation if recipient.language == language else ""
        return own or self.salutations[language]


def parse(listed: Mapping[str, Any]) -> Recipients:
    """Read the parsed config/recipients.toml. Raises RecipientsInvalid with one clear line."""
    salutations = listed.get("salutations", {})
    if set(salutations) != set(LANGUAGES):
        raise RecipientsInvalid(f"salutations: one for each of {', '.join(LANGUAGES)}, and no other")
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
    return Recipients(tuple(offices), dict(salutations), kinds)


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
    missing, unknown = FIELDS - OPTIONAL - entry.keys(), entry.keys() - FIELDS
    if missing or unknown:
        raise RecipientsInvalid(f"{name}: lacks {sorted(missing)}, does not know {sorted(unknown)}")
    if not all(isinstance(value, str) for key, value in entry.items() if key != "address"):
        raise RecipientsInvalid(f"{name}: everything but the address is text")
    address = entry.get("address", [])
    if not isinstance(address, list) or not all(isinstance(line, str) for line in address):
        raise RecipientsInvalid(f"{name}: the address is a list of lines")
    recipient = Recipient(
        country=entry["country"],
        office=_among(kinds, entry["office"], f"{name}: office"),
        name=entry["name"],
        english=entry["english"],
        salutation=entry.get("salutation", ""),
        address=tuple(address),
        mail=entry.get("mail", ""),
        language=entry["language"],
        channel=Channel(_among([*Channel], entry.get("channel", "post"), f"{name}: channel")),
        evidence=entry["evidence"],
    )
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
            bool(name and recipient.english and recipient.evidence),
            "a name, an English name and evidence are needed",
        ),
        ("\n" not in "".join((name, recipient.english, *recipient.address)), "a line holds no line break"),
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
