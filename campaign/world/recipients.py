"""The offices of governments that letters are handed to, as config/recipients.toml lists them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from campaign.world.countries import COUNTRIES, country_name
from campaign.world.languages import LANGUAGES

FIELDS = frozenset(
    {"country", "office", "name", "english", "salutation", "address", "mail", "language", "channel", "evidence"}
)
OPTIONAL = frozenset({"salutation", "address", "mail", "channel"})


class Office(StrEnum):
    """What kind of office it is."""

    FOREIGN = "foreign"
    INTERIOR = "interior"
    BUREAU = "bureau"


class Channel(StrEnum):
    """How a letter reaches it."""

    HAND = "hand"
    POST = "post"
    MAIL = "mail"


Kind = TypeVar("Kind", Office, Channel)
OFFICE_WORDS = {
    Office.FOREIGN: "ministry of foreign affairs",
    Office.INTERIOR: "ministry of the interior",
    Office.BUREAU: "national central bureau of Interpol",
}


class RecipientsInvalid(ValueError):
    """The list of recipients has an impossible entry; the sentence names it."""


class NoSuchRecipient(Exception):
    """The list has no such office of this country; the message names both."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One office, never a person; `mail` is empty if no address was confirmed."""

    country: str
    office: Office
    name: str
    english: str
    salutation: str
    address: tuple[str, ...]
    mail: str
    language: str
    channel: Channel
    evidence: str

    def lines(self, language: str) -> tuple[str, ...]:
        """Return the address block of a letter in `language`: the office's own name, and what it is called there."""
        beside = () if self.english == self.name or language != "en" else (self.english,)
        return (self.name, *beside, *self.address)


@dataclass(frozen=True, slots=True)
class Recipients:
    """The list of recipients, in the order of the file, the bureaus last."""

    every: tuple[Recipient, ...]
    salutations: Mapping[str, str]

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
    offices = [_recipient(entry) for entry in listed.get("recipient", ())]
    offices += [bureau for group in listed.get("bureaus", ()) for bureau in _bureaus(group)]
    seen: set[tuple[str, str]] = set()
    for one in offices:
        if (one.country, one.office) in seen:
            raise RecipientsInvalid(f"{one.country}: two offices of the kind {one.office}")
        seen.add((one.country, one.office))
    return Recipients(tuple(offices), dict(salutations))


def _recipient(entry: Mapping[str, Any]) -> Recipient:
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
        office=_kind(Office, entry["office"], f"{name}: office"),
        name=entry["name"],
        english=entry["english"],
        salutation=entry.get("salutation", ""),
        address=tuple(address),
        mail=entry.get("mail", ""),
        language=entry["language"],
        channel=_kind(Channel, entry.get("channel", Channel.POST), f"{name}: channel"),
        evidence=entry["evidence"],
    )
    _check(recipient)
    return recipient


def _bureaus(group: Mapping[str, Any]) -> list[Recipient]:
    """Return the bureaus of Interpol that are written to in one language; each is called after its country."""
    try:
        named, language, codes = group["name"], group["language"], group["countries"].split()
        return [
            _recipient(
                {
                    "country": code,
                    "office": "bureau",
                    "name": named.format(country=country_name(code, language)),
                    "english": f"Interpol National Central Bureau: {country_name(code, 'en')}",
                    "language": language,
                    "evidence": group["evidence"],
                }
            )
            for code in codes
        ]
    except (KeyError, AttributeError) as fault:
        raise RecipientsInvalid(f"a group of bureaus is malformed: {fault}") from fault


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


def _kind(kinds: type[Kind], said: str, where: str) -> Kind:
    if said not in list(kinds):
        raise RecipientsInvalid(f"{where} {said!r} is none of {', '.join(kinds)}")
    return kinds(said)
