"""Two officers at one queue: a card is before one of them at a time."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from campaign.audit.models import Officer as OfficerRow
from campaign.review.claims import claim_next
from campaign.review.filters import Filter
from campaign.verify.models import CardClaim
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.review.crowd import flood

REFUSED = {"outcome": "refused", "reason": "joke"}


@pytest.fixture
def ben(visitor: Visitor) -> Officer:
    return Officer(visitor.app, visitor.mailbox).join("ben@campaign.test", "verifier", "Ben Arad")


def begin(officer: Officer, query: str = "") -> int:
    """Press the button that begins, or goes on; return the card it leads to, 0 at the end."""
    answer = officer.post(f"/desk/next{query}", {}, "/desk/me")
    assert answer.status_code == 303
    found = re.match(r"/desk/signatory/(\d+)", answer.headers["Location"])
    return int(found[1]) if found else 0


def crowd(visitor: Visitor, count: int, clock: Clock) -> None:
    flood(visitor.tools, count, "example.org", now=clock())


def test_two_officers_who_begin_are_given_two_cards(
    visitor: Visitor, vera: Officer, ben: Officer, clock: Clock
) -> None:
    crowd(visitor, 3, clock)
    first, second = begin(vera), begin(ben)
    assert (first, second) == (1001, 1002)
    assert begin(vera, f"?from={first}") == 1003, "Ben's is passed over"
    assert begin(ben, f"?from={second}") == 1001, "Vera let go of it"
    assert begin(vera, "?from=1003") == 1002, "round once more"


def test_a_card_before_a_colleague_is_not_decided_until_taken_over(
    visitor: Visitor, vera: Officer, ben: Officer, clock: Clock
) -> None:
    crowd(visitor, 1, clock)
    assert begin(vera) == 1001
    seen = ben.get("/desk/signatory/1001").text
    assert "Vera Lind has this card open" in seen
    assert 'value="refused"' not in seen, "no decision is offered"
    pressed = ben.post("/desk/signatory/1001", REFUSED, "/desk/me")
    assert (pressed.status_code, "nothing was decided" in pressed.text) == (422, True)
    assert ben.post("/desk/signatory/1001/claim", {}, "/desk/signatory/1001").status_code == 303
    late = vera.post("/desk/signatory/1001", REFUSED, "/desk/me")
    assert (late.status_code, "Ben Arad" in late.text) == (422, True)
    assert ben.post("/desk/signatory/1001", REFUSED, "/desk/signatory/1001").status_code == 303


def test_the_command_line_says_who_has_a_card(visitor: Visitor, vera: Officer, ben: Officer, clock: Clock) -> None:
    crowd(visitor, 1, clock)
    assert begin(vera) == 1001
    words = ["verify", "refuse", "1001", "--reason", "joke", "--by", ben.email]
    run = visitor.app.test_cli_runner().invoke(args=words)
    assert (run.exit_code, "Vera Lind has the card of 1001" in run.output) == (1, True)


def test_a_card_left_lying_is_free_after_ten_minutes(
    visitor: Visitor, vera: Officer, ben: Officer, clock: Clock
) -> None:
    crowd(visitor, 1, clock)
    assert (begin(vera), begin(ben)) == (1001, 0)
    clock.move(minutes=10)
    assert begin(ben) == 1001
    assert ben.decide(1001, method="known").status_code == 303


def test_deciding_takes_the_next_card_and_undoing_takes_it_back(
    visitor: Visitor, vera: Officer, ben: Officer, clock: Clock
) -> None:
    crowd(visitor, 3, clock)
    begin(vera)
    assert vera.decide(1001, method="known").headers["Location"] == "/desk/signatory/1002?after=1001"
    assert begin(ben) == 1003, "the next card is Vera's already"
    vera.post("/desk/signatory/1001/undo", {}, "/desk/signatory/1002?after=1001")
    assert "Vera Lind has this card" in ben.get("/desk/signatory/1001").text


def test_an_officer_of_some_countries_is_given_no_others(visitor: Visitor, vera: Officer, clock: Clock) -> None:
    flood(visitor.tools, 1, "example.org", now=clock(), country="FR")
    crowd(visitor, 1, clock)
    with visitor.tools.database.write() as session:
        session.scalars(select(OfficerRow)).one().countries = "DE"
    assert begin(vera) == 1002


def test_a_signatory_who_withdraws_leaves_no_claim_behind(visitor: Visitor, vera: Officer) -> None:
    private = visitor.sign_and_confirm()
    assert begin(vera) == 1
    assert visitor.post(f"{private}/withdraw", {}).status_code == 303
    with visitor.tools.database.read() as session:
        assert session.scalar(select(func.count()).select_from(CardClaim)) == 0


def test_eight_at_once_are_given_eight_cards(visitor: Visitor, vera: Officer, clock: Clock) -> None:
    crowd(visitor, 8, clock)
    with visitor.tools.database.write() as session:
        known = session.scalars(select(OfficerRow)).one()
        copies = [
            OfficerRow(
                email=f"officer{number}@campaign.test",
                name=f"Officer {number}",
                role="verifier",
                password_hash="",
                totp_salt=b"",
                totp_locked=b"",
                totp_last_step=0,
                joined_at=known.joined_at,
            )
            for number in range(8)
        ]
        session.add_all(copies)
        session.flush()
        ids = [copy.id for copy in copies]

    def take(officer_id: int) -> int | None:
        with visitor.tools.database.write() as session:
            return claim_next(session, None, Filter(), session.get_one(OfficerRow, officer_id), now=clock())

    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(take, ids))
    assert sorted(filter(None, taken)) == list(range(1001, 1009))
