"""The queue offers only what occurs, with how many, and narrows by it."""

from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.review.crowd import hold_by_guard
from tests.review.listing import choices, numbers


def test_a_filter_offers_what_occurs_with_how_many(visitor: Visitor, vera: Officer) -> None:
    for number, country in enumerate(("FR", "DE", "FR")):
        visitor.sign_and_confirm(email=f"p{number}@example.org", country=country)
    visitor.sign_and_confirm(email="a@example.org", kind="activist", country="DE")
    page = vera.get("/desk/queue").text
    assert choices(page, "country") == {"FR": "France (2)", "DE": "Germany (2)"}
    assert choices(page, "kind") == {"lawmaker": "Lawmaker (3)", "activist": "Activist (1)"}
    assert choices(page, "letter") == {"appeal": "An appeal (4)"}
    page = vera.get("/desk/queue?country=DE").text
    assert choices(page, "kind") == {"lawmaker": "Lawmaker (1)", "activist": "Activist (1)"}
    assert choices(page, "country") == {"FR": "France (2)", "DE": "Germany (2)"}, "one can change one's mind"
    assert numbers(page) == [2, 4]
    assert numbers(vera.get("/desk/queue?country=DE&kind=activist&letter=appeal").text) == [4]
    assert numbers(vera.get("/desk/queue?letter=other").text) == []


def test_a_level_is_asked_only_of_those_who_can_have_one(visitor: Visitor, vera: Officer) -> None:
    for number in range(3):
        visitor.sign_and_confirm(email=f"p{number}@example.org")
    vera.decide(1)
    vera.decide(2, level="1", method="none", note="")
    page = vera.get("/desk/queue?state=accepted").text
    assert choices(page, "level") == {"1": "L1 (1)", "3": "L3 (1)"}
    assert numbers(vera.get("/desk/queue?state=accepted&level=3").text) == [1]
    assert numbers(vera.get("/desk/queue?state=all&level=1").text) == [2]
    assert numbers(vera.get("/desk/queue?level=3").text) == [3], "who waits has no level"


def test_signatories_who_have_waited_longer_are_found_by_days(
    visitor: Visitor, vera: Officer, clock: Clock
) -> None:
    for number, hours in enumerate((0, 72, 49)):
        clock.move(hours=hours)
        visitor.sign_and_confirm(email=f"p{number}@example.org")
    clock.move(hours=48)
    vera.sign_in()
    page = vera.get("/desk/queue").text
    assert choices(page, "older") == {"1": "1 day (3)", "3": "3 days (2)", "7": "7 days (1)"}
    assert [numbers(vera.get(f"/desk/queue?older={days}").text) for days in (1, 3, 7, 5)] == [
        [1, 2, 3],
        [1, 2],
        [1],
        [1, 2, 3],
    ]
    assert ">2 days<" in page


def test_what_the_guard_saw_narrows_and_a_card_keeps_it(visitor: Visitor, vera: Officer) -> None:
    for number in range(3):
        visitor.sign_and_confirm(email=f"p{number}@example.org")
    hold_by_guard(vera.tools, 2, "network")
    hold_by_guard(vera.tools, 3, "surge")
    page = vera.get("/desk/queue?state=held").text
    assert choices(page, "held_for") == {"network": "network (1)", "surge": "surge (1)"}
    page = vera.get("/desk/queue?state=held&held_for=surge").text
    assert numbers(page) == [3]
    assert "/desk/signatory/3?state=held&amp;held_for=surge" in page


def test_a_row_marks_the_mailbox_and_a_dispute(somebody: Visitor, ines: Officer) -> None:
    for number, email in enumerate(("office@example.org", "x@mailinator.com"), 1):
        somebody.sign_and_confirm(email=email)
        assert ines.get("/desk/queue?state=all").text.count("/desk/signatory/") >= number
    page = ines.get("/desk/queue?state=all").text
    assert ">role<" in page
    assert ">disposable<" in page


def test_a_kind_that_no_letter_asks_for_is_refused_on_the_command_line(vera: Officer) -> None:
    refused = vera.app.test_cli_runner().invoke(args=["verify", "list", "--kind", "robot"])
    assert refused.exit_code == 1
    assert "There is no such kind: there are lawmaker, activist." in refused.output
