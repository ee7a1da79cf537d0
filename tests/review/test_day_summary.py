"""What each officer decided on a day, from the log: the same a year later."""

import re

from tests.cast import Officer, Visitor, together
from tests.conftest import Clock
from tests.review.crowd import flood

DAY = "2026-05-04"


def told(officer: Officer, *options: str) -> list[str]:
    run = officer.app.test_cli_runner().invoke(args=["verify", "summary", *options])
    assert run.exit_code == 0, run.output
    return run.output.splitlines()


def row(page: str, name: str) -> list[str]:
    found = re.search(rf'<tr><th scope="row">{name}</th>(.+?)</tr>', page)
    assert found is not None
    return re.findall(r"<td>([\d,–]+)</td>", found[1])


def test_a_day_counts_every_decision_by_officer_and_stays_so(
    visitor: Visitor, vera: Officer, clock: Clock
) -> None:
    noor = Officer(visitor.app, visitor.mailbox).join("noor@campaign.test", name="Noor Ohl")
    for number in range(4):
        visitor.sign_and_confirm(email=f"p{number}@example.org")
    flood(vera.tools, 3, "example.net", now=clock())
    vera.decide(1)
    vera.decide(2, level="1", method="none", note="")
    vera.decide(3, "held", reason="look-again")
    noor.post("/desk/signatory/3/undo", {}, "/desk/signatory/3")
    noor.decide(3, "refused", reason="joke")
    rule = {"letter": "appeal", "country": "DE", "note": ""}
    shown = vera.post("/desk/hold/preview", rule, "/desk/hold").text
    seen = re.search(r'name="seen" value="(\w+)"', shown)
    assert seen is not None
    together(vera, noor, "/desk/hold", {**rule, "seen": seen[1]}, "/desk/hold")
    page = vera.get("/desk/day").text
    columns = re.findall(r'<th scope="col">([^<]+)</th>', page)
    assert columns == ["Officer", "Accepted, L1", "Accepted, L3", "Held", "Refused", "Undone", "Held by a rule", "In the log"]  # fmt: skip
    assert row(page, "Vera Lind") == ["1", "1", "1", "–", "–", "3"]
    assert row(page, "Noor Ohl") == ["–", "–", "–", "1", "1", "–"]
    assert row(page, "Total") == ["1", "1", "1", "1", "1", "3"]
    assert f"/desk/log?what=decisions&amp;who=1&amp;from={DAY}&amp;to={DAY}" in page
    assert "held 3 at once" in vera.get(f"/desk/log?what=decisions&who=1&from={DAY}&to={DAY}").text
    assert "No. 4" in page, "the longest waiting"
    first = told(vera, "--on", DAY)
    assert first[1] == "Vera Lind\tAccepted, L1 1, Accepted, L3 1, Held 1, Held by a rule 3"
    assert first[2] == "Noor Ohl\tRefused 1, Undone 1"
    clock.move(days=365)
    assert told(vera, "--on", DAY)[:3] == first[:3]
    assert told(vera)[1] == "nothing was decided"
    assert "1 waiting, the longest (no. 4) for 365 days" in told(vera)[2]


def test_a_day_without_decisions_and_a_day_that_is_none(somebody: Visitor, ines: Officer) -> None:
    assert "Nothing was decided that day" in ines.get("/desk/day").text
    assert "03 May 2026" in ines.get("/desk/day?on=2026-05-03").text
    for odd in ("x", "0001-01-01", "9999-12-31", "2026-02-30"):
        assert ines.get(f"/desk/day?on={odd}").status_code == 200, odd
    assert told(ines)[1] == "nothing was decided"
    run = ines.app.test_cli_runner().invoke(args=["verify", "summary", "--on", "yesterday"])
    assert run.exit_code != 0


def test_the_queue_leads_to_the_day(somebody: Visitor, ines: Officer) -> None:
    assert 'href="/desk/day"' in ines.get("/desk/queue").text
