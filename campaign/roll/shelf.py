"""Cached tallies: every page and output needs one, so each process counts at most once in a few seconds."""

from sqlalchemy.orm import Session

from campaign.letter.models import Letter
from campaign.roll.rules import Tally
from campaign.roll.service import count_roll
from campaign.web.cache import Shelf
from campaign.web.toolbox import Toolbox

TALLIES = Shelf[int, Tally]()  # by the letter's id


def keep_tally(tools: Toolbox, session: Session, letter: Letter) -> Tally:
    """Return a letter's tally, a few seconds old at most."""
    known = tools.cache.find(TALLIES, letter.id, now=tools.clock())
    if known is not None:
        return known
    return tools.cache.keep(TALLIES, letter.id, count_roll(session, letter.id), until=tools.shortly)
