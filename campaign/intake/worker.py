"""Import a whole list in batches, so that visitors can sign meanwhile."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from campaign.intake.columns import Columns, has_name_heading, match_columns
from campaign.intake.rules import BATCH, MOST_PROBLEMS, Defaults, Kinds, Problem, RowRefused, read_entry
from campaign.intake.service import (
    AcceptedRow,
    Alike,
    Job,
    NoSuchIntake,
    end_import,
    end_undo,
    find_alike,
    find_import,
    import_rows,
    known_rows,
    make_row,
    remove_rows,
    seal_row,
)
from campaign.sheets.rows import FileRefused, Sheet, SheetRow
from campaign.storage.database import Database
from campaign.web.staff import Staff

HEADINGS_WITHIN = 20  # rows: a list may have a title above its headings
SHOWN = 10
Tell = Callable[["Tally"], None]


@dataclass(frozen=True)
class OpenList:
    """An open list: its rows after the headings, the field of each column, and the values for rows that have none."""

    rows: Iterator[SheetRow]
    columns: Columns
    described: str
    defaults: Defaults


@dataclass
class Tally:
    """The progress of an import, and what it found; the first MOST_PROBLEMS problems and likenesses are kept."""

    read: int = 0
    added: int = 0
    known: int = 0
    refused: int = 0
    alike_count: int = 0
    problems: list[Problem] = field(default_factory=list)
    alike: list[Alike] = field(default_factory=list)
    shown: list[AcceptedRow] = field(default_factory=list)

    def refuse(self, *problems: Problem) -> None:
        """Count one refused row, and keep its problems."""
        self.refused += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems += problems


def fingerprint_of(file: BinaryIO) -> bytes:
    """Return a file's SHA-256; its name is not kept."""
    file.seek(0)
    read = hashlib.sha256()
    for piece in iter(lambda: file.read(1 << 20), b""):
        read.update(piece)
    return read.digest()


def open_list(
    sheet: Sheet,
    wishes: Mapping[str, str],
    defaults: Defaults,
    joins: Mapping[str, Sequence[str]] | None = None,
) -> OpenList:
    """Find the row of headings and the field of each column. Raises ColumnsUnclear, FileRefused."""
    head: list[SheetRow] = []
    for line in islice(sheet.rows, HEADINGS_WITHIN):
        head.append(line)
        if has_name_heading(line.cells):
            return OpenList(sheet.rows, match_columns(line.cells, wishes, joins), sheet.described, defaults)
    if not head:
        raise FileRefused("There is nothing in this file.")
    columns = match_columns(head[0].cells, wishes, joins)
    return OpenList(_after(head, sheet.rows), columns, sheet.described, defaults)


def run_import(
    database: Database, job: Job, source: OpenList, tell: Tell, *, now: datetime, dry_run: bool = False
) -> Tally:
    """Import a list in whole batches; a row that cannot be imported is reported, and all others are imported.

    An import that is stopped leaves whole batches; the same file again continues from there. A dry run reads the same
    rows and writes nothing. `tell` is called after each batch.
    """
    tally, seen = Tally(), set[int]()
    lines = iter(lambda: list(islice(source.rows, BATCH)), [])
    for batch in lines:
        rows = _accept(job, source, batch, tally, seen)
        _import_batch(database, job, rows, tally, now=now, dry_run=dry_run)
        if not dry_run:
            seen.clear()  # a repeated row is found in the database from here on, so memory stays small
        tell(tally)
    if not dry_run:
        with database.write() as session:
            end_import(session, job, tally.added, tally.refused, now=now)
    return tally


def undo_import(
    database: Database, number: int, by: Staff | None, row_number: int | None = None, *, now: datetime
) -> tuple[int, int]:
    """Undo an import, or one row of it; return how many signatories were erased and how many stay.

    Raises NoSuchIntake.
    """
    removed = stayed = after = 0
    with database.read() as session:
        intake = find_import(session, number)
    while True:
        with database.write() as session:
            after, gone, left = remove_rows(session, intake, after, row_number, now=now)
            removed, stayed = removed + gone, stayed + left
            if not after:
                if row_number is not None and not removed + stayed:
                    raise NoSuchIntake
                end_undo(session, intake, by, removed, stayed, now=now)
                return removed, stayed


def _after(head: list[SheetRow], rows: Iterator[SheetRow]) -> Iterator[SheetRow]:
    yield from head[1:]
    yield from rows


def _accept(job: Job, source: OpenList, batch: list[SheetRow], tally: Tally, seen: set[int]) -> list[AcceptedRow]:
    """Return the rows of a batch that can be imported, each person once; count the others in `tally`."""
    rows, kinds = [], Kinds.of(job.letter.kinds)
    for line in batch:
        tally.read += 1
        problems = _malformed(source, line)
        if problems:
            tally.refuse(*problems)
            continue
        try:
            entry = read_entry(source.columns.cells(line.cells), source.defaults, kinds)
        except RowRefused as fault:
            heading = source.columns.heading_of
            tally.refuse(*(Problem(line.number, heading(name), sentence) for name, sentence in fault.faults))
            continue
        row = make_row(job, line.number, entry)
        # 8 bytes of the index suffice, and a dry run of 100,000 rows takes little memory.
        short = int.from_bytes(row.index[:8], "big")
        if short in seen:
            tally.refuse(_repeated(row))
        else:
            seen.add(short)
            rows.append(row)
    return rows


def _malformed(source: OpenList, line: SheetRow) -> list[Problem]:
    if line.fault:
        return [Problem(line.number, "", line.fault)]
    if any(cell.strip() for cell in line.cells[len(source.columns.headings) :]):
        return [
            Problem(line.number, "", "has more cells than there are headings: is a comma not in quotation marks?")
        ]
    return []


def _import_batch(
    database: Database, job: Job, rows: list[AcceptedRow], tally: Tally, *, now: datetime, dry_run: bool
) -> None:
    """Import a batch; in a dry run only find the rows that are here already."""
    with database.read() as session:
        known, likenesses = known_rows(session, job, rows), find_alike(session, job, rows)
    fresh = {row.index for row in rows} - set(known)
    if fresh and not dry_run:
        # Sealing is slow, and a write transaction stops all other writers: so it comes before.
        sealed = [seal_row(job, row, now=now) for row in rows if row.index in fresh]
        with database.write() as session:
            fresh = import_rows(session, job, sealed, now=now)
    new = [row for row in rows if row.index in fresh]
    for row in rows:
        if row.index in known and known[row.index][0] == job.file_sha256 and known[row.index][1] != row.number:
            tally.refuse(_repeated(row))
        else:
            tally.known += row.index in known
    tally.added += len(new)
    tally.shown += new[: SHOWN - len(tally.shown)]
    numbers = {row.number for row in new}
    likenesses = [one for one in likenesses if one.row in numbers]
    tally.alike_count += len(likenesses)
    tally.alike += likenesses[: MOST_PROBLEMS - len(tally.alike)]


def _repeated(row: AcceptedRow) -> Problem:
    sentence = "stands in this list already, with the same name, country and kind. If they are two people, import one of them from a list of its own"
    return Problem(row.number, "", sentence)
