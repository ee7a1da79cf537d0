"""Budgets hold a flood for the desk; no form is refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from limits import RateLimitItemPerHour
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from sqlalchemy import func, select

from campaign.guard.buckets import Buckets
from campaign.guard.models import Bucket, GuardKey
from campaign.guard.proofs import SolvedChallenge
from campaign.guard.rules import PLAIN, WORKED, network_of, oddity_of, owner_of
from campaign.guard.service import sweep
from campaign.mail.address import Address
from tests.cast import Visitor
from tests.conftest import START, Clock
from tests.guard.crowd import ELSEWHERE, HALL, OUTSIDE, held, judge, owed_to, send, submission

PARLIAMENT = "parliament.uk"


def proof(number: int) -> SolvedChallenge:
    return SolvedChallenge(number.to_bytes(32), START + timedelta(hours=1))


def test_a_crowd_from_one_network_is_held_and_its_neighbour_is_not(visitor: Visitor) -> None:
    crowd = [submission(lot=number, network=HALL) for number in range(PLAIN.network.a_day + 5)]
    reasons = [verdict.held_for for verdict in judge(visitor, *crowd)]
    assert reasons == [None] * PLAIN.network.a_day + ["network"] * 5
    assert judge(visitor, submission(network=ELSEWHERE))[0].held_for is None


def test_a_catch_all_domain_is_held_whatever_names_stand_before_it(visitor: Visitor) -> None:
    crowd = [submission(f"a@{number}.evil.example", lot=number) for number in range(PLAIN.domain.a_day + 3)]
    assert [verdict.held_for for verdict in judge(visitor, *crowd)][-4:] == [None, "domain", "domain", "domain"]


def test_a_mailbox_provider_is_not_a_catch_all(visitor: Visitor) -> None:
    crowd = [submission(f"ana{number}@gmail.com", lot=number) for number in range(PLAIN.domain.a_day * 3)]
    assert {verdict.held_for for verdict in judge(visitor, *crowd)} == {None}


def test_a_surge_from_everywhere_is_held_and_at_most_one_in_a_hundred_of_a_great_flood_is_not(
    visitor: Visitor,
) -> None:
    crowd = [submission(lot=number) for number in range(PLAIN.letter.a_day + 200)]
    reasons = [verdict.held_for for verdict in judge(visitor, *crowd)]
    assert reasons.count(None) == PLAIN.letter.a_day
    assert reasons[-1] == "surge"
    assert PLAIN.letter.a_day + WORKED.letter.a_day <= 50_000 / 100


def test_a_flood_without_proof_of_work_holds_no_form_with_one(visitor: Visitor) -> None:
    judge(visitor, *[submission("x@evil.example", lot=number, network=HALL) for number in range(300)])
    ana = submission("ana@evil.example", network=HALL, proof=proof(1))
    assert judge(visitor, ana)[0].held_for is None


def test_a_flood_from_one_place_leaves_the_letters_own_day_alone(visitor: Visitor) -> None:
    judge(visitor, *[submission(lot=number, network=HALL) for number in range(400)])
    assert judge(visitor, submission(network=ELSEWHERE))[0].held_for is None


def test_a_proof_counts_once(visitor: Visitor) -> None:
    again = [submission(network=HALL, proof=proof(7)) for _ in range(PLAIN.network.a_day + 2)]
    assert [verdict.held_for for verdict in judge(visitor, *again)][-1] == "network"


def test_a_parliament_is_never_held_however_many_sign_from_its_one_address(visitor: Visitor) -> None:
    crowd = [submission(f"mp{n}@{PARLIAMENT}", network=HALL, official=True) for n in range(600)]
    assert {verdict.held_for for verdict in judge(visitor, *crowd)} == {None}
    assert judge(visitor, submission(network=HALL))[0].held_for is None, (
        "nor do they use up their visitors' budget"
    )


def test_no_two_processes_take_the_last_place(app: Flask, visitor: Visitor) -> None:
    item = RateLimitItemPerHour(10)

    def hit(_number: int) -> bool:
        with visitor.tools.database.write() as session:
            return MovingWindowRateLimiter(Buckets(session, OUTSIDE, now=START)).hit(item, "ana")

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(hit, range(40))) == 10


def test_limits_reads_and_clears_what_it_counted(visitor: Visitor) -> None:
    item = RateLimitItemPerHour(3)
    with visitor.tools.database.write() as session:
        buckets = Buckets(session, OUTSIDE, now=START)
        fixed, moving = FixedWindowRateLimiter(buckets), MovingWindowRateLimiter(buckets)
        assert [fixed.hit(item, "ana") for _ in range(4)] == [True, True, True, False]
        assert [moving.hit(item, "bo") for _ in range(2)] == [True, True]
        assert fixed.get_window_stats(item, "ana") == ((START + timedelta(hours=1)).timestamp(), 0)
        assert moving.get_window_stats(item, "bo").remaining == 1
        assert not fixed.test(item, "ana")
        fixed.clear(item, "ana")
        assert fixed.test(item, "ana")
        assert buckets.check()
        assert buckets.reset() == 1


def test_counts_are_deleted_with_their_day(visitor: Visitor, clock: Clock) -> None:
    judge(visitor, submission("ana@example.org", network=HALL))
    clock.move(hours=16)
    judge(visitor, submission("ana@example.org", network=HALL))
    with visitor.tools.database.read() as session:
        assert session.scalars(select(GuardKey.day)).all() == [clock().date()], "yesterday's key is gone at once"
    clock.move(hours=30)
    sweep(visitor.tools.database, clock())
    with visitor.tools.database.read() as session:
        for model in (Bucket, GuardKey):
            assert session.scalar(select(func.count()).select_from(model)) == 0


def test_the_database_alone_names_no_network_and_no_address(site: Flask, tmp_path: Path, clock: Clock) -> None:
    visitor = Visitor(site, tmp_path / "mail")
    send(visitor, "canary@example.org", "203.0.113.77")
    visitor.deliver_mail()
    visitor.tools.database.truncate_log()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("campaign.db*"))
    assert b"203.0.113" not in stored
    assert b"canary" not in stored
    with visitor.tools.database.read() as session:
        (key,), names = session.scalars(select(GuardKey.key)).all(), set(session.scalars(select(Bucket.key)))
    guess = PLAIN.network.row.key_for("plain", "network", network_of("203.0.113.77") or "", "0")
    with visitor.tools.database.write() as session:
        Buckets(session, key, now=clock()).incr(guess, 60)
        made = set(session.scalars(select(Bucket.key))) - names
    assert made, "the day's key by itself names another bucket: it needs one from outside the database"


@pytest.mark.parametrize(
    ("client", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2::5", "2001:db8:1::/48"),
        ("127.0.0.1", None),
        ("10.1.2.3", None),
        ("fe80::1%eth0", None),
        ("", None),
        ("nonsense", None),
    ],
)
def test_a_client_is_counted_by_its_network(client: str, network: str | None) -> None:
    assert network_of(client) == network


@pytest.mark.parametrize(
    ("address", "oddity"),
    [
        ("ana@mailinator.com", "disposable"),
        ("ana@x.y.mailinator.com", "disposable"),
        ("ana@notmailinator.org", None),
        ("info@example.org", "role"),
        ("Press.Office@parliament.uk", "role"),
        ("no-reply+x@example.org", "role"),
        ("no@example.org", None),
        ("info.lab@example.org", None),
        ("odile@example.org", None),
    ],
)
def test_an_address_may_be_odd_by_itself(address: str, oddity: str | None) -> None:
    local, _at, domain = address.partition("@")
    assert oddity_of(Address(local, domain)) == oddity


@pytest.mark.parametrize(
    ("domain", "owner"),
    [
        ("a.b.evil.example", "evil.example"),
        ("x.co.uk", "x.co.uk"),
        ("mail.x.co.uk", "x.co.uk"),
        ("uni.de", "uni.de"),
        ("cs.uni.de", "uni.de"),
    ],
)
def test_all_subdomains_belong_to_one_owner(domain: str, owner: str) -> None:
    assert owner_of(domain) == owner


def test_a_held_visitor_gets_the_same_answer_and_mail(visitor: Visitor) -> None:
    addresses = ["info@example.org", "ana@mailinator.com", "ana@example.org", f"press@{PARLIAMENT}"]
    answers = [send(visitor, address) for address in addresses]
    assert len({(answer.status_code, answer.headers["Location"], answer.data) for answer in answers}) == 1
    assert held(visitor) == {"role": 2, "disposable": 1, None: 1}
    assert owed_to(visitor) == addresses
