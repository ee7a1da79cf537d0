"""Tell what happened to a letter, and note when it reached a number of signatories."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.deliver.reach import public_days
from campaign.letter.models import Letter, LetterPage
from campaign.letter.service import all_letters, pages_of
from campaign.news.models import Milestone
from campaign.news.rules import CLOSED, OPENED, UPDATE, Event, arrange, milestones
from campaign.roll.service import count_roll
from campaign.storage.database import Database
from campaign.web.toolbox import OwnWords
from campaign.world.timeline import MILESTONE, PUBLISHED, from_stored

PREFIX = "update-"


def updates_of(session: Session, letter: Letter, language: str, *, now: datetime) -> dict[str, LetterPage]:
    """Return the updates whose day has come, by name, the newest first; in English where there is no translation."""
    pages = {
        name.removeprefix(PREFIX): page
        for name, page in pages_of(session, letter, language).items()
        if name.startswith(PREFIX) and day_of(page) <= now.date()
    }
    # 2026-11-29, 2026-11-29-2 … 2026-11-29-10: of one day, the longer name is the later update.
    order = sorted(pages, key=lambda name: (day_of(pages[name]), len(name), name), reverse=True)
    return {name: pages[name] for name in order}


def day_of(page: LetterPage) -> date:
    """Return the day of an update."""
    return page.published_on or date.min


def find_events(session: Session, letter: Letter, language: str, *, now: datetime) -> list[Event]:
    """Return what happened to a letter, day by day, the earliest first; under embargo nothing has."""
    if letter.is_embargoed(now):
        return []
    updates = updates_of(session, letter, language, now=now)
    told = [*_own_entries(letter, language, now=now)]
    told += [
        Event(day_of(page), UPDATE, OwnWords(page.title, page.language), update=name)
        for name, page in reversed(updates.items())
    ]
    told += [Event(on, what, reached=(key,)) for what, on, key in public_days(session, letter, now=now)]
    rows = session.scalars(select(Milestone).where(Milestone.letter_id == letter.id).order_by(Milestone.threshold))
    told += [Event(row.reached_on, MILESTONE, number=row.threshold) for row in rows]
    return arrange([*_days(letter, told, now=now), *told])


def note_milestones(database: Database, now: datetime) -> None:
    """Note each number of verified signatories that a letter has reached and that was not noted yet, with today's day.

    Under embargo nothing is noted: the day afterwards is the first on which the public can see the number.
    """
    with database.read() as session:
        letters = [letter for letter in all_letters(session) if not letter.is_embargoed(now)]
        reached = [
            (letter.id, threshold)
            for letter in letters
            for threshold in milestones(count_roll(session, letter.id).total, letter.goal)
        ]
        known = {(row.letter_id, row.threshold) for row in session.scalars(select(Milestone))}
    if new := [one for one in reached if one not in known]:
        with database.write() as session:
            for letter_id, threshold in new:
                if session.get(Milestone, (letter_id, threshold)) is None:
                    session.add(Milestone(letter_id=letter_id, threshold=threshold, reached_on=now.date()))


def _own_entries(letter: Letter, language: str, *, now: datetime) -> Iterator[Event]:
    for entry in from_stored(letter.timeline):
        if entry.is_shown(now):
            spoken = next(one for one in (language, letter.original, "en") if one in entry.said)
            yield Event(entry.day, entry.what, OwnWords(entry.said[spoken], spoken), entry.source)


def _days(letter: Letter, told: list[Event], *, now: datetime) -> Iterator[Event]:
    """Yield the days on which signing opened and closed; the campaign's own word on its first day is enough."""
    if letter.opens_on <= now.date() and (letter.opens_on, PUBLISHED) not in {(one.on, one.what) for one in told}:
        yield Event(letter.opens_on, OPENED)
    if letter.closes_on < now.date():
        yield Event(letter.closes_on, CLOSED)
