"""Parliaments' mail domains: two people list one, or one that has expired; one person ends it at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from campaign.desk.approvals import NotApproved
from campaign.directory.parliaments import NewDomain, prepare_domain
from campaign.review.evidence import mailbox
from campaign.sign.forms import chamber_options
from campaign.signin.officers import find_officer
from campaign.withdraw.restored import read_journals, repeat_removals
from tests.cast import Officer, Visitor, agree
from tests.directory.book import PAGE, fault, logged, send

NEW = "/desk/parliaments/new"
BERLIN = "/desk/parliaments/bundestag.de"
WANTED = {
    "domain": "house.example",
    "holds": "mixed",
    "country": "FR",
    "chamber": "Maison des Rives",
    "english": "House of Shores",
    "source": PAGE,
    "until": "2027-04-01",
}
MAILBOX = "jane@house.example"


def ask(officer: Officer, path: str = NEW, **changes: Any) -> TestResponse:
    form = WANTED if path == NEW else {"source": PAGE, "until": "2027-04-01"}
    return send(officer, officer.get(path).text, path, {**form, **changes})


def proves(officer: Visitor, address: str) -> str:
    """Return the chambers whose mailbox the desk takes an address for today."""
    return mailbox(officer.tools.legislatures, address, officer.tools.clock().date()).chambers


@pytest.fixture
def paul(ines: Officer) -> Officer:
    """A second owner, where the database decides nothing."""
    return Officer(ines.app, ines.mailbox).join("paul@campaign.test", name="Paul Ried")


def test_a_domain_proves_something_only_after_a_second_person_agreed(ines: Officer, paul: Officer) -> None:
    ines.confirm_oneself()
    assert ask(ines).headers["Location"] == "/desk/approvals"
    assert proves(ines, MAILBOX) == ""
    waiting = paul.get("/desk/approvals").text
    assert "house.example for the chamber Maison des Rives (France), until 01 Apr 2027" in waiting
    assert f"The page that shows it: {PAGE}" in waiting
    agree(ines)
    assert proves(ines, MAILBOX) == ""
    paul.confirm_oneself()
    agree(paul)
    assert proves(ines, MAILBOX) == "House of Shores, FR"
    assert ines.tools.legislatures.official_address(MAILBOX) is not None
    assert ines.tools.legislatures.near_miss("h0use.example") == "house.example"
    assert "Maison des Rives" in chamber_options("en", ines.tools.legislatures)
    assert "house.example" in ines.get("/desk/parliaments").text
    assert "listed the mail domain house.example of a parliament until 2027-04-01" in ines.get("/desk/log").text


def test_what_two_people_agreed_to_cannot_be_altered_on_the_way(ines: Officer, paul: Officer) -> None:
    ines.confirm_oneself()
    ask(ines)
    other = NewDomain("evil.example", "mixed", PAGE, date(2027, 4, 1), "FR", "Maison", "House")
    carried = prepare_domain(ines.tools.shipped.legislatures, None, None, other.request().payload)  # type: ignore[arg-type]  # it reads no session
    with pytest.raises(NotApproved), ines.tools.database.write() as session:
        carried(session, _person(paul), ines.tools.clock())


def test_one_owner_reviews_a_domain_in_time_and_two_an_expired_one(ines: Officer, paul: Officer) -> None:
    listed = ines.tools.legislatures.matches["bundestag.de"].domain
    _move_to(ines, listed.seen_on)
    assert ask(ines, BERLIN, until="2027-11-20").headers["Location"].endswith("?done=1")
    assert ines.tools.legislatures.matches["bundestag.de"].domain.evidence == PAGE
    _move_to(ines, date(2027, 11, 21))
    assert proves(ines, "jane@bundestag.de") == ""
    assert "bundestag.de" in ines.get("/desk/parliaments").text.partition("Expired")[2].partition("</div>")[0]
    assert ask(ines, BERLIN, until="2028-04-01").headers["Location"].endswith("?asked=1")
    assert proves(ines, "jane@bundestag.de") == ""
    assert paul.sign_in().status_code == 303
    agree(paul)
    assert proves(ines, "jane@bundestag.de") == "German Federal Parliament, DE"


def test_a_domain_ends_at_once_for_every_chamber_and_stays_ended(ines: Officer, paul: Officer) -> None:
    _move_to(ines, ines.tools.legislatures.matches["parliament.uk"].domain.seen_on)
    page = "/desk/parliaments/parliament.uk"
    assert "House of Lords" in proves(ines, "jane@parliament.uk")
    assert send(ines, ines.get(page).text, f"{page}/end", {}).status_code == 303
    assert ines.tools.legislatures.official("parliament.uk") is None
    assert "House of Lords" in chamber_options("en", ines.tools.legislatures)  # it may still be named
    assert ines.get(page).status_code == 404
    again = {"domain": "parliament.uk", "country": "GB", "chamber": "House of Commons", "until": "2027-04-01"}
    assert ask(ines, **again).status_code == 303
    assert paul.sign_in().status_code == 303
    agree(paul)
    assert proves(ines, "jane@parliament.uk") == "House of Commons, GB"


def test_a_restored_backup_does_not_bring_an_ended_domain_back(ines: Officer) -> None:
    page = "/desk/parliaments/parliament.uk"
    send(ines, ines.get(page).text, f"{page}/end", {})
    with ines.tools.database.write() as session:
        for table in ("own_domain_chamber", "own_domain"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")
    journal, keys = read_journals([ines.tools.site.erasures]), ines.tools.keys
    assert keys is not None
    for wanted in (1, 0):
        with ines.tools.database.write() as session:
            _ended, again = repeat_removals(session, journal, keys, now=ines.tools.clock())
        assert again["parliaments' domains"] == wanted
        assert ines.tools.legislatures.official("parliament.uk") is None


def test_the_second_of_two_owners_is_told(ines: Officer) -> None:
    _move_to(ines, ines.tools.legislatures.matches["bundestag.de"].domain.seen_on)
    opened = ines.get(BERLIN).text
    ask(ines, BERLIN, until="2027-03-01")
    late = send(ines, opened, BERLIN, {"source": PAGE, "until": "2027-04-01"})
    assert late.status_code == 409
    assert "Another officer changed this" in late.text
    assert ines.tools.legislatures.matches["bundestag.de"].domain.expires_on == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("domain", "", "Write the domain"),
        ("domain", "ｈouse.example", "Write the domain"),
        ("domain", "jane@house.example", "Write the domain"),
        ("domain", "x" * 1_000_000 + ".example", "Write the domain"),
        ("domain", "bundestag.de", ""),
        ("holds", "everybody", "Choose whose mailboxes"),
        ("country", "ZZ", "Choose the country."),
        ("chamber", "", "Say which chamber"),
        ("source", "http://house.example", "beginning with https://"),
        ("until", "2026-05-04", "has not come yet"),
        ("until", "tomorrow", "has not come yet"),
        ("until", "2029-01-01", "for a year at most"),
    ],
)
def test_bad_input_gets_a_sentence_beside_its_field(ines: Officer, field: str, typed: str, told: str) -> None:
    answer = ask(ines, **{field: typed})
    if told:
        assert answer.status_code == 422
        assert told in fault(answer.text, field)
        assert 'value="House of Shores"' in answer.text
    else:  # another chamber may have a domain that is listed, if of the same class
        assert answer.status_code == 303
        assert "has this domain as mixed" in fault(ask(ines, holds="member", domain=typed).text, "domain")


def test_domains_are_listed_reviewed_and_ended_by_command(ines: Officer, paul: Officer) -> None:
    run, by = ines.app.test_cli_runner(), ("--by", ines.email)
    until = ("--source", PAGE, "--until", "2027-04-01", *by)
    add = ("domain", "add", "house.example", "--country", "FR", "--chamber", "Maison des Rives", *until)
    assert "takes two people" in run.invoke(args=["directory", *add]).output
    paul.confirm_oneself()
    agree(paul)
    assert proves(ines, MAILBOX) == "Maison des Rives, FR"
    listed = run.invoke(args=["directory", "parliaments"]).output
    assert "house.example\tmixed\tuntil 2027-04-01\tFR Maison des Rives" in listed
    extend = ("domain", "extend", "house.example", *until)
    assert "is listed until 2027-04-01" in run.invoke(args=["directory", *extend]).output
    assert run.invoke(args=["directory", "domain", "end", "house.example"]).exit_code == 0
    for gone in (("domain", "end", "house.example"), extend):
        assert run.invoke(args=["directory", *gone]).exit_code == 1
    assert proves(ines, MAILBOX) == ""
    assert "domain end domain:house.example" in logged(ines)


def _person(officer: Officer) -> Any:
    with officer.tools.database.read() as session:
        return find_officer(session, officer.email)


def _move_to(officer: Officer, day: date) -> None:
    """Let days pass, and sign in again."""
    days = (day - officer.tools.clock().date()) / timedelta(days=1)
    officer.tools.clock.move(days=days)  # type: ignore[attr-defined]  # a test's clock
    assert officer.sign_in().status_code == 303
