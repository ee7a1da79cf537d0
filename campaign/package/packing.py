"""Freeze one moment for one recipient, and lay out the letter that says it; long lists stay in a file."""

from array import array
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, overload

from sqlalchemy.orm import Session

from campaign.desk.identity import read_identity
from campaign.document.pdf import is_whole, made_with
from campaign.document.printing import NoSuchDocument
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
from campaign.letter.kinds import written_kinds
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
from campaign.package.orders import Order, letter_named, recipient_of
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


def unheard(_step: Step) -> None:
    """Take no notice."""


class Unchanged(Exception):
    """The newest package for the same office says the same; the message names it."""


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


def freeze(session: Session, tools: Toolbox, order: Order, tell: Tell = unheard) -> Parcel:
    """Read everything a package says in one transaction. Raises NoSuchDocument, Unchanged."""
    letter = letter_named(session, order.letter)
    recipient, text = recipient_of(session, tools.recipients, letter, order)
    tally, numbers, odd = count_roll(session, letter.id), array("q"), list[int]()
    with TemporaryFile() as listed, TemporaryFile() as table:
        entries = (entry for code in sorted(tally.countries) for entry in read_country(session, letter, code))
        rows = TextIOWrapper(table, encoding="utf-8", newline="")
        write_csv(
            Roll(letter, tally, _listing(entries, listed, (numbers, odd), _index_key(tools), _told(tally, tell))),
            rows,
        )
        rows.detach()
        files = contents(listed), contents(table)
    people = People(files[0])
    leaves = leaves_of(people)
    facts: Facts = {
        "letter": {"name": letter.slug, "version": text.version, "language": text.language, "sha256": text.sha256},
        "counts": counts_of(tally, people, letter.kinds),
        "merkle_root": root_of(leaves).hex(),
    }
    if kinds := written_kinds(letter.kinds):
        facts["kinds"] = kinds
    said = {} if order.again else facts
    facts |= _circumstances(session, letter, recipient, numbers, said, tools.clock().date())
    facts |= _addressed(tools.recipients, recipient, text.language)
    facts |= {"paper": order.paper or paper_of(recipient.country), "printed_otherwise": odd}
    facts |= {"site": tools.site.url}
    head, logo = _letterhead(session, text.language)
    return Parcel(facts | head, people, numbers, text.source, *files, leaves, logo)


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
        kinds=kinds_of(facts),
    )
    wording = word_package(written, tally, facts)
    nobody: dict[str, list[ListedName]] = {code: [] for code in tally.countries}
    composed = compose(written, Contents(tally, nobody), wording, date.fromisoformat(facts["day"]))
    proof = PrintedProof(len(parcel.people), facts["merkle_root"], fingerprint(key))
    groups = _named(composed.groups, tally, parcel)
    head = _head_of(facts.get("letterhead"), bytes(parcel.logo))
    known = {"reference": facts["reference"], "paper": facts["paper"], "letterhead": head}
    return replace(composed, **known, proof=proof, groups=groups)


def _letterhead(session: Session, language: str) -> tuple[Facts, bytes]:
    """Return what the manifest says of who hands it over, and the logo: it is frozen with everything else."""
    us = read_identity(session).shown(language)
    if not us.version:
        return {}, b""
    said = {"name": us.name.words, "reply_to": us.reply_to, "logo": f"logo.{us.logo.kind}" if us.logo else ""}
    return {"letterhead": said}, us.logo.content if us.logo else b""


def _head_of(said: Facts | None, logo: bytes) -> Letterhead | None:
    if said is None:
        return None
    return Letterhead(said["name"], said["reply_to"], said["logo"].rpartition(".")[2], b64encode(logo).decode())


def _named(groups: tuple[CountryGroup, ...], tally: Tally, parcel: Parcel) -> tuple[CountryGroup, ...]:
    """Let every country name its people, whom the list has by code, each in the order of the letter's kinds."""
    begins, at = {}, 0
    for code in sorted(tally.countries):
        begins[code], at = at, at + tally.countries[code].named
    return tuple(_named_group(group, begins[group.code], tally.countries[group.code], parcel) for group in groups)


def _named_group(group: CountryGroup, begin: int, numbers: CountryTally, parcel: Parcel) -> CountryGroup:
    lines = {}
    for kind in kinds_of(parcel.facts):
        end = begin + numbers.of(kind.key)
        lines[kind.plural], begin = Names(parcel, range(begin, end)), end
    return replace(group, lines=lines)


def _listing(
    entries: Iterable[ListedName], listed: IO[bytes], kept: tuple["array[int]", list[int]], key: bytes, tell: Tell
) -> Iterator[ListedName]:
    """Write each entry's line into the list, and let it go on into the table; keep whose it is.

    Keep too where in the list those stand whom the PDF does not print as they wrote.
    """
    numbers, odd = kept
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


def _told(tally: Tally, tell: Tell) -> Tell:
    return lambda step: tell(replace(step, total=tally.named))


def known_key(folder: Path) -> bytes | None:
    """Return the public key that signs packages, None while none was ever made; make none."""
    return delivery_key(folder).public if (folder / DELIVERY_KEY).exists() else None


def delivery_key(folder: Path) -> SigningKey:
    """Return the key that signs packages, made if there is none. Raises NoSuchDocument where no keys are."""
    try:
        return load_or_create_signing_key(folder, DELIVERY_KEY)
    except KeysMissing as fault:
        raise NoSuchDocument(str(fault)) from fault


def _circumstances(
    session: Session, letter: Letter, recipient: Recipient, numbers: Sequence[int], said: Facts, day: date
) -> Facts:
    """Return the reference, the day it is made, the log's head, and what the package replaces. Raises Unchanged.

    `said` is what the earlier package must not have said already; empty where making it again is meant.
    """
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
    }


def _addressed(recipients: Recipients, recipient: Recipient, language: str) -> Facts:
    """Return who is written to, and what the letter is printed with."""
    said: Facts = {
        "lines": list(recipient.lines(language)),
        "salutation": recipients.salutation(recipient, language),
    }
    is_office = {"country": recipient.country, "office": recipient.office}
    said |= is_office if recipient.office else {"key": recipient.country}
    return {"recipient": said, "press": made_with(language)}


def _index_key(tools: Toolbox) -> bytes:
    if tools.keys is None:
        raise NoSuchDocument("there are no keys here: run `flask seal keygen`")
    return tools.keys.index_key
