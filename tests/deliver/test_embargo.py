"""Until the moment a campaign has set, nothing public tells of its deliveries."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from campaign.letter.models import Letter
from campaign.letter.rules import LetterMalformed, read_facts
from tests.cast import Officer, Visitor
from tests.conftest import LETTERS, START, Clock
from tests.deliver.ways import BY_HAND, approve, step
from tests.package.parcels import FIRST


def public(visitor: Visitor, own_page: str) -> dict[str, str]:
    """Return every public page that tells of deliveries."""
    paths = (f"/en/verify?asked={FIRST}", own_page)
    return {path: visitor.get(path).text.replace(f'value="{FIRST}"', "") for path in paths}


def test_until_its_moment_nothing_public_tells_of_a_delivery_and_then_everything_does(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str, clock: Clock
) -> None:
    with visitor.tools.database.write() as session:
        session.scalars(select(Letter)).one().embargo_until = clock.now.replace(hour=20)
    approve(vera)
    assert step(paul, "send", BY_HAND).status_code == 303
    for path, page in public(visitor, own_page).items():
        assert FIRST not in page, path
        assert "Not one of ours" not in page, "a genuine letter is not called a forgery"
    assert "not public yet" in visitor.get(f"/en/verify?asked={FIRST}").text
    assert FIRST in vera.get("/desk/deliveries").text
    clock.now = clock.now.replace(hour=20)
    for path, page in public(visitor, own_page).items():
        assert FIRST in page, path


def test_a_signatory_who_asks_what_is_stored_learns_who_received_it_even_then(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str, clock: Clock
) -> None:
    with visitor.tools.database.write() as session:
        session.scalars(select(Letter)).one().embargo_until = clock.now.replace(hour=20)
    approve(vera)
    assert visitor.get(f"{own_page}/data.json").get_json()["deliveries"] == []
    assert step(paul, "send", BY_HAND).status_code == 303
    (told,) = visitor.get(f"{own_page}/data.json").get_json()["deliveries"]
    assert told["reference"] == FIRST


def test_an_embargo_is_a_moment_with_its_zone() -> None:
    facts = (LETTERS / "appeal" / "letter.toml").read_text(encoding="utf-8")
    assert read_facts(facts).embargo_until is None
    until = read_facts(f"{facts}\nembargo_until = 2026-12-10T10:00:00Z").embargo_until
    assert until == datetime(2026, 12, 10, 10, tzinfo=UTC) > START
    for wrong in ("2026-12-10", "2026-12-10T10:00:00", '"soon"'):
        with pytest.raises(LetterMalformed):
            read_facts(f"{facts}\nembargo_until = {wrong}")
