"""Copies of the SQLite file: whole, private, checked, and never bringing back who withdrew."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from campaign.confirm.models import Signature
from campaign.mail.models import Mail
from campaign.sign.models import BarredAddress
from campaign.sign.service import bar_address
from campaign.storage.backup import back_up
from campaign.storage.database import Database
from tests.cast import LAWMAKER, Visitor
from tests.conftest import START, Clock


@pytest.fixture
def person(site: Flask, tmp_path: Path) -> Visitor:
    return Visitor(site, tmp_path / "mail")


def run(visitor: Visitor, *words: str) -> Result:
    return visitor.app.test_cli_runner().invoke(args=["storage", *words])


def backed_up(visitor: Visitor, folder: Path) -> Path:
    made = run(visitor, "backup", "-o", str(folder))
    assert made.exit_code == 0, made.output
    (path,) = folder.glob("campaign-*.db")
    assert str(path) in made.output
    return path


def test_a_backup_is_private_whole_and_one_file(person: Visitor, tmp_path: Path) -> None:
    person.sign_and_confirm()
    path = backed_up(person, tmp_path / "backups")
    assert path.name == "campaign-20260504-090000.db"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM signature").fetchone() == (1,)
    connection.close()


def test_a_backup_leaves_out_the_mails_owed_and_their_plain_addresses(person: Visitor, tmp_path: Path) -> None:
    person.sign(email="canary.mailbox@example.org")
    assert b"canary.mailbox" in b"".join(file.read_bytes() for file in tmp_path.glob("campaign.db*"))
    assert b"canary.mailbox" not in backed_up(person, tmp_path / "backups").read_bytes()
    assert len(person.deliver_mail()) == 1


def test_a_backup_goes_beside_the_database_unless_told_and_overwrites_nothing(
    person: Visitor, tmp_path: Path
) -> None:
    assert run(person, "backup").exit_code == 0
    assert len(list((tmp_path / "backups").glob("*.db"))) == 1
    named = tmp_path / "mine.db"
    assert run(person, "backup", "-o", str(named)).exit_code == 0
    again = run(person, "backup", "-o", str(named))
    assert again.exit_code == 1
    assert "left alone" in again.output


def test_backups_older_than_14_days_are_deleted_and_nothing_else(
    person: Visitor, clock: Clock, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    first = backed_up(person, folder)
    (folder / "campaign-mine.db").write_text("not ours")
    clock.move(days=14)
    assert run(person, "backup", "-o", str(folder)).exit_code == 0
    assert first.exists()
    clock.move(seconds=1)
    assert "1 old ones deleted" in run(person, "backup", "-o", str(folder)).output
    assert not first.exists()
    assert (folder / "campaign-mine.db").exists()


def test_nothing_acknowledged_before_a_backup_is_missing_in_it(sqlite_url: str, tmp_path: Path) -> None:
    database, source = Database(sqlite_url), tmp_path / "campaign.db"

    def write(number: int) -> None:
        for row in range(25):
            with database.write() as session:
                bar_address(session, f"{number} {row}".encode(), now=START)

    def copy(number: int) -> tuple[int, int]:
        with database.read() as session:
            before = session.scalar(select(func.count()).select_from(BarredAddress)) or 0
        target = tmp_path / f"copy{number}.db"
        back_up(source, target)
        with sqlite3.connect(target) as connection:
            (found,) = connection.execute("SELECT count(*) FROM barred_address").fetchone()
        connection.close()
        return before, int(found)

    with ThreadPoolExecutor(5) as pool:
        writers = [pool.submit(write, number) for number in range(4)]
        copies = [copy(number) for number in range(6)]
        for writer in writers:
            writer.result()
    assert all(before <= found for before, found in copies)
    assert copy(9) == (100, 100), "and no writer lost a row to a backup"
    database.close()


def test_restoring_asks_first_and_brings_the_campaign_back(person: Visitor, tmp_path: Path) -> None:
    path = person.sign_and_confirm()
    backup = backed_up(person, tmp_path / "backups")
    person.sign_and_confirm(email="late@example.org")
    asked = run(person, "restore", str(backup))
    assert asked.exit_code == 1
    assert "--yes" in asked.output
    person.tools.database.close()
    restored = run(person, "restore", str(backup), "--yes")
    assert restored.exit_code == 0, restored.output
    assert "0 erased again" in restored.output
    with person.tools.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Signature)) == 1
    assert "Odile Verchamp" in person.get(path).text
    assert not list(tmp_path.glob(".*part*"))


def test_who_withdrew_after_the_backup_is_not_brought_back_for_a_moment(person: Visitor, tmp_path: Path) -> None:
    path = person.sign_and_confirm(name="Canary Verchamp")
    narrowed = person.sign_and_confirm(email="b@example.org", name="Second Canary")
    backup = backed_up(person, tmp_path / "backups")
    person.client.post(f"{path}/withdraw")
    person.post(f"{narrowed}/visibility", {"visibility": "withheld"})
    person.tools.database.close()
    restored = run(person, "restore", str(backup), "--yes")
    assert "1 erased again, 1 concealed again" in restored.output
    assert person.get(path).status_code == 410
    person.tools.database.truncate_log()
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("campaign.db*"))
    assert b"Canary" not in stored


def test_a_database_in_use_is_not_replaced(person: Visitor, tmp_path: Path, sqlite_url: str) -> None:
    backup = backed_up(person, tmp_path / "backups")
    person.sign_and_confirm()
    server = Database(sqlite_url)
    with server.read() as session:
        session.scalar(select(func.count()).select_from(Mail))
        refused = run(person, "restore", str(backup), "--yes")
    assert refused.exit_code == 1
    assert "stop the server and the worker first" in refused.output
    server.close()
    with person.tools.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Signature)) == 1


def test_a_broken_database_is_replaced_and_a_broken_backup_is_not(person: Visitor, tmp_path: Path) -> None:
    path = person.sign_and_confirm()
    backup = backed_up(person, tmp_path / "backups")
    person.tools.database.close()
    (tmp_path / "campaign.db").write_bytes(b"not a database at all" * 500)
    assert run(person, "restore", str(backup), "--yes").exit_code == 0
    assert person.get(path).status_code == 200
    person.tools.database.close()
    whole = bytearray(backup.read_bytes())
    whole[8192:12288] = b"\xff" * 4096
    for name, content in (("cut.db", bytes(whole)), ("text.db", b"hello"), ("empty.db", b"")):
        (tmp_path / name).write_bytes(content)
        refused = run(person, "restore", str(tmp_path / name), "--yes")
        assert refused.exit_code == 1, name
        assert "Traceback" not in refused.output
    assert person.get(path).status_code == 200


def test_a_backup_older_than_the_journal_is_refused(person: Visitor, clock: Clock, tmp_path: Path) -> None:
    backup = backed_up(person, tmp_path / "backups")
    clock.move(days=14, seconds=1)
    refused = run(person, "restore", str(backup), "--yes")
    assert refused.exit_code == 1
    assert "who withdrew since" in refused.output


def test_what_expired_since_the_backup_is_erased_again(person: Visitor, clock: Clock, tmp_path: Path) -> None:
    person.sign(LAWMAKER)
    backup = backed_up(person, tmp_path / "backups")
    clock.move(days=4)
    person.tools.database.close()
    assert "1 intents forgotten" in run(person, "restore", str(backup), "--yes").output


def test_on_postgresql_both_say_what_to_run_instead(
    make_app: Callable[..., Flask], postgresql_url: str, tmp_path: Path
) -> None:
    (tmp_path / "dump").write_text("")
    visitor = Visitor(make_app(postgresql_url), tmp_path / "mail")
    for words in (("backup",), ("restore", str(tmp_path / "dump"))):
        said = run(visitor, *words)
        assert said.exit_code == 1
        assert "pg_dump" in said.output
