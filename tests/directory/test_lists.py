"""A list of offices is checked first, and nothing of it is taken silently; the address book as CSV changes nothing."""

from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from campaign.directory.lists import write_list
from tests.cast import Officer
from tests.directory.book import LIST, NEW, PAGE, save, send

CHECK = f"{LIST}/check"
ROWS = (
    "Land;Art;Name;Englischer Name;Anschrift;E-Mail;Quelle;Telefon\r\n"
    f'Deutschland;foreign;Amt der Seen;Office of Lakes;"Seestraße 4\n10117 Berlin";post@office.example;{PAGE};123\r\n'
    "Österreich;Ministry of the Interior;Haus;House;;no address;;\r\n"
    "Atlantis;foreign;Palast;Palace;;;;\r\n"
    f"DE;foreign;Noch eins;Another;;;{PAGE};\r\n"
)


def check(officer: Officer, content: bytes) -> str:
    return send(officer, officer.get(LIST).text, CHECK, {}, content).text


def test_a_list_shows_what_it_would_change_and_changes_nothing_yet(ines: Officer) -> None:
    page = check(ines, ROWS.encode())
    assert "<strong>1</strong> entry would change" in page
    assert "name, English name, postal address, e-mail address, page" in page
    assert "Row 3: mail: This is not an e-mail address." in page
    assert "Row 4: “Atlantis” is no country here." in page
    assert "Row 5: Row 2 has this office already." in page
    assert "<bdi>Telefon</bdi> is not read: no field of an office has this name." in page
    assert ines.tools.recipients == ines.tools.shipped.recipients


def test_the_checked_list_is_taken_in_and_no_other(ines: Officer) -> None:
    page = check(ines, ROWS.encode())
    save(ines, english="Changed meanwhile")
    moved = send(ines, page, LIST, {})
    assert moved.status_code == 409
    assert "has changed since you checked it" in moved.text
    assert send(ines, moved.text, LIST, {}).status_code == 303
    office = ines.tools.recipients.find("DE", "foreign")
    assert (office.english, office.address) == ("Office of Lakes", ("Seestraße 4", "10117 Berlin"))
    assert office.language == "de"  # no column said anything of it


def test_a_checked_list_is_kept_when_the_officer_must_confirm_anew(ines: Officer) -> None:
    page = check(ines, ROWS.encode())
    ines.tools.clock.move(minutes=6)  # type: ignore[attr-defined]  # a test's clock
    stale = send(ines, page, LIST, {})
    assert stale.status_code == 428
    assert "Before this is saved, you must confirm who you are." in stale.text
    ines.confirm_oneself()
    assert send(ines, stale.text, LIST, {}).status_code == 303
    assert ines.tools.recipients.find("DE", "foreign").name == "Amt der Seen"


def test_columns_are_chosen_by_hand_where_no_heading_says_what_they_are(ines: Officer) -> None:
    page = check(ines, b"country,office,first\nDE,foreign,Amt\n")
    assert "<bdi>first</bdi> is not read" in page
    chosen = send(ines, page, CHECK, {"column-2": "name"}).text
    assert "<strong>1</strong> entry would change" in chosen
    twice = send(ines, page, CHECK, {"column-2": "office"})
    assert twice.status_code == 422
    assert "Two columns cannot be the same field." in twice.text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Choose the file."),
        (b"a,b\n1,2\n", "No row has headings"),
        (b"name,address\nAmt,Weg\n", "No column says the country."),
        (b"country,name\nDE,Amt\n", "No column says the kind of office."),
        (b"PK\x03\x04 no workbook", "not a workbook"),
        (b"country,office,name\n" + b"DE,foreign,Amt\n" * 2_001, "more than 2,000 rows"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(ines: Officer, content: bytes, told: str) -> None:
    answer = send(ines, ines.get(LIST).text, CHECK, {}, content)
    assert answer.status_code == 422
    assert told in answer.text


def test_a_workbook_is_read_too_and_says_what_it_would_empty(ines: Officer) -> None:
    save(ines, confirmed_on="yes")
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    for number, row in enumerate((["A list"], ["country", "office", "e-mail"], ["DE", "foreign", ""])):
        book.get_worksheet_by_name("Sheet1") or book.add_worksheet()
        book.worksheets()[0].write_row(number, 0, row)
    book.close()
    page = check(ines, file.getvalue())
    assert "would be empty: mail, confirmed on, confirmed by" in page


def test_the_book_as_csv_is_the_same_bytes_after_it_is_loaded(ines: Officer, tmp_path: Path) -> None:
    run, file = ines.app.test_cli_runner(), tmp_path / "book.csv"
    save(ines, confirmed_on="yes", evidence="see https://office.example, “seen”")
    send(ines, ines.get("/desk/offices/FR/interior").text, "/desk/offices/FR/interior/drop", {})
    assert run.invoke(args=["directory", "export", "--format", "csv", "-o", str(file)]).exit_code == 0
    assert ines.get("/desk/offices.csv").data == file.read_bytes()
    same = run.invoke(args=["directory", "load", str(file)])
    assert same.output.endswith("0 changed, 293 are the same, 0 refused\n"), same.output[-200:]
    send(ines, ines.get("/desk/offices/DE/foreign").text, "/desk/offices/DE/foreign/shipped", {})
    done = run.invoke(args=["directory", "load", str(file)])
    assert "1 changed" in done.output
    assert write_list(ines.tools.recipients).encode() == file.read_bytes()


def test_a_list_is_loaded_by_command_after_a_look(ines: Officer, tmp_path: Path) -> None:
    run, file = ines.app.test_cli_runner(), tmp_path / "list.csv"
    file.write_text(ROWS, encoding="utf-8", newline="")
    dry = run.invoke(args=["directory", "load", str(file), "--dry-run"])
    assert dry.exit_code == 1  # rows were refused, and it says which
    assert "row 2: DE foreign: name, English name" in dry.output
    assert "1 would change, 0 are the same, 3 refused" in dry.output
    assert ines.tools.recipients == ines.tools.shipped.recipients
    run.invoke(args=["directory", "load", str(file)])
    assert ines.tools.recipients.find("DE", "foreign").name == "Amt der Seen"


def test_a_row_cannot_be_confirmed_by_a_formula_or_on_a_day_to_come(ines: Officer) -> None:
    head = "country,office,source,confirmed on,confirmed by\n"
    rows = f"DE,foreign,{PAGE},2026-05-01,=Vera\nFR,foreign,{PAGE},2026-06-01,Vera\nBE,foreign,{PAGE},2026-05-01,Vera\n"
    page = check(ines, (head + rows).encode())
    assert "Row 2: confirmed on: The name of the officer who confirms it: This cannot begin with" in page
    assert "Row 3: confirmed on: This day has not come yet." in page
    assert "<strong>1</strong> entry would change" in page


def test_no_cell_of_the_list_can_begin_a_formula(ines: Officer) -> None:
    assert save(ines, NEW, country="TW", office="bureau", evidence="=1+1").status_code == 422
    cells = [cell for line in write_list(ines.tools.recipients).split("\r\n") for cell in line.split(",")]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))] == []
