"""Each kind of what is kept is forgotten on its day, and not before."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from campaign.audit.log import first_bad_entry
from campaign.audit.models import LogCheckpoint, LogEntry
from campaign.confirm.models import Signature
from campaign.letter.models import Letter
from campaign.mail.models import Mail
from campaign.sign.models import Intent
from campaign.verify.models import Verification
from campaign.withdraw.rules import last_day, months_before
from tests.cast import ACTIVIST, Officer, Visitor
from tests.conftest import START, Clock
from tests.withdraw.ground import count, deliver, purge, read_entries

CLOSES = date(2026, 12, 31)


def due(visitor: Visitor, kind: str) -> int:
    """Return how many of a kind the dry run would forget."""
    counts = purge(visitor, "--dry-run").replace(" would be forgotten", "").strip().split(", ")
    return int({name: number for number, _blank, name in (part.partition(" ") for part in counts)}[kind])


def on(clock: Clock, day: date) -> None:
    clock.now = datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)


def test_an_unconfirmed_intent_and_its_mail_are_forgotten_after_72_hours(visitor: Visitor, clock: Clock) -> None:
    visitor.sign()
    clock.move(hours=71, minutes=59)
    assert (due(visitor, "intents"), due(visitor, "mails")) == (0, 0)
    clock.move(minutes=1)
    assert (due(visitor, "intents"), due(visitor, "mails")) == (1, 1)
    assert count(visitor, Intent, Mail) == [1, 1], "a dry run forgets nothing"
    assert "1 intents" in purge(visitor)
    assert count(visitor, Intent, Mail) == [0, 0]


def test_a_confirmed_signature_outlives_its_intent(visitor: Visitor, clock: Clock) -> None:
    path = visitor.sign_and_confirm()
    clock.move(hours=80)
    purge(visitor)
    assert count(visitor, Intent, Signature) == [0, 1]
    assert "Odile Verchamp" in visitor.get(path).text


@pytest.mark.parametrize(("delivered", "day"), [(None, date(2027, 3, 31)), (date(2027, 2, 1), date(2027, 5, 2))])
def test_an_address_is_forgotten_90_days_after_the_letters_last_day(
    visitor: Visitor, clock: Clock, delivered: date | None, day: date
) -> None:
    path = visitor.sign_and_confirm()
    deliver(visitor, on=delivered or date(2026, 6, 1))
    with visitor.tools.database.read() as session:
        index = session.scalars(select(Signature.address_index)).one()
    on(clock, day)
    clock.move(days=-1)
    assert due(visitor, "addresses") == 0
    clock.move(days=1)
    assert due(visitor, "addresses") == 1
    purge(visitor)
    with visitor.tools.database.read() as session:
        row = session.scalars(select(Signature)).one()
    assert (row.sealed_address, row.domain_index, len(row.address_index)) == (b"", None, 32)
    assert row.address_index != index
    assert due(visitor, "addresses") == 0
    assert visitor.get(f"{path}/data.json").get_json()["address"] == "erased"
    assert visitor.post(f"{path}/not-me", {}).status_code == 303, "withdrawing still works"


@pytest.mark.parametrize("visibility", ["withheld", "counted"])
def test_a_sealed_name_is_forgotten_30_days_after_it_and_the_row_still_counts(
    visitor: Visitor, clock: Clock, visibility: str
) -> None:
    path = visitor.sign_and_confirm(ACTIVIST, visibility=visibility)
    Officer(visitor.app, visitor.mailbox).join().decide(1)
    before = visitor.get("/en/appeal").text
    on(clock, date(2027, 1, 29))
    assert due(visitor, "withheld names") == 0
    on(clock, date(2027, 1, 30))
    assert due(visitor, "withheld names") == 1
    purge(visitor)
    (row,) = read_entries(visitor)
    assert (row.visibility, row.sealed_entry, row.owner_entry) == (visibility, b"", None)
    assert count(visitor, Verification) == [1]
    counted = "names withheld" if visibility == "withheld" else "counted only"
    assert counted in before
    assert counted in visitor.get("/en/appeal").text
    assert "erased here, as we promised" in visitor.get(path).text


def test_a_letter_still_open_forgets_no_withheld_name(visitor: Visitor, clock: Clock) -> None:
    visitor.sign_and_confirm(ACTIVIST)
    with visitor.tools.database.write() as session:
        session.get_one(Letter, 1).closes_on = date(2031, 1, 1)
    deliver(visitor)
    on(clock, date(2030, 12, 31))
    assert (due(visitor, "withheld names"), due(visitor, "addresses")) == (0, 0)


def test_a_public_name_becomes_a_number_24_months_after_it_was_confirmed(visitor: Visitor, clock: Clock) -> None:
    path = visitor.sign_and_confirm()
    vera = Officer(visitor.app, visitor.mailbox).join()
    vera.decide(1)
    assert due(visitor, "log entries") == 0
    sign_log(visitor)
    clock.now = START.replace(year=2028)
    clock.move(seconds=-1)
    assert due(visitor, "public names") == 0
    assert "Odile Verchamp" in visitor.get("/en/appeal/signatories").text
    clock.move(seconds=1)
    assert due(visitor, "public names") == 1
    purge(visitor)
    (row,) = read_entries(visitor)
    assert (row.visibility, row.name, row.said, row.sort_key, row.sealed_entry) == (
        "counted",
        None,
        None,
        b"",
        b"",
    )
    page = visitor.get("/en/appeal/signatories").text
    assert "Odile" not in page
    assert "counted only" in page
    with visitor.tools.database.read() as session:
        assert session.scalars(select(Verification.note)).all() == [""]
    assert "still counts as a number" in visitor.get(path).text


def test_a_replaced_name_goes_with_the_earliest_of_the_two(visitor: Visitor, clock: Clock) -> None:
    visitor.sign_and_confirm()
    visitor.sign_and_confirm(name="Odile Verchampe")
    on(clock, date(2027, 1, 29))
    assert due(visitor, "superseded names") == 0
    on(clock, date(2027, 1, 30))
    assert due(visitor, "superseded names") == 1
    purge(visitor)
    assert [row.name for row in read_entries(visitor)] == [None, "Odile Verchampe"]


def test_a_replaced_name_of_a_letter_long_open_goes_after_24_months(visitor: Visitor, clock: Clock) -> None:
    with visitor.tools.database.write() as session:
        session.get_one(Letter, 1).closes_on = date(2031, 1, 1)
    for house in ("Lake House", "Hill House"):
        visitor.sign_and_confirm(ACTIVIST, affiliation=house)
    clock.now = START.replace(year=2028)
    assert (due(visitor, "superseded names"), due(visitor, "withheld names")) == (1, 0)
    purge(visitor)
    assert [row.sealed_entry == b"" for row in read_entries(visitor)] == [True, False]


def sign_log(visitor: Visitor) -> None:
    """Sign the newest entry, as the worker does every few minutes."""
    assert visitor.app.test_cli_runner().invoke(args=["desk", "audit", "sign"]).exit_code == 0


def test_a_log_without_a_signed_head_is_not_deleted(visitor: Visitor, clock: Clock) -> None:
    Officer(visitor.app, visitor.mailbox).join()
    clock.now = START.replace(year=2029)
    assert due(visitor, "log entries") == 0


def test_the_log_forgets_after_24_months_and_its_chain_still_holds(visitor: Visitor, clock: Clock) -> None:
    visitor.sign_and_confirm()
    vera = Officer(visitor.app, visitor.mailbox).join()
    vera.decide(1)
    assert due(visitor, "log entries") == 0
    sign_log(visitor)
    clock.now = START.replace(year=2028, hour=12)
    vera.sign_in()
    vera.post("/desk/signatory/1/undo", {}, "/desk/signatory/1")
    before = count(visitor, LogEntry)[0]
    old = due(visitor, "log entries")
    assert 0 < old < before
    purge(visitor)
    with visitor.tools.database.read() as session:
        entries = session.scalars(select(LogEntry).order_by(LogEntry.id)).all()
        assert first_bad_entry(session) is None
        checkpoint = session.scalars(select(LogCheckpoint)).one()
    assert len(entries) == before - old + 1
    assert (entries[-1].action, entries[-1].facts) == (
        "forgot",
        {"entries": old, "through": checkpoint.through_id},
    )
    audit = visitor.app.test_cli_runner().invoke(args=["desk", "audit", "verify"])
    assert audit.exit_code == 0, audit.output
    with pytest.raises(DatabaseError), visitor.tools.database.engine.begin() as connection:
        connection.execute(text(f"DELETE FROM log_entry WHERE id = {entries[0].id}"))


def test_a_log_that_forgot_everything_goes_on_from_where_it_was(visitor: Visitor, clock: Clock) -> None:
    Officer(visitor.app, visitor.mailbox).join()
    sign_log(visitor)
    clock.now = START.replace(year=2029)
    purge(visitor)
    assert count(visitor, LogEntry) == [1]
    Officer(visitor.app, visitor.mailbox).join("paul@campaign.test")
    sign_log(visitor)
    clock.now = START.replace(year=2032)
    purge(visitor)
    with visitor.tools.database.read() as session:
        assert first_bad_entry(session) is None
        ids = session.scalars(select(LogEntry.id)).all()
        assert min(ids) > max(session.scalars(select(LogCheckpoint.through_id)))


def test_more_than_a_batch_is_forgotten_too(
    visitor: Visitor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaign.withdraw.retention.BATCH", 2)
    for number in range(5):
        visitor.sign(email=f"person{number}@example.org")
    clock.move(hours=72)
    assert "5 intents" in purge(visitor)
    assert count(visitor, Intent) == [0]


def test_the_worker_forgets_too(visitor: Visitor, clock: Clock) -> None:
    visitor.sign()
    for _day in range(3):  # a worker that was away for longer takes its clock for one that has jumped
        clock.move(hours=24)
        for chore in visitor.tools.chores:
            chore(visitor.tools.database, clock())
    assert count(visitor, Intent) == [0]


def test_months_are_calendar_months() -> None:
    assert months_before(START, 24) == START.replace(year=2024)
    leap = datetime(2028, 2, 29, tzinfo=UTC)
    assert months_before(leap, 24) == datetime(2026, 2, 28, tzinfo=UTC)
    assert months_before(datetime(2026, 1, 31, tzinfo=UTC), 2) == datetime(2025, 11, 30, tzinfo=UTC)
    assert months_before(datetime(2026, 12, 31, tzinfo=UTC), 12) == datetime(2025, 12, 31, tzinfo=UTC)


def test_a_letters_last_day_is_never_before_it_closes() -> None:
    assert last_day(CLOSES, None) == last_day(CLOSES, date(2026, 6, 1)) == CLOSES
    assert last_day(CLOSES, date(2027, 1, 5)) == date(2027, 1, 5)
