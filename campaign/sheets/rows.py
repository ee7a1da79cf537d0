"""Read a list row by row: CSV as a stream, a workbook after its unpacked size is checked."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from typing import BinaryIO

from python_calamine import CalamineError, CalamineSheet, SheetTypeEnum, SheetVisibleEnum, load_workbook

from campaign.sheets.encodings import ENCODINGS, detect

MOST_COLUMNS = 256
LONGEST_LINE = 1 << 16  # characters; a longer line is split, and the rules refuse its parts
MOST_FILES, LARGEST_BOOK, LARGEST_UNPACKED, STEEPEST = 2_000, 50 << 20, 256 << 20, 250
MOST_CELLS = (
    12_000_000  # calamine keeps all cells from the first to the last in memory, 32 bytes each, and their texts
)
_DELIMITERS = ",;\t|"
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,4})([0-9]{1,9})["']""")
_OPEN = "cannot be read: is a quotation mark left open between lines {} and {}?"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


class FileRefused(Exception):
    """This file is refused as a whole; the message says why, and what to do instead."""


@dataclass(frozen=True)
class SheetRow:
    """One row of a file: its number, counted from 1, and its cells, or in `fault` why it cannot be read."""

    number: int
    cells: list[str]
    fault: str = ""


@dataclass(frozen=True)
class Sheet:
    """An open list: its rows that are not empty; `described` says in words how it is read."""

    described: str
    rows: Iterator[SheetRow]


def open_sheet(file: BinaryIO, *, sheet: str = "", encoding: str = "") -> Sheet:
    """Open a CSV file or a workbook; `encoding` is one of ENCODINGS, or "" to find it out.

    Raises FileRefused, EncodingUnclear.
    """
    file.seek(0)
    head = file.read(8)
    if head.startswith(_OLD_EXCEL):
        raise FileRefused("This is an old or a locked Excel file. Save it as .xlsx without a password, or as CSV.")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _open_book(file, sheet)
    if sheet:
        raise FileRefused("Only a workbook has sheets.")
    codec = ENCODINGS[encoding] if encoding else detect(file)
    return Sheet(f"CSV, {codec.removesuffix('-sig')}", _full(_read_csv(file, codec)))


def _full(lines: Iterator[SheetRow]) -> Iterator[SheetRow]:
    return (line for line in lines if line.fault or any(cell.strip() for cell in line.cells))


def _read_csv(file: BinaryIO, codec: str) -> Iterator[SheetRow]:
    """Yield the rows, numbered as a spreadsheet numbers them: a row with line breaks in its cells is one row."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=codec, errors="replace", newline="")
    try:
        lines = iter(partial(text.readline, LONGEST_LINE), "")
        number, first = next(((at, line) for at, line in enumerate(lines, 1) if line.strip()), (1, ""))
        has_hint = first.lower().startswith("sep=") and len(first.strip()) == 5  # Excel's line for the delimiter
        delimiter = first[4] if has_hint else max(_DELIMITERS, key=re.sub(r'"[^"]*"', "", first).count)
        rows = csv.reader(lines if has_hint else chain([first], lines), delimiter=delimiter)
        number, begins = number if has_hint else number - 1, 1
        while True:
            number += 1
            try:
                yield SheetRow(number, next(rows))
            except StopIteration:
                return
            except csv.Error:
                yield SheetRow(number, [], _OPEN.format(begins, rows.line_num))
            begins = rows.line_num + 1
    finally:
        if not file.closed:
            text.detach()  # the file is the caller's


def _open_book(file: BinaryIO, wanted: str) -> Sheet:
    try:
        book = load_workbook(_unpack(file))
        names = [about.name for about in book.sheets_metadata if about.typ == SheetTypeEnum.WorkSheet]
        seen = [about.name for about in book.sheets_metadata if about.visible == SheetVisibleEnum.Visible]
        if wanted and wanted not in names:
            raise FileRefused(f"There is no sheet {wanted}. There are: {', '.join(names)}.")
        name = wanted or next((name for name in names if name in seen), "")
        if not name:
            raise FileRefused("This workbook has no sheet to read.")
        sheet = book.get_sheet_by_name(name)
    except (CalamineError, zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError) as fault:
        raise FileRefused("This is not a workbook that can be read. Save it as .xlsx again, or as CSV.") from fault
    return Sheet(f"sheet {name}", _full(_read_book(sheet)))


def _read_book(sheet: CalamineSheet) -> Iterator[SheetRow]:
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield SheetRow(number, [_written(cell) for cell in row])


def _written(cell: object) -> str:
    """Return a cell's value as the sheet shows it; a formula's value is its result."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)


def _unpack(file: BinaryIO) -> io.BytesIO:
    """Return the workbook packed again from measured parts, because the sizes that a zip states may be false.

    Only the XML is kept: no macros, no pictures, no links to other files. Raises FileRefused.
    """
    if file.seek(0, io.SEEK_END) > LARGEST_BOOK:
        raise FileRefused(
            f"A workbook may be {LARGEST_BOOK >> 20} MB. Save it as CSV, which may be of any length."
        )
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(file) as book,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as kept,
    ):
        parts = [part for part in book.infolist() if part.filename.lower().endswith((".xml", ".rels"))]
        if "xl/workbook.xml" not in book.namelist():
            raise FileRefused("This is not an Excel workbook. Save it as .xlsx, or as CSV.")
        _refuse_bomb(book.infolist())
        for part in parts:
            _copy(book, part, kept)
    packed.seek(0)
    return packed


def _refuse_bomb(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse a zip bomb by the sizes in its directory, before a byte is unpacked. Raises FileRefused."""
    whole = sum(part.file_size for part in parts)
    steep = whole > STEEPEST * (1 << 16) and whole > STEEPEST * sum(part.compress_size for part in parts)
    if len(parts) > MOST_FILES or whole > LARGEST_UNPACKED or steep:
        raise FileRefused("This workbook would unpack to far more than a list of names. Save it as CSV.")


def _copy(book: zipfile.ZipFile, part: zipfile.ZipInfo, kept: zipfile.ZipFile) -> None:
    """Copy one part in pieces, up to its stated size, and refuse a sheet whose cells reach too far. Raises FileRefused."""
    rows = columns = 0
    tail = b""
    with book.open(part) as source, kept.open(part.filename, "w") as target:
        for piece in iter(partial(source.read, 1 << 20), b""):
            if b"\0" in piece:  # UTF-16 would hide the cells from the search below
                raise FileRefused("This workbook is written in an unusual way. Save it as .xlsx again, or as CSV.")
            target.write(piece)
            for letters, digits in _CELL.findall(tail + piece):
                rows, columns = max(rows, int(digits)), max(columns, _column(letters))
            tail = piece[-64:]  # a cell's address may be cut by the end of a piece
    if columns > MOST_COLUMNS or rows * max(columns, 1) > MOST_CELLS:
        raise FileRefused(
            "The cells of this sheet reach too far out. Copy the list to a new sheet, or save it as CSV."
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
