"""Freeze the list of one moment for one recipient, and compose the letter; long lists stay in a file."""

from array import array
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, overload

from sqlalchemy.orm import Session

from campaign.desk.identity import read_identity
from campaign.document.pdf import is_whole, made_with
from campaign.document.printing import NoSuchDocument, letter_named
from campaign.document.rules import (
    READING,
    CountryGroup,
    Document,
    Letterhead,
    PrintedProof,
    Step,
    Tell,
    Written,
    paper_of,
)
from campaign.document.service import Contents, compose, reference
from campaign.document.wording import word_package
from campaign.letter.kinds import dump_kinds
from campaign.letter.models import Letter
from campaign.letter.rules import read_page
from campaign.package.manifest import (
    PACKAGE,
    Facts,
    Parcel,
    People,
    counts_of,
    entry_of_line,
    fingerprint,
    kinds_of,
    leaves_of,
    line_of,
    tally_of,
)
from campaign.package.orders import Order, recipient_of
from campaign.package.packages import changes_since, count_packages, newest_head, previous_package
from campaign.package.verify import canonical, named
from campaign.roll.export import Roll, write_csv
from campaign.roll.rules import CountryTally, ListedName, Tally
from campaign.roll.service import count_roll, read_country
from campaign.seal.indexes import line_salt
from campaign.seal.keys import KeysMissing
from campaign.seal.merkle import root_of
from campaign.seal.signing import SigningKey, load_or_create_signing_key
from campaign.storage.files import contents
from campaign.web.toolbox import Toolbox
from campaign.world.recipients import Recipient, Recipients

TELL_EVERY = 1000  # names
DELIVERY_KEY = "delivery.key"


def ignore_step(_step: Step) -> None:
    """Do nothing: for callers that show no progress."""


class Unchanged(Exception):
    """The newest package for the same office has the same letter and list; the message names it."""


@dataclass(frozen=True)
class Names(Sequence[ListedName]):
    """Some of a parcel's lines, as they are printed."""

    parcel: Parcel
    here: range

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self.here)

    @overload
    def __getitem__(self, at: int) -> ListedName: ...
    @overload
    def __getitem__(self, at: slice) -> "Names": ...
    def __getitem__(self, at: int | slice) -> "ListedName | Names":
        """Read one, or take some."""
        if isinstance(at, slice):
            return replace(self, here=self.here[at])
        number = self.here[at]
        return entry_of_line(self.parcel.people[number], self.parcel.numbers[number])


def freeze(session: Session, tools: Toolbox, order: Order, tell: Tell = ignore_step) -> Parcel:
    """Read everything that a package states in one transaction. Raises NoSuchDocument, Unchanged."""
    letter = letter_named(session, order.letter)
    recipient, text = recipient_of(session, tools.recipients, letter, order)
    tally, listed_numbers = count_roll(session, letter.id), _ListedNumbers()
    numbers = listed_numbers.numbers
    with TemporaryFile() as listed, TemporaryFile() as table:
        # Both files are written in one pass: a list of 100,000 entries is never in memory as a whole.
        entries = (entry for code in sorted(tally.countries) for entry in read_country(session, letter, code))
        rows = TextIOWrapper(table, encoding="utf-8", newline="")
        written = _write_list(entries, listed, listed_numbers, _index_key(tools), _with_total(tally, tell))
        write_csv(Roll(letter, tally, written), rows)
        rows.detach()
        files = contents(listed), contents(table)
    people = People(files[0])
    leaves = leaves_of(people)
    facts: Facts = {
        "letter": {"name": letter.slug, "version": text.version, "language": text.language, "sha256": text.sha256},
        "counts": counts_of(tally, people, letter.kinds),
        "merkle_root": root_of(leaves).hex(),
    }
    if kinds := dump_kinds(letter.kinds):
        facts["kinds"] = kinds
    must_differ = {} if order.again else facts
    facts |= _delivery_facts(session, letter, recipient, numbers, must_differ, tools.clock().date())
    facts |= _recipient_facts(tools.recipients, recipient, text.language)
    facts |= {"paper": order.paper or paper_of(recipient.country), "printed_otherwise": listed_numbers.odd}
    facts |= {"site": tools.site.url}
    head, logo = _letterhead(session, text.language)
    return Parcel(facts | head, people, numbers, text.source, *files, leaves, logo)


def document_of(parcel: Parcel, key: bytes) -> Document:
    """Return the letter as it is printed, from nothing but a package's own files and the key that signs them."""
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
        kinds=kinds_of(facts),
    )
    wording = word_package(written, tally, facts)
    nobody: dict[str, list[ListedName]] = {code: [] for code in tally.countries}
    composed = compose(written, Contents(tally, nobody), wording, date.fromisoformat(facts["day"]))
    proof = PrintedProof(len(parcel.people), facts["merkle_root"], fingerprint(key))
    groups = _with_names(composed.groups, tally, parcel)
    head = _read_letterhead(facts.get("letterhead"), bytes(parcel.logo))
    known = {"reference": facts["reference"], "paper": facts["paper"], "letterhead": head}
    return replace(composed, **known, proof=proof, groups=groups)


