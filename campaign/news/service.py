"""Tell what happened to a letter, and note when it reached a number of signatories."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.deliver.reach import public_days
from campaign.letter.models import Letter, LetterPage
from campaign.letter.service import all_letters, pages_of
from campaign.letter.standing import CLOSED, RESUMED, STOPS, WITHDRAWN, reason_in, standing, zone_of
from campaign.news.models import Milestone
from campaign.news.rules import OPENED, UPDATE, Event, arrange, milestones
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
        if name.startswith(PREFIX) and day_of(page) <= standing(letter, now).today
    }
    # 2026-11-29, 2026-11-29-2 … 2026-11-29-10: of one day, the longer name is the later update.
    order = sorted(pages, key=lambda name: (day_of(pages[name]), len(name), name), reverse=True)
    return {name: pages[name] for name in order}


def day_of(page: LetterPage) -> date:
    """Return the day of an update."""
    return page.published_on or date.min


def find_events(session: Session, letter: Letter, language: str, *, now: datetime) -> list[Event]:
    """Return what happened to a letter, day by day, the earliest first; under embargo nothing has."""
    if standing(letter, now).embargoed:
        return []
    updates = updates_of(session, letter, language, now=now)
    told = [*_own_entries(letter, language, now=now)]
    told += [
        Event(day_of(page), UPDATE, OwnWords(page.title, page.language), update=name)
        for name, page in reversed(updates.items())
    ]
    told += [Event(on, what, reached=(key,)) for what, on, key in public_days(session, letter, now=now)]
    rows = session.scalars(select(Milestone).where(Milestone.letter_id == letter.id).order_by(Milestone.threshold))
    told += [Event(row.reached_on, MILESTONE, number=row.threshold) for row in rows if letter.show_count]
    return arrange([*_moments(letter, language, told, now=now), *told])


def note_milestones(database: Database, now: datetime) -> None:
    """Note each number of verified signatories that a letter has reached and that was not noted yet, with today's day.

    Under embargo nothing is noted: the day afterwards is the first on which the public can see the number.
    """
    with database.read() as session:
        public = [letter for letter in all_letters(session) if not standing(letter, now).embargoed]
        known = {(row.letter_id, row.threshold) for row in session.scalars(select(Milestone))}
        new = {
            (letter.id, threshold): standing(letter, now).today
            for letter in public
            for threshold in milestones(count_roll(session, letter.id).total, letter.goal)
            if (letter.id, threshold) not in known
        }
    if new:
        with database.write() as session:
            for (letter_id, threshold), today in new.items():
                session.merge(Milestone(letter_id=letter_id, threshold=threshold, reached_on=today))


def _own_entries(letter: Letter, language: str, *, now: datetime) -> Iterator[Event]:
    zone = zone_of(letter.time_zone)
    for entry in from_stored(letter.timeline):
        if entry.is_shown(now, zone):
            spoken = next(one for one in (language, letter.original, "en") if one in entry.said)
            yield Event(entry.day(zone), entry.what, OwnWords(entry.said[spoken], spoken), entry.source)


def _moments(letter: Letter, language: str, told: list[Event], *, now: datetime) -> Iterator[Event]:
    """Yield when signing opened and closed, and what was done to the letter; never an hour.

    The campaign's own word on its first day takes the place of ours.
    """
    today, zone = standing(letter, now).today, zone_of(letter.time_zone)
    if letter.opens_on <= today and (letter.opens_on, PUBLISHED) not in {(one.on, one.what) for one in told}:
        yield Event(letter.opens_on, OPENED)
    acts = [one for one in letter.moments if one.what in (*STOPS, RESUMED)]
    for act in acts:
        spoken, reason = reason_in(language, act.reason)
        yield Event(act.at.astimezone(zone).date(), act.what, OwnWords(reason, spoken))
    if letter.closes_on < today and (not acts or acts[-1].what not in (CLOSED, WITHDRAWN)):
        yield Event(letter.closes_on, CLOSED)
