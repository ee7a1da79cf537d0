"""PostgreSQL keeps samples of every column for its planner, and no DELETE reaches them: not of an owed mail's."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from tests.cast import Visitor


def test_no_address_and_no_link_of_a_queued_mail_is_in_planner_statistics(
    make_app: Callable[..., Flask], postgresql_url: str, tmp_path: Path
) -> None:
    visitor = Visitor(make_app(postgresql_url), tmp_path / "mail")
    for number in range(5):
        visitor.sign(email=f"p{number}@d{number}.example")
    with visitor.tools.database.write() as session:
        session.execute(text("ANALYZE mail"))
        sampled = set(session.scalars(text("SELECT attname FROM pg_stats WHERE tablename = 'mail'")))
    assert "due_at" in sampled
    assert not sampled & {"recipient", "values"}
