"""Who works at the desk: invited, changed, removed, let back in by two owners, signed out."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from campaign.audit.models import LogEntry
from campaign.audit.models import Officer as Row
from campaign.desk.approvals import (
    ApprovalRequest,
    NoSuchApproval,
    NotApproved,
    SecondPersonNeeded,
    approve,
    ask,
    use,
)
from campaign.desk.rules import EXPORT, may_decide
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.signin.authenticator import Authenticator, add_passkey, enter

LINK = re.compile(r'<input id="link"[^>]*value="([^"]+)"')


@pytest.fixture
def vera(site: Flask, tmp_path: Path) -> Officer:
    return Officer(site, tmp_path / "mail").join()


@pytest.fixture
def vera_anywhere(visitor: Visitor) -> Officer:
    """Vera on each database, where the database decides."""
    return Officer(visitor.app, visitor.mailbox).join()


def colleague(vera: Officer, name: str, role: str) -> Officer:
    """Let a colleague join; Vera's second factor stays fresh."""
    other = Officer(vera.app, vera.mailbox).join(f"{name.split(maxsplit=1)[0].lower()}@campaign.test", role, name)
    assert vera.confirm_oneself().status_code == 303
    return other


def row(vera: Officer, number: int) -> Row:
    with vera.tools.database.read() as session:
        return session.get_one(Row, number)


def join_by_link(vera: Officer, page: str) -> Officer:
    """Follow an invitation's link, with a new authenticator."""
    found = LINK.search(page)
    assert found is not None
    officer, path = Officer(vera.app, vera.mailbox), urlsplit(found[1]).path
    secret = re.search(r'<code class="hash">([A-Z2-7]+)</code>', officer.get(path).text)
    assert secret is not None
    officer.secret = secret[1]
    form = {"name": "Ines Vale", "password": "another quiet sentence", "code": officer.code()}
    assert officer.post(path, form).status_code == 303
    return officer


def test_an_owner_invites_a_verifier_for_two_countries(vera: Officer) -> None:
    form = {"email": "ines@campaign.test", "role": "verifier", "countries": "fr, de"}
    page = vera.post("/desk/people", form)
    assert page.status_code == 200
    join_by_link(vera, page.text)
    assert (row(vera, 2).role, row(vera, 2).countries) == ("verifier", "DE FR")
    assert may_decide(row(vera, 2), "FR")
    assert not may_decide(row(vera, 2), "CH")
    assert may_decide(row(vera, 1), "CH")


@pytest.mark.parametrize(
    "wrong", [{"email": "nobody"}, {"role": "emperor"}, {"countries": "DE XX"}, {"email": "vera@campaign.test"}]
)
def test_a_malformed_invitation_is_refused_with_a_reason(vera: Officer, wrong: dict[str, str]) -> None:
    page = vera.post("/desk/people", {"email": "a@campaign.test", "role": "viewer", "countries": "", **wrong})
    assert page.status_code == 422
    assert 'role="alert"' in page.text


def test_a_changed_role_holds_from_the_next_request(vera: Officer) -> None:
    paul = colleague(vera, "Paul Sand", "owner")
    assert vera.post("/desk/people/2/role", {"role": "viewer"}, "/desk/people/2").status_code == 303
    assert paul.get("/desk/people/1").status_code == 403
    assert "Vera Lind</strong> made Paul Sand viewer (was owner)" in vera.get("/desk/log").text


def test_the_last_owner_stays(vera_anywhere: Officer) -> None:
    vera = vera_anywhere
    colleague(vera, "Paul Sand", "verifier")
    assert vera.post("/desk/people/1/role", {"role": "viewer"}, "/desk/people/1").status_code == 422
    assert vera.post("/desk/people/1/remove", {}, "/desk/people/1").status_code == 422
    assert vera.get("/desk/people").status_code == 200


def test_an_owner_removes_an_officer_who_loses_access_at_once(vera: Officer) -> None:
    paul = colleague(vera, "Paul Sand", "verifier")
    assert paul.get("/desk/").status_code == 200
    assert vera.post("/desk/people/2/remove", {}, "/desk/people/2").status_code == 303
    assert paul.get("/desk/").status_code == 303
    assert vera.get("/desk/people/2").status_code == 404


