"""A hold of many is done when a colleague agrees: the officer who asked need not press again."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from campaign.audit.models import LogEntry
from campaign.desk.rules import BULK
from campaign.verify.rules import HoldRule, rule_from_payload
from tests.cast import Officer, agree
from tests.conftest import Clock
from tests.review.asking import FLOODED, asked, beside, holds, limited, press, request
from tests.review.crowd import flood, standing

RULE = {"letter": "appeal", "domain": "bots.example", "note": "Falschmann again, one machine"}


def run(officer: Officer, *words: str) -> Any:
    return officer.app.test_cli_runner().invoke(args=["verify", *words, "--by", officer.email])


def test_a_colleague_agrees_and_all_who_meet_the_rule_by_then_are_held(vera: Officer, clock: Clock) -> None:
    bots = flood(vera.tools, 3, "bots.example", now=clock())
    asked(vera, **RULE)
    bots += flood(vera.tools, 2, "bots.example", now=clock())
    flood(vera.tools, 1, "example.net", now=clock())
    assert standing(vera) == {}
    answer = press(beside(vera, "paul"), 1)
    assert answer.headers["Location"] == "/desk/approvals?done=1"
    assert standing(vera) == dict.fromkeys(bots, FLOODED)
    assert "Falschmann again" in vera.get(f"/desk/signatory/{bots[-1]}").text


def test_the_page_says_how_many_and_both_see_it_done(vera: Officer, clock: Clock) -> None:
    flood(vera.tools, 3, "bots.example", now=clock())
    asked(vera, **RULE)
    paul = beside(vera, "paul")
    assert "Done: 3 are held, hold no. 1" in paul.get(press(paul, 1).headers["Location"]).text
    for page in (vera.get("/desk/approvals").text, paul.get("/desk/approvals").text):
        assert "Nothing is waiting." in page
        assert "3 are held, hold no. 1" in page
        assert "Vera Lind asked" in page
        assert "Paul agreed" in page
    assert "3 held by Vera Lind, Paul agreed" in vera.get("/desk/hold").text
    assert vera.post("/desk/hold/1/undo", {}, "/desk/hold").status_code == 303
    assert standing(vera) == {}


def test_who_agrees_reads_the_rule_and_the_note_first(vera: Officer, clock: Clock) -> None:
    flood(vera.tools, 1, "bots.example", now=clock())
    asked(vera, **RULE)
    page = beside(vera, "paul").get("/desk/approvals").text
    assert "one mail domain" in page
    assert "Falschmann again, one machine" in page
    assert "It is done as soon as a second person agrees" in page


def test_the_log_says_who_asked_who_agreed_and_how_many(vera: Officer, clock: Clock) -> None:
    flood(vera.tools, 3, "bots.example", now=clock())
    asked(vera, **RULE)
    press(beside(vera, "paul"), 1)
    with vera.tools.database.read() as session:
        entries = session.scalars(select(LogEntry).order_by(LogEntry.id.desc()).limit(2)).all()
    assert [(entry.actor, entry.action) for entry in entries] == [("Vera Lind", "hold all"), ("Paul", "approve")]
    assert entries[0].facts["count"] == 3
    assert "Falschmann" not in str([entry.details for entry in entries])
    assert "agreed by Paul" in vera.get("/desk/log?what=decisions").text


def test_the_note_is_forgotten_once_it_is_done_or_no_colleague_agreed_in_time(vera: Officer, clock: Clock) -> None:
    flood(vera.tools, 1, "bots.example", now=clock())
    asked(vera, **RULE)
    assert "Falschmann" in str(request(vera).payload)
    clock.move(hours=23)
    vera.app.test_cli_runner().invoke(args=["withdraw", "purge"])
    assert "Falschmann" in str(request(vera).payload)
    clock.move(hours=1)
    vera.app.test_cli_runner().invoke(args=["withdraw", "purge"])
    assert request(vera).payload is None


def test_a_note_does_not_outlive_what_was_done(vera: Officer, clock: Clock) -> None:
    flood(vera.tools, 1, "bots.example", now=clock())
    asked(vera, **RULE)
    press(beside(vera, "paul"), 1)
    assert request(vera).payload is None
    with pytest.raises(IntegrityError), vera.tools.database.write() as session:
        session.execute(text("UPDATE approval SET payload = 'kept'"))


def test_no_signatory_meets_the_rule_any_more_and_the_request_stays(vera: Officer, clock: Clock) -> None:
    (bot,) = flood(vera.tools, 1, "bots.example", now=clock())
    asked(vera, **RULE)
    vera.decide(bot, "refused", reason="joke")
    paul = beside(vera, "paul")
    answer = press(paul, 1)
    assert (answer.status_code, "no signatory meets the rule now" in answer.text) == (409, True)
    assert (holds(vera), request(vera).approved_by) == ([], None)
    bots = flood(vera.tools, 2, "bots.example", now=clock())
    assert press(paul, 1).status_code == 303
    assert standing(vera) == {bot: ("refused", "joke"), **dict.fromkeys(bots, FLOODED)}


def test_a_decision_at_that_very_moment_means_no_hold_and_the_request_stays(
    vera: Officer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bots = flood(vera.tools, 2, "bots.example", now=clock())
    asked(vera, **RULE)
    paul, carries = beside(vera, "paul"), vera.tools.carries
    prepare = carries[BULK]

    def decided_meanwhile(*arguments: Any) -> Any:
        ready = prepare(*arguments)
        vera.decide(bots[0], "refused", reason="joke")
        return ready

    with monkeypatch.context() as meanwhile:
        meanwhile.setitem(carries, BULK, decided_meanwhile)
        answer = press(paul, 1)
    assert (answer.status_code, "at this very moment" in answer.text) == (409, True)
    assert (holds(vera), request(vera).approved_by) == ([], None)
    assert press(paul, 1).status_code == 303
    assert standing(vera)[bots[1]] == FLOODED


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("paul@campaign.test", "covers countries that you do not decide about"),
        ("vera@campaign.test", "Vera Lind no longer"),
    ],
)
def test_the_countries_of_both_bound_it(vera: Officer, clock: Clock, who: str, says: str) -> None:
    flood(vera.tools, 1, "bots.example", now=clock())
    asked(vera, country="DE")
    paul = beside(vera, "paul")
    limited(vera, who, "FR")
    answer = press(paul, 1)
    assert (answer.status_code, says in answer.text) == (409, True)
    assert (standing(vera), request(vera).approved_by) == ({}, None)
    limited(vera, who, "FR DE")
    assert press(paul, 1).status_code == 303


def test_every_criterion_waits_as_it_was_asked_for() -> None:
    moment = datetime(2026, 5, 4, 9, 30, 1, 5, tzinfo=UTC)
    rule = HoldRule(
        "appeal", "activist", "DE", bytes(range(32)), 7, moment, moment.replace(day=5), True, "network"
    )
    assert rule_from_payload(json.loads(json.dumps(rule.as_payload()))) == rule
    assert rule_from_payload(HoldRule(near=3).as_payload()) == HoldRule(near=3)


def test_an_altered_rule_is_not_what_was_asked_and_holds_no_one(vera: Officer, clock: Clock) -> None:
    flood(vera.tools, 1, "bots.example", now=clock())
    asked(vera, country="DE")
    with vera.tools.database.write() as session:
        session.execute(text("UPDATE approval SET payload = replace(payload, 'DE', 'FR')"))
    flood(vera.tools, 1, "bots.example", now=clock(), country="FR")
    assert press(beside(vera, "paul"), 1).status_code == 410
    assert (standing(vera), holds(vera)) == ({}, [])


def test_two_officers_agreeing_to_the_same_at_once_make_one_hold(vera: Officer, clock: Clock) -> None:
    bots = flood(vera.tools, 50, "bots.example", now=clock())
    asked(vera, country="DE")
    colleagues = [beside(vera, name) for name in ("paul", "ines")]
    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(press, officer, 1) for officer in colleagues]
    assert sorted(answer.result().status_code for answer in answers) == [303, 410]
    assert standing(vera) == dict.fromkeys(bots, FLOODED)
    assert [hold.held_count for hold in holds(vera)] == [50]


def test_what_the_command_line_asked_for_is_done_when_a_second_officer_agrees_and_once(
    vera: Officer, clock: Clock
) -> None:
    bots = flood(vera.tools, 2, "bots.example", now=clock())
    options = ("hold-all", "--letter", "appeal", "--domain", "bots.example", "--note", "one machine", "--yes")
    for _twice in range(2):
        alone = run(vera, *options)
        assert (alone.exit_code, "this takes two people" in alone.output) == (1, True)
    agree(vera)
    assert "It waits for another officer" in vera.get("/desk/approvals").text
    assert standing(vera) == {}, "an officer cannot agree to their own request"
    paul = beside(vera, "paul")
    agree(paul)
    assert standing(vera) == dict.fromkeys(bots, FLOODED)
    assert "0 undecided" in run(vera, *options).output
    flood(vera.tools, 1, "bots.example", now=clock())
    assert press(paul, 1).status_code == 410, "it is used once"
    assert run(vera, *options).exit_code == 1
    assert len(standing(vera)) == 2


def test_an_officer_of_some_countries_undoes_no_hold_of_another(vera: Officer, clock: Clock) -> None:
    bots = flood(vera.tools, 2, "bots.example", now=clock())
    asked(vera, **RULE)
    paul = beside(vera, "paul")
    press(paul, 1)
    limited(vera, paul.email, "DE")
    assert paul.post("/desk/hold/1/undo", {}, "/desk/hold").status_code == 403
    refused = run(paul, "undo-hold", "1")
    assert (refused.exit_code, "decides about other countries" in refused.output) == (1, True)
    assert standing(vera) == dict.fromkeys(bots, FLOODED)
