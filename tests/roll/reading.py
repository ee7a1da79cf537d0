"""Read outputs back as their readers do: a page as text and elements, a workbook cell by cell."""

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import python_calamine

VOID = frozenset({"meta", "link", "img", "br", "input", "hr"})


class PageReader(HTMLParser):
    """Collect a page's elements with their attributes, and the text of each `bdi` and table cell."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[tuple[str, ...]] = set()
        self.isolated: list[str] = []
        self.rows: list[list[str]] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add((tag, *sorted(name for name, _value in attrs)))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "bdi":
            self.isolated.append("")
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "bdi" in self._open:
            self.isolated[-1] += data
        elif {"td", "th"} & set(self._open):
            self.rows[-1][-1] += data


def csv_rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV as Excel does: by its byte order mark, which must be there."""
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def sheet(path: Path, name: str) -> list[dict[str, object]]:
    """Read one sheet of a workbook; the first row names the columns."""
    head, *rows = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def names_of(path: Path) -> list[dict[str, Any]]:
    """Read the names of an export, whatever it is written as."""
    if path.suffix == ".json":
        return list(json.loads(path.read_text(encoding="utf-8"))["signatories"])
    return sheet(path, "Signatories") if path.suffix == ".xlsx" else [dict(row) for row in csv_rows(path)]


def workbook_xml(path: Path) -> dict[str, str]:
    """Return every part of a workbook as it is stored."""
    with ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def squeezed(text: str) -> str:
    """Leave out what a typesetter adds to break lines."""
    return re.sub(r"[\s\u00ad\u200b]+", "", text)
