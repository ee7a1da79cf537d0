"""At its moment a letter stands everywhere: in every kept page and on every machine, whoever moved the moment."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.letter.models import Letter
from campaign.storage.database import Database
from tests.cast import Visitor
from tests.conftest import LETTERS, Clock
from tests.storage.test_write_queue import away

INDEX, PAGE, API = "/en/", "/en/appeal", "/api/v1/letters"
PAGES = (INDEX, PAGE, API, "/en/appeal/signatories", "/en/appeal/text.md", "/api/v1/letters/appeal/tally")
TITLE = "An appeal"


@pytest.fixture
def machines(make_app: Callable[..., Flask], database_url: str, tmp_path: Path) -> list[Visitor]:
    """Two machines that keep pages for five seconds, on one database."""
    return [Visitor(make_app(database_url, page_seconds=5), tmp_path / "mail") for _ in range(2)]


def change(visitor: Visitor, **values: Any) -> None:
    with visitor.tools.database.write() as session:
        letter = session.scalars(select(Letter)).one()
        for name, value in values.items():
            setattr(letter, name, value)


def run(visitor: Visitor, *words: str) -> str:
    done = visitor.app.test_cli_runner().invoke(args=["letter", *words])
    assert done.exit_code == 0, done.output
    return done.output


def shown(visitor: Visitor) -> set[str]:
    """Return the addresses that show the letter, asked as a browser asks that has the page of a moment ago."""
    return {path for path in PAGES if (answer := visitor.get(path)).status_code == 200 and _tells(answer.text)}


def _tells(page: str) -> bool:
    return TITLE in page or '"appeal"' in page


def test_at_the_moment_every_page_shows_it_on_both_machines_and_not_a_second_before(
    machines: list[Visitor], clock: Clock
) -> None:
    change(machines[0], embargo_until=clock.now + timedelta(seconds=7))
    for _second in range(7):
        assert [shown(one) for one in machines] == [set(), set()], clock.now
        clock.move(seconds=1)
    assert [shown(one) for one in machines] == [set(PAGES), set(PAGES)]


def test_a_browser_that_kept_the_page_of_a_second_ago_is_sent_the_new_one(
    machines: list[Visitor], clock: Clock
) -> None:
    change(machines[0], embargo_until=clock.now + timedelta(seconds=1))
    known = [one.get(INDEX).headers["ETag"] for one in machines]
    same = [one.get(INDEX, headers={"If-None-Match": etag}) for one, etag in zip(machines, known, strict=True)]
    clock.move(seconds=1)
    new = [one.get(INDEX, headers={"If-None-Match": etag}) for one, etag in zip(machines, known, strict=True)]
    assert [answer.status_code for answer in (*same, *new)] == [304, 304, 200, 200]
    assert all(TITLE in answer.text for answer in new)


def test_an_embargo_that_was_moved_to_later_holds_on_the_machine_that_was_not_told(
    machines: list[Visitor], clock: Clock
) -> None:
    here, there = machines
    change(here, embargo_until=clock.now + timedelta(seconds=4))
    assert shown(there) == set()
    clock.move(seconds=3)
    run(here, "embargo", "appeal", (clock.now + timedelta(hours=1)).isoformat())
    assert shown(there) == set()
    clock.move(seconds=1)
    assert [shown(one) for one in machines] == [set(), set()]
    clock.move(hours=1)
    assert [shown(one) for one in machines] == [set(PAGES), set(PAGES)]


def test_an_embargo_that_a_file_moved_to_earlier_ends_at_its_new_moment(
    machines: list[Visitor], clock: Clock, tmp_path: Path
) -> None:
    here, there = machines
    change(here, embargo_until=clock.now + timedelta(hours=9))
    assert shown(there) == set()
    folder = tmp_path / "letters" / "appeal"
    folder.mkdir(parents=True)
    for path in LETTERS.glob("appeal/**/*.*"):
        copy = folder / path.relative_to(LETTERS / "appeal")
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
    with (folder / "letter.toml").open("a", encoding="utf-8") as file:
        file.write(f"embargo_until = {(clock.now + timedelta(seconds=6)).isoformat()}\n")
    run(here, "load", str(tmp_path / "letters"))
    clock.move(seconds=5)
    assert [shown(one) for one in machines] == [set(), set()]
    clock.move(seconds=1)
    assert [shown(one) for one in machines] == [set(PAGES), set(PAGES)]


@pytest.mark.parametrize(("zone", "hour"), [("UTC", 0), ("Pacific/Auckland", 12), ("America/New_York", 4)])
def test_a_letter_opens_and_closes_with_the_days_of_its_own_place(
    make_app: Callable[..., Flask], sqlite_url: str, clock: Clock, tmp_path: Path, zone: str, hour: int
) -> None:
    visitor = Visitor(make_app(sqlite_url, page_seconds=5), tmp_path / "mail")
    day = date(2026, 5, 5) if hour < 12 else date(2026, 5, 6)  # in Auckland it is the 6th at noon of the 5th
    change(visitor, opens_on=day, closes_on=day, time_zone=zone)
    first = clock.now.replace(day=5, hour=hour)
    told = []
    for moment in (first, first + timedelta(days=1)):
        for clock.now in (moment - timedelta(seconds=1), moment):
            page = visitor.get(PAGE).text
            told.append("opens" if "Signing opens on" in page else "last" if "last day" in page else "closed")
    assert told == ["opens", "last", "last", "closed"]


def test_a_page_whose_moment_has_come_is_not_shown_while_the_database_is_away(
    make_app: Callable[..., Flask], sqlite_url: str, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor(make_app(sqlite_url, page_seconds=5), tmp_path / "mail")
    clock.now = clock.now.replace(month=12, day=31, hour=23, minute=59, second=50)
    assert visitor.get(PAGE).status_code == 200
    monkeypatch.setattr(Database, "read", away)
    clock.move(seconds=6)
    assert visitor.get(PAGE).status_code == 200, "the last page stands in"
    clock.move(seconds=5)
    assert visitor.get(PAGE).status_code == 503, "the letter has closed: that page would lie"
