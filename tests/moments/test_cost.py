"""What a letter's moments cost: a form asks nothing more of the database, and a kept page nothing at all."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import event

from tests.cast import LAWMAKER, Visitor

PAGE = "/en/appeal"


def test_a_form_learns_of_them_in_its_first_query_and_a_kept_page_asks_nothing(
    make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path
) -> None:
    visitor, asked = Visitor(make_app(sqlite_url, page_seconds=5), tmp_path / "mail"), list[str]()
    form = visitor.get(f"{PAGE}/sign?as=lawmaker").text
    visitor.get(PAGE)
    engine = visitor.tools.database.engine
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_rest: asked.append(statement))
    visitor.get(PAGE)
    assert asked == []
    assert visitor.fill_in(form, f"{PAGE}/sign", LAWMAKER).status_code == 303
    (query,) = [statement for statement in asked if "letter_moment" in statement]
    assert "barred_address" in query, "the query that every form makes anyway"
