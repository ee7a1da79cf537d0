"""A cache of letters in each process, a few seconds old at most, since every page needs one."""

from campaign.letter.models import Letter, LetterText
from campaign.letter.service import find_letter, whole_text
from campaign.web.cache import Shelf
from campaign.web.toolbox import Toolbox

LETTERS = Shelf[tuple[str, str], tuple[Letter, LetterText]]()  # by name and language


def read_letter(tools: Toolbox, slug: str, language: str) -> tuple[Letter, LetterText]:
    """Return a letter and its current text in `language` or its original language.

    Raises NoSuchLetter, and TextChanged if the text was changed in the database: it may not be shown or signed.
    """
    known = tools.cache.find(LETTERS, (slug, language), now=tools.clock())
    if known is not None:
        return known
    with tools.database.read() as session:
        letter = find_letter(session, slug)
        text = whole_text(session, letter, language)
    return tools.cache.keep(LETTERS, (slug, language), (letter, text), until=tools.shortly)
