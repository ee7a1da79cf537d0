"""Letters at hand: read once in a few seconds by each process, since every page needs one."""

from datetime import timedelta

import structlog
from flask import abort

from campaign.letter.models import Letter, LetterText
from campaign.letter.service import NoSuchLetter, current_text, find_letter
from campaign.web.toolbox import toolbox

log = structlog.get_logger()


def take(slug: str, language: str) -> tuple[Letter, LetterText]:
    """Return a letter and its current text in `language` or English; answer 404 if there is none.

    A text that was changed in the database is shown to nobody, and signed by nobody: 500.
    """
    tools, key = toolbox(), ("letter", slug, language)
    kept = tools.pages.get(key)
    if isinstance(kept, tuple) and kept[0] > tools.clock():
        return kept[1], kept[2]
    try:
        with tools.database.read() as session:
            letter = find_letter(session, slug)
            text = current_text(session, letter, language)
    except NoSuchLetter:
        abort(404)
    if not text.is_whole:
        log.error("letter_text_changed", letter=slug, language=text.language)
        abort(500)
    tools.pages[key] = (tools.clock() + timedelta(seconds=tools.site.page_seconds), letter, text)
    return letter, text
