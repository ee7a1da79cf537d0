"""Tests about the house itself."""

import ast
import re
import tomllib
from pathlib import Path

import click
import pytest
from flask import Flask
from sqlalchemy import inspect

import app as entrance
from campaign.storage.database import Database
from campaign.storage.migrate import newest
from campaign.storage.models import Base
from campaign.storage.statements import Turn

ROOT = Path(__file__).parents[1]
SOURCES = [
    path for folder in ("campaign", "config", "tests", "migrations") for path in (ROOT / folder).rglob("*.py")
]
ORDER = ["storage", "names", "world", "seal", "sheets", "web", "mail", "guard", "audit", "signin", "desk", "directory", "letter", "moments", "sign", "confirm", "intake", "roster", "verify", "review", "roll", "document", "package", "deliver", "news", "withdraw", "editor", "start", "office", "worker"]  # fmt: skip
LONGEST_FILE, LONGEST_TEMPLATE, LONGEST_TEMPLATE_LINE = 300, 100, 160
SCRIPTED = ROOT / "templates" / "sign" / "form.html"
SCRIPT = "<script src=\"{{ url_for('static', filename='proof.js') }}\" defer></script>"


def test_every_view_names_its_audience(site: Flask) -> None:
    silent = [name for name, view in site.view_functions.items() if not getattr(view, "audience", None)]
    assert silent == []


def test_every_staff_page_is_under_desk_and_no_other(site: Flask) -> None:
    open_at_desk = {
        "signin.ask_sign_in",
        "signin.begin",
        "signin.begin_with_passkey",
        "desk.ask_join",
        "desk.accept",
        "desk.accept_passkey",
        "start.ask_first",
        "start.make_first",
        "start.make_first_by_passkey",
    }
    for rule in site.url_map.iter_rules():
        audience = getattr(site.view_functions[rule.endpoint], "audience", None)
        assert (audience == "anyone") == (not rule.rule.startswith("/desk") or rule.endpoint in open_at_desk), rule


def test_looking_and_acting_are_two_views(site: Flask) -> None:
    both = [rule.rule for rule in site.url_map.iter_rules() if {"GET", "POST"} <= (rule.methods or set())]
    assert both == []


def test_foreign_keys_point_upstream() -> None:
    rooms = {mapper.local_table.name: mapper.class_.__module__.split(".")[1] for mapper in Base.registry.mappers}  # type: ignore[attr-defined]
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            here, there = rooms[table.name], rooms[key.column.table.name]
            assert ORDER.index(there) <= ORDER.index(here), f"{table.name} -> {key.column.table.name}"


def test_no_file_is_too_long() -> None:
    long = [str(path) for path in (ROOT / "app.py", *SOURCES) if len(path.read_text().splitlines()) > LONGEST_FILE]
    templates = (ROOT / "templates").rglob("*.html")
    long += [str(path) for path in templates if len(path.read_text().splitlines()) > LONGEST_TEMPLATE]
    assert long == []


def test_no_line_of_a_template_is_too_long() -> None:
    wide = {
        path.relative_to(ROOT / "templates").as_posix()
        for path in (ROOT / "templates").rglob("*.*")
        if max(map(len, path.read_text().splitlines()), default=0) > LONGEST_TEMPLATE_LINE
    }
    assert wide == set()


def test_editors_are_told_the_widths_that_are_held() -> None:
    told = dict(
        re.findall(
            r"^\[([^\]]+)\](?:\n[^\[]*?)max_line_length = (\w+)", (ROOT / ".editorconfig").read_text(), re.M
        )
    )
    ruff = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]
    assert told == {"*.py": str(ruff["line-length"]), "templates/**": str(LONGEST_TEMPLATE_LINE), "*.md": "off"}


def test_no_function_takes_more_than_five_arguments_besides_session_and_now() -> None:
    crowded = []
    for path in (ROOT / "campaign").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                names = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
                if len(set(names) - {"self", "cls", "session", "now"}) > 5:
                    crowded.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert crowded == []


