"""Orders of packages: a letter for one recipient, in a language, on a paper."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from campaign.document.printing import NoSuchDocument, check_recipient, letter_named, printable_text
from campaign.letter.models import Letter, LetterText
from campaign.storage.database import Database
from campaign.world.recipients import NoSuchRecipient, Recipient, Recipients


@dataclass(frozen=True)
class Order:
    """An order of a package. An empty office is the letter's own kind, an empty language or paper the recipient's own."""

    letter: str
    country: str
    office: str = ""
    language: str = ""
    again: bool = False
    paper: str = ""


def recipients_of(database: Database, letter: str) -> tuple[str, ...]:
    """Return the keys of a letter's recipients. Raises NoSuchDocument."""
    with database.read() as session:
        return letter_named(session, letter).handed_to


def recipient_of(
    session: Session, recipients: Recipients, letter: Letter, order: Order
) -> tuple[Recipient, LetterText]:
    """Return the recipient of an order, and the letter in their language, or in its original language if it is not written in theirs.

    Raises NoSuchDocument.
    """
    if letter.named:
        return _named_recipient(session, letter, order)
    try:
        recipient = recipients.find(order.country, order.office or letter.office)
    except NoSuchRecipient as fault:
        raise NoSuchDocument(str(fault)) from fault
    return recipient, _text_for(session, letter, order, recipient.language)


def _named_recipient(session: Session, letter: Letter, order: Order) -> tuple[Recipient, LetterText]:
    check_recipient(order.country, letter.named)
    if order.office:
        raise NoSuchDocument(f"{order.country} is no government: leave the office out")
    named = next(one for one in letter.named if one.key == order.country)
    found = _text_for(session, letter, order, named.language)
    return named.as_office(found.language), found


def _text_for(session: Session, letter: Letter, order: Order, language: str) -> LetterText:
    """Return the letter in the ordered language; without one, in the recipient's or the original one. Raises NoSuchDocument."""
    found = printable_text(session, letter, order.language or language)
    if order.language and found.language != order.language:
        raise NoSuchDocument(f"{letter.slug} is not written in {order.language}")
    return found
