"""The journal and the database never disagree in the unsafe direction, wherever the machine stops."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from campaign.sign.models import BarredAddress
from campaign.sign.service import bar_address, unbar_address
from campaign.storage import journal as journals
from campaign.storage.database import Database, NotSaved
from tests.conftest import Clock


def test_a_crash_before_the_commit_takes_away_after_a_restore_and_gives_nothing(
    sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    journal = tmp_path / "journal"

    def keep(acts: Any) -> None:
        journals.keep_acts(journal, acts)

    database = Database(sqlite_url, keep)
    with pytest.raises(SystemExit), database.write() as session:
        bar_address(session, b"a" * 32, now=clock())
        raise SystemExit
    assert journals.read_acts(journal) == [], "nothing was asked for to the end"

    with pytest.raises(SystemExit), database.write() as session:
        bar_address(session, b"a" * 32, now=clock())
        unbar_address(session, b"b" * 32, now=clock())
        session.commit = _crash  # type: ignore[method-assign]  # the machine stops where the database would commit
    assert [act.kind for act in journals.read_acts(journal)] == ["barred"]
    database.close()


def _crash() -> None:
    raise SystemExit


def test_what_the_journal_cannot_keep_is_not_taken_away(sqlite_url: str, tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("in the way")

    def keep(acts: Any) -> None:
        journals.keep_acts(tmp_path / "file" / "journal", acts)

    database = Database(sqlite_url, keep)
    with pytest.raises(NotSaved), database.write() as session:
        bar_address(session, b"a" * 32, now=clock())
    with database.read() as session:
        assert session.scalars(select(BarredAddress)).all() == []
    database.close()
