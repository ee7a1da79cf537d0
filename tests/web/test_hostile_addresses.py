"""Absurd addresses: whatever stands in a path or a query, no page of either door breaks."""

from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.cast import Officer, Visitor

NUMBERS = [
    "0",
    "-1",
    str(2**31),
    str(2**63),
    str(-(2**63) - 1),
    str(10**30),
    "9" * 1_500,
    "1e9",
    "9_" * 20 + "9",
    " " + "9" * 20,
    "٣",
    "NaN",
]
WORDS = ["", " ", "..", "%00", "%ff%fe", "' OR 1=1 --", "{{7*7}}", "\u202e", "王" * 60, "a" * 1_500, "A==="]  # fmt: skip
NAMES = ("after", "before", "country", "state", "kind", "as", "new", "language", "letter", "joined", "page", "limit", "level", "q",
         "query", "format")  # fmt: skip
WRITTEN_PLACES = [
    "bGF3bWFrZXIKLTEK",  # lawmaker, -1
    "bGF3bWFrZXIKNDYxMTY4NjAxODQyNzM4NzkwMwp4",  # lawmaker, 2**62 - 1
    "bGF3bWFrZXIKOTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5Cng",  # lawmaker, far beyond
]
PLACES = ("after", "before", "country")
USUAL = {"language": "en", "slug": "appeal", "number": "1", "country": "FR", "name": "background"}


def address(rule: Rule, **changes: str) -> str:
    """Fill a route in with what is usual, or with what is not."""
    parts = []
    for is_variable, part in rule._trace:
        text = (
            part.lstrip("|")
            if not is_variable
            else {**USUAL, "token": "x", "filename": "site.css", **changes}.get(part, "1")
        )
        parts.append(text if "%" in text or not is_variable else quote(text, safe="/"))
    return "".join(parts)


def routes(site: Flask) -> list[Rule]:
    return [rule for rule in site.url_map.iter_rules() if "GET" in (rule.methods or ())]


def broken(visitor: Visitor, paths: list[str]) -> list[str]:
    return [path[:120] for path in paths if visitor.client.get(path, buffered=True).status_code >= 500]


@pytest.fixture
def officer(app: Flask, visitor: Visitor) -> Officer:
    """An officer to whom every page is open, and one signatory on the list."""
    vera = Officer(app, visitor.mailbox).join()
    visitor.sign_and_confirm()
    vera.decide(1)
    return vera


def test_no_path_breaks_a_page(officer: Officer) -> None:
    paths = [
        address(rule, **{name: value})
        for rule in routes(officer.app)
        for name in rule.arguments
        for value in (*NUMBERS, *WORDS)
    ]
    assert broken(officer, paths) == []


def test_no_query_breaks_a_page(officer: Officer) -> None:
    queries = ["&".join(f"{name}={quote(value, safe='%')}" for name in NAMES) for value in WORDS]
    queries += [f"{name}={quote(value)}" for name in PLACES for value in (*NUMBERS, *WRITTEN_PLACES)]
    assert broken(officer, [f"{address(rule)}?{query}" for rule in routes(officer.app) for query in queries]) == []
