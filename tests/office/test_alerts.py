"""What officers are told by mail: once, neutrally, in their role, and only if they want it."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from campaign.letter.models import Letter
from campaign.mail.models import Mail, MailPause
from campaign.office.alerts import PATHS, queue_alerts, tell_officers
from campaign.office.rules import ALERTS, DIGEST, DISPUTE
from campaign.sign.models import Intent
from campaign.storage.statements import table_of
from campaign.verify.models import Dispute
from campaign.world.languages import LANGUAGES
from tests.cast import Officer, Visitor
from tests.conftest import START, Clock
from tests.mail.test_neutral_mail import CAUSE
from tests.web.test_languages import TELLING

HOUR = timedelta(hours=1)


class Rounds:
    """A worker's rounds, and the mails that officers got of them."""

    def __init__(self, ines: Officer) -> None:
        self.ines, self.tools = ines, ines.tools

    def round(self, **later: float) -> list[str]:
        """Let time pass, let two workers do their round, and return the mails to officers."""
        self.ines.app.extensions["undersigned"].clock.move(**later)
        for _worker in range(2):
            tell_officers(self.tools.site.url, self.tools.database, self.tools.clock())
        return self.ines.deliver_mail()


@pytest.fixture
def told(ines: Officer) -> Rounds:
    return Rounds(ines)


def dispute(officer: Officer, number: int = 1, at: datetime | None = None) -> None:
    """Let somebody dispute a signature."""
    values = {"disputed_at": at or officer.tools.clock(), "hidden": True, "origin": "anybody"}
    with officer.tools.database.write() as session:
        session.execute(insert(Dispute).values(signature_id=number, **values))


def flood(officer: Officer, many: int, at: datetime) -> None:
    """Let forms be held by the guard at a moment."""
    officer.sign(email="one@example.org")
    with officer.tools.database.write() as session:
        row = session.execute(select(table_of(Intent))).mappings().first()
        assert row is not None
        held = {**row, "held_for": "surge", "created_at": at}
        for number in range(many):
            session.execute(insert(Intent), {**held, "id": 1000 + number, "link_sha256": number.to_bytes(32)})
    officer.deliver_mail()


def test_a_dispute_is_told_once_and_a_second_one_after_an_hour(told: Rounds) -> None:
    told.ines.sign_and_confirm()
    told.ines.sign_and_confirm(email="b@example.org")
    assert told.round(hours=2) == []
    dispute(told.ines, 1)
    (mail,) = told.round(minutes=5)
    assert "Entries that are disputed: 1" in mail
    assert "http://localhost/desk/queue?state=disputed" in mail
    dispute(told.ines, 2)
    assert told.round(minutes=30) == [], "not more than one an hour"
    (mail,) = told.round(minutes=31)
    assert "Entries that are disputed: 2" in mail
    assert told.round(hours=5) == [], "nothing has come since"


def test_each_role_and_country_is_told_what_is_theirs(site: Flask, told: Rounds, tmp_path: Path) -> None:
    for name, role in (("vi", "viewer"), ("paul", "deliverer"), ("kim", "verifier"), ("gerd", "verifier")):
        Officer(site, tmp_path / "mail").join(f"{name}@campaign.test", role)
    with told.tools.database.write() as session:
        session.connection().exec_driver_sql("UPDATE officer SET countries = 'DE' WHERE email LIKE 'gerd%'")
    told.ines.sign_and_confirm()
    told.round(hours=2)
    dispute(told.ines)
    mails = told.round(minutes=5)
    assert len(mails) == 2
    with told.tools.database.read() as session:
        sent = session.connection().exec_driver_sql("SELECT officer_id FROM alert_sent WHERE kind = 'dispute'")
        assert sorted(sent.scalars()) == [1, 4], "the owner and the verifier of all countries"


