"""The one question about a letter and a moment: is it public, does it take signatures, and until when? Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from campaign.letter.rules import UTC_ZONE

SUSPENDED, RESUMED, CLOSED, WITHDRAWN = MOMENTS = ("suspended", "resumed", "closed", "withdrawn")
ENGLISH = "en"


class State(StrEnum):
    """How a letter stands."""

    EMBARGOED = "embargoed"
    WAITING = "not open yet"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


STOPS = (SUSPENDED, CLOSED, WITHDRAWN)  # each is a state too


class Happened(Protocol):
    """One moment of a letter: what was done, when, and why, in words by language."""

    @property
    def what(self) -> str:
        """One of MOMENTS."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def reason(self) -> Mapping[str, str]:
        """Why: what readers are told, by language."""


class Dated(Protocol):
    """A letter with its days, which are days in its own time zone, its embargo and its moments, the earliest first."""

    @property
    def opens_on(self) -> date:
        """The first day."""

    @property
    def closes_on(self) -> date:
        """The last day, which is included."""

    @property
    def time_zone(self) -> str:
        """An IANA name."""

    @property
    def embargo_until(self) -> datetime | None:
        """The moment before which the public does not learn of the letter."""

    @property
    def moments(self) -> Sequence[Happened]:
        """What was done, the earliest first."""


@dataclass(frozen=True)
class Standing:
    """How a letter stands at one moment.

    `moment` is the act that made it so, and `since` its day; None if only its days or its embargo did. `today` and
    `since` are days in the letter's time zone. `until` is the next moment at which something changes by itself: the end
    of the embargo, or the next day.
    """

    state: State
    embargoed: bool
    moment: Happened | None
    since: date | None
    today: date
    days_left: int
    until: datetime

    @property
    def takes_signatures(self) -> bool:
        """Say whether a form may be sent. Under embargo it may: only people with a preview link see the form."""
        return self.state in (State.OPEN, State.EMBARGOED)

    @property
    def takes_confirmations(self) -> bool:
        """Say whether a form that was sent in time may be confirmed: also after the last day, as was promised."""
        return self.state not in (State.SUSPENDED, State.WITHDRAWN)


def standing(letter: Dated, now: datetime) -> Standing:
    """Return how a letter stands: withdrawn, closed or suspended by an act, else by its embargo and its days."""
    zone = zone_of(letter.time_zone)
    today = now.astimezone(zone).date()
    moments = [letter.embargo_until, day_begins(today + timedelta(days=1), letter.time_zone)]
    embargoed = letter.embargo_until is not None and now < letter.embargo_until
    act = last_act(letter.moments)
    stopped = State(act.what) if act and act.what in STOPS else None
    state = stopped or _by_days(letter, today, embargoed=embargoed)
    return Standing(
        state,
        embargoed,
        act if stopped else None,
        act.at.astimezone(zone).date() if act and stopped else None,
        today,
        (letter.closes_on - today).days,
        min(moment for moment in moments if moment is not None and moment > now),
    )


def last_act(moments: Sequence[Happened]) -> Happened | None:
    """Return the newest moment that stopped the letter or let it go on."""
    return moments[-1] if moments else None


def own_clock(letter: Dated, now: datetime) -> datetime:
    """Return the time by the clock of a letter's unconfirmed forms: it stands still while the letter is suspended."""
    for began, ended in reversed(_pauses(letter.moments, now)):
        if now >= ended:
            now -= ended - began
        elif now > began:
            now = began
    return now


def reason_in(language: str, reason: Mapping[str, str]) -> tuple[str, str]:
    """Return a reason with its language: the reader's, else English, else the first there is; empty without any."""
    for spoken in (language, ENGLISH, *reason):
        if reason.get(spoken):
            return spoken, reason[spoken]
    return ENGLISH, ""


@cache
def zone_of(name: str) -> tzinfo:
    """Return a time zone; UTC for a name that this machine does not know any more."""
    try:
        return UTC if name == UTC_ZONE else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def day_begins(on: date, time_zone: str) -> datetime:
    """Return the moment at which a day begins in a time zone."""
    return datetime.combine(on, time(), zone_of(time_zone)).astimezone(UTC)


def _by_days(letter: Dated, today: date, *, embargoed: bool) -> State:
    if today > letter.closes_on:
        return State.CLOSED
    if embargoed:
        return State.EMBARGOED
    return State.WAITING if today < letter.opens_on else State.OPEN


def _pauses(moments: Sequence[Happened], now: datetime) -> list[tuple[datetime, datetime]]:
    """Return when a letter was suspended: from and until; one that is suspended still, until after `now`."""
    ends = [*(one.at for one in moments[1:]), now + timedelta(days=1)]
    return [(one.at, end) for one, end in zip(moments, ends, strict=False) if one.what == SUSPENDED]
