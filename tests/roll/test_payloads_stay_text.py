"""A name, party or affiliation that tries to be code is refused or stays text (docs/threats.md, `printed`)."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.confirm.models import Signatory
from campaign.roll.export import WRITERS
from tests.cast import Visitor
from tests.payloads import ACCEPTED, REFUSED, STRIPPED
from tests.roll.conftest import HAS_POPPLER, OPEN, Crowd, pdf_text
from tests.roll.reading import PageReader, csv_rows, names_of, sheet, squeezed, workbook_xml
from tests.roll.test_export_at_the_desk import taken

LINE = 80  # characters without a space that surely fit one line of print
PLANTED = [*ACCEPTED, *STRIPPED.values()]


@pytest.fixture
def planted(crowd: Crowd) -> Crowd:
    """Plant every payload: in a lawmaker's fields, then in an activist's."""
    for place, typed in enumerate((*ACCEPTED, *STRIPPED)):
        if place % 2:
            crowd.sign(typed, OPEN, "CH", latin_name=typed, office=typed, affiliation=typed, community=typed)
        else:
            crowd.sign(typed, {}, "FR", latin_name=typed, office=typed, legislature=typed, party=typed)
    return crowd


def pages(crowd: Crowd) -> list[str]:
    paths = ("/en/appeal/signatories", "/ar/appeal/signatories", "/en/appeal/signatories/FR", "/en/appeal")
    return [crowd.visitor.get(path).text for path in paths]


def test_no_payload_becomes_an_element_of_a_page(crowd: Crowd, planted: Crowd) -> None:
    found = [PageReader(page).elements for page in pages(planted)]
    names = PageReader(pages(planted)[0]).isolated
    assert [payload for payload in PLANTED if payload not in names] == []
    with crowd.visitor.tools.database.write() as session:
        for row in session.scalars(select(Signatory)):
            row.name, row.latin_name, row.said = "Ana", "Ana", dict.fromkeys(row.said or {}, "Ana")
    assert found == [PageReader(page).elements for page in pages(planted)]


def test_every_payload_is_literal_in_what_programs_and_spreadsheets_read(planted: Crowd, tmp_path: Path) -> None:
    said = planted.visitor.get("/api/v1/letters/appeal/signatories").json
    whole = json.loads(planted.export(tmp_path / "r.json", "--format", "json").read_text(encoding="utf-8"))
    book = planted.export(tmp_path / "r.xlsx", "--format", "xlsx")
    assert said is not None
    outputs: dict[str, list[dict[str, Any]]] = {
        "api": said["signatories"],
        "json": whole["signatories"],
        "csv": [dict(row) for row in csv_rows(planted.export(tmp_path / "r.csv", "--format", "csv"))],
        "xlsx": sheet(book, "Signatories"),
    }
    for kind in WRITERS:  # the desk exports the same files
        path = tmp_path / f"desk.{kind}"
        path.write_bytes(taken(planted, kind).data)
        outputs[f"desk {kind}"] = names_of(path)
    for output, rows in outputs.items():
        assert sorted(row["name"] for row in rows) == sorted(PLANTED), output
        for row in rows:
            others = ("legislature", "party") if row["kind"] == "lawmaker" else ("affiliation", "community")
            for place in ("latin_name", "office", *others):
                assert row[place] == row["name"], (output, place)
    for name, xml in workbook_xml(book).items():
        assert not re.search(r"<f[ >/]|hyperlink", xml), name


@pytest.mark.skipif(not HAS_POPPLER, reason="poppler-utils is not installed")
def test_every_payload_is_literal_in_print(planted: Crowd, tmp_path: Path) -> None:
    text = squeezed(pdf_text(planted.print_pdf(tmp_path / "r.pdf")))
    short = [payload for payload in PLANTED if max(map(len, payload.split())) <= LINE]
    assert [payload for payload in short if squeezed(payload) not in text] == []


@pytest.mark.skipif(not HAS_POPPLER, reason="poppler-utils is not installed")
def test_a_word_longer_than_a_line_is_printed_whole(crowd: Crowd, tmp_path: Path) -> None:
    crowd.sign("W" * 200, {}, "FR")
    assert "W" * 200 in squeezed(pdf_text(crowd.print_pdf(tmp_path / "r.pdf")))


@pytest.mark.parametrize("typed", REFUSED, ids=ascii)
def test_text_that_is_no_name_is_refused_in_every_field(site: Flask, tmp_path: Path, typed: str) -> None:
    visitor = Visitor(site, tmp_path / "mail")
    for place in ("name", "party"):
        answer = visitor.sign({place: typed})
        assert answer.status_code in (400, 422), place