def test_a_removed_officer_and_one_who_switched_it_off_get_nothing(
    site: Flask, told: Rounds, tmp_path: Path
) -> None:
    kim = Officer(site, tmp_path / "mail").join("kim@campaign.test", "verifier")
    told.ines.sign_and_confirm()
    told.round(hours=2)
    assert kim.sign_in(code=kim.wait_for_code()).status_code == 303
    wanted = {kind: "yes" for kind in ALERTS if kind != DISPUTE}
    assert kim.post("/desk/me/alerts", wanted).status_code == 303
    page = kim.get("/desk/me/alerts").text
    assert re.findall(r'name="(\w+)" value="yes" checked', " ".join(page.split())) == list(wanted)
    site.test_cli_runner().invoke(args=["desk", "remove", told.ines.email])
    dispute(told.ines)
    assert told.round(minutes=5) == []


def test_a_request_is_told_to_those_who_may_answer_it(site: Flask, told: Rounds, tmp_path: Path) -> None:
    Officer(site, tmp_path / "mail").join("paul@campaign.test", name="Paul Sand")
    Officer(site, tmp_path / "mail").join("kim@campaign.test", "verifier")
    told.round(hours=2)
    told.ines.sign_in(code=told.ines.wait_for_code())
    told.ines.post("/desk/people/3/recover", {}, "/desk/people/3")
    (mail,) = told.round(minutes=5)
    assert "Requests that wait for a second person: 1" in mail


def test_a_flood_is_told_and_a_usual_hour_is_not(told: Rounds, clock: Clock) -> None:
    clock.move(hours=2)
    flood(told.ines, 40, clock() - timedelta(minutes=10))
    assert any("many more than usual: 40" in mail for mail in told.round(minutes=1))
    assert told.round(hours=3) == []


def test_mail_that_is_refused_is_told_once_it_can_be(told: Rounds, clock: Clock) -> None:
    clock.move(hours=2)
    pause = {"server": "mail:25", "since": clock(), "until": clock() + HOUR, "fault": "credentials 535"}
    with told.tools.database.write() as session:
        session.execute(insert(MailPause).values(refusals=1, **pause))
    assert told.round(minutes=1) == [], "a hiccup"
    with told.tools.database.write() as session:
        session.execute(update(MailPause).values(refusals=3))
    assert any("Mail does not go out" in mail for mail in told.round(minutes=9))


def test_no_second_mail_of_a_kind_is_queued_while_the_first_one_waits(told: Rounds, clock: Clock) -> None:
    told.ines.sign_and_confirm()
    told.ines.sign_and_confirm(email="b@example.org")
    clock.move(hours=2)
    for number in (1, 2):
        dispute(told.ines, number)
        tell_officers(told.tools.site.url, told.tools.database, clock())
        clock.move(hours=2)
    with told.tools.database.read() as session:
        assert len(session.scalars(select(Mail)).all()) == 1
    assert len(told.ines.deliver_mail()) == 1
    assert len(told.round(minutes=1)) == 1, "and the second is told when the first has gone"


def test_a_letter_that_closes_is_told_a_week_and_a_day_before(told: Rounds, clock: Clock) -> None:
    with told.tools.database.write() as session:
        session.execute(update(Letter).values(closes_on=START.date() + timedelta(days=8)))
    assert told.round(hours=2) == []
    found = [any("Deadlines that are near: 1" in mail for mail in told.round(days=1)) for _day in range(9)]
    assert found == [False, True, False, False, False, False, False, True, False]


def test_the_digest_comes_once_a_day_at_the_campaigns_hour_and_not_when_nothing_waits(
    told: Rounds, clock: Clock
) -> None:
    run = told.ines.app.test_cli_runner()
    assert run.invoke(args=["office", "clock", "Asia/Taipei", "7"]).exit_code == 0  # 23:00 UTC
    assert told.round(hours=13, minutes=55) == [], "it is 22:55"
    assert told.round(minutes=10) == [], "nothing waits"
    told.ines.sign_and_confirm()
    assert told.round(hours=1) == [], "not before the next morning"
    (digest,) = told.round(hours=23)
    assert "Subject: What waits for you at the desk" in digest
    assert "Cards that wait for a decision: 1" in digest
    assert "disputed" not in digest
    assert told.round(hours=1) == []
    assert run.invoke(args=["office", "alert", told.ines.email, "digest", "off"]).exit_code == 0
    assert told.round(hours=24) == []


