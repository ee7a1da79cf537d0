"""Tallies at hand: counted once in a few seconds by each process, since every page and every output needs one."""

from datetime import timedelta

from sqlalchemy.orm import Session

from campaign.letter.models import Letter
from campaign.roll.rules import Tally
from campaign.roll.service import count_roll
from campaign.web.toolbox import Toolbox


def keep_tally(tools: Toolbox, session: Session, letter: Letter) -> Tally:
    """Return a letter's tally, counted anew at most once in a few seconds by each process."""
    key = ("tally", letter.id)
    known = tools.pages.get(key)
    if isinstance(known, tuple) and known[0] > tools.clock():
        tally = known[1]
        assert isinstance(tally, Tally)
        return tally
    tally = count_roll(session, letter.id)
    tools.pages[key] = (tools.clock() + timedelta(seconds=tools.site.page_seconds), tally)
    return tally
