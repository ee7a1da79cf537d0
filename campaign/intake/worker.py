"""Walk a whole list: read, check, and take in batch by batch, so that signing goes on beside it."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from campaign.intake.columns import Columns, match, names_a_person
from campaign.intake.rules import BATCH, MOST_PROBLEMS, Defaults, Problem, RowRefused, read_entry
from campaign.intake.service import (
    Alike,
    Job,
    NoSuchIntake,
    Row,
    alike,
    close,
    find_standing,
    finish,
    known_rows,
    make_row,
    remove_rows,
    seal_row,
    take_rows,
)
from campaign.intake.sheets import FileRefused, Line, Sheet
from campaign.storage.database import Database
from campaign.web.staff import Staff

HEADINGS_WITHIN = 20  # rows: a list may have a title above its headings
SHOWN = 10
Tell = Callable[["Tally"], None]


@dataclass(frozen=True)
class List:
    """An open list: its rows after the headings, which column is what, and how to fill what a row leaves out."""

    rows: Iterator[Line]
    columns: Columns
    described: str
    defaults: Defaults


@dataclass
class Tally:
    """How far a walk has come, and what it met; of problems and likenesses the first 1,000 are kept."""

    read: int = 0
    added: int = 0
    known: int = 0
    refused: int = 0
    alike_count: int = 0
    problems: list[Problem] = field(default_factory=list)
    alike: list[Alike] = field(default_factory=list)
    shown: list[Row] = field(default_factory=list)

    def refuse(self, *problems: Problem) -> None:
        """Count one refused row, with all that is wrong with it."""
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


def begin(
    sheet: Sheet,
    wishes: Mapping[str, str],
    defaults: Defaults,
    joins: Mapping[str, Sequence[str]] | None = None,
) -> List:
    """Find the row of headings and what each column is. Raises ColumnsUnclear, FileRefused."""
    head: list[Line] = []
    for line in islice(sheet.rows, HEADINGS_WITHIN):
        head.append(line)
        if names_a_person(line.cells):
            return List(sheet.rows, match(line.cells, wishes, joins), sheet.described, defaults)
    if not head:
        raise FileRefused("There is nothing in this file.")
    columns = match(head[0].cells, wishes, joins)
    return List(_after(head, sheet.rows), columns, sheet.described, defaults)


def walk(database: Database, job: Job, source: List, tell: Tell, *, now: datetime, dry_run: bool = False) -> Tally:
    """Read a list to its end, taking in whole batches; a row that cannot be taken is told and the rest goes on.

    Stopped in the middle it leaves whole batches; the same file again goes on from there. A dry run reads the same
    and writes nothing.
    """
    tally, seen = Tally(), set[int]()
    lines = iter(lambda: list(islice(source.rows, BATCH)), [])
    for batch in lines:
        rows = _accept(job, source, batch, tally, seen)
        _settle(database, job, rows, tally, now=now, dry_run=dry_run)
        if not dry_run:
            seen.clear()  # from here on the database knows them
        tell(tally)
    if not dry_run:
        with database.write() as session:
            finish(session, job, tally.added, tally.refused, now=now)
    return tally


def take_back(
    database: Database, number: int, by: Staff | None, row_number: int | None = None, *, now: datetime
) -> tuple[int, int]:
    """Take an import back, or one row of it; return how many signatories went and how many stayed.

    Raises NoSuchIntake.
    """
    removed = stayed = after = 0
    with database.read() as session:
        intake = find_standing(session, number)
    while True:
        with database.write() as session:
            after, gone, left = remove_rows(session, intake, after, row_number, now=now)
            removed, stayed = removed + gone, stayed + left
            if not after:
                if row_number is not None and not removed + stayed:
                    raise NoSuchIntake
                close(session, intake, by, (removed, stayed), now=now)
                return removed, stayed


def _after(head: list[Line], rows: Iterator[Line]) -> Iterator[Line]:
    yield from head[1:]
    yield from rows


def _accept(job: Job, source: List, batch: list[Line], tally: Tally, seen: set[int]) -> list[Row]:
    """Return the rows of a batch that can be taken in, each person once."""
    rows = []
    for line in batch:
        tally.read += 1
        problems = _beyond(source, line)
        if problems:
            tally.refuse(*problems)
            continue
        try:
            entry = read_entry(source.columns.cells(line.cells), source.defaults)
        except RowRefused as fault:
            heading = source.columns.heading_of
            tally.refuse(*(Problem(line.number, heading(name), said) for name, said in fault.faults))
            continue
        row = make_row(job, line.number, entry)
        short = int.from_bytes(row.index[:8], "big")
        if short in seen:
            tally.refuse(_twice(row))
        else:
            seen.add(short)
            rows.append(row)
    return rows


def _beyond(source: List, line: Line) -> list[Problem]:
    if line.fault:
        return [Problem(line.number, "", line.fault)]
    if any(cell.strip() for cell in line.cells[len(source.columns.headings) :]):
        return [
            Problem(line.number, "", "has more cells than there are headings: is a comma not in quotation marks?")
        ]
    return []


def _settle(database: Database, job: Job, rows: list[Row], tally: Tally, *, now: datetime, dry_run: bool) -> None:
    """Take a batch in, or only look at what is here already."""
    with database.read() as session:
        known, likenesses = known_rows(session, job, rows), alike(session, job, rows)
    fresh = {row.index for row in rows} - set(known)
    if fresh and not dry_run:
        sealed = [seal_row(job, row, now=now) for row in rows if row.index in fresh]  # before the database is held
        with database.write() as session:
            fresh = take_rows(session, job, sealed, now=now)
    new = [row for row in rows if row.index in fresh]
    for row in rows:
        if row.index in known and known[row.index][0] == job.file_sha256 and known[row.index][1] != row.number:
            tally.refuse(_twice(row))
        else:
            tally.known += row.index in known
    tally.added += len(new)
    tally.shown += new[: SHOWN - len(tally.shown)]
    numbers = {row.number for row in new}
    likenesses = [one for one in likenesses if one.row in numbers]
    tally.alike_count += len(likenesses)
    tally.alike += likenesses[: MOST_PROBLEMS - len(tally.alike)]


def _twice(row: Row) -> Problem:
    sentence = "stands in this list already, with the same name, country and kind. If they are two people, import one of them from a list of its own"
    return Problem(row.number, "", sentence)
