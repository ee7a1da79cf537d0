"""Make a package for one government: freeze one moment, print, seal, keep, and put it into a folder whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from io import StringIO
from pathlib import Path

from sqlalchemy.orm import Session

from campaign.deliver.bundle import Receipt
from campaign.deliver.folders import put_in_place, take_away
from campaign.deliver.manifest import (
    ANNEX,
    ANNEX_PDF,
    CHECK,
    PACKAGE,
    PDF,
    Parcel,
    Said,
    counts_of,
    entry_of_line,
    fingerprint,
    leaves_of,
    line_of,
    seal,
    tally_of,
    text_files,
)
from campaign.deliver.packages import (
    annex_on_record,
    changes_since,
    count_packages,
    keep_package,
    newest_head,
    previous_package,
)
from campaign.deliver.pdf import made_with
from campaign.deliver.printing import PRINTER, NoSuchDocument, RollMoved, fits_one
from campaign.deliver.rules import Document, Proof, Written, paper_of, places
from campaign.deliver.service import Contents, compose, read_contents, reference
from campaign.deliver.verify import named, zipped
from campaign.deliver.wording import readme, word_package
from campaign.desk.heads import sign_head
from campaign.desk.log import write_log
from campaign.letter.models import Letter, LetterText
from campaign.letter.rules import read_page
from campaign.letter.service import NoSuchLetter, current_text, find_letter
from campaign.roll.export import Roll, write_csv
from campaign.roll.service import Entry
from campaign.seal.indexes import line_salt
from campaign.seal.keys import KeysMissing
from campaign.seal.merkle import root_of
from campaign.seal.signing import SigningKey, load_or_create_signing_key
from campaign.storage.database import NotSaved
from campaign.web.toolbox import toolbox
from campaign.world.recipients import NoSuchRecipient, Office, Recipient

DELIVERY_KEY = "delivery.key"
SCRIPT = Path(__file__).with_name("verify.py")
OFFICES = {"own-government": Office.FOREIGN, "interpol-members": Office.BUREAU}


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
class Made:
    """A package on the disk and on record."""

    reference: str
    folder: Path
    names: int
    zip_sha256: str


def recipients_of(letter: str) -> tuple[str, ...]:
    """Return the countries whose governments a letter will be handed to. Raises NoSuchDocument."""
    with toolbox().database.read() as session:
        return _letter(session, letter).handed_to


def make_package(order: Order, target: Path) -> Made:
    """Make the package and put it under `target` as a folder and a zip; it is on record if and only if it is there.

    Raises NoSuchDocument, Unchanged, NotWritten, ReferenceTaken, and what printing raises.
    """
    tools, key = toolbox(), delivery_key()
    _sign_log(order)
    with tools.database.read(frozen=True) as session:
        parcel = freeze(session, order)
    document = document_of(parcel, key.public)
    fits_one(document.names)
    pdf = PRINTER.print(document)
    files = {PDF: pdf, **text_files(parcel, readme(parcel.facts), SCRIPT.read_bytes())}
    sealed, name = seal(parcel.facts, files, key), parcel.facts["reference"]
    whole = zipped(sealed.files, name)
    try:
        with tools.database.write() as session:
            receipt = _receipt(parcel, document, pdf)
            if keep_package(session, sealed, receipt, whole, leaves_of(parcel.people), now=tools.clock()):
                raise RollMoved("somebody withdrew or changed their entry while this was printed: make it again")
            put_in_place(target, name, sealed.files, whole)
    except NotSaved:
        take_away(target, name)
        raise
    return Made(name, target / name, len(parcel.people), sha256(whole).hexdigest())


def make_annex(package: Made, order: Order, pdf: bytes) -> Made:
    """Put an annex that was printed for this government beside its package, sealed by itself, for its eyes only.

    It is named in no public file: its hash would tell who can guess a name that they guessed right.
    Raises NoSuchDocument if no such annex is on record, NotWritten.
    """
    tools, key = toolbox(), delivery_key()
    with tools.database.read() as session:
        if not annex_on_record(session, _letter(session, order.letter).id, order.country, pdf):
            raise NoSuchDocument(
                f"this annex is not on record for {order.country}: print it with `flask deliver annex`"
            )
    name = f"{package.reference}-ANNEX"
    facts: Said = {
        "format": ANNEX,
        "reference": name,
        "belongs_to": package.reference,
        "day": tools.clock().date().isoformat(),
    }
    sealed = seal(facts, {ANNEX_PDF: pdf, CHECK: SCRIPT.read_bytes()}, key)
    whole = zipped(sealed.files, name)
    put_in_place(package.folder.parent, name, sealed.files, whole, mode=0o600)
    return Made(name, package.folder.parent / name, 0, sha256(whole).hexdigest())


def freeze(session: Session, order: Order) -> Parcel:
    """Read everything a package says in one transaction. Raises NoSuchDocument, Unchanged."""
    letter = _letter(session, order.letter)
    recipient, text = _recipient(session, letter, order)
    contents = read_contents(session, letter)
    entries = [entry for code in sorted(contents.entries) for entry in contents.entries[code]]
    key = _index_key()
    people = tuple(line_of(entry, line_salt(key, entry.id)) for entry in entries)
    facts: Said = {
        "letter": {"name": letter.slug, "version": text.version, "language": text.language, "sha256": text.sha256},
        "counts": counts_of(contents.tally, people),
        "merkle_root": root_of(leaves_of(people)).hex(),
    }
    numbers = tuple(entry.id for entry in entries)
    facts |= _circumstances(session, letter, recipient, numbers, {} if order.again else facts)
    facts |= _addressed(recipient, text.language)
    facts["paper"] = order.paper or paper_of(recipient.country)
    table = StringIO(newline="")
    write_csv(Roll(letter, contents.tally, entries), table)
    return Parcel(facts, people, numbers, text.source, table.getvalue().encode())


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
    entries: dict[str, list[Entry]] = {code: [] for code in tally.countries}
    for line, number in zip(parcel.people, parcel.numbers, strict=True):
        entries[line["country"]].append(entry_of_line(line, number))
    wording = word_package(written, tally, facts)
    composed = compose(written, Contents(tally, entries), wording, date.fromisoformat(facts["day"]))
    proof = Proof(len(parcel.people), facts["merkle_root"], fingerprint(key))
    return replace(composed, reference=facts["reference"], paper=facts["paper"], proof=proof)


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
            raise Unchanged(f"nothing has changed since {earlier.package.reference}: say --again if you mean it")
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


def _recipient(session: Session, letter: Letter, order: Order) -> tuple[Recipient, LetterText]:
    """Return whom to write to, and the letter in their language, or in English where it is not written in that."""
    try:
        recipient = toolbox().recipients.find(order.country, order.office or OFFICES[letter.addressee])
    except NoSuchRecipient as fault:
        raise NoSuchDocument(str(fault)) from fault
    found = current_text(session, letter, order.language or recipient.language)
    if order.language and found.language != order.language:
        raise NoSuchDocument(f"{letter.slug} is not written in {order.language}")
    return recipient, found


def _receipt(parcel: Parcel, document: Document, pdf: bytes) -> Receipt:
    facts = parcel.facts
    return Receipt(
        letter=facts["letter"]["name"],
        country=facts["recipient"]["country"],
        language=document.language,
        reference=document.reference,
        annex=False,
        printed_on=document.day,
        pdf_sha256=sha256(pdf).digest(),
        lines=places(document),
    )


def _sign_log(order: Order) -> None:
    """Write down that a roll is frozen, and sign the log up to there: the manifest carries that head."""
    tools = toolbox()
    try:
        log_key = load_or_create_signing_key(tools.site.seal_keys)
    except KeysMissing as fault:
        raise NoSuchDocument(str(fault)) from fault
    with tools.database.write() as session:
        _letter(session, order.letter)
        write_log(session, None, "freeze", f"letter:{order.letter}", {"country": order.country}, now=tools.clock())
        sign_head(session, log_key)


def _letter(session: Session, name: str) -> Letter:
    try:
        return find_letter(session, name)
    except NoSuchLetter as fault:
        raise NoSuchDocument(f"there is no letter called {name}") from fault


def _index_key() -> bytes:
    keys = toolbox().keys
    if keys is None:
        raise NoSuchDocument("there are no keys here: run `flask seal keygen`")
    return keys.index_key
