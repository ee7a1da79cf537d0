"""Programs and files say in which time zone a letter's days are, unless it is UTC; and what stopped a letter."""

import json

from sqlalchemy import select

from campaign.letter.models import Letter
from tests.cast import Visitor

API = "/api/v1/letters/appeal"


def facts(visitor: Visitor) -> tuple[dict[str, object], dict[str, object]]:
    """Return what the API and a file say of the letter."""
    run = visitor.app.test_cli_runner()
    written = run.invoke(args=["roll", "export", "appeal", "--format", "json"]).output
    return visitor.get(API).get_json(), json.loads(written)


def test_a_zone_other_than_utc_is_named_and_utc_changes_no_byte(somebody: Visitor) -> None:
    assert all("time_zone" not in said and "stopped" not in said for said in facts(somebody))
    with somebody.tools.database.write() as session:
        session.scalars(select(Letter)).one().time_zone = "Europe/Brussels"
    assert [said["time_zone"] for said in facts(somebody)] == ["Europe/Brussels"] * 2


def test_a_program_learns_that_a_letter_is_suspended_and_why(somebody: Visitor) -> None:
    run = somebody.app.test_cli_runner()
    assert run.invoke(args=["letter", "suspend", "appeal", "--reason", "A mistake."]).exit_code == 0
    told = {"state": "suspended", "since": "2026-05-04", "reason": {"en": "A mistake."}}
    assert somebody.get(API).get_json()["stopped"] == told
    (listed,) = somebody.get("/api/v1/letters").get_json()["letters"]
    assert listed["stopped"] == told
