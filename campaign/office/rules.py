"""What an officer is told by mail and when, how days are grouped in a picture, and what counts as soon; no clock."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FORMS_TYPED, MAILS_SENT, MAILS_GIVEN_UP = "forms typed", "mails sent", "mails given up"
DIGEST, FLOOD, MAIL, DISPUTE, SECOND, CLOSING = "digest", "flood", "mail", "dispute", "second", "closing"
ALERTS = {
    DIGEST: "The daily digest: what waits for you",
    FLOOD: "The guard holds many more forms than usual",
    MAIL: "Mail is not accepted, or was given up",
    DISPUTE: "A lawmaker’s entry is disputed",
    SECOND: "A request waits for a second person",
    CLOSING: "A letter closes soon",
}
QUIET = timedelta(hours=1)  # between two alerts of one kind to one officer
DIGEST_HOUR, TIME_ZONE = 6, "UTC"
LATEST_DIGEST = timedelta(hours=12)  # a digest that the worker missed for longer is left out
FLOOD_HOUR, FLOOD_TIMES = 20, 5  # held forms in an hour, and how many times as many as in a usual hour
STUBBORN = 3  # refusals in a row after which a mail server's pause is more than a hiccup (eight minutes)
CLOSES_SOON = (timedelta(days=7), timedelta(days=1))  # told that long before the end of the last day
SOON = timedelta(days=30)
OLD_ROSTER = timedelta(days=90)
MOST_BARS = 62  # of days, or weeks, or months, in one picture


class ClockRefused(ValueError):
    """There is no such time zone or hour; the message says which."""


@dataclass(frozen=True)
class Event:
    """What an officer may be told: how many there are, and when the newest of them came."""

    count: int
    newest: datetime


@dataclass(frozen=True)
class LastAlert:
    """When an officer was last told of a kind, and the newest thing that they were told of."""

    at: datetime
    newest: datetime


def due_alerts(
    events: Mapping[str, Event], sent: Mapping[str, LastAlert], unwanted: Collection[str], *, now: datetime
) -> list[str]:
    """Return the kinds of which one officer is told now.

    A kind is due if something newer came than what was last told of, it is wanted, and an hour has passed. A mail that
    was sent in the future is one of a clock that has jumped, and counts as none.
    """
    told = {kind: last for kind, last in sent.items() if last.at <= now}
    return [
        kind
        for kind, event in events.items()
        if event.count
        and kind not in unwanted
        and event.newest <= now
        and (kind not in told or (event.newest > told[kind].newest and now - told[kind].at >= QUIET))
    ]


def is_flood(last_hour: int, before: int, hours: int) -> bool:
    """Say whether the forms held in the last hour are many more than in one of the `hours` before."""
    return last_hour >= FLOOD_HOUR and last_hour * hours >= before * FLOOD_TIMES


def digest_moment(zone: str, hour: int, now: datetime) -> datetime | None:
    """Return the newest moment at which a digest is due, in UTC; None if that is too long ago."""
    here = now.astimezone(known_zone(zone))
    moment = datetime.combine(here.date(), time(hour), here.tzinfo)
    if moment > here:
        moment = datetime.combine(here.date() - timedelta(days=1), time(hour), here.tzinfo)
    moment = moment.astimezone(now.tzinfo)
    return moment if now - moment < LATEST_DIGEST else None


def closing_moment(end: datetime, now: datetime) -> datetime | None:
    """Return the newest moment at which the `end` of a letter became near, None if it is not near, or over."""
    passed = [end - ahead for ahead in CLOSES_SOON if end - ahead <= now < end]
    return max(passed, default=None)


def known_zone(name: str) -> ZoneInfo:
    """Return a time zone by its name. Raises ClockRefused."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise ClockRefused(f"There is no time zone {name[:60]}. Write it as Europe/Berlin.") from fault


@dataclass(frozen=True)
class Span:
    """Some days in a row, and how many signatures are of them."""

    first: date
    last: date
    count: int


def spans(days: Mapping[date, int], first: date, last: date) -> list[Span]:
    """Return the days from `first` to `last`, one by one, or by weeks or months where they are too many to draw."""
    whole = (last - first).days + 1
    starts = [first + timedelta(days=number) for number in range(whole)]
    if whole > MOST_BARS:
        starts = [day for day in starts if day == first or (day.weekday() == 0)]
    if len(starts) > MOST_BARS:
        starts = [first, *_months(first, last)]
    ends = [following - timedelta(days=1) for following in starts[1:]] + [last]
    counted: Counter[date] = Counter()
    for day, count in days.items():
        begun = [start for start in starts if start <= day]
        if begun and day <= last:
            counted[begun[-1]] += count
    return [Span(start, end, counted[start]) for start, end in zip(starts, ends, strict=True)]


def _months(first: date, last: date) -> list[date]:
    months = [date(first.year + (first.month + n) // 12, (first.month + n) % 12 + 1, 1) for n in range(600)]
    return [month for month in months if month <= last]
