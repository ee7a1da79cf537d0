"""Public, withheld, counted and held are the same in every output, and only the public are named in any."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy import event

from tests.conftest import toolbox_of
from tests.roll.conftest import HAS_POPPLER, HIDDEN, SHOWN, Crowd, crowd_of, pdf_text
from tests.roll.reading import PageReader, csv_rows, sheet, workbook_xml

ALL = {"lawmakers": 3, "activists": 1, "withheld": 9, "counted": 2, "held": 2, "total": 15}
COUNTRIES = {
    "FR": {"lawmakers": 2, "activists": 0, "withheld": 0, "total": 2},
    "DE": {"lawmakers": 1, "activists": 0, "withheld": 0, "total": 1},
    "CH": {"lawmakers": 0, "activists": 1, "withheld": 5, "total": 6},
}
EVERYTHING = {
    **ALL,
    "elsewhere": 4,
    "countries": [{"country": code, **COUNTRIES[code]} for code in sorted(COUNTRIES)],
}


@pytest.fixture
def gathered(app: Flask, tmp_path: Path) -> Crowd:
    """On each database: it does the counting."""
    return crowd_of(app, tmp_path / "mail").gather()


def check_rows(rows: list[dict[str, Any]]) -> None:
    """Hold the numbers' table, as CSV and XLSX have it, to the numbers."""
    said = [
        {key: int(value) for key, value in row.items() if value not in ("", None) and key in ALL} for row in rows
    ]
    *countries, elsewhere, whole = said
    assert dict(zip([row["country"] for row in rows], countries, strict=False)) == COUNTRIES
    assert elsewhere == {"withheld": 4, "total": 4}
    assert whole == ALL


def test_the_page_says_the_numbers(gathered: Crowd) -> None:
    text = gathered.visitor.get("/en/appeal/signatories").text
    rows = {row[0]: row[1:] for row in PageReader(text).rows}
    assert [rows[name] for name in ("Switzerland", "France", "Germany")] == [
        ["6", "0", "1", "5"],
        ["2", "2", "0", "–"],
        ["1", "1", "0", "–"],
    ]
    assert rows["Elsewhere, withheld"] == ["4", "", "", "4"]
    assert rows["Counted only"] == ["2", "", "", ""]
    assert rows["Total"] == ["15", "3", "1", "9"]
    assert "Austria" not in text
    for page in (text, gathered.visitor.get("/en/appeal").text):
        assert "2 more signatures are still being checked" in page


def test_the_chart_says_the_numbers(gathered: Crowd) -> None:
    root = ElementTree.fromstring(gathered.visitor.get("/en/appeal/signatories.svg").data)
    titles = [title.text for title in root.iter("{http://www.w3.org/2000/svg}title")]
    assert titles[1:] == [
        "Switzerland · Activists: 1 · Names withheld: 5",
        "France · Lawmakers: 2",
        "Germany · Lawmakers: 1",
        "Elsewhere, withheld · Names withheld: 4",
    ]


def test_the_api_says_the_numbers(gathered: Crowd) -> None:
    assert gathered.visitor.get("/api/v1/letters/appeal/tally").json == {"letter": "appeal", **EVERYTHING}
    letter = gathered.visitor.get("/api/v1/letters/appeal").json
    assert letter is not None
    assert letter["tally"] == EVERYTHING


def test_the_files_say_the_numbers(gathered: Crowd, tmp_path: Path) -> None:
    whole = json.loads(gathered.export(tmp_path / "r.json", "--format", "json").read_text(encoding="utf-8"))
    assert whole["tally"] == EVERYTHING
    check_rows([dict(row) for row in csv_rows(gathered.export(tmp_path / "n.csv", "--format", "csv", "--tally"))])
    check_rows(sheet(gathered.export(tmp_path / "r.xlsx", "--format", "xlsx"), "Numbers"))


def test_the_terminal_says_the_numbers(gathered: Crowd) -> None:
    said = gathered.visitor.app.test_cli_runner().invoke(args=["roll", "show", "appeal"]).output
    assert re.findall(r"^(\w+) \((.+)\)$", said, re.MULTILINE) == [
        ("France", "2"), ("Germany", "1"), ("Switzerland", "6, 5 withheld")
    ]  # fmt: skip
    numbers = [int(number) for number in re.findall(r"\d+", said.splitlines()[-1])]
    assert numbers == [15, 3, 1, 9, 4, 2, 2]


@pytest.mark.skipif(not HAS_POPPLER, reason="poppler-utils is not installed")
def test_the_print_says_the_numbers(gathered: Crowd, tmp_path: Path) -> None:
    text = pdf_text(gathered.print_pdf(tmp_path / "r.pdf"))
    for line in (
        "France 2 – –",
        "Germany 1 – –",
        "Switzerland – 1 5",
        "Elsewhere – – 4",
        "Total 3 1 9",
        "Counted only: 2",
    ):
        assert line in text, line


def test_all_outputs_together_count_once_in_five_seconds(make_app: Callable[..., Flask], sqlite_url: str) -> None:
    app = make_app(sqlite_url, page_seconds=5)
    counts: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        counts.extend([statement] if "count(" in statement.lower() else [])

    event.listen(toolbox_of(app).database.engine, "before_cursor_execute", note)
    for path in ("/en/appeal", "/fr/appeal/signatories", "/ar/appeal/signatories.svg", "/api/v1/letters/appeal",
                 "/api/v1/letters/appeal/tally", "/api/v1/letters/appeal/signatories", "/en/appeal?again"):  # fmt: skip
        assert app.test_client().get(path).status_code == 200
    assert len(counts) == 1


def test_only_the_public_are_named_anywhere(gathered: Crowd, tmp_path: Path) -> None:
    outputs = {path: gathered.visitor.get(path).text for path in (
        "/en/appeal", "/en/appeal/signatories", "/en/appeal/signatories/CH", "/en/appeal/signatories.svg",
        "/api/v1/letters/appeal", "/api/v1/letters/appeal/tally", "/api/v1/letters/appeal/signatories",
    )}  # fmt: skip
    for kind in ("csv", "json"):
        outputs[kind] = gathered.export(tmp_path / f"r.{kind}", "--format", kind).read_text(encoding="utf-8")
    outputs["xlsx"] = "".join(workbook_xml(gathered.export(tmp_path / "r.xlsx", "--format", "xlsx")).values())
    outputs["print"] = pdf_text(gathered.print_pdf(tmp_path / "r.pdf"))
    outputs["show"] = gathered.visitor.app.test_cli_runner().invoke(args=["roll", "show", "appeal"]).output
    for output, text in outputs.items():
        assert [name for name in HIDDEN if name in text] == [], output
    for output in ("/en/appeal/signatories", "/api/v1/letters/appeal/signatories", "csv", "json", "xlsx", "show"):
        assert all(name in outputs[output] for name in SHOWN), output
