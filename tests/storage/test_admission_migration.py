"""A desk from before admissions: no officer is admitted until the operator says so, and decisions stay."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import text

from app import ROOT
from campaign.storage.database import Database
from campaign.storage.migrate import upgrade
from tests.storage.past import stand_at

BEFORE = "0019_build"
THEN = (  # in the words of then
    "INSERT INTO officer (id, email, name, role, countries, password_hash, totp_salt, totp_locked, totp_last_step, joined_at)"
    " VALUES (1, 'vera@campaign.test', 'Vera Lind', 'owner', '', '', {bytes}, {bytes}, 0, '2026-05-01 09:00:00.000000')",
    "INSERT INTO letter (id, slug, addressee, opens_on, closes_on, version, drafts, recipients, cooling_off_hours)"
    " VALUES (1, 'appeal', 'own-government', '2026-05-01', '2026-06-01', 1, '', '', 48)",
    "INSERT INTO delivery (id, letter_id, country, language, reference, annex, pdf_sha256, printed_on, names, officer_id)"
    " VALUES (1, 1, 'FR', 'fr', 'APPEAL-FR-20260504-1', FALSE, {bytes}, '2026-05-04', 0, 1)",
    "INSERT INTO delivery_approval (delivery_id, officer_id, approved_at) VALUES (1, 2, '2026-05-04 10:00:00.000000')",
)
PAUL = THEN[0].replace("(1, 'vera", "(2, 'paul").replace("Vera Lind", "Paul Sand")


def test_no_officer_is_admitted_until_the_operator_says_so(
    earlier: Database, make_app: Callable[..., Flask]
) -> None:
    stand_at(earlier, BEFORE)
    raw = "X'00'" if earlier.engine.dialect.name == "sqlite" else "decode('00', 'hex')"
    with earlier.write() as session:
        for statement in (PAUL, *THEN):
            session.execute(text(statement.format(bytes=raw)))
    upgrade(earlier, ROOT / "migrations")
    with earlier.read() as session:
        assert session.execute(text("SELECT count(*) FROM admission")).scalar() == 0
        assert session.execute(text("SELECT count(*) FROM delivery_approval")).scalar() == 1
    run = make_app(earlier.engine.url.render_as_string(hide_password=False)).test_cli_runner()
    assert "nobody here is admitted" in run.invoke(args=["desk", "officers"]).output
    assert "only one person here is" in run.invoke(args=["desk", "admit", "vera@campaign.test"]).output
    done = run.invoke(args=["desk", "admit", "paul@campaign.test"])
    assert done.output == "Paul Sand is admitted as a second person.\n"
    with earlier.read() as session:
        since = session.execute(text("SELECT min(since) = max(since), count(*) FROM admission")).one()
        prepared = session.execute(text("SELECT prepared_at > since FROM delivery, admission")).scalars().all()
    assert (bool(since[0]), since[1], all(prepared)) == (True, 2, True), "what they did since they joined counts"


def test_a_delivery_of_which_only_the_day_is_known_gets_the_days_end(earlier: Database) -> None:
    stand_at(earlier, BEFORE)
    raw = "X'00'" if earlier.engine.dialect.name == "sqlite" else "decode('00', 'hex')"
    with earlier.write() as session:
        for statement in THEN[:3]:
            session.execute(text(statement.format(bytes=raw)))
    upgrade(earlier, ROOT / "migrations")
    with earlier.read() as session:
        found = str(session.execute(text("SELECT prepared_at FROM delivery")).scalar())
    assert datetime.fromisoformat(found).replace(tzinfo=UTC).date().isoformat() == "2026-05-04"
