"""Print one document: read, compose, typeset, keep that it was printed."""

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
    """There is no such letter, language or recipient, or nobody to name; the message says which."""


class TooLong(Exception):
    """There are more names than one document holds: it is printed in volumes, on the command line."""


class RollMoved(Exception):
    """Somebody who stands in the document withdrew or changed their entry while it was printed: print it again."""


NOT_PRINTED = (NoSuchDocument, NotPrinted, RollMoved, TooLong)


@dataclass(frozen=True)
class Wanted:
    """What to print: a letter, in a language, for a recipient or (empty) for all; its own paper without another.

    `country` is a government's, or the key of a recipient that the letter names.
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
    """A document, its PDF, and the receipt that says who stands where in it."""

    document: Document
    pdf: bytes
    receipt: Receipt


class Printer:
    """Typeset one document at a time in this process; whoever asks for one that is being set gets the same bytes.

    Across processes the press itself waits its turn.
    """

    def __init__(self, build: Callable[[Document], bytes]) -> None:
        """Take what builds; tests count its runs."""
        self._build, self._turn = build, Lock()
        self.changed, self.asked = Condition(), 0
        self._underway: list[_Job] = []

    def print(self, document: Document) -> bytes:
        """Return the PDF. Raises what the builder raises, to everybody who waited for it."""
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
            same = next((job for job in self._underway if job.document == document), None)
            job = same or _Job(document)
            if same is None:
                self._underway.append(job)
            return job, same is None

    def _run(self, job: "_Job") -> None:
        pdf: bytes | None = None
        fault: Exception | None = NotPrinted("the press was stopped")
        try:
            with self._turn:
                pdf, fault = self._build(job.document), None
        except Exception as raised:
            fault = raised
        finally:
            with self.changed:
                job.pdf, job.fault = pdf, fault
                self._underway.remove(job)
                self.changed.notify_all()


@dataclass(eq=False)
class _Job:
    """One document on its way; `pdf` or `fault` is there when it is done."""

    document: Document
    pdf: bytes | None = None
    fault: Exception | None = None


PRINTER = Printer(typeset)


def printable_text(session: Session, letter: Letter, language: str) -> LetterText:
    """Return the text to print or pack. Raises NoSuchDocument if it was changed in the database."""
    try:
        return whole_text(session, letter, language)
    except TextChanged as fault:
        raise NoSuchDocument(str(fault)) from fault


def prepare(session: Session, wanted: Wanted, site: str, *, now: datetime) -> Document:
    """Lay out what is wanted; `site` is where the letter is read. Raises NoSuchDocument."""
    try:
        letter = find_letter(session, wanted.letter)
    except NoSuchLetter as fault:
        raise NoSuchDocument(str(fault)) from fault
    if wanted.country:
        check_recipient(wanted.country, letter.named)
    letter_text = printable_text(session, letter, wanted.language)
    if letter_text.language != wanted.language:
        raise NoSuchDocument(f"{wanted.letter} is not written in {wanted.language}")
    contents = read_contents(session, letter)
    written = written_of(letter, letter_text)
    wording = word(written, contents.tally, site, wanted.country)
    return compose(written, contents, wording, now.date())


def prepare_annex(bundle: Bundle, opened: OpenedBundle, wanted: Wanted) -> Document:
    """Lay out the annex for one recipient. Needs no database and no settings. Raises NoSuchDocument."""
    if bundle.holds != COUNTS:
        raise NoSuchDocument(f"this bundle holds {bundle.holds}, and an annex names those who count")
    check_recipient(wanted.country, bundle.named)
    if wanted.language not in bundle.texts:
        raise NoSuchDocument(f"{bundle.letter} is not written in {wanted.language}")
    named = opened.for_recipient(wanted.country)
    if not named:
        raise NoSuchDocument(f"nobody whose name could be opened lets {wanted.country} read it")
    wording = word_annex(bundle, wanted.language, wanted.country, [box.country for box, _entry in named])
    return compose_annex(bundle, named, wanted.language, wording)


def check_recipient(key: str, named: Sequence[Named]) -> None:
    """Raise NoSuchDocument if a letter that names these recipients, or goes to governments, cannot go to this one."""
    if not is_recipient(key, named):
        keys = ", ".join(one.key for one in named)
        raise NoSuchDocument(f"{key or 'nothing'} is {f'none of {keys}' if named else 'not a country'}")


def print_letter(tools: Toolbox, wanted: Wanted, by: Staff | None) -> Printed:
    """Print the letter with its public roll and keep that it was. Raises NoSuchDocument, NotPrinted, RollMoved, TooLong."""
    document = read_document(tools, wanted)
    fits_one(document.names)
    return keep_printed(tools, print_document(document, wanted), by)


def read_document(tools: Toolbox, wanted: Wanted) -> Document:
    """Lay out what is wanted, of one moment. Raises NoSuchDocument."""
    with tools.database.read(frozen=True) as session:
        return prepare(session, wanted, tools.site.url, now=tools.clock())


def fits_one(names: int) -> None:
    """Raise TooLong if so many names do not fit one document."""
    if names > WHOLE:
        raise TooLong(
            f"{names:,} names are more than the {WHOLE:,} of one document: flask deliver pdf prints them in volumes"
        )


def print_annex(tools: Toolbox, wanted: Wanted, opener: Opener, by: Staff | None) -> tuple[Printed, OpenedBundle]:
    """Print the annex where the keys are, as it is printed from a bundle, and keep that it was.

    Raises what `print_letter` raises.
    """
    bundle = read_bundle(tools, wanted.letter)
    opened = open_entries(bundle, opener)
    printed = print_document(prepare_annex(bundle, opened, wanted), wanted)
    return keep_printed(tools, printed, by), opened


def print_document(document: Document, wanted: Wanted) -> Printed:
    """Typeset a document and make out its receipt; nothing is kept. Raises NotPrinted."""
    if wanted.paper:
        document = replace(document, paper=wanted.paper)
    pdf = PRINTER.print(document)
    return Printed(document, pdf, receipt_of(document, wanted, sha256(pdf).digest()))


def receipt_of(document: Document, wanted: Wanted, pdf_sha256: bytes) -> Receipt:
    """Return who stands where in a document that was printed."""
    return Receipt(
        letter=wanted.letter,
        country=wanted.country,
        language=document.language,
        reference=document.reference,
        annex=document.annex,
        printed_on=document.day,
        pdf_sha256=pdf_sha256,
        lines=places(document),
    )


def agreed(tools: Toolbox, file: str, letter: str, by: Staff) -> bool:
    """Say whether a second person has agreed that withheld names leave in this file; ask for one if not.

    Raises NoSuchDocument for a letter that nobody could agree to.
    """
    asked = ApprovalRequest(
        EXPORT, f"letter:{letter}"[:60], file, f"Names withheld from the public, in one file: {file}"
    )
    try:
        with tools.database.write() as session:
            find_letter(session, letter)
            return use_or_ask(session, asked, by, now=tools.clock())
    except NoSuchLetter as fault:
        raise NoSuchDocument(str(fault)) from fault


def take_bundle(tools: Toolbox, letter: str, by: Staff | None, *, waiting: bool = False) -> Bundle:
    """Take a letter's sealed entries out, and write into the log who took how many. Raises NoSuchDocument."""
    bundle = read_bundle(tools, letter, waiting=waiting)
    details = {"holds": bundle.holds, "boxes": str(len(bundle.boxes))}
    with tools.database.write() as session:
        write_log(session, by, "bundle", f"letter:{letter}", details, now=tools.clock())
    return bundle


