"""Freeze one moment for one government, and lay out the letter that says it; long lists stay in a file."""

from array import array
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import IO, overload

from sqlalchemy.orm import Session

from campaign.desk.identity import read_identity
from campaign.document.pdf import is_whole, made_with
from campaign.document.printing import NoSuchDocument, printable_text
from campaign.document.rules import (
    READING,
    CountryGroup,
    Document,
    Letterhead,
    Line,
    Proof,
    Step,
    Tell,
    Written,
    paper_of,
)
from campaign.document.service import Contents, as_printed, compose, reference
from campaign.document.wording import word_package
from campaign.letter.models import Letter, LetterText
from campaign.letter.rules import read_page
from campaign.letter.service import NoSuchLetter, find_letter
from campaign.package.manifest import (
    PACKAGE,
    Parcel,
    People,
    Said,
    counts_of,
    entry_of_line,
    fingerprint,
    leaves_of,
    line_of,
    tally_of,
)
from campaign.package.packages import changes_since, count_packages, newest_head, previous_package
from campaign.package.verify import canonical, named
from campaign.roll.export import Roll, write_csv
from campaign.roll.rules import CountryTally, Tally
from campaign.roll.service import Entry, count_roll, read_country
from campaign.seal.indexes import line_salt
from campaign.seal.keys import KeysMissing
from campaign.seal.merkle import root_of
from campaign.seal.signing import SigningKey, load_or_create_signing_key
from campaign.storage.files import contents
from campaign.web.toolbox import toolbox
from campaign.world.recipients import NoSuchRecipient, Office, Recipient

TELL_EVERY = 1000  # names
DELIVERY_KEY = "delivery.key"
OFFICES = {"own-government": Office.FOREIGN, "interpol-members": Office.BUREAU}


def unheard(_step: Step) -> None:
    """Take no notice."""


class Unchanged(Exception):
    """The newest package for the same office says the same; the message names it."""


@dataclass(frozen=True)
class Order:
    """What to make: a letter's package for one office, in its language unless another is named."""

    letter: str
    country: str
    office: str = ""
    language: str = ""
    again: bool = False
    paper: str = ""


@dataclass(frozen=True)
class Names(Sequence[Line]):
    """Some of a parcel's lines, as they are printed."""

    parcel: Parcel
    here: range

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self.here)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> "Names": ...
    def __getitem__(self, at: int | slice) -> "Line | Names":
        """Read one, or take some."""
        if isinstance(at, slice):
            return replace(self, here=self.here[at])
        number = self.here[at]
        return as_printed(entry_of_line(self.parcel.people[number], self.parcel.numbers[number]))


def recipients_of(letter: str) -> tuple[str, ...]:
    """Return the countries whose governments a letter will be handed to. Raises NoSuchDocument."""
    with toolbox().database.read() as session:
        return letter_named(session, letter).handed_to


def freeze(session: Session, order: Order, tell: Tell = unheard) -> Parcel:
    """Read everything a package says in one transaction. Raises NoSuchDocument, Unchanged."""
    letter = letter_named(session, order.letter)
    recipient, text = recipient_of(session, letter, order)
    tally, numbers, odd = count_roll(session, letter.id), array("q"), list[int]()
    with TemporaryFile() as listed, TemporaryFile() as table:
        entries = (entry for code in sorted(tally.countries) for entry in read_country(session, letter.id, code))
        rows = TextIOWrapper(table, encoding="utf-8", newline="")
        write_csv(Roll(letter, tally, _listing(entries, listed, (numbers, odd), _told(tally, tell))), rows)
        rows.detach()
        files = contents(listed), contents(table)
    people = People(files[0])
    leaves = leaves_of(people)
    facts: Said = {
        "letter": {"name": letter.slug, "version": text.version, "language": text.language, "sha256": text.sha256},
        "counts": counts_of(tally, people),
        "merkle_root": root_of(leaves).hex(),
    }
    facts |= _circumstances(session, letter, recipient, numbers, {} if order.again else facts)
    facts |= _addressed(recipient, text.language)
    facts |= {"paper": order.paper or paper_of(recipient.country), "printed_otherwise": odd}
    said, logo = _letterhead(session, text.language)
    return Parcel(facts | said, people, numbers, text.source, *files, leaves, logo)


def document_of(parcel: Parcel, key: bytes) -> Document:
    """Return the letter as it is printed: it follows from a package's own files and the key that signs them."""
    facts, page = parcel.facts, read_page(parcel.source.encode())
    letter, tally = facts["letter"], tally_of(facts["counts"])
    written = Written(
        slug=letter["name"],
        language=letter["language"],
        version=letter["version"],
        title=page.facts["title"],
        addressee=page.facts["addressee"],
        body=page.body,
        sha256=letter["sha256"],
    )
    wording = word_package(written, tally, facts)
    nobody: dict[str, list[Entry]] = {code: [] for code in tally.countries}
    composed = compose(written, Contents(tally, nobody), wording, date.fromisoformat(facts["day"]))
    proof = Proof(len(parcel.people), facts["merkle_root"], fingerprint(key))
    groups = _named(composed.groups, tally, parcel)
    head = _head_of(facts.get("letterhead"), bytes(parcel.logo))
    known = {"reference": facts["reference"], "paper": facts["paper"], "letterhead": head}
    return replace(composed, **known, proof=proof, groups=groups)


