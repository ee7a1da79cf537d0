"""What a process keeps at hand: each sort by itself, for its time, never without bound, and all gone at once."""

from datetime import timedelta

import pytest

from campaign.web.cache import Cache, Shelf
from tests.conftest import START

TALLIES, TITLES = Shelf[int, int](), Shelf[int, str]()
SOON = START + timedelta(seconds=5)


def test_two_sorts_of_things_are_kept_under_one_key() -> None:
    cache = Cache()
    assert cache.keep(TALLIES, 1, 40, until=SOON) == 40
    cache.keep(TITLES, 1, "An appeal", until=SOON)
    assert (cache.find(TALLIES, 1, now=START), cache.find(TITLES, 1, now=START)) == (40, "An appeal")
    assert cache.find(TALLIES, 2, now=START) is None


def test_a_thing_is_kept_until_its_time_and_no_longer() -> None:
    cache = Cache()
    cache.keep(TALLIES, 1, 40, until=SOON)
    assert cache.find(TALLIES, 1, now=SOON - timedelta(microseconds=1)) == 40
    assert cache.find(TALLIES, 1, now=SOON) is None


def test_the_last_thing_can_be_had_when_its_time_is_over_until_all_is_cleared() -> None:
    cache = Cache()
    assert cache.last(TALLIES, 1) is None
    cache.keep(TALLIES, 1, 40, until=SOON)
    assert (cache.find(TALLIES, 1, now=SOON), cache.last(TALLIES, 1)) == (None, 40)
    cache.clear()
    assert cache.last(TALLIES, 1) is None


def test_what_was_taken_back_is_on_no_shelf_any_more() -> None:
    cache = Cache()
    cache.keep(TALLIES, 1, 40, until=SOON)
    cache.keep(TITLES, 1, "An appeal", until=SOON, size=9)
    cache.clear()
    assert (cache.find(TALLIES, 1, now=START), cache.find(TITLES, 1, now=START), cache.size) == (None, None, 0)


def test_a_full_cache_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaign.web.cache.MOST", 3)
    cache = Cache()
    for number in range(4):
        cache.keep(TALLIES, number, number, until=SOON)
    assert [cache.find(TALLIES, number, now=START) for number in range(4)] == [None, None, None, 3]


def test_the_same_thing_kept_again_takes_its_room_once() -> None:
    cache = Cache()
    for _ in range(3):
        cache.keep(TITLES, 1, "An appeal", until=SOON, size=9)
    assert cache.size == 9
