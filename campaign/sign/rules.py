"""What a signatory says about themselves, and what they agree to."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import timedelta
from hashlib import sha256

from campaign.letter.fields import LEGISLATURE, Field, filled_in, institutions, public_part
from campaign.letter.kinds import USES
from campaign.letter.rules import RECIPIENTS
from campaign.mail.address import accept_address
from campaign.names.coverage import is_printable, unprintable
from campaign.names.rules import accept_text
from campaign.world.countries import COUNTRIES

VISIBILITIES = USES
CONSENTS = ("sign", "publish", "deliver")
NEEDED = {
    "public": ("sign", "publish", "deliver"),
    "withheld": ("sign", "deliver"),
    "counted": ("sign",),
}
WEB = re.compile(r"(https?://)?(www\.)?", re.IGNORECASE)
INTENT_LIFE = timedelta(hours=72)
OWN_GOVERNMENT = "own"  # the form's word for the government of the chosen country
EVERY_GOVERNMENT = "all"  # and for every recipient of the letter
CODE_TRIES = 5
BY_OWNER = "owner"
BARS = {  # why an address gets no mail
    BY_OWNER: "its owner barred it, with the link in a mail",
    "asked": "its owner asked us to bar it",
    "returned": "mails to it come back",
    "misused": "others use it to annoy its owner",
}
LIFTS = {"asked": "its owner asks for mail again", "mistake": "it was barred by mistake"}

CONSENT_TEXTS = {
    "sign": "I have read the letter and sign it. I agree that the campaign stores what I typed here to check and count my signature, although it shows a political opinion.",
    "publish": "I agree that my name and what I said of my work appear on this website, where anyone in any country can read and copy them.",
    "deliver": "I agree that my name and what I said of my work are handed to the governments this letter is addressed to, also outside the European Union; if my name is withheld, only to those I tick.",
}  # fmt: skip
CONSENT_TO_NAMED = "I agree that my name and what I said of my work are handed to those this letter is addressed to, also outside the European Union; if my name is withheld, only to those I tick."


@dataclass(frozen=True)
class Entry:
    """What one person typed, cleaned: the content of an intent, and later of a signature.

    `said` has the answers beside their name, by field. Only `recipients` may read a withheld name: governments by
    country, others by key.
    """

    kind: str
    name: str
    latin_name: str
    country: str
    visibility: str
    consents: tuple[str, ...]
    recipients: tuple[str, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def institutions(self) -> list[tuple[Field, str]]:
        """Return the institutions that they name: parliament, organisation, web domain."""
        return institutions(self.said)

    @property
    def legislature(self) -> str:
        """Return the parliament they say they sit in."""
        return self.said.get(LEGISLATURE, "")

    @property
    def unprinted_name(self) -> tuple[str, ...]:
        """Return the characters of the name that the document cannot print."""
        return unprintable(self.name)

    @property
    def unprinted_lines(self) -> tuple[str, ...]:
        """Return the characters that the document cannot print in the lines beside the name."""
        lines = (self.latin_name, *public_part(self.said).values())
        return tuple(dict.fromkeys(letter for line in lines for letter in unprintable(line)))

    @property
    def is_latin_printed(self) -> bool:
        """Say whether the document can print the name in Latin letters instead."""
        return bool(self.latin_name) and is_printable(self.latin_name)

    def to_bytes(self) -> bytes:
        """Return the entry as JSON, to be locked or sealed."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Entry":
        """Read what `to_bytes` wrote, also the earlier shape: each field is a key of its own, not in `said`."""
        values = json.loads(raw)
        own = {one.name: values[one.name] for one in fields(cls) if one.name in values}
        beside = {name: value for name, value in values.items() if name not in own}
        tuples = {name: tuple(values.get(name, ())) for name in ("consents", "recipients")}
        return cls(**own | tuples | {"said": filled_in(values.get("said", beside))})


def accept_line(field: Field, typed: str) -> str:
    """Return a line about a signatory as it is stored. Raises NameRefused, or AddressRefused if it is no web domain."""
    if not field.is_domain or not typed.strip():
        return accept_text(typed, limit=field.longest)
    # A mail address at the domain is checked, so that a website and an address at it are compared in one form.
    host = WEB.sub("", typed.strip()).partition("/")[0]
    return accept_address(f"office@{host}").domain


def readers(ticked: list[str], country: str, offered: tuple[str, ...]) -> tuple[str, ...]:
    """Return the recipients that may read a withheld name: the ticked ones; `own` means the signatory's country.

    The own country counts only in a letter to governments, not in one that names other recipients.
    """
    named = {country if tick == OWN_GOVERNMENT else tick for tick in ticked}
    if EVERY_GOVERNMENT in ticked:
        named |= set(offered)
    return tuple(sorted(named & ({*offered, country} if COUNTRIES.issuperset(offered) else {*offered})))


def missing_consents(visibility: str, given: list[str]) -> tuple[str, ...]:
    """Return the consents that this use of a name needs but that were not ticked."""
    return tuple(consent for consent in NEEDED[visibility] if consent not in given)


def consent_texts(addressee: str) -> dict[str, str]:
    """Return the English words of each consent; `addressee` is the letter's."""
    return CONSENT_TEXTS | ({"deliver": CONSENT_TO_NAMED} if addressee == RECIPIENTS else {})


def consent_hash(consents: tuple[str, ...], addressee: str) -> str:
    """Return the SHA-256 of the English words that a signatory agreed to; translations have the same meaning."""
    texts = consent_texts(addressee)
    wording = "\n".join(texts[consent] for consent in CONSENTS if consent in consents)
    return sha256(wording.encode()).hexdigest()
