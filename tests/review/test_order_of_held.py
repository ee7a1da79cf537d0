"""Held signatories come to the desk in the order of evidence: in a flood real people must not wait behind fakes."""

from datetime import date

import pytest
from sqlalchemy import select

from campaign.audit.models import Officer as OfficerRow
from campaign.confirm.models import Signatory
from campaign.guard.places import waiting_domains
from campaign.guard.rules import MAILS_CROWD, MAILS_DOMAIN
from campaign.review.claims import claim_next
from campaign.review.filters import Filter
from campaign.review.queue import find_card_page
from campaign.roster.models import Roster, RosterMember
from campaign.verify.claims import release
from campaign.verify.rules import HELD
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.guard.crowd import owed_to, send
from tests.review.crowd import flood


def met(officer: Officer, limit: int, after: int = 0) -> list[int]:
    with officer.tools.database.read() as session:
        found = find_card_page(session, officer.tools.keys, Filter(state=HELD), after=after, limit=limit)
        return [card.signatory.id for card in found.cards]


@pytest.fixture
def held(vera: Officer, clock: Clock) -> list[int]:
    """Ten fakes, then a signatory with a proof of work, then a sitting member, then two more fakes; the last first."""
    fakes = flood(vera.tools, 10, "mail.example", now=clock(), held_for="domain", likely=0)
    (worked,) = flood(vera.tools, 1, "office.example", now=clock(), held_for="surge", likely=8)
    sits = {"kind": "lawmaker", "established": "lawmaker", "name": "ILVA Rives"}
    (member,) = flood(vera.tools, 1, "a.example", now=clock(), held_for="surge", likely=5, **sits)
    more = flood(vera.tools, 2, "b.example", now=clock(), held_for="surge", likely=4)
    with vera.tools.database.write() as session:
        roster = Roster(
            country="DE", chamber="Rives", source="", on=date(2026, 5, 1), file_sha256=bytes(32), loaded_at=clock()
        )
        session.add(roster)
        session.flush()
        session.add(
            RosterMember(
                roster_id=roster.id, name="Ilva Rives", constituency="", party="", address="", telephone=""
            )
        )
    return [member, worked, *more, *fakes]


def test_the_likeliest_of_the_held_come_first_page_by_page(vera: Officer, held: list[int]) -> None:
    pages: list[int] = []
    after = 0
    while page := met(vera, 5, after):
        pages += page
        after = page[-1]
    assert pages == held
    assert "Begin with the likeliest held" in vera.get("/desk/queue?state=held").text


def test_cards_are_claimed_in_that_order_and_then_once_more(vera: Officer, held: list[int]) -> None:
    claimed: list[int] = []
    after = 0
    with vera.tools.database.write() as session:
        me = session.scalars(select(OfficerRow)).one()
        for _card in held:
            number = claim_next(session, vera.tools.keys, Filter(state=HELD), me, after, now=vera.tools.clock())
            assert number is not None
            claimed.append(number)
            after = number
            release(session, number, me)
        first = claim_next(session, vera.tools.keys, Filter(state=HELD), me, after, now=vera.tools.clock())
    assert claimed == held
    assert first == held[0]


def test_who_comes_alone_is_likelier_than_a_crowd(visitor: Visitor) -> None:
    for number in range(7):
        send(visitor, f"any{number}@catch.example", "198.51.100.1")
    send(visitor, "ana@elsewhere.example", "203.0.113.9")
    for mail in visitor.deliver_mail():
        visitor.confirm(mail.split("http://localhost")[1].split()[0])
    with visitor.tools.database.read() as session:
        likely = session.scalars(select(Signatory.likely)).all()
    assert sorted(likely) == [2] * 2 + [4] * 6


def test_the_desk_lets_mail_go_that_waits_for_its_domain_and_the_log_says_so(vera: Officer) -> None:
    visitor = vera.elsewhere()
    for number in range(MAILS_CROWD.a_day + 5):
        send(visitor, f"any{number}@office.example", "198.51.100.1")
    visitor.deliver_mail()
    assert "5 mails wait for a free place" in vera.get("/desk/queue").text
    page = vera.get("/desk/waiting-mail").text
    assert "office.example" in page
    answer = vera.post("/desk/waiting-mail", {"domain": "office.example"})
    assert answer.status_code == 303
    assert "5 mails will go" in vera.get(answer.location).text
    assert len(visitor.deliver_mail()) == 5
    assert "released 5 mails that waited for a place" in vera.get("/desk/log").text


def test_no_officer_lifts_the_three_mails_of_a_mailbox(vera: Officer) -> None:
    visitor = vera.elsewhere()
    for number in range(MAILS_DOMAIN.a_day // 4):
        send(visitor, f"ana+{number}@office.example", "198.51.100.1")
    assert len(visitor.deliver_mail()) == 3
    vera.post("/desk/waiting-mail", {"domain": "office.example"})
    assert visitor.deliver_mail() == []
    assert len(owed_to(visitor)) == MAILS_DOMAIN.a_day // 4 - 3
    with vera.tools.database.read() as session:
        assert waiting_domains(session) == {}


def test_the_doctor_says_the_caps_and_how_many_wait(visitor: Visitor) -> None:
    for number in range(5):
        send(visitor, f"ana+{number}@office.example", f"198.51.{number}.1")
    visitor.deliver_mail()
    with visitor.app.app_context():
        answer = visitor.app.test_cli_runner().invoke(args=["doctor"])
    assert answer.exception is None
    told = answer.output
    assert "caps: 3 mails a mailbox in 24 hours, 120 a domain" in told
    assert "2 wait for a place" in told
