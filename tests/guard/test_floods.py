"""Small versions of the drills: a flood, a mail bomb, forged addresses; and addresses whose owners want no mail."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.guard.buckets import Buckets
from campaign.guard.models import GuardKey
from campaign.guard.rules import PLAIN
from campaign.guard.service import day_secret
from campaign.mail.address import accept_address
from campaign.mail.models import Mail
from campaign.sign.models import Intent
from campaign.sign.service import bar_address, index_everywhere, is_barred
from tests.cast import Visitor
from tests.guard.crowd import held, owed_to, send

EVIL = "evil.example"


def everywhere(visitor: Visitor, address: str) -> bytes:
    assert visitor.tools.keys is not None
    return index_everywhere(visitor.tools.keys.index_key, accept_address(address))


def hits(visitor: Visitor, network: str) -> int:
    """Return how often a network was counted today."""
    assert visitor.tools.keys is not None
    now = visitor.tools.clock()
    with visitor.tools.database.write() as session:
        key = session.scalar(select(GuardKey.key))
        buckets = Buckets(session, day_secret(session, visitor.tools.keys.index_key, key, now=now), now=now)
        return buckets.get(PLAIN.network.row.key_for("plain", "network", network, "0"))


def test_in_a_flood_no_real_person_is_lost(visitor: Visitor) -> None:
    real = [f"person{number}@parliament.uk" for number in range(10)]
    for number in range(60):
        assert send(visitor, f"fake{number}@{EVIL}", f"198.51.{number}.1").status_code == 303
        if number % 6 == 0:
            assert send(visitor, real[number // 6]).status_code == 303
    assert set(real) <= set(owed_to(visitor))
    assert held(visitor) == {"domain": 60 - PLAIN.domain.a_day, None: PLAIN.domain.a_day + len(real)}


@pytest.mark.parametrize("hops", [0, 1])
def test_forged_proxies_headers_are_one_client(
    make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path, hops: int
) -> None:
    visitor = Visitor(make_app(sqlite_url, proxy_hops=hops), tmp_path / "mail")
    for number in range(40):
        forged = f"192.0.{number}.9, 198.51.100.{number}"
        proxy = {"X-Forwarded-For": f"{forged}, 203.0.113.5" if hops else forged, "X-Forwarded-Host": EVIL}
        client = "127.0.0.1" if hops else "203.0.113.5"
        assert send(visitor, f"a{number}@d{number}.example", client, headers=proxy).status_code == 303
    assert hits(visitor, "203.0.113.0/24") == 40
    with visitor.tools.database.read() as session:
        links = [json.loads(values)["link"] for values in session.scalars(select(Mail.values)) if values]
    assert all(link.startswith("http://localhost/confirm/") for link in links)


def test_a_barred_address_gets_the_same_answer_and_no_mail_until_it_is_unbarred(visitor: Visitor) -> None:
    fresh = send(visitor, "ana@example.org")
    with visitor.tools.database.write() as session:
        for _ in range(2):
            bar_address(session, everywhere(visitor, "b.o+x@gmail.com"), now=visitor.tools.clock())
    visitor.deliver_mail()
    barred = send(visitor, "bo@gmail.com")
    assert (barred.status_code, barred.headers["Location"], barred.data) == (
        fresh.status_code,
        fresh.headers["Location"],
        fresh.data,
    )
    assert owed_to(visitor) == [None]
    assert visitor.deliver_mail() == []
    with visitor.tools.database.read() as session:
        assert len(session.scalars(select(Intent.id)).all()) == 2, "the work was the same"

    run = visitor.app.test_cli_runner()
    assert run.invoke(args=["sign", "unbar", "bo@gmail.com"]).exit_code == 0
    for wrong in ("bo@gmail.com", "not an address"):
        answer = run.invoke(args=["sign", "unbar", wrong])
        assert answer.exit_code == 1
        assert answer.output.startswith("Error: ")
        assert len(answer.output.splitlines()) == 1
    with visitor.tools.database.read() as session:
        assert not is_barred(session, everywhere(visitor, "bo@gmail.com"))
    send(visitor, "bo@gmail.com")
    assert len(visitor.deliver_mail()) == 1
