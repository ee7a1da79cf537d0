"""The roll in files: whole or not at all, the same bytes twice, and never a formula."""

import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from campaign.letter.kinds import SHIPPED, public_fields
from campaign.letter.models import Letter, LetterKind
from campaign.roll.export import MOST_ROWS, OWN, WRITERS, Roll, write_csv, write_json, write_xlsx
from campaign.roll.rules import CountryTally, ListedName, Tally
from tests.roll.conftest import SHOWN, Crowd
from tests.roll.reading import csv_rows, sheet, workbook_xml

LETTER = Letter(
    slug="appeal", addressee="own-government", opens_on=date(2026, 1, 1), closes_on=date(2026, 12, 31), goal=None,
    version=1, drafts="",
)  # fmt: skip
COLUMNS = ("key", "established", "fields", "required", "use", "plural", "words")
LETTER.kind_rows = [
    LetterKind(letter_id=1, place=0, **{name: getattr(kind, name) for name in COLUMNS}) for kind in SHIPPED
]


def entries(count: int, name: str = "Ana") -> Iterator[ListedName]:
    for number in range(count):
        yield ListedName(id=number, kind="lawmaker", country="FR", name=name, latin_name="", level=3, sort_key=b"")


def roll(count: int, name: str = "Ana") -> Roll:
    return Roll(LETTER, Tally(countries={"FR": CountryTally({"lawmaker": count})}), entries(count, name))


def test_every_name_is_in_every_file(crowd: Crowd, tmp_path: Path) -> None:
    crowd.gather()
    rows = csv_rows(crowd.export(tmp_path / "r.csv", "--format", "csv"))
    assert tuple(rows[0]) == (*OWN, *public_fields(SHIPPED))
    assert sorted(row["name"] for row in rows) == sorted(SHOWN)
    assert sorted(
        str(row["name"]) for row in sheet(crowd.export(tmp_path / "r.xlsx", "--format", "xlsx"), "Signatories")
    ) == sorted(SHOWN)
    whole = json.loads(crowd.export(tmp_path / "r.json", "--format", "json").read_text(encoding="utf-8"))
    assert [person["name"] for person in whole["signatories"]] == [row["name"] for row in rows]
    assert (whole["letter"], whole["opens_on"]) == ("appeal", "2026-01-01")


def test_without_a_file_it_goes_to_the_terminal(crowd: Crowd) -> None:
    crowd.sign("Odile Verchamp", {}, "FR")
    run = crowd.visitor.app.test_cli_runner()
    assert "Odile Verchamp" in run.invoke(args=["roll", "export", "appeal", "--format", "csv"]).output
    said = run.invoke(args=["roll", "export", "appeal", "--format", "json"]).output
    assert json.loads(said)["tally"]["lawmakers"] == 1


@pytest.mark.parametrize(
    "words",
    [
        ("nothing", "--format", "csv"),
        ("appeal", "--format", "xlsx"),
        ("appeal", "--format", "json", "--tally"),
        ("appeal", "--format", "csv", "-o", "/nowhere/at/all.csv"),
    ],
)
def test_a_wrong_command_ends_with_one_clear_line(crowd: Crowd, words: tuple[str, ...]) -> None:
    run = crowd.visitor.app.test_cli_runner().invoke(args=["roll", "export", *words])
    assert run.exit_code != 0
    assert run.output.splitlines()[-1].startswith("Error: ")
    assert "Traceback" not in run.output


def test_a_write_that_fails_leaves_the_earlier_file_and_no_other(
    crowd: Crowd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_roll: Roll, file: io.TextIOBase) -> None:
        file.write("half")
        raise OSError(28, "No space left on device")

    (tmp_path / "r.csv").write_text("earlier")
    monkeypatch.setitem(WRITERS, "csv", full)
    run = crowd.visitor.app.test_cli_runner().invoke(
        args=["roll", "export", "appeal", "--format", "csv", "-o", str(tmp_path / "r.csv")]
    )
    assert "No space left" in run.output
    assert [(path.name, path.read_text()) for path in tmp_path.glob("*r.csv*")] == [("r.csv", "earlier")]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tAna", "\rAna"])
def test_a_spreadsheet_never_calculates_a_name(name: str, tmp_path: Path) -> None:
    """The form refuses these; a file must be safe even where an earlier form did not."""
    with (tmp_path / "r.csv").open("w", encoding="utf-8", newline="") as file:
        write_csv(roll(1, name), file)
    assert csv_rows(tmp_path / "r.csv")[0]["name"] == f"'{name}"
    with (tmp_path / "r.xlsx").open("wb") as workbook:
        write_xlsx(roll(1, name), workbook)
    assert "<f>" not in workbook_xml(tmp_path / "r.xlsx")["xl/worksheets/sheet1.xml"]


def test_the_same_roll_is_the_same_workbook() -> None:
    first, second = io.BytesIO(), io.BytesIO()
    write_xlsx(roll(3), first)
    write_xlsx(roll(3), second)
    assert first.getvalue() == second.getvalue()


def test_ten_times_the_names_take_no_more_memory() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        for write in (write_csv, write_json):
            with open("/dev/null", "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - a stream to nowhere
                write(roll(count), nowhere)
        with open("/dev/null", "wb") as nothing:  # noqa: PTH123 - as above
            write_xlsx(roll(count), nothing)
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(1)  # what is imported at first use is no part of it
    assert peak(5_000) < peak(500) + 100_000


def test_more_names_than_a_sheet_holds_are_refused_and_not_dropped(
    crowd: Crowd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_ROWS == 2**20 - 1
    monkeypatch.setattr("campaign.roll.export.MOST_ROWS", 1)
    for name in ("Ana Rue", "Bo Rue"):
        crowd.sign(name, {}, "FR")
    run = crowd.visitor.app.test_cli_runner().invoke(
        args=["roll", "export", "appeal", "--format", "xlsx", "-o", str(tmp_path / "r.xlsx")]
    )
    assert "choose csv or json" in run.output
    assert list(tmp_path.glob("*r.xlsx*")) == []
