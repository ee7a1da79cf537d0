"""Print one document: read, compose, typeset; one at a time in each process."""

from dataclasses import dataclass
from threading import Lock

from sqlalchemy.orm import Session

from campaign.deliver.pdf import typeset
from campaign.deliver.rules import Document
from campaign.deliver.service import compose, read_contents
from campaign.deliver.wording import word
from campaign.letter.service import NoSuchLetter, current_text, find_letter
from campaign.web.toolbox import toolbox
from campaign.world.countries import COUNTRIES

ONE_AT_A_TIME = Lock()


class NoSuchDocument(Exception):
    """There is no such letter, language or country; the message says which."""


@dataclass(frozen=True)
class Wanted:
    """What to print: a letter, in a language, for a government or (empty) for all."""

    letter: str
    language: str = "en"
    country: str = ""

    @property
    def filename(self) -> str:
        """Return the name of the file handed over."""
        return "-".join(part for part in (self.letter, self.country, self.language) if part) + ".pdf"


def prepare(session: Session, wanted: Wanted) -> Document:
    """Lay out what is wanted. Raises NoSuchDocument."""
    if wanted.country and wanted.country not in COUNTRIES:
        raise NoSuchDocument(f"{wanted.country} is not a country")
    try:
        letter = find_letter(session, wanted.letter)
    except NoSuchLetter as fault:
        raise NoSuchDocument(f"there is no letter called {wanted.letter}") from fault
    letter_text = current_text(session, letter, wanted.language)
    if letter_text.language != wanted.language:
        raise NoSuchDocument(f"{wanted.letter} is not written in {wanted.language}")
    contents = read_contents(session, letter)
    wording = word(letter, letter_text, contents.tally, wanted.country)
    return compose(letter, letter_text, contents, wording, toolbox().clock().date())


def print_document(document: Document) -> bytes:
    """Return the PDF. Raises GlyphMissing naming the signatory and the character."""
    with ONE_AT_A_TIME:
        return typeset(document)
