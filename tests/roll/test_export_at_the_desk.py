"""A deliverer exports the public list, or a part of it; a part names and counts public signatories only."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from werkzeug.test import TestResponse

from campaign.audit.log import LogFilter, newest_entries
from campaign.audit.wording import describe
from campaign.roll.export import WRITERS
from tests.conftest import Clock
from tests.roll.conftest import HIDDEN, OPEN, SHOWN, Crowd, crowd_of
from tests.roll.reading import names_of, sheet, workbook_xml

PAGE = "/desk/export"
PARTS: dict[str, tuple[dict[str, str], list[str]]] = {
    "a country": ({"country": "FR"}, ["Odile Verchamp", "Édouard Belin"]),
    "a kind": ({"kind": "activist"}, ["Later One", "Nour Satea"]),
    "a level": ({"level": "4"}, []),
    "from a day": ({"from_on": "2026-05-06"}, ["Later One"]),
    "up to a day": ({"to_on": "2026-05-05"}, SHOWN),
    "one day": ({"from_on": "2026-05-07", "to_on": "2026-05-07"}, ["Later One"]),
    "a day of one kind in one country": ({"from_on": "2026-05-07", "kind": "lawmaker", "country": "CH"}, []),
}


@pytest.fixture
def fortnight(app: Flask, tmp_path: Path, clock: Clock) -> Crowd:
    """A crowd on one day and a signatory on a later one, on each database, because its queries choose."""
    clock.now = clock.now.replace(month=5, day=4, hour=0, minute=10)
    crowd = crowd_of(app, tmp_path / "mail").gather()
    clock.now = clock.now.replace(day=7, hour=23, minute=10)
    crowd.vera.sign_in()
    crowd.sign("Later One", OPEN, "CH")
    return crowd


def taken(crowd: Crowd, form: str, **part: str) -> TestResponse:
    crowd.vera.confirm_oneself()
    answer = crowd.vera.post(PAGE, {"letter": "appeal", "format": form, **part}, PAGE)
    assert answer.status_code == 200, answer.text
    answer.get_data()
    answer.close()  # a server does so when the last byte is sent
    return answer


def kept(crowd: Crowd, path: Path, **part: str) -> list[dict[str, Any]]:
    path.write_bytes(taken(crowd, path.suffix[1:], **part).data)
    return names_of(path)


def logged(crowd: Crowd) -> list[str]:
    with crowd.visitor.tools.database.read() as session:
        entries = newest_entries(session, LogFilter(actions=("export",)), None, 50)
        return [f"{one.actor} {describe(one, {}).sentence} ({describe(one, {}).rest})" for one in entries]


def test_every_part_of_the_list_is_what_was_chosen(fortnight: Crowd, tmp_path: Path) -> None:
    for said, (part, names) in PARTS.items():
        found = kept(fortnight, tmp_path / "part.csv", **part)
        assert sorted(row["name"] for row in found) == sorted(names), said


@pytest.mark.parametrize("kind", WRITERS)
def test_a_file_names_only_public_signatories(crowd: Crowd, tmp_path: Path, kind: str) -> None:
    crowd.gather()
    path = tmp_path / f"all.{kind}"
    assert sorted(row["name"] for row in kept(crowd, path)) == sorted(SHOWN)
    text = str(workbook_xml(path)) if kind == "xlsx" else path.read_text(encoding="utf-8")
    assert [name for name in HIDDEN if name in text] == []


def test_a_part_counts_names_only(crowd: Crowd, tmp_path: Path) -> None:
    """The whole letter may tell of five withheld in Switzerland; a part of its days may not."""
    crowd.gather()
    part = json.loads(taken(crowd, "json", country="CH").data)
    assert part["filter"] == {"country": "CH"}
    assert part["tally"] == {
        "lawmakers": 0,
        "activists": 1,
        "countries": [{"country": "CH", "lawmakers": 0, "activists": 1}],
    }
    path = tmp_path / "part.xlsx"
    kept(crowd, path, country="CH")
    assert [(row["withheld"], row["total"]) for row in sheet(path, "Numbers")] == [("", ""), ("", "")]


def test_days_in_a_workbook_are_days(crowd: Crowd, tmp_path: Path) -> None:
    crowd.sign("Ana Rue", {}, "FR")
    kept(crowd, tmp_path / "r.xlsx", from_on="2026-01-02", level="3")
    book = CalamineWorkbook.from_path(str(tmp_path / "r.xlsx")).get_sheet_by_name("Letter")
    facts = {str(row[0]): row[1] for row in book.to_python()}
    assert [(str(facts[name]), type(facts[name]).__name__) for name in ("opens_on", "closes_on", "from")] == [
        ("2026-01-01", "date"),
        ("2026-12-31", "date"),
        ("2026-01-02", "date"),
    ]
    assert (facts["letter"], facts["level"]) == ("appeal", 3.0)


def test_the_log_keeps_which_officer_exported_what_and_no_name(crowd: Crowd, tmp_path: Path) -> None:
    crowd.gather()
    taken(crowd, "csv", country="FR", from_on="2026-01-02")
    crowd.export(tmp_path / "r.json", "--format", "json", "--kind", "activist")
    assert logged(crowd) == [
        "command line exported 1 public names of the letter appeal as json (kind activist)",
        "Vera Lind exported 2 public names of the letter appeal as csv (country France, from 2026-01-02)",
    ]


def test_the_command_line_exports_the_same_parts(fortnight: Crowd, tmp_path: Path) -> None:
    options = {"from_on": "from", "to_on": "to"}
    for said, (part, _names) in PARTS.items():
        words = [word for name, value in part.items() for word in (f"--{options.get(name, name)}", value)]
        desk = taken(fortnight, "csv", **part).data
        assert fortnight.export(tmp_path / "r.csv", "--format", "csv", *words).read_bytes() == desk, said


@pytest.mark.parametrize(
    "wrong",
    [
        {"letter": "nothing"},
        {"format": "exe"},
        {"country": "ZZ"},
        {"kind": "owner"},
        {"level": "9"},
        {"from_on": "yesterday"},
        {"from_on": "2026-05-08", "to_on": "2026-05-07"},
    ],
)
def test_a_wrong_choice_is_explained_and_nothing_is_exported(crowd: Crowd, wrong: dict[str, str]) -> None:
    crowd.vera.confirm_oneself()
    answer = crowd.vera.post(PAGE, {"letter": "appeal", "format": "csv", **wrong}, PAGE)
    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert 'role="alert"' in answer.text
    assert logged(crowd) == []


def test_a_file_is_handed_over_under_a_name_that_says_what_is_in_it(crowd: Crowd) -> None:
    crowd.sign("Ana Rue", {}, "FR")
    answer = taken(crowd, "xlsx", country="FR", to_on="2026-05-07")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="appeal-FR-2026-05-07.xlsx"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_page_says_where_withheld_names_are(crowd: Crowd) -> None:
    crowd.vera.confirm_oneself()
    text = crowd.vera.get(PAGE).text
    assert "it takes two people" in text
    assert "Export the public list" in crowd.vera.get("/desk/deliver").text
