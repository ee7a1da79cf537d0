"""A flood is held by one rule: previewed, done to exactly those, and undone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select

from campaign.audit.models import LogEntry
from campaign.confirm.models import Signatory
from campaign.review.bulk import find_matching
from campaign.signin.officers import find_officer
from campaign.verify.holds import AT_ONCE, SetChanged, hold_all
from campaign.verify.models import BulkHold
from campaign.verify.rules import HoldRule
from tests.cast import ACTIVIST, Officer, Visitor, agree
from tests.conftest import Clock
from tests.review.asking import FLOODED, beside, hold, preview, seen
from tests.review.crowd import flood, hold_by_guard, index, standing


def previewed(officer: Officer, **rule: Any) -> list[int]:
    """Return the signatories that a preview shows."""
    return [int(number) for number in re.findall(r'href="/desk/signatory/(\d+)"', preview(officer, **rule))]


def run(officer: Officer, *words: str, answer: str = "") -> Any:
    return officer.app.test_cli_runner().invoke(args=["verify", *words, "--by", officer.email], input=answer)


@pytest.fixture
def crowd(somebody: Visitor, ines: Officer, clock: Clock) -> dict[str, int]:
    """One person for each criterion, confirmed an hour apart."""
    people: dict[str, dict[str, Any]] = {
        "lawmaker": {"email": "a@example.org", "country": "FR"},
        "german": {"email": "b@example.net", "country": "DE"},
        "activist": {**ACTIVIST, "email": "c@example.org"},
        "odd": {**ACTIVIST, "name": "Frеdа 7", "latin_name": "", "email": "d@example.com"},
        "guarded": {"email": "e@example.com"},
    }
    numbers = {who: number for number, who in enumerate(people, 1)}
    for fields in people.values():
        somebody.sign_and_confirm(fields)
        clock.move(hours=1)
    hold_by_guard(ines.tools, numbers["guarded"], "network")
    assert ines.sign_in().status_code == 303
    return numbers


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"letter": "appeal"}, "lawmaker german activist odd guarded"),
        ({"kind": "activist"}, "activist odd"),
        ({"country": "DE"}, "german"),
        ({"letter": "appeal", "domain": "@Example.ORG"}, "lawmaker activist"),
        ({"near": "4"}, "odd guarded"),
        ({"since": "2026-05-04T09:30", "until": "2026-05-04T11:30"}, "german activist"),
        ({"doubted": "yes"}, "odd"),
        ({"held_for": "network"}, "guarded"),
        ({"kind": "lawmaker", "near": "4"}, "guarded"),
        ({"letter": "another"}, ""),
    ],
)
def test_a_rule_picks_by_each_of_its_criteria(
    ines: Officer, crowd: dict[str, int], rule: dict[str, str], expected: str
) -> None:
    assert previewed(ines, **rule) == [crowd[who] for who in expected.split()]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({}, "at least one criterion"),
        ({"note": "a note is no criterion"}, "at least one criterion"),
        ({"domain": "example.org"}, "Choose the letter too"),
        ({"letter": "appeal", "domain": "not a domain"}, "not a mail domain"),
        ({"since": "yesterday"}, "2026-05-31T18:00"),
        ({"since": "2026-05-05", "until": "2026-05-04"}, "before the second"),
        ({"country": "ZZ"}, "no such country"),
        ({"kind": "robot"}, "no such kind"),
        ({"near": "9999999999"}, "signatory&#39;s number"),
    ],
)
def test_an_empty_or_contradictory_rule_holds_no_one(ines: Officer, rule: dict[str, str], says: str) -> None:
    for path in ("/desk/hold/preview", "/desk/hold"):
        answer = ines.post(path, rule, "/desk/hold")
        assert answer.status_code == 422
        assert says in answer.text


def test_an_officer_previews_holds_and_takes_it_back(visitor: Visitor, vera: Officer, clock: Clock) -> None:
    visitor.sign_and_confirm()
    bots = flood(vera.tools, 230, "bots.example", now=clock())
    rule = {"letter": "appeal", "domain": "bots.example", "note": "the same text from one machine"}
    page = preview(vera, **rule)
    assert "230 would be held" in page
    assert page.count("<td>bots.example</td>") == 200
    assert "And 30 more." in page
    assert standing(vera) == {}, "a preview holds no one"
    assert hold(vera, page, **rule) == 202
    assert standing(vera) == dict.fromkeys(bots, FLOODED)
    card = vera.get(f"/desk/signatory/{bots[0]}").text
    assert "Part of a flood or a campaign of fakes" in card
    assert "the same text from one machine" in card
    assert "hold no. 1" in card
    assert "one mail domain" in vera.get("/desk/hold").text
    assert vera.post("/desk/hold/1/undo", {}, "/desk/hold").status_code == 303
    assert standing(vera) == {}
    assert "Undone 04 May 2026" in vera.get("/desk/hold").text
    assert vera.post("/desk/hold/1/undo", {}, "/desk/hold").status_code == 404, "once is enough"


def test_a_hold_overrides_no_decision_and_its_undo_takes_none_back(
    visitor: Visitor, vera: Officer, clock: Clock
) -> None:
    bots = flood(vera.tools, 4, "bots.example", now=clock())
    vera.decide(bots[0], method="known")
    page = preview(vera, country="DE")
    assert hold(vera, page, country="DE") == 202
    assert standing(vera)[bots[0]][0] == "accepted"
    vera.post(f"/desk/signatory/{bots[1]}/undo", {}, f"/desk/signatory/{bots[1]}")
    vera.decide(bots[1], "held", reason="look-again")
    vera.post("/desk/hold/1/undo", {}, "/desk/hold")
    assert standing(vera) == {bots[0]: ("accepted", None), bots[1]: ("held", "look-again")}


def test_a_set_that_has_changed_is_shown_again_and_no_one_is_held(
    visitor: Visitor, vera: Officer, clock: Clock
) -> None:
    bots = flood(vera.tools, 3, "bots.example", now=clock())
    page = preview(vera, country="DE")
    newer = flood(vera.tools, 1, "bots.example", now=clock())
    again = vera.post("/desk/hold", {"country": "DE", "seen": seen(page)}, "/desk/hold")
    assert again.status_code == 409
    assert "4 would be held" in again.text
    assert standing(vera) == {}
    assert hold(vera, again.text, country="DE") == 202
    assert set(standing(vera)) == {*bots, *newer}


def spoil_by_withdrawing(officer: Officer, bots: list[int]) -> None:
    with officer.tools.database.write() as session:
        session.execute(delete(Signatory).where(Signatory.id == bots[1]))


def spoil_by_deciding(officer: Officer, bots: list[int]) -> None:
    assert officer.decide(bots[1], "refused", reason="joke").status_code == 303


@pytest.mark.parametrize("spoil", [spoil_by_withdrawing, spoil_by_deciding])
def test_one_who_is_gone_or_decided_at_the_last_moment_stops_the_whole_hold(
    vera: Officer, clock: Clock, spoil: Callable[[Officer, list[int]], None]
) -> None:
    bots, rule, tools = flood(vera.tools, 3, "bots.example", now=clock()), HoldRule(country="DE"), vera.tools
    with tools.database.read() as session:
        matched = find_matching(session, tools.keys, rule)
        by = find_officer(session, vera.email)
    assert by is not None
    spoil(vera, bots)
    with pytest.raises(SetChanged), tools.database.write() as session:
        hold_all(session, matched.ids, rule, "", by, now=clock())
    assert "flood" not in str(standing(vera))
    with tools.database.read() as session:
        assert session.scalars(select(BulkHold)).all() == []


def test_thousands_are_held_and_let_go_in_a_few_statements(vera: Officer, clock: Clock) -> None:
    bots = flood(vera.tools, AT_ONCE + 10, "bots.example", now=clock())
    run(vera, "hold-all", "--near", str(bots[0]), "--yes")
    agree(beside(vera, "paul"))
    assert len(standing(vera)) == len(bots)
    assert run(vera, "undo-hold", "1").output == "5010 let go\n"
    assert standing(vera) == {}


def test_sealed_names_are_opened_to_find_what_is_odd_in_them(
    ines: Officer, crowd: dict[str, int], clock: Clock
) -> None:
    with ines.tools.database.read() as session:
        opened = find_matching(session, ines.tools.keys, HoldRule(doubted=True))
        without_keys = find_matching(session, None, HoldRule(doubted=True))
    assert opened.ids == (crowd["odd"],)
    assert without_keys.ids == ()


def test_the_log_keeps_rule_and_number_and_no_name_or_domain(vera: Officer, clock: Clock) -> None:
    flood(vera.tools, 3, "bots.example", now=clock())
    rule = {"letter": "appeal", "domain": "bots.example", "note": "Falschmann again"}
    hold(vera, preview(vera, **rule), **rule)
    vera.post("/desk/hold/1/undo", {}, "/desk/hold")
    with vera.tools.database.read() as session:
        entries = session.scalars(select(LogEntry).where(LogEntry.subject == "bulk_hold:1")).all()
        rules = session.scalars(select(BulkHold.rule)).all()
    assert [(entry.actor, entry.action, entry.facts["count"]) for entry in entries] == [
        ("Vera Lind", "hold all", 3),
        ("Vera Lind", "undo hold all", 3),
    ]
    told = str([entry.details for entry in entries]) + str(rules)
    assert index(vera.tools, "bots.example").hex()[:12] in told
    assert "bots" not in told
    assert "Falschmann" not in told


def test_the_command_line_shows_asks_and_can_be_told_no(ines: Officer, clock: Clock) -> None:
    bots = flood(ines.tools, 2, "bots.example", now=clock())
    options = ("hold-all", "--letter", "appeal", "--domain", "bots.example", "--since", "2026-05-04")
    shown = run(ines, *options, answer="n\n")
    assert shown.exit_code != 0
    assert f"{bots[0]}\tDE\tbots.example\tBruno Falschmann" in shown.output
    assert "2 undecided: letter appeal, one mail domain" in shown.output
    assert run(ines, *options, "--dry-run").exit_code == 0
    assert standing(ines) == {}
    assert "this takes two people" in run(ines, *options, "--yes").output
    agree(beside(ines, "paul"))
    assert standing(ines) == dict.fromkeys(bots, FLOODED)
    for wrong in (("hold-all",), ("hold-all", "--country", "ZZ"), ("undo-hold", "7")):
        failed = run(ines, *wrong)
        assert failed.exit_code != 0
        assert "Error: " in failed.output


@pytest.mark.parametrize("role", ["viewer", "deliverer"])
def test_roles_that_may_not_verify_hold_no_one(somebody: Visitor, role: str) -> None:
    officer = Officer(somebody.app, somebody.mailbox).join(role=role)
    assert officer.get("/desk/hold").status_code == 403
    for path in ("/desk/hold", "/desk/hold/preview", "/desk/hold/1/undo"):
        assert officer.post(path, {"country": "DE"}, "/desk/queue").status_code == 403
    assert "Hold many" not in officer.get("/desk/queue").text
