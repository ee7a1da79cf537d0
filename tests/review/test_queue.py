"""The queue's states, and that an officer stays inside the filter they chose."""

import re

import pytest
from sqlalchemy import update

from campaign.confirm.models import Signatory, Signature
from campaign.verify.rules import HELD_FOR
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.review.crowd import flood, hold_by_guard, standing


def tabs(officer: Officer, query: str = "") -> dict[str, int]:
    page = officer.get(f"/desk/queue{query}").text
    return {
        name.lower(): int(count) for name, count in re.findall(r">(Waiting|Held|Refused|Accepted) (\d+)<", page)
    }


def listed(officer: Officer, *options: str) -> list[int]:
    run = officer.app.test_cli_runner().invoke(args=["verify", "list", *options])
    assert run.exit_code == 0, run.output
    return [int(line.split("\t")[0]) for line in run.output.splitlines()]


def test_whom_the_guard_found_odd_is_held_and_does_not_wait(visitor: Visitor, vera: Officer) -> None:
    for number in (1, 2, 3):
        visitor.sign_and_confirm(email=f"p{number}@example.org")
    hold_by_guard(vera.tools, 2, "network")
    vera.decide(3, "held", reason="look-again")
    assert tabs(vera) == {"waiting": 1, "held": 2, "refused": 0, "accepted": 0}
    assert (listed(vera), listed(vera, "--state", "held")) == ([1], [2, 3])
    page = vera.get("/desk/queue?state=held").text
    assert "by the guard: network" in page
    assert "signatory/1?" not in page


@pytest.mark.parametrize("reason", [*HELD_FOR, "something-new"])
def test_a_held_card_says_why_in_plain_words_and_can_be_decided(
    somebody: Visitor, ines: Officer, reason: str
) -> None:
    somebody.sign_and_confirm()
    hold_by_guard(ines.tools, 1, reason)
    card = ines.get("/desk/signatory/1").text
    assert "Held by the guard." in card
    assert HELD_FOR.get(reason, "It found something odd (something-new).") in card
    assert 'value="accepted"' in card
    assert ines.decide(1, method="known").status_code == 303
    assert standing(ines) == {1: ("accepted", None)}
    assert tabs(ines) == {"waiting": 0, "held": 0, "refused": 0, "accepted": 1}


def test_undoing_a_decision_leaves_it_held_by_the_guard(somebody: Visitor, ines: Officer) -> None:
    somebody.sign_and_confirm()
    hold_by_guard(ines.tools, 1, "surge")
    ines.decide(1)
    ines.post("/desk/signatory/1/undo", {}, "/desk/signatory/1")
    assert tabs(ines)["held"] == 1


def test_the_next_card_stays_within_state_and_filter(visitor: Visitor, vera: Officer) -> None:
    for number, country in enumerate(("FR", "DE", "FR", "DE", "FR"), 1):
        visitor.sign_and_confirm(email=f"p{number}@example.org", country=country)
    for number in (1, 2, 4):
        hold_by_guard(vera.tools, number, "network")
    stamped = vera.get("/desk/signatory/2?state=held&country=DE").text
    action = re.search(r'action="(/desk/signatory/2\?[^"]+)"', stamped)
    assert action is not None
    path = action[1].replace("&amp;", "&")
    refused = {"outcome": "refused", "reason": "joke"}
    onward = vera.post(path, refused, "/desk/signatory/2").headers["Location"]
    assert re.match(r"/desk/signatory/4\?", onward)
    assert {"state=held", "country=DE", "after=2"} <= set(onward.partition("?")[2].split("&"))
    assert "/desk/signatory/2?state=held&amp;country=DE" in vera.get(onward).text, "the link back, to undo it"
    end = vera.post(onward, refused, onward).headers["Location"]
    assert end.startswith("/desk/queue?")
    assert {"state=held", "country=DE"} <= set(end.partition("?")[2].split("&"))
    assert vera.decide(3).headers["Location"].startswith("/desk/signatory/5?"), (
        "without a filter, the next who waits"
    )


def test_a_card_counts_the_others_of_its_mail_domain_and_leads_to_them(
    visitor: Visitor, vera: Officer, clock: Clock
) -> None:
    visitor.sign_and_confirm()
    assert "nobody else from this mail domain" in vera.get("/desk/signatory/1").text
    others = flood(vera.tools, 3, "example.org", now=clock())
    flood(vera.tools, 2, "example.net", now=clock())
    hold_by_guard(vera.tools, others[0], "domain")
    card = vera.get("/desk/signatory/1").text
    assert "3 others from this mail domain under this letter" in card
    assert "/desk/queue?near=1" in card
    assert tabs(vera, "?near=1") == {"waiting": 3, "held": 1, "refused": 0, "accepted": 0}
    assert listed(vera, "--near", "1") == [1, *others[1:]]
    assert listed(vera, "--near", "999") == []
    assert vera.get("/desk/queue?near=99999999999999999999").status_code == 404, "no row can have that number"
    assert tabs(vera, "?near=x")["waiting"] == 5, "nonsense is no filter"


def test_a_domain_that_was_never_indexed_has_no_neighbours(somebody: Visitor, ines: Officer) -> None:
    somebody.sign_and_confirm()
    somebody.sign_and_confirm(email="other@example.org")
    with ines.tools.database.write() as session:
        session.execute(update(Signature).values(domain_index=None))
    assert tabs(ines, "?near=1")["waiting"] == 0
    assert "not known for this signature" in ines.get("/desk/signatory/1").text


def test_the_card_shows_what_the_same_address_signed_before(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm(name="Odile Vercamp", party="Les Rives")
    visitor.sign_and_confirm(name="Bruno Verchamp", visibility="withheld", consent=["sign", "deliver"])
    visitor.sign_and_confirm()
    card = vera.get("/desk/signatory/3").text
    earlier = card[card.index("Signed before from the same address") :]
    assert earlier.index("Bruno Verchamp") < earlier.index("Odile Vercamp"), "the newest first"
    assert "use of name: <bdi>withheld</bdi>" in earlier
    assert "party or group: <bdi>Les Rives</bdi>" in earlier
    assert "04 May 2026" in earlier
    assert "Signed before" not in vera.get("/desk/signatory/3").text.partition("Evidence")[0]


def test_an_earlier_entry_that_was_forgotten_shows_as_sealed(somebody: Visitor, ines: Officer) -> None:
    somebody.sign_and_confirm(name="Odile Vercamp", visibility="withheld", consent=["sign", "deliver"])
    somebody.sign_and_confirm()
    with ines.tools.database.write() as session:
        session.execute(update(Signatory).where(Signatory.id == 1).values(sealed_entry=b""))
    assert "sealed to a key that is not here, or forgotten" in ines.get("/desk/signatory/2").text
