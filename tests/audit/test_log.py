"""The log: whole or not, read in plain sentences, narrowed to what one looks for."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select, text

from campaign.audit.heads import check_log, sign_head, sign_newest
from campaign.audit.log import first_bad_entry, write_log
from campaign.audit.models import LogCheckpoint, LogEntry, LogHead
from campaign.audit.rules import FIRST_HASH, LOG_LIFE
from campaign.audit.wording import GROUPS, SENTENCES
from campaign.seal.signing import SigningKey, load_or_create_signing_key
from campaign.storage.database import Database
from tests.cast import Officer, Visitor
from tests.conftest import START, Clock, toolbox_of
from tests.drills.tamper import tamper


@pytest.fixture
def vera(site: Flask, tmp_path: Path) -> Officer:
    return Officer(site, tmp_path / "mail").join()


@pytest.fixture
def log_key(tmp_path: Path) -> SigningKey:
    return load_or_create_signing_key(tmp_path)


def write(database: Database, count: int, at: Clock) -> None:
    with database.write() as session:
        for number in range(count):
            write_log(session, None, "held", f"signatory:{number}", {"reason": "look-again"}, now=at())


def test_an_insider_changes_nothing_unseen(site: Flask, log_key: SigningKey) -> None:
    found, missed, whole = tamper(toolbox_of(site).database, log_key, 200, START)
    assert (found, whole) == (200, True), missed
    assert len(missed) == 9


def test_entries_are_numbered_without_a_gap_even_after_a_failure(visitor: Visitor, clock: Clock) -> None:
    database = visitor.tools.database
    write(database, 2, clock)
    with pytest.raises(RuntimeError), database.write() as session:
        write_log(session, None, "held", "signatory:9", {}, now=clock())
        raise RuntimeError
    write(database, 1, clock)
    with database.read() as session:
        assert session.scalars(select(LogEntry.id).order_by(LogEntry.id)).all() == [1, 2, 3]
        assert first_bad_entry(session) is None


def test_a_head_kept_elsewhere_shows_that_the_end_was_cut_off(vera: Officer) -> None:
    run = vera.app.test_cli_runner()
    line = run.invoke(args=["desk", "audit", "head"]).output.strip()
    whole = run.invoke(args=["desk", "audit", "verify", "--head", line])
    assert (whole.exit_code, "signed heads: " in whole.output) == (0, True)
    with vera.tools.database.write() as session:
        for trigger in ("log_entry_refuses_delete", "log_head_refuses_delete"):
            session.execute(text(f"DROP TRIGGER {trigger}"))
        last = session.scalars(select(LogEntry.id).order_by(LogEntry.id.desc())).first()
        session.execute(delete(LogEntry).where(LogEntry.id == last))
        session.execute(delete(LogHead))
    assert run.invoke(args=["desk", "audit", "verify"]).exit_code == 0
    cut = run.invoke(args=["desk", "audit", "verify", "--head", line])
    assert cut.exit_code == 1
    assert f"entry {last} is missing" in cut.output
    assert run.invoke(args=["desk", "audit", "verify", "--head", "nonsense"]).exit_code == 1
    forged = line.replace("undersigned-log-head-1 ", "undersigned-log-head-1 1", 1)
    assert (
        "not signed with this log's key" in run.invoke(args=["desk", "audit", "verify", "--head", forged]).output
    )


def test_a_log_that_forgot_old_entries_is_whole_and_continues(
    visitor: Visitor, clock: Clock, log_key: SigningKey
) -> None:
    database = visitor.tools.database
    write(database, 5, clock)
    with database.write() as session:
        assert sign_head(session, log_key) is not None
    for early, wanted in ((True, "was forgotten before its time"), (False, None)):
        clock.move(seconds=0 if early else LOG_LIFE.total_seconds())
        with database.write() as session:
            if early:
                head = session.get_one(LogHead, 5)
                session.add(LogCheckpoint(through_id=5, hash=head.hash, at=clock()))
                session.flush()
                session.execute(delete(LogEntry))
            bad = check_log(session, log_key.public, [], now=clock())
            assert (bad.sentence if bad else None) == wanted
    write(database, 1, clock)
    with database.read() as session:
        assert session.scalars(select(LogEntry.id)).all() == [6]
        assert check_log(session, log_key.public, [], now=clock()) is None


def test_forgetting_without_a_signed_head_is_found(site: Flask, clock: Clock, log_key: SigningKey) -> None:
    database = toolbox_of(site).database
    write(database, 5, clock)
    clock.move(seconds=LOG_LIFE.total_seconds() + 1)
    with database.write() as session:
        entry = session.get_one(LogEntry, 3)
        session.add(LogCheckpoint(through_id=3, hash=entry.hash, at=clock()))
        session.flush()
        session.execute(delete(LogEntry).where(LogEntry.id <= 3))
        assert first_bad_entry(session) is None
        bad = check_log(session, log_key.public, [], now=clock())
    assert bad is not None
    assert bad.entry_id == 3


def test_the_database_keeps_signed_heads(visitor: Visitor, clock: Clock, log_key: SigningKey) -> None:
    database = visitor.tools.database
    write(database, 1, clock)
    with database.write() as session:
        sign_head(session, log_key)
    for statement in ("UPDATE log_head SET entry_id = 9", "DELETE FROM log_head"):
        with pytest.raises(Exception, match="a signed head stays"), database.engine.begin() as connection:
            connection.execute(text(statement))


def test_the_worker_signs_what_was_written_and_nothing_twice(site: Flask, clock: Clock, tmp_path: Path) -> None:
    database = toolbox_of(site).database
    sign_newest(tmp_path, database, clock())
    write(database, 3, clock)
    for _ in range(2):
        sign_newest(tmp_path, database, clock())
    write(database, 1, clock)
    sign_newest(tmp_path, database, clock())
    with database.read() as session:
        assert session.scalars(select(LogHead.entry_id)).all() == [3, 4]
    assert oct((tmp_path / "log.key").stat().st_mode)[-3:] == "600"


def test_an_empty_log_is_whole(site: Flask, clock: Clock, log_key: SigningKey) -> None:
    with toolbox_of(site).database.read() as session:
        assert check_log(session, log_key.public, [], now=clock()) is None
        assert sign_head(session, log_key) is None
    assert bytes(32) == FIRST_HASH


def test_the_log_is_read_in_sentences_and_narrowed(vera: Officer, clock: Clock) -> None:
    with vera.tools.database.write() as session:
        details = {"country": "FR", "language": "fr", "reference": "A-1"}
        write_log(session, None, "print", "letter:appeal", details, now=clock())
        write_log(session, None, "held", "signatory:12", {"reason": "look-again"}, now=clock() + timedelta(days=2))
        write_log(session, None, "a new thing", "signatory:13", {"of": 3}, now=clock() + timedelta(days=2))
    page = vera.get("/desk/log").text
    assert "</strong> printed the letter appeal, France, in fr, reference A-1" in page
    assert "</strong> a new thing: signatory 13" in page
    assert "(of 3)" in page
    for query, shown, hidden in (
        ("what=exports", "printed the letter", "joined the desk"),
        ("what=sign-ins", "signed in with a code", "printed the"),
        ("who=0", "printed the", "joined the desk"),
        ("who=1", "joined the desk", "printed the"),
        ("subject=signatory 12", "held signatory 12", "printed the"),
        (f"to={clock():%Y-%m-%d}", "printed the", "held signatory"),
        (f"from={clock() + timedelta(days=1):%Y-%m-%d}", "held signatory", "printed the"),
        ("what=x&who=y&from=z&to=9999-12-31&before=q", "printed the", "No entry matches"),
    ):
        text = vera.get(f"/desk/log?{query}").text
        assert shown in text, query
        assert hidden not in text, query


def test_earlier_pages_keep_the_filter(vera: Officer, clock: Clock) -> None:
    write(vera.tools.database, 60, clock)
    first = vera.get("/desk/log?what=decisions&who=0")
    assert first.text.count("held signatory") == 50
    assert "/desk/log?before=14&amp;what=decisions&amp;who=0" in first.text
    assert vera.get("/desk/log?before=14&what=decisions&who=0").text.count("held signatory") == 10


def test_every_logged_act_has_a_sentence_and_a_group() -> None:
    """Read the calls in the code: a new act without a group fails here."""
    logged: set[str] = set()
    for path in (Path(__file__).parents[2] / "campaign").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "write_log":
                logged |= {
                    one.value
                    for one in ast.walk(node.args[2])
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    assert {"annex", "print", "hold all", "sign in"} <= logged
    assert sorted(logged - set(SENTENCES)) == []
    grouped = {action for _title, actions in GROUPS.values() for action in actions}
    assert sorted(set(SENTENCES) - grouped) == ["forgot"], "this is found under everything"
    assert sorted(grouped - set(SENTENCES) - {"package"}) == []
