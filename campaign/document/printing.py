"""Print one document: read, compose, typeset, record that it was printed."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Condition, Lock

from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.desk.approvals import ApprovalRequest, use_or_ask
from campaign.desk.rules import EXPORT
from campaign.document.bundle import COUNTS, Bundle, OpenedBundle, Receipt, open_entries
from campaign.document.pdf import typeset
from campaign.document.press import WHOLE, NotPrinted
from campaign.document.rules import Document, places
from campaign.document.service import compose, compose_annex, make_bundle, read_contents, record, written_of
from campaign.document.wording import letterhead, word, word_annex
from campaign.letter.models import Letter, LetterText
from campaign.letter.service import NoSuchLetter, TextChanged, find_letter, whole_text
from campaign.seal.boxes import Opener
from campaign.web.cache import Shelf
from campaign.web.staff import Staff
from campaign.web.toolbox import Toolbox
from campaign.world.named import Named, is_recipient

TICKS_KEPT = timedelta(minutes=1)
TICKS = Shelf[str, Counter[str]]()  # by the letter's name


class NoSuchDocument(Exception):
    """There is no such letter, language or recipient, or no name for an annex; the message says which."""


class TooLong(Exception):
    """One document cannot hold so many names: the command line prints them in volumes."""


class RollMoved(Exception):
    """A signatory in the document withdrew or changed their entry while it was printed: print it again."""


NOT_PRINTED = (NoSuchDocument, NotPrinted, RollMoved, TooLong)


@dataclass(frozen=True)
class PrintOrder:
    """What to print: a letter, its language, its recipient, and the paper.

    `country` is a government's, the key of a recipient that the letter names, or empty for all addressees. Without
    `paper`, it is the one that offices of the country file.
    """

    letter: str
    language: str = "en"
    country: str = ""
    paper: str = ""

    @property
    def filename(self) -> str:
        """Return the name of the file handed over."""
        return "-".join(part for part in (self.letter, self.country, self.language) if part) + ".pdf"


@dataclass(frozen=True)
class Printed:
    """A document, its PDF, and the receipt with the place of each signatory."""

    document: Document
    pdf: bytes
    receipt: Receipt


class Printer:
    """Typeset one document at a time in this process; callers who ask for the same document share one run.

    Between processes, the lock of the press keeps the order.
    """

    def __init__(self, build: Callable[[Document], bytes]) -> None:
        """Print with `build`; tests count its calls."""
        self._build, self._turn = build, Lock()
        self.changed, self.asked = Condition(), 0
        self._underway: list[_Job] = []

    def print(self, document: Document) -> bytes:
        """Return the PDF. Raises what the builder raises, in every caller that waited for it."""
        job, is_mine = self._join(document)
        if is_mine:
            self._run(job)
        with self.changed:
            self.changed.wait_for(lambda: job.pdf is not None or job.fault is not None)
            self.asked -= 1
        if job.fault is not None:
            raise job.fault
        assert job.pdf is not None
        return job.pdf

    def _join(self, document: Document) -> tuple["_Job", bool]:
        with self.changed:
            self.asked += 1
            self.changed.notify_all()
            # Documents are compared by value: the same letter at the same moment is one job.
            same = next((job for job in self._underway if job.document == document), None)
            job = same or _Job(document)
            if same is None:
                self._underway.append(job)
            return job, same is None

    def _run(self, job: "_Job") -> None:
        pdf: bytes | None = None
        fault: Exception | None = NotPrinted("the press was stopped")  # after Ctrl-C, others must not wait forever
        try:
            with self._turn:
                pdf, fault = self._build(job.document), None
        except Exception as raised:
            fault = raised  # each caller that waits gets it, not only this one
        finally:
            with self.changed:
                job.pdf, job.fault = pdf, fault
                self._underway.remove(job)
                self.changed.notify_all()


@dataclass(eq=False)
class _Job:
    """One document being printed; when it is done, `pdf` or `fault` is set."""

    document: Document
    pdf: bytes | None = None
    fault: Exception | None = None


PRINTER = Printer(typeset)


def printable_text(session: Session, letter: Letter, language: str) -> LetterText:
    """Return the text to print or pack. Raises NoSuchDocument if it no longer matches its hash."""
    try:
        return whole_text(session, letter, language)
    except TextChanged as fault:
        raise NoSuchDocument(str(fault)) from fault


def letter_named(session: Session, name: str) -> Letter:
    """Return the letter of this name. Raises NoSuchDocument."""
    try:
        return find_letter(session, name)
    except NoSuchLetter as fault:
        raise NoSuchDocument(str(fault)) from fault


def prepare(session: Session, order: PrintOrder, site: str, *, now: datetime) -> Document:
    """Compose the document that is ordered; `site` is the address of this site. Raises NoSuchDocument."""
    letter = letter_named(session, order.letter)
    if order.country:
        check_recipient(order.country, letter.named)
    letter_text = printable_text(session, letter, order.language)
    if letter_text.language != order.language:
        raise NoSuchDocument(f"{order.letter} is not written in {order.language}")
    contents = read_contents(session, letter)
    written = written_of(letter, letter_text)
    wording = word(written, contents.tally, site, order.country)
    return compose(written, contents, wording, now.date())


def prepare_annex(bundle: Bundle, opened: OpenedBundle, order: PrintOrder) -> Document:
    """Compose the annex for one recipient. Needs no database and no settings. Raises NoSuchDocument."""
    if bundle.holds != COUNTS:
        raise NoSuchDocument(f"this bundle holds {bundle.holds}, and an annex names those who count")
    check_recipient(order.country, bundle.named)
    if order.language not in bundle.texts:
        raise NoSuchDocument(f"{bundle.letter} is not written in {order.language}")
    named = opened.for_recipient(order.country)
    if not named:
        raise NoSuchDocument(f"no signatory whose entry could be opened lets {order.country} read their name")
    wording = word_annex(bundle, order.language, order.country, [box.country for box, _entry in named])
    return compose_annex(bundle, named, order.language, wording)


def check_recipient(key: str, named: Sequence[Named]) -> None:
    """Raise NoSuchDocument unless a letter may go to this recipient; `named` is empty for a letter to governments."""
    if not is_recipient(key, named):
        keys = ", ".join(one.key for one in named)
        raise NoSuchDocument(f"{key or 'nothing'} is {f'none of {keys}' if named else 'not a country'}")


def print_letter(tools: Toolbox, order: PrintOrder, by: Staff | None) -> Printed:
    """Print the letter with its public names, and record it. Raises NoSuchDocument, NotPrinted, RollMoved, TooLong."""
    document = read_document(tools, order)
    fits_one(document.names)
    return keep_printed(tools, print_document(document, order), by)


def read_document(tools: Toolbox, order: PrintOrder) -> Document:
    """Compose the document that is ordered, from one snapshot of the database. Raises NoSuchDocument."""
    with tools.database.read(frozen=True) as session:
        return prepare(session, order, tools.site.url, now=tools.clock())


def fits_one(names: int) -> None:
    """Raise TooLong if one document cannot hold so many names."""
    if names > WHOLE:
        raise TooLong(
            f"{names:,} names are more than the {WHOLE:,} of one document: flask deliver pdf prints them in volumes"
        )


def print_annex(
    tools: Toolbox, order: PrintOrder, opener: Opener, by: Staff | None
) -> tuple[Printed, OpenedBundle]:
    """Print the annex on the server, where its keys can open entries, and record it.

    Raises what `print_letter` raises.
    """
    bundle = read_bundle(tools, order.letter)
    opened = open_entries(bundle, opener)
    printed = print_document(prepare_annex(bundle, opened, order), order)
    return keep_printed(tools, printed, by), opened


def print_document(document: Document, order: PrintOrder) -> Printed:
    """Typeset a document and write its receipt; record nothing. Raises NotPrinted."""
    if order.paper:
        document = replace(document, paper=order.paper)
    pdf = PRINTER.print(document)
    return Printed(document, pdf, receipt_of(document, order, sha256(pdf).digest()))


def receipt_of(document: Document, order: PrintOrder, pdf_sha256: bytes) -> Receipt:
    """Return the receipt of a printed document: each signatory in it with their place."""
    return Receipt(
        letter=order.letter,
        country=order.country,
        language=document.language,
        reference=document.reference,
        annex=document.annex,
        printed_on=document.day,
        pdf_sha256=pdf_sha256,
        lines=places(document),
    )


def second_person_agreed(tools: Toolbox, file: str, letter: str, by: Staff) -> bool:
    """Say whether a second person agreed to this file of withheld names; if not, ask. Raises NoSuchDocument."""
    asked = ApprovalRequest(
        EXPORT, f"letter:{letter}"[:60], file, f"Names withheld from the public, in one file: {file}"
    )
    with tools.database.write() as session:
        letter_named(session, letter)
        return use_or_ask(session, asked, by, now=tools.clock())


def export_bundle(tools: Toolbox, letter: str, by: Staff | None, *, waiting: bool = False) -> Bundle:
    """Return a letter's sealed entries, and log which officer took how many. Raises NoSuchDocument."""
    bundle = read_bundle(tools, letter, waiting=waiting)
    details = {"holds": bundle.holds, "boxes": str(len(bundle.boxes))}
    with tools.database.write() as session:
        write_log(session, by, "bundle", f"letter:{letter}", details, now=tools.clock())
    return bundle


