"""The letters that pages show: public ones, cached for a few seconds, and one that a preview link opens."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.letter.models import Letter, LetterText, Preview
from campaign.letter.service import NoSuchLetter, embargo_over, whole_text
from campaign.letter.standing import standing
from campaign.seal.locks import fingerprint
from campaign.web.cache import Shelf
from campaign.web.toolbox import Toolbox
from campaign.world.languages import FALLBACK

# The purpose of a preview link's token, its name in an address, and how its cookie's name begins.
PREVIEW = "preview"
LETTERS = Shelf[tuple[str, str], tuple[Letter, LetterText, datetime]]()  # by name and language
TITLES = Shelf[str, Mapping[str, str]]()  # by language: the title of each letter by its name


def read_letter(tools: Toolbox, slug: str, language: str) -> tuple[Letter, LetterText, datetime]:
    """Return a public letter, its text in `language` or in its original, and until when both may be shown as they are.

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


def letter_titles(tools: Toolbox) -> Mapping[str, str]:
    """Return the original title of each letter by its short name; of letters with one title, the name stands behind it."""
    known = tools.cache.find(TITLES, FALLBACK, now=tools.clock())
    if known is not None:
        return known
    current = (LetterText.letter_id == Letter.id) & (LetterText.version == Letter.version)
    rows = (
        select(Letter.slug, LetterText.title)
        .join(LetterText, current)
        .where(LetterText.language == Letter.original)
    )
    with tools.database.read() as session:
        titles = session.execute(rows).all()
    often = Counter(title for _slug, title in titles)
    told = {slug: f"{title} ({slug})" if often[title] > 1 else title for slug, title in titles}
    return tools.cache.keep(TITLES, FALLBACK, told, until=tools.shortly)
