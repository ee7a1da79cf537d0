"""The letters that pages show: public ones, cached for a few seconds, and one that a preview link opens."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.letter.models import Letter, LetterText, Preview
from campaign.letter.service import NoSuchLetter, embargo_over, whole_text
from campaign.letter.standing import standing
from campaign.seal.locks import fingerprint
from campaign.web.cache import Shelf
from campaign.web.toolbox import Toolbox

# The purpose of a preview link's token, its name in an address, and how its cookie's name begins.
PREVIEW = "preview"
LETTERS = Shelf[tuple[str, str], tuple[Letter, LetterText, datetime]]()  # by name and language


def read_letter(tools: Toolbox, slug: str, language: str) -> tuple[Letter, LetterText, datetime]:
    """Return a public letter, its current text in `language` or English, and until when both may be shown as they are.

    Raises NoSuchLetter, also for a letter under embargo, and TextChanged if the text was changed in the database: it
    may not be shown or signed.
    """
    known = tools.cache.find(LETTERS, (slug, language), now=tools.clock())
    return known or read_anew(tools, slug, language)


def read_anew(tools: Toolbox, slug: str, language: str) -> tuple[Letter, LetterText, datetime]:
    """Read a letter as `read_letter` does, but from the database: something was done to it that this process missed."""
    now = tools.clock()
    with tools.database.read() as session:
        # An embargoed letter and an unknown one take the same work: the time of an answer must not tell them apart.
        letter = session.scalar(select(Letter).where(Letter.slug == slug, embargo_over(now)))
        if letter is None:
            raise NoSuchLetter(slug)
        text = whole_text(session, letter, language)
    until = min(tools.shortly, standing(letter, now).until)
    return tools.cache.keep(LETTERS, (slug, language), (letter, text, until), until=until)


def read_previewed(tools: Toolbox, slug: str, language: str, secret: bytes) -> tuple[Letter, LetterText]:
    """Return a letter under embargo, for somebody with a preview link. Raises NoSuchLetter, TextChanged."""
    with tools.database.read() as session:
        letter = letter_behind(session, secret)
        if letter.slug != slug:
            raise NoSuchLetter(slug)
        return letter, whole_text(session, letter, language)


def letter_behind(session: Session, secret: bytes) -> Letter:
    """Return the letter that a preview link leads to. Raises NoSuchLetter if there is no such link any more."""
    link = (Preview.letter_id == Letter.id) & (Preview.link_sha256 == fingerprint(secret))
    letter = session.scalar(select(Letter).join(Preview, link))
    if letter is None:
        raise NoSuchLetter("a preview link")
    return letter