def _letterhead(session: Session, language: str) -> tuple[Said, bytes]:
    """Return what the manifest says of who hands it over, and the logo: it is frozen with everything else."""
    us = read_identity(session).shown(language)
    if not us.version:
        return {}, b""
    said = {"name": us.name.words, "reply_to": us.reply_to, "logo": f"logo.{us.logo.kind}" if us.logo else ""}
    return {"letterhead": said}, us.logo.content if us.logo else b""


def _head_of(said: Said | None, logo: bytes) -> Letterhead | None:
    if said is None:
        return None
    return Letterhead(said["name"], said["reply_to"], said["logo"].rpartition(".")[2], b64encode(logo).decode())


def _named(groups: tuple[CountryGroup, ...], tally: Tally, parcel: Parcel) -> tuple[CountryGroup, ...]:
    """Let every country name its people, whom the list has by code, lawmakers first."""
    begins, at = {}, 0
    for code in sorted(tally.countries):
        begins[code], at = at, at + tally.countries[code].named
    return tuple(_named_group(group, begins[group.code], tally.countries[group.code], parcel) for group in groups)


def _named_group(group: CountryGroup, begin: int, numbers: CountryTally, parcel: Parcel) -> CountryGroup:
    middle, end = begin + numbers.lawmakers, begin + numbers.named
    lawmakers, activists = Names(parcel, range(begin, middle)), Names(parcel, range(middle, end))
    return replace(group, lawmakers=lawmakers, activists=activists)


def _listing(
    entries: Iterable[Entry], listed: IO[bytes], kept: tuple["array[int]", list[int]], tell: Tell
) -> Iterator[Entry]:
    """Write each entry's line into the list, and let it go on into the table; keep whose it is.

    Keep too where in the list those stand whom the PDF does not print as they wrote.
    """
    (numbers, odd), key = kept, _index_key()
    listed.write(b"[\n")
    for entry in entries:
        if len(numbers) % TELL_EVERY == 0:
            tell(Step(READING, len(numbers)))
        listed.write((b",\n" if numbers else b"") + canonical(line_of(entry, line_salt(key, entry.id))))
        if not is_whole(as_printed(entry)):
            odd.append(len(numbers))
        numbers.append(entry.id)
        yield entry
    listed.write(b"\n]\n")


def _told(tally: Tally, tell: Tell) -> Tell:
    return lambda step: tell(replace(step, total=tally.lawmakers + tally.activists))


def known_key() -> bytes | None:
    """Return the public key that signs packages, None while none was ever made; make none."""
    folder = toolbox().site.seal_keys
    return delivery_key().public if (folder / DELIVERY_KEY).exists() else None


def delivery_key() -> SigningKey:
    """Return the key that signs packages, made if there is none. Raises NoSuchDocument where no keys are."""
    try:
        return load_or_create_signing_key(toolbox().site.seal_keys, DELIVERY_KEY)
    except KeysMissing as fault:
        raise NoSuchDocument(str(fault)) from fault


def _circumstances(
    session: Session, letter: Letter, recipient: Recipient, numbers: Sequence[int], said: Said
) -> Said:
    """Return the reference, the day, the log's head, and what the package replaces. Raises Unchanged.

    `said` is what the earlier package must not have said already; empty where making it again is meant.
    """
    day = toolbox().clock().date()
    earlier = previous_package(session, letter.id, recipient.country, recipient.office)
    head, replaces = newest_head(session), None
    if earlier is not None:
        before = earlier.facts
        if said and all(before[name] == value for name, value in said.items()):
            raise Unchanged(f"nothing has changed since {earlier.package.reference}")
        added, gone = changes_since(session, earlier, numbers, sum(named(before["counts"]).values()))
        replaces = {"reference": earlier.package.reference, "day": before["day"], "added": added, "gone": gone}
    which = count_packages(session, letter.id, recipient.country) + 1
    return {
        "format": PACKAGE,
        "reference": f"{reference(letter.slug, recipient.country, day)}-{which}",
        "day": day.isoformat(),
        "replaces": replaces,
        "log_head": {"entry": head.entry_id, "hash": head.hash.hex()} if head else None,
        "site": toolbox().site.url,
    }


def _addressed(recipient: Recipient, language: str) -> Said:
    """Return who is written to, and what the letter is printed with."""
    said = {
        "country": recipient.country,
        "office": str(recipient.office),
        "lines": list(recipient.lines(language)),
        "salutation": toolbox().recipients.salutation(recipient, language),
    }
    return {"recipient": said, "press": made_with(language)}


def recipient_of(session: Session, letter: Letter, order: Order) -> tuple[Recipient, LetterText]:
    """Return whom to write to, and the letter in their language, or in English where it is not written in that.

    Raises NoSuchDocument.
    """
    try:
        recipient = toolbox().recipients.find(order.country, order.office or OFFICES[letter.addressee])
    except NoSuchRecipient as fault:
        raise NoSuchDocument(str(fault)) from fault
    found = printable_text(session, letter, order.language or recipient.language)
    if order.language and found.language != order.language:
        raise NoSuchDocument(f"{letter.slug} is not written in {order.language}")
    return recipient, found


def letter_named(session: Session, name: str) -> Letter:
    """Return the letter of this name. Raises NoSuchDocument."""
    try:
        return find_letter(session, name)
    except NoSuchLetter as fault:
        raise NoSuchDocument(f"there is no letter called {name}") from fault


def _index_key() -> bytes:
    keys = toolbox().keys
    if keys is None:
        raise NoSuchDocument("there are no keys here: run `flask seal keygen`")
    return keys.index_key
