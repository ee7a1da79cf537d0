"""An officer orders a package; the worker makes one at a time, whole or not at all, while mails go out."""

import threading
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.audit.models import LogEntry
from campaign.document.models import Delivery
from campaign.document.press import turn
from campaign.document.printing import PRINTER
from campaign.document.rules import Document
from campaign.package import making
from campaign.package.builds import LeaseLost, finish_build, lease_build
from campaign.package.models import Build, Package
from campaign.package.packing import freeze
from campaign.package.rules import BUILD_LEASE, MOST_ATTEMPTS
from campaign.package.verify import judge
from campaign.worker import builder
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.deliver.ways import approve, count, step
from tests.package.asking import PAGE, WANTED, ask, kept_files, rows, work
from tests.package.parcels import FIRST, PUBLIC, make, run, sign


def test_an_officer_orders_a_package_and_downloads_it_and_another_approves_it(
    visitor: Visitor, vera: Officer, paul: Officer, tmp_path: Path
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    page = ask(vera)
    assert "Waiting for the worker" in vera.get(page).text
    assert 'http-equiv="refresh"' not in vera.get(page).text
    assert 'http-equiv="refresh"' in vera.get(f"{page}?follow=yes").text
    assert work(visitor)
    assert not work(visitor)
    ready = vera.get(f"{page}?follow=yes").text
    assert "It is ready" in ready
    assert 'http-equiv="refresh"' not in ready
    assert kept_files(visitor) == [f"{FIRST}.zip"]
    vera.confirm_oneself()
    taken = vera.post(f"{page}/file", {}, page)
    assert (taken.status_code, taken.headers["Content-Type"]) == (200, "application/zip")
    book = tmp_path / "taken.zip"
    book.write_bytes(taken.data)
    taken.close()
    assert judge(book)[1]
    assert sha256(taken.data).hexdigest() in ready
    assert "byte for byte" in run(visitor, "check", str(book))
    with visitor.tools.database.read() as session:
        delivery = session.scalars(select(Delivery)).one()
        log = [(entry.actor, entry.action) for entry in session.scalars(select(LogEntry).order_by(LogEntry.id))]
    assert delivery.officer_id == 1
    assert [one for one in log if one[1] in ("build", "freeze", "package", "package taken")] == [
        ("Vera Lind", action) for action in ("build", "freeze", "package", "package taken")
    ]
    assert "asked for a package of the letter appeal for France" in vera.get("/desk/log").text
    vera.confirm_oneself()
    assert step(vera, "approve").status_code == 422, "a second person approves it"
    approve(paul)


def test_one_button_orders_a_package_for_every_recipient_of_the_letter(visitor: Visitor, vera: Officer) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    alone = ask(vera, country="JP")
    assert ask(vera, country="all").endswith(PAGE)
    assert sorted(build.country for build in rows(visitor)) == ["CH", "DE", "FR", "JP"], "Japan's was joined"
    assert alone.endswith("/1")
    while work(visitor):
        pass
    assert [build.outcome for build in rows(visitor)] == ["done"] * 4
    assert len(kept_files(visitor)) == 4


def test_an_order_for_the_same_package_joins_it_and_another_one_waits(
    visitor: Visitor, vera: Officer, paul: Officer
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    first = ask(vera)
    assert ask(paul, language="en", paper="a4") == first
    assert not rows(visitor)[0].again
    assert ask(paul, again="yes") == first
    assert rows(visitor)[0].again, "an order with `again` sets it for both"
    other = ask(paul, country="DE")
    assert other != first
    assert "1 ahead of it" in paul.get(other).text
    assert work(visitor)
    assert ask(paul, again="yes") not in (first, other)
    assert len(rows(visitor)) == 3


def test_one_package_is_made_at_a_time_and_a_killed_workers_is_made_again(
    visitor: Visitor, vera: Officer, clock: Clock
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    ask(vera), ask(vera, country="DE")
    with visitor.tools.database.write() as session:
        killed = lease_build(session, now=clock())
    assert killed is not None
    with visitor.tools.database.write() as session:
        assert lease_build(session, now=clock()) is None, "one is leased"
    assert not work(visitor)
    folder = visitor.tools.site.packages
    (folder / f".{FIRST}.part").mkdir(parents=True)
    (folder / f"{FIRST}.zip").write_bytes(b"named, and killed before it was on record")
    clock.move(seconds=BUILD_LEASE.total_seconds() + 1)
    assert work(visitor)
    assert kept_files(visitor) == [f"{FIRST}.zip"]
    assert judge(folder / f"{FIRST}.zip")[1]
    with pytest.raises(LeaseLost), visitor.tools.database.write() as session:
        finish_build(session, killed, 1, now=clock())
    assert (rows(visitor)[0].outcome, rows(visitor)[0].attempts) == ("done", 2)
    assert work(visitor)
    assert [row.outcome for row in rows(visitor)] == ["done", "done"]


def test_a_build_that_kills_every_worker_fails_and_the_next_is_made(
    visitor: Visitor, vera: Officer, clock: Clock
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    page, _next = ask(vera), ask(vera, country="DE")
    for _ in range(MOST_ATTEMPTS):
        with visitor.tools.database.write() as session:
            assert lease_build(session, now=clock()) is not None
        clock.move(seconds=BUILD_LEASE.total_seconds() + 1)
    assert work(visitor)
    assert [row.outcome for row in rows(visitor)] == ["failed", "done"]
    assert "stopped three times" in vera.get(page).text


def test_two_workers_at_once_lease_one_build(visitor: Visitor, vera: Officer, clock: Clock) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    ask(vera), ask(vera, country="DE"), ask(vera, country="CH")
    taken: list[Build | None] = []

    def worker() -> None:
        with visitor.tools.database.write() as session:
            taken.append(lease_build(session, now=clock()))

    threads = [threading.Thread(target=worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in taken if one is not None]) == 1
    assert sum(row.turn == 1 for row in rows(visitor)) == 1


def test_the_page_shows_the_progress_of_a_build_and_stops_it(
    visitor: Visitor, vera: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    page, printing, seen = ask(vera), threading.Event(), []
    monkeypatch.setattr(builder, "LOOK_EVERY", 0.05)

    def slow(document: Document) -> bytes:
        printing.set()
        for _ in range(200):
            if over.wait(0.05):
                break
        return b"%PDF never kept"

    over = threading.Event()
    monkeypatch.setattr(PRINTER, "_build", slow)
    thread = threading.Thread(target=work, args=(visitor,))
    thread.start()
    assert printing.wait(20)
    for _ in range(100):
        seen.append(vera.get(page).text)
        if "Printing the letter" in seen[-1]:
            break
    assert '<progress value="0" max="1"' in seen[-1]
    assert "0 of 1 names" in seen[-1]
    visitor.sign(PUBLIC, name="Nour Satea", email="nour@example.org")
    assert len(visitor.deliver_mail()) == 1, "mail goes out meanwhile"
    assert vera.post(f"{page}/cancel", {}, page).status_code == 303
    over.set()
    thread.join()
    assert "It was stopped" in vera.get(page).text
    assert vera.post(f"{page}/cancel", {}, PAGE).status_code in (400, 422)
    assert kept_files(visitor) == []
    assert count(visitor, Delivery, Package) == [0, 0]
    assert not work(visitor)


def test_a_worker_that_is_told_to_stop_puts_the_build_back_in_the_queue(
    visitor: Visitor, vera: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    page = ask(vera)
    real, stop = freeze, threading.Event()
    monkeypatch.setattr(builder, "LOOK_EVERY", 0.02)

    def slow(*values: object) -> object:
        stop.set()
        threading.Event().wait(0.5)
        return real(*values)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(making, "freeze", slow)
        assert work(visitor, stop.is_set)
    (row,) = rows(visitor)
    assert (row.turn, row.outcome, row.attempts) == (None, "", 0)
    assert "Waiting for the worker" in vera.get(page).text
    assert kept_files(visitor) == []
    assert work(visitor)
    assert rows(visitor)[0].outcome == "done"


def test_a_build_that_waits_for_the_press_can_be_stopped(
    visitor: Visitor, vera: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(("Odile Verchamp", "Bela Trost"), 1):
        sign(visitor, vera, number, name)
    page = ask(vera)
    monkeypatch.setattr(making, "WHOLE", 1)
    monkeypatch.setattr(builder, "LOOK_EVERY", 0.02)
    thread = threading.Thread(target=work, args=(visitor,))
    with turn():
        thread.start()
        while rows(visitor)[0].stage != "printing":
            thread.join(0.05)
        assert vera.post(f"{page}/cancel", {}, page).status_code == 303
        thread.join(20)
        assert not thread.is_alive()
    assert kept_files(visitor) == []


def test_a_failed_build_says_why_in_one_sentence_without_a_name(
    visitor: Visitor, vera: Officer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    make(visitor, tmp_path)
    work_on = ask(vera)
    work(visitor)
    assert "Nothing has changed since APPEAL-FR-20260504-1. If you mean it" in vera.get(work_on).text

    def broken(_document: Document) -> bytes:
        raise ZeroDivisionError("Odile Verchamp")

    monkeypatch.setattr(PRINTER, "_build", broken)
    third = ask(vera, again="yes")
    work(visitor)
    assert "a fault of the program (ZeroDivisionError)" in vera.get(third).text
    assert kept_files(visitor) == []
    for wanted in ({"country": "XX"}, {"letter": "nothing"}, {"language": "ja"}, {"country": ""}):
        vera.confirm_oneself()
        assert vera.post(PAGE, {**WANTED, **wanted}, PAGE).status_code == 422, wanted


def test_the_mail_worker_makes_the_package(site: Flask, tmp_path: Path) -> None:
    vera = Officer(site, tmp_path / "mail").join()
    sign(vera, vera, 1, "Odile Verchamp")
    page = ask(vera)
    done = site.test_cli_runner().invoke(args=["mail", "work", "--once"])
    assert done.exit_code == 0, done.output
    assert "It is ready" in vera.get(page).text
