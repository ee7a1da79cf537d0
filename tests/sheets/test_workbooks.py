"""A workbook is measured before it is unpacked, and only its values are read."""

import contextlib
import io
import zipfile
import zlib

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from campaign.sheets import rows as sheets
from campaign.sheets.rows import FileRefused, open_sheet
from tests.intake.lists import as_book

CELL = '<row r="{0}"><c r="{1}{0}" t="inlineStr"><is><t>x</t></is></c></row>'


def rows(raw: bytes, sheet: str = "") -> list[tuple[int, list[str]]]:
    return [(line.number, line.cells) for line in open_sheet(io.BytesIO(raw), sheet=sheet).rows]


def with_part(raw: bytes, name: str, content: bytes, level: int = 9) -> bytes:
    """Return a workbook with one part replaced or added."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as book,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new,
    ):
        for part in book.infolist():
            if part.filename != name:
                new.writestr(part.filename, book.read(part))
        new.writestr(name, content)
    return made.getvalue()


def sheet_of(*cells: str) -> bytes:
    inside = "".join(cells)
    return f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{inside}</sheetData></worksheet>'.encode()


SHEET = "xl/worksheets/sheet1.xml"


def test_values_numbers_and_results_are_read_with_their_row() -> None:
    raw = io.BytesIO()
    book = xlsxwriter.Workbook(raw, {"in_memory": True})
    page = book.add_worksheet("First")
    page.write_row(2, 0, ["Name", "Constituency"])
    page.write(4, 0, "Ann")
    page.write_number(4, 1, 12)
    page.write_formula(5, 0, '=CONCAT("B","ea")', None, "Bea")
    page.write_url(6, 0, "https://example.org", string="Link")
    book.add_worksheet("Second").write(0, 0, "other")
    book.close()
    assert rows(raw.getvalue()) == [
        (3, ["Name", "Constituency"]),
        (5, ["Ann", "12"]),
        (6, ["Bea", ""]),
        (7, ["Link", ""]),
    ]
    assert rows(raw.getvalue(), "Second") == [(1, ["other"])]
    with pytest.raises(FileRefused, match=r"There is no sheet Third\. There are: First, Second"):
        rows(raw.getvalue(), "Third")


def test_macros_and_linked_parts_are_left_out() -> None:
    raw = with_part(as_book([("Name",), ("Ann",)]), "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 code")
    raw = with_part(raw, "xl/externalLinks/externalLink1.xml", b"<externalLink/>")
    assert rows(raw) == [(1, ["Name"]), (2, ["Ann"])]


def test_a_bomb_is_refused_by_its_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = with_part(as_book([("Name",)]), "xl/media/a.xml", bytes(64 << 20).replace(b"\0", b" "))
    assert len(bomb) < 200_000
    monkeypatch.setattr(sheets, "_copy", lambda *_: pytest.fail("a part was unpacked"))
    with pytest.raises(FileRefused, match="unpack to far more"):
        rows(bomb)
    many = io.BytesIO(as_book([("Name",)]))
    with zipfile.ZipFile(many, "a") as book:
        for number in range(2_500):
            book.writestr(f"xl/x{number}.xml", b"")
    with pytest.raises(FileRefused, match="unpack to far more"):
        rows(many.getvalue())


def test_a_bomb_that_states_a_false_size_unpacks_to_no_more_than_that() -> None:
    page = sheet_of(CELL.format(1, "A"))
    raw = bytearray(with_part(as_book([("Name",)]), SHEET, page + b" " * (8 << 20)))
    whole, said, told = (8 << 20) + len(page), len(page), 0
    for at in range(len(raw) - 4):  # the two places that tell its size, and their checksums
        if raw[at : at + 4] == whole.to_bytes(4, "little"):
            raw[at : at + 4] = said.to_bytes(4, "little")
            raw[at - 8 : at - 4] = zlib.crc32(page).to_bytes(4, "little")
            told += 1
    assert told == 2, "the lie is told"
    with contextlib.suppress(FileRefused):  # as good
        assert rows(bytes(raw)) == [(1, ["x"])]
    unpacked = sheets._unpack(io.BytesIO(bytes(raw)))
    with zipfile.ZipFile(unpacked) as book:
        assert sum(len(book.read(part)) for part in book.infolist()) < 100_000


@pytest.mark.parametrize("cells", [[("A", 1), ("XFD", 1)], [("A", 1), ("Z", 1_048_576)], [("aaa", 999_999_999)]])
def test_a_cell_far_out_does_not_fill_the_memory(cells: list[tuple[str, int]]) -> None:
    page = sheet_of(*(CELL.format(row, column) for column, row in cells))
    with pytest.raises(FileRefused, match="reach too far out"):
        rows(with_part(as_book([("Name",)]), SHEET, page))


def test_entities_that_multiply_are_not_expanded() -> None:
    doctype = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {new} "{("&" + old + ";") * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    page = doctype.encode() + b"]>" + sheet_of('<row r="1"><c r="A1" t="inlineStr"><is><t>&i;</t></is></c></row>')
    with contextlib.suppress(FileRefused):  # as good
        cells = [cell for _row, cells in rows(with_part(as_book([("Name",)]), SHEET, page)) for cell in cells]
        assert max(map(len, cells), default=0) < 100


@pytest.mark.parametrize(
    "raw",
    [
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old file",
        b"PK\x03\x04 not really",
        as_book([("Name",)])[:-40],
        as_book([("Name",)])[:400] + b"\0" * 400 + as_book([("Name",)])[800:],
    ],
)
def test_a_file_that_is_no_workbook_is_refused_in_a_sentence(raw: bytes) -> None:
    with pytest.raises(FileRefused, match="Save it as"):
        rows(raw)
