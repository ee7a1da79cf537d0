"""Which tests are slow: a rule, so that a new test stands on the right side by itself.

`make check` leaves the slow ones out. A test is fast if it opens no database, or is the first of its file that opens
one and does so on SQLite: a file begins with its main story. Its own code starts no process and opens no port.
"""

import os
import re
import socket
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parents[1]
WHOLE_FOLDERS = {"browser", "drills"}
DATABASES = {"migrated_sqlite", "database_url", "earlier"}
STARTS = re.compile(r"\b(subprocess|multiprocessing|aiosmtpd|socketserver|create_server)\b|\bos\.fork\b")
IMPORTS = re.compile(r"^from (tests[\w.]*) import", re.MULTILINE)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: left out of `make check`; tests/speed.py says which tests are")


@pytest.hookimpl(tryfirst=True)  # before -k and -m take any away: the first of a file stays the first
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each slow test the mark `slow`."""
    begun: set[Path] = set()
    for item in items:
        assert isinstance(item, pytest.Function)
        if is_slow_anyway(item) or (opens_database(item) and item.path in begun):
            item.add_marker(pytest.mark.slow)
        elif opens_database(item):
            begun.add(item.path)


@pytest.fixture(autouse=True)
def _a_fast_test_opens_no_port(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("slow"):
        return

    def refuse(*_words: object, **_named: object) -> NoReturn:
        raise AssertionError("a fast test opens no port and forks nothing: see tests/speed.py")

    monkeypatch.setattr(os, "fork", refuse)
    monkeypatch.setattr(socket.socket, "listen", refuse)


def is_slow_anyway(item: pytest.Function) -> bool:
    """Say whether a test needs a browser, PostgreSQL, or a process or port of its own."""
    if WHOLE_FOLDERS & set(item.path.relative_to(item.config.rootpath).parts):
        return True
    return uses_postgresql(item) or starts_something(item.path)


def uses_postgresql(item: pytest.Function) -> bool:
    """Say whether a test asks for PostgreSQL, by a fixture or a parameter."""
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return "postgresql" in item.fixturenames or "postgresql" in values


def opens_database(item: pytest.Function) -> bool:
    """Say whether a test opens a database of whatever kind."""
    return bool(DATABASES & set(item.fixturenames))


@cache
def starts_something(path: Path) -> bool:
    """Say whether a test's file, or one of the tests' own modules that it imports, can start a process or a server."""
    if path == Path(__file__):
        return False
    text = path.read_text(encoding="utf-8")
    files = (ROOT.joinpath(*name.split(".")).with_suffix(".py") for name in IMPORTS.findall(text))
    return bool(STARTS.search(text)) or any(starts_something(file) for file in files if file.exists())
