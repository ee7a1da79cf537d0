"""A cache of letters in each process, a few seconds old at most, since every page needs one."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import select

from campaign.letter.models import Letter, LetterText
from campaign.letter.service import find_letter, whole_text
from campaign.web.cache import Shelf
from campaign.web.toolbox import Toolbox
from campaign.world.languages import FALLBACK

LETTERS = Shelf[tuple[str, str], tuple[Letter, LetterText]]()  # by name and language
TITLES = Shelf[str, Mapping[str, str]]()  # by language: the title of each letter by its name


def read_letter(tools: Toolbox, slug: str, language: str) -> tuple[Letter, LetterText]:
    """Return a letter and its current text in `language` or English.

    Raises NoSuchLetter, and TextChanged if the text was changed in the database: it may not be shown or signed.
    """
    known = tools.cache.find(LETTERS, (slug, language), now=tools.clock())
    if known is not None:
        return known
    with tools.database.read() as session:
        letter = find_letter(session, slug)
        text = whole_text(session, letter, language)
    return tools.cache.keep(LETTERS, (slug, language), (letter, text), until=tools.shortly)


def letter_titles(tools: Toolbox) -> Mapping[str, str]:
    """Return the English title of each letter by its short name; of letters with one title, the name stands behind it."""
    known = tools.cache.find(TITLES, FALLBACK, now=tools.clock())
    if known is not None:
        return known
    current = (LetterText.letter_id == Letter.id) & (LetterText.version == Letter.version)
    rows = select(Letter.slug, LetterText.title).join(LetterText, current).where(LetterText.language == FALLBACK)
    with tools.database.read() as session:
        titles = session.execute(rows).all()
    often = Counter(title for _slug, title in titles)
    told = {slug: f"{title} ({slug})" if often[title] > 1 else title for slug, title in titles}
    return tools.cache.keep(TITLES, FALLBACK, told, until=tools.shortly)