def test_no_import_hides_from_the_import_contracts() -> None:
    hidden = []
    for path in (*(ROOT / "campaign").rglob("*.py"), ROOT / "app.py"):
        tree = ast.parse(path.read_text())
        top = set(map(id, tree.body))
        imports = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom) and id(n) not in top]
        hidden += [f"{path.relative_to(ROOT)}:{node.lineno}" for node in imports]
        assert "TYPE_CHECKING" not in path.read_text(), path
    assert hidden == []


def test_every_advisory_lock_queues_one_thing() -> None:
    used = [name for path in SOURCES for name in re.findall(r"\bTurn\.(\w+)", path.read_text())]
    assert sorted(used) == sorted(turn.name for turn in Turn)


def test_the_migration_head_file_names_the_newest_migration() -> None:
    assert (ROOT / "migrations" / "HEAD").read_text().strip() == newest(ROOT / "migrations")


def test_migrated_tables_equal_the_models(database_url: str) -> None:
    database = Database(database_url)
    found = inspect(database.engine)
    assert set(found.get_table_names()) - {"alembic_version"} == set(Base.metadata.tables)
    for table in Base.metadata.tables.values():
        columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert columns == {column.name: column.nullable for column in table.columns}, table.name
        indexes = {
            index["name"] for index in found.get_indexes(table.name) if not index.get("duplicates_constraint")
        }
        assert indexes == {index.name for index in table.indexes}, table.name
        checks = {str(check["name"]) for check in found.get_check_constraints(table.name)}
        uniques = {str(unique["name"]) for unique in found.get_unique_constraints(table.name)}
        keys = {str(key["name"]) for key in found.get_foreign_keys(table.name)}
        named = {
            str(constraint.name) for constraint in table.constraints if constraint.name != table.primary_key.name
        }
        assert checks | uniques | keys == named, table.name
    database.close()


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_template_trusts_text_or_reaches_outside(path: Path) -> None:
    text = path.read_text()
    if path == SCRIPTED:  # one script of our own, and nothing inline
        assert text.count(SCRIPT) == 1
        text = text.replace(SCRIPT, "")
    for forbidden in (
        r"\|\s*safe",
        r"<script(?! src=\"\{\{ url_for\('static')",
        r"<style",
        r"\son\w+=",
        r"\sstyle=",
        r"(src|href|action)=\"(https?:)?//",
    ):
        assert not re.search(forbidden, text), forbidden


def test_every_setting_and_every_command_is_documented(site: Flask) -> None:
    settings = set(re.findall(r'environment, "([A-Z_]+)"', (ROOT / "config" / "settings.py").read_text()))
    settings |= set(re.findall(r"environ.get\('([A-Z_]+)'|environ.get\(\"([A-Z_]+)\"", "")) - {("", "")}
    page = (ROOT / "docs" / "settings.md").read_text()
    assert {name for name in settings if f"`{name}`" not in page} == set()
    commands = (ROOT / "docs" / "commands.md").read_text()
    assert [name for name in _commands(site.cli, "flask") if f"`{name}" not in commands] == []


def test_no_code_and_no_table_names_an_institution() -> None:
    """Letters and config/ say whom a campaign writes to; two migrations keep the word that was stored once."""
    kept = {"0001_letter.py", "0027_addressee.py"}
    naming = {
        path.name
        for folder in ("campaign", "templates", "migrations")
        for path in (ROOT / folder).rglob("*")
        if path.suffix not in {"", ".pyc"} and b"interpol" in path.read_bytes().lower()
    }
    assert naming == kept


def test_every_dependency_has_its_line() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lines = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    wanted = [re.split(r"[\[>=]", line)[0] for line in lines]
    assert [name for name in wanted if f"| {name} |" not in page] == []


def test_building_an_application_opens_no_connection(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/none.db",
        "SITE_URL": "http://localhost:8000",
        "MAIL_URL": f"maildir:{tmp_path}/mail",
        "SECRET_KEY": "s" * 40,
        "SEAL_KEYS": str(tmp_path / "keys"),
    }
    for door in (entrance.site, entrance.public, entrance.desk):
        assert door(environment).url_map is not None
    assert list(tmp_path.iterdir()) == []


def _commands(group: click.Group, prefix: str) -> list[str]:
    found = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += _commands(command, f"{prefix} {name}")
        elif prefix != "flask" or name not in {"run", "shell", "routes"}:
            found.append(f"{prefix} {name}")
    return found
