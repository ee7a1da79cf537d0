"""`make check` runs the fast tests, and a new test is fast or slow by a rule."""

import socket
from pathlib import Path

import pytest

pytest_plugins = "pytester"
TESTS = Path(__file__).parent
SAMPLE = """
import pytest
@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request): pass
def test_a_rule_alone(): pass
def test_the_main_story(database_url): pass
def test_another_story(database_url): pass
"""
STARTING = "".join(("import sub", "process"))  # in two, or this file would be slow itself


def test_fast_is_what_opens_no_database_and_the_first_of_a_file_on_sqlite(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_plain=SAMPLE, test_other=STARTING + SAMPLE)
    pytester.mkpydir("drills").joinpath("test_drill.py").write_text("def test_a_drill(): pass\n")
    run = pytester.inline_run("-p", "tests.speed", "-m", "not slow")
    passed, _skipped, _failed = run.listoutcomes()
    assert [report.nodeid for report in passed] == [
        "test_plain.py::test_a_rule_alone",
        "test_plain.py::test_the_main_story[sqlite]",
    ]


def test_no_test_is_called_slow_by_hand() -> None:
    mark = ".".join(("mark", "slow"))
    named = [path.name for path in TESTS.rglob("*.py") if mark in path.read_text(encoding="utf-8")]
    assert named == ["speed.py"]


def test_a_fast_test_opens_no_port() -> None:
    with socket.socket() as port, pytest.raises(AssertionError, match="a fast test opens no port"):
        port.listen()
