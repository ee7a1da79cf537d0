"""The dashboard: what waits for this officer, what grows, what expires, and numbers that hold no person."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from campaign.letter.models import Letter
from campaign.mail.models import MailPause
from campaign.office.counts import count_forms
from campaign.office.models import DailyCount
from campaign.office.pictures import draw_days
from campaign.office.rules import Span, spans
from campaign.sign.models import Intent
from campaign.withdraw.retention import forget
from tests.cast import Officer, Visitor
from tests.conftest import START, Clock
from tests.review.crowd import hold_by_guard

WAITS = re.compile(r'<a href="([^"]+)"><strong>([\d,]+)</strong>\s+([^<]+)</a>')


def waits(officer: Officer) -> dict[str, str]:
    """Return what waits for an officer: a sentence, and where it leads."""
    return {f"{count} {words}": address for address, count, words in WAITS.findall(officer.get("/desk/").text)}


def funnel(officer: Officer, letter: str = "") -> dict[str, int]:
    """Return the numbers of the funnel."""
    page = officer.get("/desk/", query_string={"letter": letter}).text
    return {name: int(count) for count, name in re.findall(r"<strong>(\d+)</strong> <span>(\w+)</span>", page)}


def test_each_role_sees_what_waits_for_it_and_can_go_there(site: Flask, ines: Officer, tmp_path: Path) -> None:
    ines.sign_and_confirm()
    ines.sign_and_confirm(email="b@example.org")
    hold_by_guard(ines.tools, 2, "flood")
    told = waits(ines)
    assert list(told) == ["1 card waits for a decision", "1 card is held"]
    assert [ines.get(address).status_code for address in told.values()] == [200, 200]
    viewer = Officer(site, tmp_path / "mail").join("vi@campaign.test", "viewer")
    assert "Nothing waits for you." in viewer.get("/desk/").text
    german = Officer(site, tmp_path / "mail").join("gerd@campaign.test", "verifier")
    with ines.tools.database.write() as session:
        session.connection().exec_driver_sql("UPDATE officer SET countries = 'DE' WHERE email LIKE 'gerd%'")
    assert "Nothing waits for you." in german.get("/desk/").text


def test_a_request_is_shown_to_those_who_may_answer_it_and_not_to_the_officer_who_asked(
    site: Flask, ines: Officer, tmp_path: Path
) -> None:
    paul = Officer(site, tmp_path / "mail").join("paul@campaign.test", name="Paul Sand")
    verifier = Officer(site, tmp_path / "mail").join("kim@campaign.test", "verifier")
    ines.confirm_oneself()
    assert ines.post("/desk/people/3/recover", {}, "/desk/people/3").status_code in (202, 303)
    assert "1 request waits for you as the second person" in waits(paul)
    assert waits(ines) == waits(verifier) == {}


def test_the_queues_earlier_address_leads_to_the_queue(ines: Officer) -> None:
    assert ines.get("/desk/?state=held&country=FR").headers["Location"] == "/desk/queue?state=held&country=FR"
    assert ines.get("/desk/?letter=appeal").status_code == 200


def test_the_funnel_counts_what_leaves_no_row_once_and_by_the_day(vera: Officer, clock: Clock) -> None:
    database = vera.tools.database
    count_forms(database, clock())
    assert funnel(vera) == {"typed": 0, "mailed": 0, "confirmed": 0, "verified": 0, "delivered": 0}
    vera.sign_and_confirm()
    for number in range(2):
        vera.sign(email=f"never-{number}@example.org")
    vera.deliver_mail()
    for _worker in range(3):
        clock.move(minutes=5)
        count_forms(database, clock())
    clock.move(hours=80)
    forget(vera.tools.site.erasures, database, clock(), clock_is_right=True)
    with database.read() as session:
        assert session.scalars(select(Intent)).all() == []
        rows = {(row.what, row.letter, row.counted_on): row.count for row in session.scalars(select(DailyCount))}
    assert rows == {("forms typed", "appeal", date(2026, 5, 4)): 3, ("mails sent", "", date(2026, 5, 4)): 3}
    vera.sign_in(code=vera.wait_for_code())
    assert vera.decide(1).status_code == 303
    assert funnel(vera) == {"typed": 3, "mailed": 3, "confirmed": 1, "verified": 1, "delivered": 0}
    assert funnel(vera, "appeal") == {"typed": 3, "confirmed": 1, "verified": 1, "delivered": 0}


def test_a_withdrawn_signature_is_in_no_number(ines: Officer) -> None:
    own = ines.sign_and_confirm()
    assert funnel(ines)["confirmed"] == 1
    ines.client.post(f"{own}/withdraw")
    assert funnel(ines)["confirmed"] == 0
    assert "No signatures yet." in ines.get("/desk/").text


def test_pictures_and_tables_say_the_same_by_country_kind_and_language(vera: Officer) -> None:
    for number, country in enumerate(("FR", "FR", "DE")):
        vera.sign_and_confirm(email=f"p{number}@example.org", country=country)
    vera.decide(1)
    page = " ".join(vera.get("/desk/?days=all").text.split())
    assert "<bdi>France</bdi></th><td>1</td><td>1</td><td>0</td><td>0</td><td>2</td>" in page
    picture = vera.get("/desk/figures/by-country.svg?letter=appeal")
    assert picture.mimetype == "image/svg+xml"
    assert "<title>France · Verified: 1 · Waiting: 1</title>" in picture.text
    assert "2026-05-04: 3" in vera.get("/desk/figures/days.svg").text
    assert vera.get("/desk/figures/by-name.svg").status_code == 404


def test_it_says_what_expires_and_what_stands_still(ines: Officer, clock: Clock) -> None:
    with ines.tools.database.write() as session:
        session.execute(update(Letter).values(closes_on=clock().date() + timedelta(days=9), goal=10))
    ines.sign_and_confirm()
    page = " ".join(re.sub(r"<[^>]+>", " ", ines.get("/desk/").text).split())
    assert "13 May 2026 An appeal closes." in page
    assert "The worker does not run" in page
    assert "An appeal 1 10 10, until 13 May 2026" in page
    forget(ines.tools.site.erasures, ines.tools.database, clock())
    assert "The worker does not run" not in ines.get("/desk/").text


def test_it_says_in_words_how_mail_is_doing(ines: Officer) -> None:
    assert "All mail is sent." in ines.get("/desk/").text
    ines.sign()
    pause = {"since": START - timedelta(hours=1), "until": START + timedelta(hours=1), "refusals": 4}
    with ines.tools.database.write() as session:
        session.execute(insert(MailPause).values(server="mail:25", fault="credentials 535", **pause))
    page = " ".join(ines.get("/desk/").text.split())
    assert "No mail was sent since 04 May, 08:00 UTC" in page
    assert "1 mail waits to be sent, the oldest since 04 May" in page


@pytest.mark.parametrize(("days", "count", "first"), [(30, 30, 1), (62, 62, 1), (200, 30, 4), (800, 28, 28)])
def test_days_are_drawn_one_by_one_or_by_week_or_month(days: int, count: int, first: int) -> None:
    begin, last = date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days - 1)
    every = {begin + timedelta(days=number): 1 for number in range(days)}
    found = spans(every, begin, last)
    assert sum(span.count for span in found) == days
    assert [span.first for span in found[1:]] == [span.last + timedelta(days=1) for span in found[:-1]]
    assert (found[0].first, found[-1].last) == (begin, last)
    assert len(found) <= 62


def test_the_tallest_bar_is_the_day_with_most_and_an_empty_month_has_none() -> None:
    one = date(2026, 5, 1)
    drawn = draw_days([Span(one, one, 2), Span(one, one, 4), Span(one, one, 0)])
    assert [column.height for column in drawn.columns] == [60.0, 120.0, 0.0]
    assert drawn.columns[-1].x + drawn.columns[-1].width <= 100
    assert draw_days([Span(one, one, 0)]).most == 0


def test_the_numbers_are_read_once_for_many_pages(
    make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path
) -> None:
    app = make_app(sqlite_url, page_seconds=5)
    vera = Officer(app, tmp_path / "mail").join()
    Visitor(app, tmp_path / "mail").sign_and_confirm()
    assert funnel(vera)["confirmed"] == 1
    Visitor(app, tmp_path / "mail").sign_and_confirm(email="b@example.org")
    assert funnel(vera)["confirmed"] == 1, "half a minute old at most"
    app.extensions["undersigned"].clock.move(seconds=31)
    assert funnel(vera)["confirmed"] == 2
