"""Make a package: freeze the list, print, seal, record it, and move it to its final place whole.

Withheld names go into a package of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from campaign.audit.heads import sign_head
from campaign.audit.log import write_log
from campaign.document.bundle import Receipt
from campaign.document.press import VOLUME as MOST
from campaign.document.press import WHOLE, turn
from campaign.document.printing import PRINTER, NoSuchDocument, RollMoved, letter_named
from campaign.document.rules import PRINTING, SEALING, Document, Step, Tell, places, volumes
from campaign.document.volumes import set_volumes
from campaign.document.wording import readme
from campaign.package.folders import put_in_place, remove_package, zip_of, zip_up
from campaign.package.manifest import (
    ANNEX,
    ANNEX_PDF,
    CHECK,
    PDF,
    VOLUME,
    Facts,
    Parcel,
    hash_of_letter,
    recipient_key,
    seal,
    text_files,
)
from campaign.package.orders import Order
from campaign.package.packages import PackageHashes, annex_on_record, find_package, keep_package
from campaign.package.packing import delivery_key, document_of, freeze, ignore_step
from campaign.package.verify import MANIFEST, SIGNATURE, read_package
from campaign.seal.keys import KeysMissing
from campaign.seal.signing import load_or_create_signing_key
from campaign.storage.database import Database
from campaign.storage.files import drafted, nothing_there, write_file
from campaign.web.staff import Staff
from campaign.web.toolbox import Toolbox

SCRIPT = Path(__file__).with_name("verify.py")


def _record_no_more(_session: Session, _delivery: int) -> None:
    """Record nothing beside the package."""


@dataclass(frozen=True)
class Watch:
    """What a caller wants while a package is made.

    `tell` is called with each step, and stops the making by raising. `kept` is called in the transaction that records
    the package, with the delivery's number. `unpacked` says whether the folder is wanted beside the zip.
    """

    tell: Tell = ignore_step
    kept: Callable[[Session, int], None] = _record_no_more
    unpacked: bool = True


@dataclass(frozen=True)
class Made:
    """A package on the disk and on record; `volumes` is the number of its letter's PDFs.

    `otherwise` has the numbers of the signatories whose names the PDF cannot print as they wrote them.
    """

    reference: str
    folder: Path
    names: int
    zip_sha256: str
    volumes: int = 1
    otherwise: tuple[int, ...] = ()


def make_package(
    tools: Toolbox, order: Order, target: Path, by: Staff | None = None, watch: Watch | None = None
) -> Made:
    """Make the package and put it under `target` as a folder and a zip; it is recorded if and only if it is there.

    Raises NoSuchDocument, Unchanged, NotWritten, ReferenceTaken, and what printing raises.
    """
    key, watch = delivery_key(tools.site.seal_keys), watch or Watch()
    _sign_log(tools, order, by)
    with tools.database.read(frozen=True) as session:
        parcel = freeze(session, tools, order, watch.tell)
    document, name = document_of(parcel, key.public), parcel.facts["reference"]
    nothing_there(zip_of(target / name))
    with drafted(target / name) as draft:
        folder = draft / name
        folder.mkdir()
        hashes, numbers = _print(document, folder, watch.tell)
        watch.tell(Step(SEALING, document.names, document.names))
        for file, content in text_files(parcel, readme(parcel.facts, len(numbers)), SCRIPT.read_bytes()).items():
            write_file(folder / file, content, 0o644)
        sealed = seal(parcel.facts, read_package(folder), key, numbers)
        for file in (MANIFEST, SIGNATURE):
            write_file(folder / file, sealed.files[file], 0o644)
        digest = zip_up(folder)
        receipt = _receipt(parcel, document, hash_of_letter(hashes))
        package_hashes = PackageHashes(digest, parcel.leaves)

        def keep(session: Session) -> None:
            delivery, gone = keep_package(session, sealed, receipt, package_hashes, by, now=tools.clock())
            if gone:
                raise RollMoved(
                    "a signatory withdrew or changed their entry while this was printed: make it again"
                )
            watch.kept(session, delivery)

        _keep_and_place(tools.database, keep, folder, target / name, unpacked=watch.unpacked)
    otherwise = tuple(parcel.numbers[at] for at in parcel.facts["printed_otherwise"])
    return Made(name, target / name, len(parcel.people), digest.hex(), len(hashes), otherwise)


def make_annex(tools: Toolbox, package: Made, order: Order, pdf: bytes) -> Made:
    """Put an annex that was printed for this recipient beside its package, as a signed package of its own.

    No public file names it: with its hash, a stranger who guesses a withheld name could prove the guess.
    Raises NoSuchDocument if no such annex is on record, NotWritten.
    """
    key = delivery_key(tools.site.seal_keys)
    with tools.database.read() as session:
        if not annex_on_record(session, letter_named(session, order.letter).id, order.country, pdf):
            raise NoSuchDocument(
                f"this annex is not on record for {order.country}: print it with `flask deliver annex`"
            )
    name = f"{package.reference}-ANNEX"
    facts: Facts = {
        "format": ANNEX,
        "reference": name,
        "belongs_to": package.reference,
        "day": tools.clock().date().isoformat(),
    }
    sealed, place = seal(facts, {ANNEX_PDF: pdf, CHECK: SCRIPT.read_bytes()}, key), package.folder.parent / name
    with drafted(place) as draft:
        (draft / name).mkdir(mode=0o700)
        for file, content in sealed.files.items():
            write_file(draft / name / file, content, 0o600)
        digest = zip_up(draft / name, 0o600)
        nothing_there(zip_of(place))
        put_in_place(draft / name, place)
    return Made(name, place, 0, digest.hex())


def _print(document: Document, folder: Path, tell: Tell) -> tuple[list[bytes], dict[str, int]]:
    """Print the letter into a folder; return the hashes of its PDFs, and the number of names in each volume, if any."""
    tell(Step(PRINTING, 0, document.names))
    if document.names <= WHOLE:
        return [write_file(folder / PDF, PRINTER.print(document), 0o644)], {}
    whole = volumes(document, MOST)
    with turn(lambda: tell(Step(PRINTING, 0, document.names))):
        hashes = set_volumes(whole, folder, "letter", tell)
    return hashes, {VOLUME.format(number): one.names for number, one in enumerate(whole, 1)}


def _keep_and_place(
    database: Database, keep: Callable[[Session], None], drafted: Path, folder: Path, *, unpacked: bool
) -> None:
    """Record a package and move it to its final place, both or neither. Raises NotWritten."""
    # The move comes last in the transaction: only a commit that fails after it leaves files to delete.
    placed = False
    try:
        with database.write() as session:
            keep(session)
            nothing_there(folder, zip_of(folder))
            placed = True
            put_in_place(drafted, folder, unpacked=unpacked)
    except BaseException:  # Ctrl-C too
        if placed and not _is_kept(database, folder.name):
            remove_package(folder.parent, folder.name)
        raise


def _is_kept(database: Database, reference: str) -> bool:
    try:
        with database.read() as session:
            return bool(find_package(session, reference))
    except SQLAlchemyError:  # the database cannot be reached, so the commit failed too
        return False


def _receipt(parcel: Parcel, document: Document, pdf_sha256: bytes) -> Receipt:
    facts = parcel.facts
    return Receipt(
        letter=facts["letter"]["name"],
        country=recipient_key(facts),
        language=document.language,
        reference=document.reference,
        annex=False,
        printed_on=document.day,
        pdf_sha256=pdf_sha256,
        lines=places(document),
    )


def _sign_log(tools: Toolbox, order: Order, by: Staff | None) -> None:
    """Log that the list is frozen, and sign the log up to there: the manifest holds that head."""
    try:
        log_key = load_or_create_signing_key(tools.site.seal_keys)
    except KeysMissing as fault:
        raise NoSuchDocument(str(fault)) from fault
    with tools.database.write() as session:
        letter_named(session, order.letter)
        write_log(session, by, "freeze", f"letter:{order.letter}", {"country": order.country}, now=tools.clock())
        sign_head(session, log_key)
