"""Cached tallies: every page and output needs one, so each process counts at most once in a few seconds."""

from datetime import date

from sqlalchemy.orm import Session

from campaign.letter.models import Letter
from campaign.roll.rules import Tally
from campaign.roll.service import count_roll
from campaign.web.cache import Shelf
from campaign.web.toolbox import Toolbox

TALLIES = Shelf[int, Tally]()  # by the letter's id


def keep_tally(tools: Toolbox, session: Session, letter: Letter) -> Tally:
    """Return a letter's tally as the public may see it, a few seconds old at most."""
    tally = tools.cache.find(TALLIES, letter.id, now=tools.clock())
    if tally is None:
        tally = tools.cache.keep(TALLIES, letter.id, count_roll(session, letter.id), until=tools.shortly)
    return tally if is_count_public(letter, tools.clock().date()) else tally.without_numbers()


def is_count_public(letter: Letter, today: date) -> bool:
    """Say whether the public may know how many have signed: at any time, or once signing has closed."""
    return letter.show_count or today > letter.closes_on