def _letterhead(session: Session, language: str) -> tuple[Facts, bytes]:
    """Return the letterhead for the manifest, and the logo; both are frozen with the list."""
    us = read_identity(session).shown(language)
    if not us.version:
        return {}, b""
    head = {"name": us.name.words, "reply_to": us.reply_to, "logo": f"logo.{us.logo.kind}" if us.logo else ""}
    return {"letterhead": head}, us.logo.content if us.logo else b""


def _read_letterhead(head: Facts | None, logo: bytes) -> Letterhead | None:
    if head is None:
        return None
    return Letterhead(head["name"], head["reply_to"], head["logo"].rpartition(".")[2], b64encode(logo).decode())


def _with_names(groups: tuple[CountryGroup, ...], tally: Tally, parcel: Parcel) -> tuple[CountryGroup, ...]:
    """Return the groups with their names. The list is sorted by country code, then by the letter's kinds."""
    begins, at = {}, 0
    for code in sorted(tally.countries):
        begins[code], at = at, at + tally.countries[code].named
    return tuple(
        _group_with_names(group, begins[group.code], tally.countries[group.code], parcel) for group in groups
    )


def _group_with_names(group: CountryGroup, begin: int, numbers: CountryTally, parcel: Parcel) -> CountryGroup:
    lines = {}
    for kind in kinds_of(parcel.facts):
        end = begin + numbers.of(kind.key)
        lines[kind.plural], begin = Names(parcel, range(begin, end)), end
    return replace(group, lines=lines)


@dataclass(frozen=True)
class _ListedNumbers:
    """The signatories' numbers in the order of the list, and the indexes of lines that the PDF prints otherwise."""

    numbers: "array[int]" = field(default_factory=lambda: array("q"))
    odd: list[int] = field(default_factory=list)


def _write_list(
    entries: Iterable[ListedName], listed: IO[bytes], found: _ListedNumbers, key: bytes, tell: Tell
) -> Iterator[ListedName]:
    """Write the line of each entry into the list, note its number in `found`, and yield the entry for the table."""
    numbers, odd = found.numbers, found.odd
    listed.write(b"[\n")
    for entry in entries:
        if len(numbers) % TELL_EVERY == 0:
            tell(Step(READING, len(numbers)))
        listed.write((b",\n" if numbers else b"") + canonical(line_of(entry, line_salt(key, entry.id))))
        if not is_whole(entry):
            odd.append(len(numbers))
        numbers.append(entry.id)
        yield entry
    listed.write(b"\n]\n")


def _with_total(tally: Tally, tell: Tell) -> Tell:
    return lambda step: tell(replace(step, total=tally.named))


def known_key(folder: Path) -> bytes | None:
    """Return the public key that signs packages, None if there is none yet; this makes none."""
    return delivery_key(folder).public if (folder / DELIVERY_KEY).exists() else None


def delivery_key(folder: Path) -> SigningKey:
    """Return the key that signs packages, and make it if it is missing. Raises NoSuchDocument if there is no key folder."""
    try:
        return load_or_create_signing_key(folder, DELIVERY_KEY)
    except KeysMissing as fault:
        raise NoSuchDocument(str(fault)) from fault


def _delivery_facts(
    session: Session, letter: Letter, recipient: Recipient, numbers: Sequence[int], must_differ: Facts, day: date
) -> Facts:
    """Return the reference, the day it is made, the log's head, and what the package replaces. Raises Unchanged.

    The package is unchanged if the earlier one has all of `must_differ`; that is empty if an officer wants it again.
    """
    earlier = previous_package(session, letter.id, recipient.country, recipient.office)
    head, replaces = newest_head(session), None
    if earlier is not None:
        before = earlier.facts
        if must_differ and all(before[name] == value for name, value in must_differ.items()):
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
    }


def _recipient_facts(recipients: Recipients, recipient: Recipient, language: str) -> Facts:
    """Return the recipient, and the versions of the software that prints the letter."""
    facts: Facts = {
        "lines": list(recipient.lines(language)),
        "salutation": recipients.salutation(recipient, language),
    }
    is_office = {"country": recipient.country, "office": recipient.office}
    facts |= is_office if recipient.office else {"key": recipient.country}
    return {"recipient": facts, "press": made_with(language)}


def _index_key(tools: Toolbox) -> bytes:
    if tools.keys is None:
        raise NoSuchDocument("there are no keys here: run `flask seal keygen`")
    return tools.keys.index_key
