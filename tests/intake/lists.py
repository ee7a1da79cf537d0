"""Lists as campaigns import them; every name is invented."""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]  # ships no types
from click.testing import Result
from flask import Flask

HEAD = ("Name", "Kind", "Country", "Parliament", "Organisation", "Use of name")
ROWS = (
    ("Odile Verchamp", "lawmaker", "France", "Assemblée des Rives", "", "public"),
    ("王小明", "activist", "臺灣", "", "湖邊小屋", "withheld"),
    ("Márta Kővári", "activist", "Hungary", "", "Tóház", "public"),
)
Import = Callable[..., Result]


def as_csv(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def as_book(rows: Sequence[Sequence[object]], sheet: str = "List") -> bytes:
    raw = io.BytesIO()
    book = xlsxwriter.Workbook(raw, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return raw.getvalue()


def bring(app: Flask, folder: Path, content: str | bytes, *more: str, name: str = "list.csv") -> Result:
    """Save a list and import it as an operator does."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    words = ["intake", "import", str(path), "--letter", "appeal", "--provenance", "on paper, Berlin, 3 May", *more]
    return app.test_cli_runner().invoke(args=words)