def read_bundle(tools: Toolbox, letter: str, *, waiting: bool = False) -> Bundle:
    """Take a letter's sealed entries out of the database, still sealed. Raises NoSuchDocument."""
    try:
        with tools.database.read() as session:
            bundle = make_bundle(session, find_letter(session, letter), waiting=waiting, now=tools.clock())
    except NoSuchLetter as fault:
        raise NoSuchDocument(str(fault)) from fault
    except TextChanged as fault:
        raise NoSuchDocument(str(fault)) from fault
    return _headed(bundle)


def _headed(bundle: Bundle) -> Bundle:
    """Let a bundle say who hands the annex over: it is printed where nobody can ask."""
    head = letterhead("en")
    if head is None:
        return bundle
    names = {language: letterhead(language) or head for language in bundle.texts}
    texts = {language: replace(title, campaign=names[language].name) for language, title in bundle.texts.items()}
    return replace(bundle, texts=texts, letterhead=head)


def count_ticks(tools: Toolbox, letter: str, opener: Opener) -> Counter[str]:
    """Return how many who count let each recipient read their withheld name; the numbers are kept for a minute."""
    known = tools.cache.find(TICKS, letter, now=tools.clock())
    if known is not None:
        return known
    ticks = open_entries(read_bundle(tools, letter), opener).ticks()
    return tools.cache.keep(TICKS, letter, ticks, until=tools.clock() + TICKS_KEPT)


def keep_printed(tools: Toolbox, printed: Printed, by: Staff | None) -> Printed:
    """Keep that a document was printed. Raises RollMoved if somebody in it does not stand any more."""
    with tools.database.write() as session:
        if record(session, printed.receipt, by, now=tools.clock()):
            raise RollMoved("somebody withdrew or changed their entry while this was printed: print it again")
    return printed
