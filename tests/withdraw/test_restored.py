"""What was removed stays removed, whatever backup is restored, on either database."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.audit.models import LogEntry
from campaign.audit.models import Officer as Row
from campaign.audit.wording import SENTENCES
from campaign.confirm.models import Signatory
from campaign.deliver.models import Answer, Arrival, Sending
from campaign.deliver.steps import Answered, answer_delivery, approve_delivery, undo_step
from campaign.desk.models import Approval, Invitation
from campaign.desk.service import admit
from campaign.document.models import DeliveryApproval
from campaign.sign.models import BarredAddress
from campaign.sign.service import bar_address, unbar_address
from campaign.signin.models import DeskSession
from campaign.storage import journal as journals
from campaign.verify.models import Verification
from tests.cast import ACTIVIST, LAWMAKER, Officer, Visitor
from tests.conftest import Clock
from tests.intake.lists import HEAD, ROWS, as_csv, bring
from tests.withdraw.ground import Backup, count, deliver

TAKES = {  # acts of the log that take something away, and the journal keeps
    "change role", "remove", "join", "remove passkey", "new recovery codes", "change authenticator", "sign in",
    "held", "refused", "undo", "hold all", "intake-undo", "deliver answer", "deliver undo",
    "suspend letter", "close letter", "withdraw letter", "move embargo", "end preview",
    "bar", "domain end",
}  # fmt: skip
GIVES = {
    "admit",
    "accepted",
    "undo hold all",
    "settle",
    "deliver approve",
    "deliver send",
    "deliver receipt",
    "deliver receive",
    "resume letter",
    "make preview",
    "domain",
    "unbar",
}
ENDED_ANYWAY = {"invite", "recover", "end session", "ask", "approve"}  # sessions, invitations, approvals: all end
TAKES_NOTHING = {
    "add passkey", "print", "annex", "bundle", "freeze", "package", "build", "build cancel", "package taken", "export",
    "intake", "intake-done", "let mail go", "recalled", "forgot", "restored", "identity",
    "office", "office kind", "roster", "resume mail", "office clock", "choose", "remove letter", "letter load", "letter export",
    "letter draft", "letter discard", "letter publish", "letter version",
}  # fmt: skip


@pytest.fixture
def ines(vera: Officer) -> Officer:
    return Officer(vera.app, vera.mailbox).join("ines@campaign.test", "verifier", "Ines Moor")


def rows(visitor: Visitor, model: Any) -> list[Any]:
    with visitor.tools.database.read() as session:
        return list(session.scalars(select(model).order_by(*model.__table__.primary_key.columns)))


def level(visitor: Visitor, number: int = 1) -> tuple[str, int | None] | None:
    found = [row for row in rows(visitor, Verification) if row.signatory_id == number]
    return (found[0].outcome, found[0].level) if found else None


def test_a_removed_officer_stays_out_with_their_old_cookie_and_with_everything_they_know(
    vera: Officer, ines: Officer, tmp_path: Path
) -> None:
    backup = Backup(vera, tmp_path)
    assert backup.command("desk", "remove", ines.email).exit_code == 0
    told = backup.restore()
    assert "1 officers removed again" in told
    assert "2 desk sessions ended" in told
    assert ines.get("/desk/me").status_code == 303
    ines.wait_for_code()
    assert ines.sign_in().status_code != 303


def test_a_restore_signs_all_officers_out_and_ends_invitations_and_approvals(
    vera: Officer, clock: Clock, tmp_path: Path
) -> None:
    invited = vera.app.test_cli_runner().invoke(args=["desk", "invite", "new@campaign.test", "--role", "viewer"])
    assert invited.exit_code == 0
    assert "1 desk sessions ended, 1 invitations ended" in Backup(vera, tmp_path).restore()
    assert count(vera, DeskSession, Invitation) == [0, 0]
    assert not [row for row in rows(vera, Approval) if row.used_at is None and row.expires_at > clock()]
    clock.move(seconds=60)
    assert vera.sign_in().status_code == 303, "an officer who lost no right signs in again"


def test_an_officer_who_was_let_in_anew_does_not_come_in_with_what_was_lost(
    vera: Officer, ines: Officer, clock: Clock, tmp_path: Path
) -> None:
    backup = Backup(vera, tmp_path)
    clock.move(seconds=60)
    link = backup.command("desk", "recover", ines.email).output.strip()
    page = vera.elsewhere().get(link.removeprefix("http://localhost")).text
    anew = Officer(vera.app, vera.mailbox)
    anew.secret = page.partition('<code class="hash">')[2].partition("<")[0]
    form = {"name": "Ines Moor", "password": "quite another sentence", "code": anew.code()}
    assert anew.fill_in(page, link.removeprefix("http://localhost"), form).status_code == 303
    assert "1 officers to let in anew" in backup.restore()
    clock.move(seconds=60)
    assert ines.sign_in().status_code != 303
    assert "0 erased again" in backup.command("withdraw", "replay").output
    assert "to let in anew" not in backup.command("withdraw", "replay").output, "the second time changes nothing"


def test_a_role_that_was_raised_since_is_not_given_by_the_journal(
    vera: Officer, ines: Officer, tmp_path: Path
) -> None:
    backup = Backup(vera, tmp_path)
    form = {"role": "owner", "countries": ""}
    assert vera.confirm_oneself().status_code == 303
    vera.post("/desk/officers/2/place", form, "/desk/officers")
    backup.restore()
    assert [row.role for row in rows(vera, Row)] == ["owner", "verifier"]


def test_a_decision_taken_back_stays_back_and_an_acceptance_is_not_given_by_the_journal(
    vera: Officer, visitor: Visitor, tmp_path: Path
) -> None:
    visitor.sign_and_confirm()
    visitor.sign_and_confirm(email="b@example.org")
    visitor.sign_and_confirm(email="c@example.org")
    vera.decide(1, method="known")
    vera.decide(2, method="known")
    backup = Backup(vera, tmp_path)
    vera.post("/desk/signatory/1/undo", {}, "/desk/signatory/1")
    vera.post("/desk/signatory/2/undo", {}, "/desk/signatory/2")
    vera.decide(2, "refused", reason="joke")
    vera.decide(3, method="known")
    assert level(vera, 3) == ("accepted", 3)
    assert "2 decisions of the desk again" in backup.restore()
    assert [level(vera, number) for number in (1, 2, 3)] == [None, ("refused", None), None]
    assert "decisions" not in backup.command("withdraw", "replay").output


def test_a_correction_that_is_lost_takes_the_old_words_off_the_list_and_tells_the_desk(
    vera: Officer, visitor: Visitor, tmp_path: Path
) -> None:
    path = visitor.sign_and_confirm()
    vera.decide(1, method="known")
    backup = Backup(vera, tmp_path)
    visitor.post(f"{path}/edit", {**LAWMAKER, "party": ""})
    assert "1 entries replaced since again" in backup.restore()
    assert level(vera) is None
    vera.wait_for_code()
    vera.sign_in()
    assert "They replaced this entry after the backup" in vera.get("/desk/signatory/1").text


def test_a_correction_that_the_backup_has_is_left_alone(vera: Officer, visitor: Visitor, tmp_path: Path) -> None:
    path = visitor.sign_and_confirm()
    visitor.post(f"{path}/edit", {**LAWMAKER, "party": ""})
    vera.decide(2, method="known")
    assert "replaced" not in Backup(vera, tmp_path).restore()
    assert level(vera, 2) == ("accepted", 3)


def test_governments_that_may_read_a_name_no_more_are_not_given_it_again(
    vera: Officer, visitor: Visitor, tmp_path: Path
) -> None:
    path = visitor.sign_and_confirm({**ACTIVIST, "recipient": ["own"]})
    backup = Backup(vera, tmp_path)
    visitor.post(f"{path}/visibility", {"visibility": "withheld"})
    (before,) = rows(vera, Signatory)
    assert "1 readers of a name withdrawn again" in backup.restore()
    (after,) = rows(vera, Signatory)
    assert after.visibility == "withheld"
    assert after.sealed_entry != before.sealed_entry
    assert "readers" not in backup.command("withdraw", "replay").output


def test_one_row_of_a_paper_list_that_was_taken_out_stays_out(vera: Officer, tmp_path: Path) -> None:
    bring(vera.app, tmp_path, as_csv([HEAD, *ROWS]))
    before = len(rows(vera, Signatory))
    backup = Backup(vera, tmp_path)
    assert backup.command("intake", "undo", "1", "--row", "2").exit_code == 0
    assert len(rows(vera, Signatory)) == before - 1
    assert "1 paper signatures taken out again" in backup.restore()
    assert len(rows(vera, Signatory)) == before - 1


def test_an_address_that_asked_for_no_mail_is_barred_again_and_one_that_was_unbarred_is_not(
    visitor: Visitor, clock: Clock, tmp_path: Path
) -> None:
    backup, database = Backup(visitor, tmp_path), visitor.tools.database
    for index in (b"a" * 32, b"b" * 32):
        with database.write() as session:
            bar_address(session, index, now=clock())
    with database.write() as session:
        assert unbar_address(session, b"b" * 32, now=clock())
    backup.restore()
    assert [row.address_index for row in rows(visitor, BarredAddress)] == [b"a" * 32]


def test_an_approval_taken_back_and_an_answer_taken_off_the_public_page_stay_so(
    vera: Officer, clock: Clock, tmp_path: Path
) -> None:
    vera.sign_and_confirm()
    vera.sign_and_confirm(email="b@example.org")
    deliver(vera)
    deliver(vera, 2)
    told = Answered(clock().date(), "en", "We have read it.", True)
    with vera.tools.database.write() as session:
        by = session.get_one(Row, 1)
        approve_delivery(session, 1, by, now=clock())
        session.add(DeliveryApproval(delivery_id=2, officer_id=1, approved_at=clock()))
        session.flush()
        sent: dict[str, Any] = {
            "channel": "post",
            "sent_on": clock().date(),
            "place": "",
            "note": "",
            "queued": False,
        }
        joined = Row(email="paul@campaign.test", name="Paul", role="viewer", password_hash="", totp_salt=b"", totp_locked=b"",
                     totp_last_step=0, joined_at=clock())  # fmt: skip
        session.add(joined)
        session.flush()
        admit(session, joined, None, None, now=clock())
        session.add(Sending(delivery_id=2, number=1, approved_by=1, officer_id=joined.id, **sent))
        session.flush()
        session.add(Arrival(delivery_id=2, sending=1, received_on=clock().date(), officer_id=1))
        session.flush()
        answer_delivery(session, 2, told, by, now=clock())
    backup = Backup(vera, tmp_path)
    with vera.tools.database.write() as session:
        by = session.get_one(Row, 1)
        undo_step(session, 1, by, now=clock())
        answer_delivery(session, 2, replace(told, published=False), by, now=clock())
    assert "2 steps of a delivery again" in backup.restore()
    assert [row.delivery_id for row in rows(vera, DeliveryApproval)] == [2], "by which it has gone out"
    assert [row.published for row in rows(vera, Answer)] == [False]


def test_the_journal_holds_no_name_and_no_address(vera: Officer, ines: Officer, tmp_path: Path) -> None:
    visitor = vera.elsewhere()
    path = visitor.sign_and_confirm(name="Canary Verchamp", email="canary@example.org")
    vera.decide(1, "refused", reason="joke", note="Canary wrote canary@example.org")
    visitor.post(f"{path}/edit", {**LAWMAKER, "name": "Canary Brevil"})
    Backup(vera, tmp_path).command("desk", "remove", ines.email)
    told = vera.tools.site.erasures.read_text().lower()
    assert len(journals.read_acts(vera.tools.site.erasures)) >= 4
    for word in ("canary", "@", "ines", "vera", "moor", "brevil"):
        assert word not in told


def test_a_restore_that_fails_says_so_and_leaves_the_database_as_it_was(
    make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path
) -> None:
    visitor = Visitor(make_app(sqlite_url), tmp_path / "mail")
    visitor.sign_and_confirm()
    backup = Backup(visitor, tmp_path)
    visitor.sign_and_confirm(email="late@example.org")
    visitor.tools.site.erasures.write_text(
        '{"act": "removed", "at": "2026-05-04T09:00:00+00:00", "of": "officer:x", "said": {}}\n'
    )
    visitor.tools.database.close()
    failed = backup.command("storage", "restore", str(backup.file), "--yes")
    assert failed.exit_code != 0
    assert len(rows(visitor, Signatory)) == 2
    assert not list(tmp_path.glob(".*part*"))


def test_the_log_says_that_a_backup_was_restored(vera: Officer, tmp_path: Path) -> None:
    Backup(vera, tmp_path).restore()
    assert rows(vera, LogEntry)[-1].action == "restored"


def test_every_act_of_the_log_either_is_kept_by_the_journal_or_takes_nothing_away() -> None:
    """A new act needs an entry here that says what a restored backup does with it."""
    assert set(SENTENCES) == TAKES | GIVES | ENDED_ANYWAY | TAKES_NOTHING
