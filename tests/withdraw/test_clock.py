"""A clock that jumps deletes no name, lists no name and says so, until an operator has checked it."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from structlog.testing import capture_logs

from campaign.audit.log import write_log
from campaign.confirm.models import Signatory
from campaign.mail.models import Mail
from campaign.verify.models import Notice
from campaign.withdraw.models import KnownMoment
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.verify.told import ROSTER, accept, load


def run(visitor: Visitor, *words: str) -> Result:
    with visitor.app.app_context():
        return visitor.app.test_cli_runner().invoke(args=words)


def rounds(visitor: Visitor, clock: Clock, **by: float) -> None:
    """Let time pass, and the worker do a round."""
    clock.move(**by)
    for chore in visitor.tools.chores:
        chore(visitor.tools.database, clock())


def names(visitor: Visitor) -> list[str | None]:
    with visitor.tools.database.read() as session:
        return list(session.scalars(select(Signatory.name).order_by(Signatory.id)))


@pytest.fixture
def vera(site: Flask, tmp_path: Path) -> Officer:
    return Officer(site, tmp_path / "mail").join()


@pytest.mark.parametrize("days", [800, 3, -800])
def test_no_name_is_deleted_by_a_clock_that_jumped(visitor: Visitor, clock: Clock, days: int) -> None:
    visitor.sign_and_confirm()
    rounds(visitor, clock, minutes=5)
    clock.move(days=days)
    with capture_logs() as logs:
        rounds(visitor, clock, minutes=5)
        rounds(visitor, clock, minutes=5)
    assert names(visitor) == ["Odile Verchamp"]
    assert {"event": "clock_jumped", "log_level": "warning"} in logs


def test_a_clock_that_had_jumped_before_the_first_round_deletes_no_name(visitor: Visitor, clock: Clock) -> None:
    visitor.sign_and_confirm()
    rounds(visitor, clock, days=800)
    assert names(visitor) == ["Odile Verchamp"]


def test_the_command_fails_until_an_operator_confirms_the_clock_and_then_goes_on(
    visitor: Visitor, clock: Clock
) -> None:
    visitor.sign_and_confirm()
    rounds(visitor, clock, minutes=5)
    clock.move(days=800)
    stopped = run(visitor, "withdraw", "purge")
    assert stopped.exit_code == 1
    assert "it says 2028-07-12" in stopped.output
    assert "--clock-is-right" in stopped.output
    assert "not by this clock" in run(visitor, "withdraw", "purge", "--dry-run").output
    assert names(visitor) == ["Odile Verchamp"]
    assert "1 public names forgotten" in run(visitor, "withdraw", "purge", "--clock-is-right").output
    assert names(visitor) == [None]
    assert run(visitor, "withdraw", "purge").exit_code == 0


def test_a_worker_that_was_off_while_the_desk_worked_needs_no_operator(visitor: Visitor, clock: Clock) -> None:
    visitor.sign_and_confirm()
    rounds(visitor, clock, minutes=5)
    for _day in range(4):
        clock.move(days=1)
        with visitor.tools.database.write() as session:
            write_log(session, None, "sign in", "log", {}, now=clock())
    assert run(visitor, "withdraw", "purge").exit_code == 0


def test_an_entry_of_the_log_written_by_the_wrong_clock_proves_nothing(visitor: Visitor, clock: Clock) -> None:
    visitor.sign_and_confirm()
    rounds(visitor, clock, minutes=5)
    clock.move(days=800)
    with visitor.tools.database.write() as session:
        write_log(session, None, "sign in", "log", {}, now=clock())
    rounds(visitor, clock, minutes=5)
    assert names(visitor) == ["Odile Verchamp"]


def test_a_clock_that_is_set_right_again_goes_on_by_itself(visitor: Visitor, clock: Clock) -> None:
    visitor.sign_and_confirm()
    rounds(visitor, clock, minutes=5)
    rounds(visitor, clock, days=800)
    rounds(visitor, clock, days=-800, hours=1)
    with visitor.tools.database.read() as session:
        assert session.scalars(select(KnownMoment.at)).one() == clock()


def test_a_plain_address_is_forgotten_after_72_hours_all_the_same(visitor: Visitor, clock: Clock) -> None:
    visitor.sign()
    rounds(visitor, clock, minutes=5)
    rounds(visitor, clock, days=30)
    with visitor.tools.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Mail)) == 0


def test_a_member_who_may_still_object_is_not_listed_by_a_clock_that_jumped(
    vera: Officer, clock: Clock, tmp_path: Path
) -> None:
    load(vera, tmp_path / "members.csv", ROSTER)
    vera.elsewhere().sign_and_confirm()
    accept(vera)
    rounds(vera, clock, minutes=5)
    rounds(vera, clock, days=800)
    with vera.tools.database.read() as session:
        assert session.scalars(select(Notice.over_at)).one() is None


def test_owners_read_it_on_every_page_of_the_desk_and_the_doctor_says_it(vera: Officer, clock: Clock) -> None:
    viewer = Officer(vera.app, vera.mailbox).join("ines@campaign.test", "viewer", "Ines Moor")
    rounds(vera, clock, minutes=5)
    assert "has jumped" not in vera.get("/desk/people").text
    assert "clock: well" in run(vera, "doctor").output
    clock.move(days=800)
    for officer in (vera, viewer):
        assert officer.sign_in().status_code == 303
    assert "clock has jumped:</strong> it says 2028-07-12" in vera.get("/desk/me").text
    assert "has jumped" not in viewer.get("/desk/me").text
    answer = run(vera, "doctor")
    assert answer.exit_code == 1
    assert "clock: it says 2028-07-12" in answer.output


def test_a_backup_by_a_clock_that_jumped_deletes_no_earlier_one(
    vera: Officer, clock: Clock, tmp_path: Path
) -> None:
    rounds(vera, clock, minutes=5)
    assert run(vera, "storage", "backup").exit_code == 0
    clock.move(days=800)
    answer = run(vera, "storage", "backup")
    assert answer.exit_code == 0
    assert "no old one was deleted" in answer.output
    assert len(list((tmp_path / "backups").glob("*.db"))) == 2


def test_a_session_that_a_clock_ahead_began_does_not_outlive_it(vera: Officer, clock: Clock) -> None:
    clock.move(days=800)
    assert vera.sign_in().status_code == 303
    assert vera.get("/desk/me").status_code == 200
    clock.move(days=-799)
    assert vera.get("/desk/me").status_code == 303
