"""Letters at hand: read once in a few seconds by each process, since every page needs one."""

from datetime import timedelta

from campaign.letter.models import Letter, LetterText
from campaign.letter.service import find_letter, whole_text
from campaign.web.toolbox import Toolbox


def take(tools: Toolbox, slug: str, language: str) -> tuple[Letter, LetterText]:
    """Return a letter and its current text in `language` or English.

    Raises NoSuchLetter, and TextChanged: a text that was changed in the database is shown to nobody, and signed by nobody.
    """
    key = ("letter", slug, language)
    kept = tools.pages.get(key)
    if isinstance(kept, tuple) and kept[0] > tools.clock():
        return kept[1], kept[2]
    with tools.database.read() as session:
        letter = find_letter(session, slug)
        text = whole_text(session, letter, language)
    tools.pages[key] = (tools.clock() + timedelta(seconds=tools.site.page_seconds), letter, text)
    return letter, text