def test_no_alert_names_a_cause_a_person_or_an_address(told: Rounds) -> None:
    values = {"count": "3", "disputed": "1", "requests": "1", "recalls": "1", "cards": "1", "held": "1", "approve": "1",
              "send": "1", "placeless": "1", "given_up": "1"}  # fmt: skip
    app = told.ines.app
    with app.test_request_context():
        for kind in ALERTS:
            template = "mail/office/digest/body.txt" if kind == DIGEST else "mail/office/alert/body.txt"
            body = told.tools.render(template, kind=kind, link="x", own="x", **values).lower()
            assert len(body.split("x")[0].strip()) > 20, kind
            telling = [
                word for language in LANGUAGES for word in (*TELLING[language], *CAUSE) if word.lower() in body
            ]
            assert telling == [], kind


def test_every_alert_leads_to_a_page_of_the_desk(ines: Officer) -> None:
    assert set(PATHS) == set(ALERTS)
    assert {ines.get(path).status_code for path in PATHS.values()} == {200}


def test_a_dry_run_prints_what_would_go_out_and_queues_nothing(told: Rounds, clock: Clock) -> None:
    run = told.ines.app.test_cli_runner()
    told.ines.sign_and_confirm()
    clock.move(hours=2)
    assert "nothing is due" in run.invoke(args=["office", "alerts", "--dry-run"]).output
    dispute(told.ines)
    for words in (["--dry-run"], ["--dry-run"], []):
        assert run.invoke(args=["office", "alerts", *words]).output == "Ines Moor: dispute: count 1\n"
    assert "nothing is due" in run.invoke(args=["office", "alerts"]).output
    assert len(told.ines.deliver_mail()) == 1


def test_an_owner_sets_the_clock_and_one_who_saw_an_earlier_one_is_told(ines: Officer) -> None:
    page = "/desk/me/alerts"
    opened = ines.get(page).text
    seen = re.findall(r'name="seen" value="([^"]*)"', opened)[0]
    form = {"time_zone": "Europe/Berlin", "hour": "7", "seen": seen}
    wrong = ines.fill_in(opened, f"{page}/clock", {**form, "time_zone": "Mars/Base"})
    assert wrong.status_code == 422
    assert "There is no time zone Mars/Base" in wrong.text
    assert 'value="Mars/Base"' in wrong.text
    assert ines.fill_in(opened, f"{page}/clock", form).status_code == 303
    late = ines.fill_in(opened, f"{page}/clock", {**form, "time_zone": "Asia/Tokyo"})
    assert late.status_code == 409
    assert "Another owner changed the clock" in late.text
    assert 'value="Europe/Berlin"' in ines.get(page).text
    assert "set the campaign’s clock to Europe/Berlin" in ines.get("/desk/log").text


def test_a_bad_zone_and_an_unknown_officer_stop_a_command_with_one_line(ines: Officer) -> None:
    run = ines.app.test_cli_runner()
    for words in (
        ["clock", "Mars/Base", "7"],
        ["clock", "UTC", "24"],
        ["alert", "x@y.z", "mail", "off"],
        ["figures", "x"],
    ):
        told = run.invoke(args=["office", *words])
        assert told.exit_code != 0
        assert "Traceback" not in told.output
    assert "confirmed: 0" in run.invoke(args=["office", "figures"]).output


def test_two_workers_at_once_queue_one_mail(vera: Officer, clock: Clock) -> None:
    vera.sign_and_confirm()
    clock.move(hours=2)
    dispute(vera)
    for _worker in range(2):
        with vera.tools.database.write() as session:
            queue_alerts(session, "http://localhost", now=clock())
    assert len(vera.deliver_mail()) == 1


def test_a_visitor_gets_no_alert(somebody: Visitor, clock: Clock) -> None:
    somebody.sign_and_confirm()
    clock.move(hours=30)
    tell_officers("http://localhost", somebody.tools.database, clock())
    assert somebody.deliver_mail() == []
