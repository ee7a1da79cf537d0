"""What stands in the timeline of a letter, in which order, and what of it stands at the letter's head."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlsplit

from campaign.letter.standing import RESUMED, STOPS
from campaign.web.toolbox import OwnWords
from campaign.world.timeline import DELIVERED, MILESTONE, OTHER, OUTCOME, PUBLISHED, VOTE

OPENED, ANSWERED, UPDATE = "opened", "answered", "update"
# What happened on one day stands in this order; entries of the same sort stay in the order of the file.
ORDER = (PUBLISHED, OPENED, VOTE, OUTCOME, MILESTONE, DELIVERED, ANSWERED, OTHER, UPDATE, *STOPS, RESUMED)
THRESHOLDS = tuple(first * 10**zeros for zeros in range(1, 7) for first in (1, 5))  # 10, 50, 100 … 5,000,000
NO_WORDS = OwnWords()
MOST_DAYS = 12  # so many lines of deliveries, or of answers, stand by day; more stand by month


@dataclass(frozen=True)
class Event:
    """One line of the timeline.

    `words` are the campaign's own, with the URL of their `source`; beside a suspension they are its reason. `update` is the name of an update. `reached` are
    the recipients of deliveries or answers, by country or key. `number` counts signatories. With `in_month`, `on` is
    the first day of the month that it stands for.
    """

    on: date
    what: str
    words: OwnWords = NO_WORDS
    source: str = ""
    update: str = ""
    reached: tuple[str, ...] = ()
    number: int = 0
    in_month: bool = False

    @property
    def moment(self) -> bool:
        """Say whether it is an act that suspended the letter, closed or withdrew it, or let it go on."""
        return self.what in (*STOPS, RESUMED)

    @property
    def host(self) -> str:
        """Return the host of its source."""
        return (urlsplit(self.source).hostname or "").removeprefix("www.")

    @property
    def when(self) -> str:
        """Return its day or month as ISO 8601 writes it."""
        return self.on.isoformat()[: len("2026-12" if self.in_month else "2026-12-10")]


def arrange(events: Iterable[Event]) -> list[Event]:
    """Return the events in order; what was delivered, answered or reached on one day is one line."""
    merged: list[Event] = []
    for event in sorted(events, key=lambda event: (event.on, ORDER.index(event.what))):
        last = merged[-1] if merged else None
        if last and _joins(last) and _joins(event) and (last.on, last.what) == (event.on, event.what):
            reached = tuple(dict.fromkeys((*last.reached, *event.reached)))
            merged[-1] = replace(last, reached=reached, number=max(last.number, event.number))
        else:
            merged.append(event)
    return merged


def shorten(events: list[Event]) -> list[Event]:
    """Return the lines that a page shows: many days of deliveries, or of answers, are told by month."""
    for what in (DELIVERED, ANSWERED):
        if sum(event.what == what and _joins(event) for event in events) > MOST_DAYS:
            events = arrange(
                replace(event, on=event.on.replace(day=1), in_month=True)
                if event.what == what and _joins(event)
                else event
                for event in events
            )
    return _with_updates(events)


def headlines(events: list[Event], today: date) -> list[Event]:
    """Return what stands at the head: the last outcome, and the newest update if it is of a later day."""
    news = [one for one in _with_updates(events) if one.what in (OUTCOME, UPDATE) and one.on <= today]
    last = [next((one for one in reversed(news) if one.what == what), None) for what in (OUTCOME, UPDATE)]
    outcome, update = last
    if outcome and update and update.on <= outcome.on:
        return [outcome]
    return [one for one in last if one]


def _with_updates(events: list[Event]) -> list[Event]:
    """Join each outcome with the first update of its day, which tells more about it: one line leads there."""
    first = {event.on: event for event in reversed(events) if event.what == UPDATE}
    outcomes = {event.on for event in events if event.what == OUTCOME}
    joined = [first[day] for day in outcomes & first.keys()]
    return [
        replace(event, update=first[event.on].update) if event.what == OUTCOME and event.on in first else event
        for event in events
        if event not in joined
    ]


def anchored(events: list[Event]) -> list[tuple[str, Event]]:
    """Return each event with the name by which an address finds it on the letter's page."""
    taken: Counter[str] = Counter()
    lines: list[tuple[str, Event]] = []
    for event in events:
        name = f"{event.when}-{event.what}"
        taken[name] += 1
        lines.append((name if taken[name] == 1 else f"{name}-{taken[name]}", event))
    return lines


def milestones(total: int, goal: int | None) -> list[int]:
    """Return the numbers that `total` signatories have reached: the thresholds, and the letter's own goal."""
    return sorted({one for one in (*THRESHOLDS, goal or 0) if 0 < one <= total})


def _joins(event: Event) -> bool:
    """Say whether the software knows of it, so that several of one day are one line."""
    return bool(event.reached or event.number)
