"""The desk asks for a package; the worker makes it beside the mail, one at a time, whole or not at all."""

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
from campaign.package.builds import NotOurs, finish_build, lease_build
from campaign.package.models import Build, Package
from campaign.package.packing import freeze
from campaign.package.rules import BUILD_LEASE, MOST_ATTEMPTS
from campaign.package.verify import judge
from campaign.worker import builder
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.deliver.ways import approve, count, step
from tests.package.asking import PAGE, WANTED, ask, held, rows, work
from tests.package.parcels import FIRST, PUBLIC, make, run, sign


def test_what_an_officer_asks_for_is_made_and_taken_and_is_theirs(
    visitor: Visitor, vera: Officer, paul: Officer, tmp_path: Path
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    page = ask(vera)
    assert "It waits" in vera.get(page).text
    assert 'http-equiv="refresh"' not in vera.get(page).text
    assert 'http-equiv="refresh"' in vera.get(f"{page}?follow=yes").text
    assert work(visitor)
    assert not work(visitor)
    ready = vera.get(f"{page}?follow=yes").text
    assert "It is ready" in ready
    assert 'http-equiv="refresh"' not in ready
    assert held(visitor) == [f"{FIRST}.zip"]
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


def test_one_button_asks_for_a_package_for_every_government_the_letter_goes_to(
    visitor: Visitor, vera: Officer
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    alone = ask(vera, country="JP")
    assert ask(vera, country="all").endswith(PAGE)
    assert sorted(build.country for build in rows(visitor)) == ["CH", "DE", "FR", "JP"], "Japan's was joined"
    assert alone.endswith("/1")
    while work(visitor):
        pass
    assert [build.outcome for build in rows(visitor)] == ["done"] * 4
    assert len(held(visitor)) == 4


def test_who_asks_for_the_same_joins_and_who_asks_for_another_waits(
    visitor: Visitor, vera: Officer, paul: Officer
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    first = ask(vera)
    assert ask(paul, language="en", paper="a4") == first
    assert not rows(visitor)[0].again
    assert ask(paul, again="yes") == first
    assert rows(visitor)[0].again, "who means it says so for both"
    other = ask(paul, country="DE")
    assert other != first
    assert "1 before it" in paul.get(other).text
    assert work(visitor)
    assert ask(paul, again="yes") not in (first, other)
    assert len(rows(visitor)) == 3


def test_one_is_made_at_a_time_and_a_killed_workers_is_made_anew(
    visitor: Visitor, vera: Officer, clock: Clock
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    ask(vera), ask(vera, country="DE")
    with visitor.tools.database.write() as session:
        killed = lease_build(session, now=clock())
    assert killed is not None
    with visitor.tools.database.write() as session:
        assert lease_build(session, now=clock()) is None, "one is made"
    assert not work(visitor)
    folder = visitor.tools.site.packages
    (folder / f".{FIRST}.part").mkdir(parents=True)
    (folder / f"{FIRST}.zip").write_bytes(b"named, and killed before it was on record")
    clock.move(seconds=BUILD_LEASE.total_seconds() + 1)
    assert work(visitor)
    assert held(visitor) == [f"{FIRST}.zip"]
    assert judge(folder / f"{FIRST}.zip")[1]
    with pytest.raises(NotOurs), visitor.tools.database.write() as session:
        finish_build(session, killed, 1, now=clock())
    assert (rows(visitor)[0].outcome, rows(visitor)[0].attempts) == ("done", 2)
    assert work(visitor)
    assert [row.outcome for row in rows(visitor)] == ["done", "done"]


def test_what_kills_every_worker_is_given_up_and_the_next_is_made(
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


def test_two_workers_at_once_do_not_take_two(visitor: Visitor, vera: Officer, clock: Clock) -> None:
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


def test_a_build_is_told_of_and_stopped_while_it_is_made(
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
    assert held(visitor) == []
    assert count(visitor, Delivery, Package) == [0, 0]
    assert not work(visitor)


def test_a_worker_that_is_told_to_stop_lays_the_build_down_for_the_next(
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
    assert "It waits" in vera.get(page).text
    assert held(visitor) == []
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
    assert held(visitor) == []


def test_why_something_cannot_be_made_is_one_sentence_and_names_nobody(
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
    assert held(visitor) == []
    for wanted in ({"country": "XX"}, {"letter": "nothing"}, {"language": "ja"}, {"country": ""}):
        vera.confirm_oneself()
        assert vera.post(PAGE, {**WANTED, **wanted}, PAGE).status_code == 422, wanted


def test_the_worker_makes_it_beside_the_mail(site: Flask, tmp_path: Path) -> None:
    vera = Officer(site, tmp_path / "mail").join()
    sign(vera, vera, 1, "Odile Verchamp")
    page = ask(vera)
    done = site.test_cli_runner().invoke(args=["mail", "work", "--once"])
    assert done.exit_code == 0, done.output
    assert "It is ready" in vera.get(page).text
