"""When an officer is told: the pure rules, without a database or a clock."""

from datetime import UTC, datetime, timedelta

import pytest

from campaign.office.rules import (
    ALERTS,
    CLOSING,
    DIGEST,
    DISPUTE,
    FLOOD,
    MAIL,
    SECOND,
    Event,
    LastAlert,
    closing_moment,
    digest_moment,
    due_alerts,
    is_flood,
)

HOUR = timedelta(hours=1)
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "sent", "due"),
    [
        (Event(1, NOW - HOUR), None, True),
        (Event(0, NOW - HOUR), None, False),
        (Event(1, NOW - HOUR), NOW - 2 * HOUR, True),
        (Event(1, NOW - 3 * HOUR), NOW - 2 * HOUR, False),
        (Event(1, NOW), NOW - HOUR / 2, False),
        (Event(1, NOW), NOW + 900 * HOUR, True),
        (Event(1, NOW + HOUR), None, False),
    ],
)
def test_a_kind_is_due_if_something_came_since_and_an_hour_has_passed(
    event: Event, sent: datetime | None, due: bool
) -> None:
    told = {} if sent is None else {DISPUTE: LastAlert(sent, sent)}
    assert due_alerts({DISPUTE: event}, told, set(), now=NOW) == [DISPUTE] * due
    assert due_alerts({DISPUTE: event}, told, {DISPUTE}, now=NOW) == []


def test_what_is_a_flood_what_is_near_and_when_a_digest_is_due() -> None:
    assert is_flood(20, 0, 71)
    assert not is_flood(19, 0, 71)
    assert not is_flood(30, 71 * 10, 71), "three times as many as usual"
    assert is_flood(50, 71 * 10, 71)
    assert closing_moment(datetime(2026, 5, 5, tzinfo=UTC), NOW) == datetime(2026, 5, 4, tzinfo=UTC)
    assert closing_moment(datetime(2026, 5, 4, tzinfo=UTC), NOW) is None
    assert closing_moment(datetime(2026, 5, 31, tzinfo=UTC), NOW) is None
    assert digest_moment("UTC", 6, NOW) == NOW - 6 * HOUR
    assert digest_moment("UTC", 13, NOW) is None, "that of yesterday is too old"
    assert digest_moment("America/New_York", 8, NOW) == NOW, "summer time there"
    assert {DIGEST, FLOOD, MAIL, DISPUTE, SECOND, CLOSING} == set(ALERTS)
