"""The evidence for and against one signatory: mailbox, neighbours, namesakes, earlier entries."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from babel import Locale
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory, Signature
from campaign.guard.rules import is_disposable, is_provider
from campaign.letter.fields import FIELDS, WEBSITE
from campaign.letter.rules import ORGANISATION
from campaign.mail.address import Address
from campaign.names.doubts import NameDoubt, doubts
from campaign.names.scripts import runs_of, script_of
from campaign.review.queue import Card, open_entry
from campaign.seal.keys import Keys
from campaign.sign.rules import Entry
from campaign.verify.models import Verification
from campaign.verify.rules import FOREIGN, NEAR_MISS, ROLE, ROUTED, STAFF
from campaign.world.legislatures import DomainClass, Legislatures

MOST_TWINS = 10
MOST_EARLIER = 20


@dataclass(frozen=True)
class Mailbox:
    """What the list of parliaments says of an address's domain, and whether an office reads the mailbox."""

    chambers: str = ""
    holds: str = ""
    near_miss: str = ""
    is_role: bool = False
    is_disposable: bool = False
    is_routed: bool = False

    @property
    def weakness(self) -> str | None:
        """Return why this mailbox is weak evidence (a key of WEAK_MAILBOXES), None if nothing is known against it."""
        if self.near_miss or self.is_routed:
            return NEAR_MISS if self.near_miss else ROUTED
        if self.holds == DomainClass.STAFF:
            return STAFF
        return ROLE if self.is_role else None


def mailbox(legislatures: Legislatures, address: str | None, today: date) -> Mailbox:
    """Return whose mailbox an address is; only a current domain that is listed exactly so counts as a parliament's.

    `address` is None if no key on this machine opens it: then nothing is known.
    """
    if not address:
        return Mailbox()
    local, _at, domain = address.rpartition("@")
    written, match = Address(local, domain), legislatures.official_address(address)
    if match is not None and match.domain.is_current(today):
        chambers = " / ".join(f"{chamber.english}, {chamber.country}" for chamber in match.chambers)
        return Mailbox(chambers, str(match.domain.holds), "", written.is_role)
    near_miss, routed = legislatures.near_miss(domain) or "", legislatures.is_routed(address)
    return Mailbox("", "", near_miss, written.is_role, is_disposable(domain), routed)


@dataclass(frozen=True)
class Spelling:
    """A name that mixes scripts: its pieces, each with its script if that is not the name's own, and the strange letters."""

    pieces: tuple[tuple[str, str], ...]
    strange: tuple[str, ...]


def spelling(name: str) -> Spelling | None:
    """Return the spelling of a name that mixes scripts within a word, or has a word that only looks Latin, else None."""
    if not {NameDoubt.MIXED_SCRIPTS, NameDoubt.LOOK_ALIKE} & set(doubts(name)):
        return None
    own, called = script_of(name), Locale("en").scripts
    pieces = [(text, "" if script == own else called.get(script, script)) for text, script in runs_of(name)]
    strange = dict.fromkeys(letter for text, script in pieces if script for letter in text if letter.isalpha())
    return Spelling(tuple(pieces), tuple(_letter(letter) for letter in strange))


def domain_as_read(domain: str) -> str:
    """Return a domain in punycode (RFC 3492) as a mail program shows it, "" for any other domain."""
    labels = domain.split(".")
    if not any(label.startswith("xn--") for label in labels):
        return ""
    return ".".join(_label(label) for label in labels)


def weakness_of(card: Card, box: Mailbox) -> str | None:
    """Return why a card's mailbox is weak evidence; without a key on this machine, only what the guard saw.

    For an organisation every mailbox of its own domain is evidence, also an office's; no other mailbox is.
    """
    if card.signatory.established == ORGANISATION:
        return None if is_own_domain(card) else FOREIGN
    return box.weakness or (ROLE if card.signatory.held_for == ROLE else None)


def is_own_domain(card: Card) -> bool:
    """Say whether an address is at the domain that an organisation says is its own, and no provider's."""
    website = card.entry.said.get(WEBSITE, "") if card.entry else ""
    own = website and (card.domain == website or card.domain.endswith(f".{website}"))
    return bool(own) and not (is_provider(card.domain) or is_provider(website) or is_disposable(card.domain))


def namesakes(session: Session, card: Card) -> list[Signatory]:
    """Return the other standing public entries of the letter whose names sort the same: possible duplicates."""
    if card.signatory.name is None:
        return []
    same = select(Signatory).where(
        Signatory.letter_id == card.signatory.letter_id,
        Signatory.sort_key == card.signatory.sort_key,
        Signatory.id != card.signatory.id,
        Signatory.stands,
    )
    return list(session.scalars(same.limit(MOST_TWINS)))


def count_neighbours(session: Session, card: Card) -> int | None:
    """Return how many others of this mail domain signed the letter, None if the domain has no index."""
    own = session.get_one(Signature, card.signatory.signature_id)
    if own.domain_index is None:
        return None
    same = (Signature.letter_id == own.letter_id) & (Signature.domain_index == own.domain_index)
    return (session.scalar(select(func.count()).select_from(Signature).where(same)) or 1) - 1


@dataclass(frozen=True)
class Edition:
    """An entry that a newer one of the same address replaced; `entry` is None if no key on this machine opens it."""

    signatory: Signatory
    verification: Verification | None
    entry: Entry | None
    differs: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """Return the earlier name, or a dash."""
        return self.entry.name if self.entry else "—"


def editions(session: Session, keys: Keys | None, card: Card) -> list[Edition]:
    """Return the earlier entries of the same address, the newest first, each with its differences."""
    rows = session.execute(
        select(Signatory, Verification)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(Signatory.signature_id == card.signatory.signature_id, Signatory.id != card.signatory.id)
        .order_by(Signatory.id.desc())
        .limit(MOST_EARLIER)
    )
    found = [(signatory, verification, open_entry(signatory, keys)) for signatory, verification in rows]
    return [Edition(*row, differs=_differences(row[2], card.entry)) for row in found]


def _differences(earlier: Entry | None, now: Entry | None) -> tuple[tuple[str, str], ...]:
    """Return the fields that differ, with their earlier values."""
    if earlier is None or now is None:
        return ()
    before, after = _compared(earlier), _compared(now)
    return tuple((what, said) for what, said in before.items() if said != after[what])


def _compared(entry: Entry) -> dict[str, str]:
    """Return what an entry says, by what the desk calls it."""
    said = {field.label.lower(): entry.said.get(name, "") for name, field in FIELDS.items()}
    own = {"name": entry.name, "in Latin letters": entry.latin_name, "kind": entry.kind, "country": entry.country}
    return own | said | {"use of name": entry.visibility}


def _letter(letter: str) -> str:
    return f"{letter} U+{ord(letter):04X} {unicodedata.name(letter, 'without a name').lower()}"


def _label(label: str) -> str:
    try:
        return label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return label