def read_bundle(tools: Toolbox, letter: str, *, waiting: bool = False) -> Bundle:
    """Return a letter's sealed entries, still sealed. Raises NoSuchDocument."""
    try:
        with tools.database.read() as session:
            bundle = make_bundle(session, letter_named(session, letter), waiting=waiting, now=tools.clock())
    except TextChanged as fault:
        raise NoSuchDocument(str(fault)) from fault
    return _with_letterhead(bundle)


def _with_letterhead(bundle: Bundle) -> Bundle:
    """Add the letterhead in each language to a bundle: the laptop that prints the annex has no database to read it from."""
    head = letterhead("en")
    if head is None:
        return bundle
    names = {language: letterhead(language) or head for language in bundle.texts}
    texts = {language: replace(title, campaign=names[language].name) for language, title in bundle.texts.items()}
    return replace(bundle, texts=texts, letterhead=head)


def count_ticks(tools: Toolbox, letter: str, opener: Opener) -> Counter[str]:
    """Return how many listed signatories let each recipient read their withheld name; cached for a minute."""
    known = tools.cache.find(TICKS, letter, now=tools.clock())
    if known is not None:
        return known
    ticks = open_entries(read_bundle(tools, letter), opener).ticks()
    return tools.cache.keep(TICKS, letter, ticks, until=tools.clock() + TICKS_KEPT)


def keep_printed(tools: Toolbox, printed: Printed, by: Staff | None) -> Printed:
    """Record that a document was printed. Raises RollMoved if a signatory in it no longer stands."""
    with tools.database.write() as session:
        if record(session, printed.receipt, by, now=tools.clock()):
            raise RollMoved("a signatory withdrew or changed their entry while this was printed: print it again")
    return printed