def test_a_change_of_role_needs_a_fresh_second_factor(vera: Officer, clock: Clock) -> None:
    colleague(vera, "Paul Sand", "verifier")
    clock.move(minutes=5, seconds=1)
    asked = vera.post("/desk/people/2/role", {"role": "viewer"}, "/desk/people/2")
    assert asked.status_code == 428
    assert row(vera, 2).role == "verifier"
    back = vera.fill_in(asked.text, "/desk/confirm-yourself?next=/desk/people/2", {"code": vera.code()})
    assert back.headers["Location"] == "/desk/people/2", "without what was carried"
    assert vera.post("/desk/people/2/role", {"role": "viewer"}, "/desk/people/2").status_code == 303
    assert row(vera, 2).role == "viewer"


def test_a_passkey_confirms_too_and_only_ones_own(vera: Officer, clock: Clock) -> None:
    own, other = Authenticator(), Authenticator()
    add_passkey(vera, own)
    paul = colleague(vera, "Paul Sand", "owner")
    add_passkey(paul, other)
    clock.move(minutes=6)
    assert enter(vera, other, "/desk/confirm-yourself?next=/desk/people").status_code == 422
    assert vera.post("/desk/me/recovery-codes", {}, "/desk/me").status_code == 428
    assert enter(vera, own, "/desk/confirm-yourself?next=/desk/people").headers["Location"] == "/desk/people"
    assert vera.post("/desk/me/recovery-codes", {}, "/desk/me").status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/desk/", "//evil.example", "/\\evil.example", "/\t/evil.example", "/en/appeal", "javascript:x",
     "/desk/../en/appeal", "/desk/sign-out", "http:///desk/", "/desk//evil.example", "//[", "", "/desk/people\r\nX: y"],
)  # fmt: skip
def test_confirming_oneself_never_leads_elsewhere(vera: Officer, elsewhere: str) -> None:
    form = {"code": vera.wait_for_code()}
    page = vera.get("/desk/confirm-yourself").text
    stamp = re.findall(r'name="form_token"[^>]*value="([^"]+)"', page)[-1]
    answer = vera.client.post(
        "/desk/confirm-yourself", query_string={"next": elsewhere}, data={**form, "form_token": stamp}
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/desk/"


def test_guessing_codes_to_confirm_oneself_is_slowed(vera: Officer) -> None:
    codes = [vera.post("/desk/confirm-yourself", {"code": "000000"}).status_code for _ in range(7)]
    assert codes == [422] * 5 + [429] * 2


def test_sessions_are_listed_coarsely_and_ended_by_oneself_or_an_owner(vera: Officer, clock: Clock) -> None:
    paul = colleague(vera, "Paul Sand", "viewer")
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    clock.move(minutes=1)
    phone = Officer(vera.app, vera.mailbox)
    phone.secret, phone.email = paul.secret, paul.email
    phone.client.environ_base["HTTP_USER_AGENT"] = agent
    phone.sign_in()
    page = paul.get("/desk/me").text
    assert "Firefox on Linux" in page
    assert "140" not in page
    assert "127.0.0.1" not in page
    ends = re.findall(r"/desk/me/sessions/(\d+)/end", page)
    assert len(ends) == 2
    assert paul.post(f"/desk/me/sessions/{ends[0]}/end", {}, "/desk/me").status_code == 303
    assert phone.get("/desk/").status_code == 303
    assert paul.post("/desk/me/sessions/1/end", {}, "/desk/me").status_code == 404
    assert vera.post(f"/desk/people/2/sessions/{ends[1]}/end", {}, "/desk/people/2").status_code == 303
    assert paul.get("/desk/").status_code == 303


def test_two_owners_let_an_officer_back_in_who_lost_everything(vera_anywhere: Officer) -> None:
    vera = vera_anywhere
    ines = colleague(vera, "Ines Vale", "verifier")
    lost = Authenticator()
    add_passkey(ines, lost)
    paul = colleague(vera, "Paul Sand", "owner")
    assert vera.post("/desk/people/2/recover", {}, "/desk/people/2").status_code == 303
    assert vera.post("/desk/approvals/1", {}, "/desk/approvals").status_code == 403
    assert ines.post("/desk/approvals/1", {}, "/desk/approvals").status_code in (303, 403)
    assert paul.confirm_oneself().status_code == 303
    page = paul.post("/desk/approvals/1", {}, "/desk/approvals")
    assert page.status_code == 200
    assert paul.post("/desk/approvals/1", {}, "/desk/approvals").status_code == 410
    join_by_link(vera, page.text)
    assert ines.get("/desk/").status_code == 303
    assert enter(vera.elsewhere(), lost).status_code == 422
    assert row(vera, 2).role == "verifier"
    with vera.tools.database.read() as session:
        told = [entry.action for entry in session.scalars(select(LogEntry).order_by(LogEntry.id))]
    assert told[-4:] == ["ask", "approve", "recover", "join"]


def test_an_officer_cannot_agree_to_their_own_return(vera: Officer) -> None:
    paul = colleague(vera, "Paul Sand", "owner")
    vera.post("/desk/people/2/recover", {}, "/desk/people/2")
    paul.confirm_oneself()
    assert paul.post("/desk/approvals/1", {}, "/desk/approvals").status_code == 403


def test_a_single_owner_lets_an_officer_back_in_on_the_command_line(vera: Officer) -> None:
    run = vera.app.test_cli_runner()
    shown = run.invoke(args=["desk", "recover", vera.email])
    assert shown.exit_code == 0
    assert "/desk/invitation/" in shown.output
    assert run.invoke(args=["desk", "recover", "nobody@campaign.test"]).exit_code != 0
    assert "command line</strong> made a new invitation for Vera Lind" in vera.get("/desk/log").text


def test_what_takes_two_is_used_once_for_exactly_what_was_asked(vera_anywhere: Officer, clock: Clock) -> None:
    vera = vera_anywhere
    colleague(vera, "Paul Sand", "owner")
    colleague(vera, "Ines Vale", "viewer")
    vera_row, paul, ines = (row(vera, number) for number in (1, 2, 3))
    wanted = ApprovalRequest(EXPORT, "letter:appeal", {"country": "FR"}, "Withheld names, France")
    other = ApprovalRequest(EXPORT, "letter:appeal", {"country": "DE"}, "Withheld names, Germany")
    database = vera.tools.database
    with database.write() as session:
        number = ask(session, wanted, vera_row, now=clock()).id
        assert ask(session, wanted, vera_row, now=clock()).id == number
        with pytest.raises(NotApproved):
            use(session, wanted, vera_row, now=clock())
        for officer in (vera_row, ines):
            with pytest.raises(SecondPersonNeeded):
                approve(session, number, officer, now=clock())
        approve(session, number, paul, now=clock())
        with pytest.raises(NotApproved):
            use(session, other, vera_row, now=clock())
        with pytest.raises(NotApproved):
            use(session, wanted, ines, now=clock())
        use(session, wanted, vera_row, now=clock())
        with pytest.raises(NotApproved):
            use(session, wanted, vera_row, now=clock())
        late = ask(session, other, vera_row, now=clock()).id
    clock.move(hours=24)
    with database.write() as session, pytest.raises(NoSuchApproval):
        approve(session, late, paul, now=clock())


def test_the_database_knows_that_one_is_not_two(vera_anywhere: Officer, clock: Clock) -> None:
    vera = vera_anywhere
    with vera.tools.database.write() as session:
        ask(session, ApprovalRequest(EXPORT, "letter:appeal", 1, ""), row(vera, 1), now=clock())
    for change in ("approved_by = asked_by", "used_at = asked_at"):
        with pytest.raises(IntegrityError), vera.tools.database.engine.begin() as connection:
            connection.execute(text(f"UPDATE approval SET {change}"))


def test_the_log_holds_no_name_or_address_beside_the_actors(vera: Officer) -> None:
    vera.post("/desk/people", {"email": "canary@campaign.test", "role": "viewer", "countries": ""})
    add_passkey(vera, Authenticator(), "canary key")
    colleague(vera, "Paul Canary", "owner")
    vera.post("/desk/people/2/recover", {}, "/desk/people/2")
    vera.post("/desk/people/2/remove", {}, "/desk/people/2")
    with vera.tools.database.read() as session:
        for entry in session.scalars(select(LogEntry)):
            assert "canary" not in f"{entry.subject} {entry.details}".lower()
