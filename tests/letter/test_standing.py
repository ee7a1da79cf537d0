"""How a letter stands at a moment, asked of its days, its embargo and what was done to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from campaign.letter.rules import UTC_ZONE, LetterMalformed, read_facts
from campaign.letter.standing import State, own_clock, reason_in, standing
from tests.conftest import LETTERS

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Done:
    what: str
    at: datetime = NOON
    reason: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    opens_on: date = date(2026, 5, 1)
    closes_on: date = date(2026, 5, 4)
    time_zone: str = UTC_ZONE
    embargo_until: datetime | None = None
    moments: tuple[Done, ...] = ()


def test_both_days_are_whole_days_in_the_letters_own_time_zone() -> None:
    for zone, opens, closes in (
        (UTC_ZONE, datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 5, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 4, 30, 12, tzinfo=UTC), datetime(2026, 5, 4, 12, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 5, 1, 4, tzinfo=UTC), datetime(2026, 5, 5, 4, tzinfo=UTC)),
    ):
        letter, second = Sheet(time_zone=zone), timedelta(seconds=1)
        states = [standing(letter, at).state for at in (opens - second, opens, closes - second, closes)]
        assert states == [State.WAITING, State.OPEN, State.OPEN, State.CLOSED], zone
        assert standing(letter, closes - second).until == closes
        assert standing(letter, closes - second).days_left == 0


def test_what_was_done_last_decides_before_the_days_do() -> None:
    acts = ("suspended", "resumed", "closed", "resumed", "withdrawn")
    moments = tuple(Done(what) for what in acts)
    states = [standing(Sheet(moments=moments[:number]), NOON).state for number in range(len(acts) + 1)]
    assert states == ["open", "suspended", "open", "closed", "open", "withdrawn"]
    after = standing(Sheet(moments=moments[:1]), NOON + timedelta(days=9))
    assert (after.state, after.since) == (State.SUSPENDED, date(2026, 5, 4))


def test_a_letter_under_embargo_may_be_signed_by_those_who_see_it_and_says_when_that_changes() -> None:
    letter = Sheet(opens_on=date(2026, 5, 4), embargo_until=NOON + HOUR)
    before, then = standing(letter, NOON), standing(letter, NOON + HOUR)
    assert (before.state, before.embargoed, before.takes_signatures) == (State.EMBARGOED, True, True)
    assert before.until == NOON + HOUR
    assert (then.state, then.embargoed) == (State.OPEN, False)
    stopped = standing(Sheet(embargo_until=NOON + HOUR, moments=(Done("suspended"),)), NOON)
    assert (stopped.embargoed, stopped.takes_signatures) == (True, False)


def test_only_a_suspension_and_a_withdrawal_stop_those_who_signed_in_time_from_confirming() -> None:
    late = NOON + timedelta(days=2)
    assert standing(Sheet(), late).takes_confirmations
    for what, may in (("closed", True), ("suspended", False), ("withdrawn", False)):
        assert standing(Sheet(moments=(Done(what),)), late).takes_confirmations is may


def test_the_clock_of_unconfirmed_forms_stands_still_while_a_letter_is_suspended() -> None:
    def at(hours: float, *acts: tuple[str, float]) -> float:
        moments = tuple(Done(what, NOON + HOUR * when) for what, when in acts)
        return (own_clock(Sheet(moments=moments), NOON + HOUR * hours) - NOON) / HOUR

    assert at(5) == 5
    assert [at(hours, ("suspended", 2)) for hours in (1, 2, 9)] == [1, 2, 2]
    once = ("suspended", 2), ("resumed", 6)
    assert [at(hours, *once) for hours in (1, 4, 6, 8)] == [1, 2, 2, 4]
    assert [at(hours, *once, ("suspended", 7), ("closed", 8)) for hours in (7.5, 8, 10)] == [3, 3, 5]


def test_a_reader_gets_the_reason_in_their_language_or_in_english() -> None:
    assert reason_in("fr", {"en": "A mistake.", "fr": "Une erreur."}) == ("fr", "Une erreur.")
    assert reason_in("ja", {"en": "A mistake.", "fr": "Une erreur."}) == ("en", "A mistake.")
    assert reason_in("ja", {}) == ("en", "")


def test_a_letters_file_may_name_a_time_zone_and_no_other_word() -> None:
    facts = (LETTERS / "appeal" / "letter.toml").read_text(encoding="utf-8")
    assert read_facts(facts).time_zone == UTC_ZONE
    assert read_facts(f'time_zone = "Europe/Brussels"\n{facts}').time_zone == "Europe/Brussels"
    for wrong in ('"Brussels"', '"../etc"', "2"):
        with pytest.raises(LetterMalformed, match="time_zone"):
            read_facts(f"time_zone = {wrong}\n{facts}")
