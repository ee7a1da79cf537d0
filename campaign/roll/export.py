"""Write the roll for programs and spreadsheets: public names, and all others as the numbers that the page shows.

Each name is written when it is read, so a million take no more memory than a thousand. Every date is a day.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import IO, Any

import xlsxwriter  # type: ignore[import-untyped]  # ships no types
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.letter.kinds import public_fields
from campaign.letter.models import Letter
from campaign.letter.rules import UTC_ZONE, Kind
from campaign.names.rules import FORMULA
from campaign.roll.rules import EVERYBODY, Choice, CountryTally, ListedName, Tally
from campaign.roll.service import count_names, count_roll, read_country
from campaign.web.staff import Staff
from campaign.world.countries import country_name

OWN = ("name", "latin_name", "language", "kind", "country", "level")
REST = ("withheld", "counted", "held", "total")  # a tally's numbers beside those of each kind
BEGINS_FORMULA = (*FORMULA, "\r")
WIDTHS = {"name": 32, "latin_name": 32, "office": 24, "legislature": 28, "party": 24, "affiliation": 28}
MOST_ROWS = 1_048_575  # what a sheet holds under its headings; XlsxWriter drops any more without a word
BYTE_ORDER_MARK = "\ufeff"  # without it, Excel reads the file in a Western code page


class TooManyForASheet(Exception):
    """A workbook cannot hold so many names; the message says what to choose instead."""


@dataclass(frozen=True)
class Roll:
    """What an export writes: a letter, its numbers, and its names one after the other.

    If the choice leaves names out, `tally` counts public names only.
    """

    letter: Letter
    tally: Tally
    entries: Iterable[ListedName]
    choice: Choice = EVERYBODY

    @property
    def names(self) -> int:
        """Return how many names are written."""
        return self.tally.named

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the fields that are written of each name."""
        return (*OWN, *public_fields(self.letter.kinds))

    @property
    def people(self) -> Iterator[dict[str, str | int | None]]:
        """Yield each name as every output gives it."""
        columns = self.columns
        return (person_of(entry, columns) for entry in self.entries)


Writer = Callable[[Roll, IO[Any]], None]


def read_roll(session: Session, letter: Letter, choice: Choice, kind: str) -> Roll:
    """Return the public names of a choice; write them, as `kind`, while the session is open.

    Raises TooManyForASheet, NoSuchKind.
    """
    if choice.kind:
        letter.kind(choice.kind)
    tally = count_names(session, letter.id, choice) if choice.filters else count_roll(session, letter.id)
    entries = (entry for code in tally.named_in for entry in read_country(session, letter, code, choice))
    roll = Roll(letter, tally, entries, choice)
    if kind == "xlsx" and roll.names > MOST_ROWS:
        raise TooManyForASheet(f"a sheet holds {MOST_ROWS} names at most: choose csv or json")
    return roll


def log_export(session: Session, roll: Roll, kind: str, by: Staff | None, *, now: datetime) -> None:
    """Log which officer exported which part of the roll, how many names, and in which format; no name."""
    chosen = {name: str(value) for name, value in roll.choice.filters.items()}
    details = {"names": roll.names, "format": kind, **chosen}
    write_log(session, by, "export", f"letter:{roll.letter.slug}", details, now=now)


def person_of(entry: ListedName, columns: Sequence[str]) -> dict[str, str | int | None]:
    """Return one name as every output of its letter gives it; None for a field that the signatory left empty."""
    return {name: (getattr(entry, name) if name in OWN else entry.said.get(name)) or None for name in columns}


def facts_of(letter: Letter) -> dict[str, str | int | None]:
    """Return what identifies a letter."""
    return {
        "letter": letter.slug,
        "version": letter.version,
        "opens_on": letter.opens_on.isoformat(),
        "closes_on": letter.closes_on.isoformat(),
        **({"time_zone": letter.time_zone} if letter.time_zone != UTC_ZONE else {}),
        "goal": letter.goal,
    }


def numbers_of(tally: Tally, kinds: Sequence[Kind]) -> dict[str, Any]:
    """Return a tally as every output of a letter with these kinds gives it; `held` is no part of `total`.

    A number that may not be shown is None.
    """
    if not tally.shown:
        return {**dict.fromkeys([kind.plural for kind in kinds] + [*REST, "elsewhere"]), "countries": []}
    whole = {field: getattr(tally, field) for field in (*REST, "elsewhere")}
    countries = [
        {"country": code, **_by_kind(numbers, kinds), "withheld": numbers.withheld, "total": numbers.total}
        for code, numbers in sorted(tally.countries.items())
    ]
    return {**_by_kind(tally, kinds), **whole, "countries": countries}


def _by_kind(numbers: Tally | CountryTally, kinds: Sequence[Kind]) -> dict[str, int]:
    return {kind.plural: numbers.of(kind.key) for kind in kinds}


def write_csv(roll: Roll, file: IO[str]) -> None:
    """Write one line for each name under a line of headings."""
    file.write(BYTE_ORDER_MARK)
    rows = csv.writer(file)
    rows.writerow(roll.columns)
    rows.writerows([_guarded(value or "") for value in person.values()] for person in roll.people)


def write_numbers(roll: Roll, file: IO[str]) -> None:
    """Write one line for each country, then those elsewhere, then all, as CSV."""
    file.write(BYTE_ORDER_MARK)
    csv.writer(file).writerows(_number_rows(roll))


def write_json(roll: Roll, file: IO[str]) -> None:
    """Write one object: the letter, its numbers, its names, each name on its own line."""
    chosen = {name: _day(value) for name, value in roll.choice.filters.items()}
    kinds = roll.letter.kinds
    tally = _names_of(roll.tally, kinds) if chosen else numbers_of(roll.tally, kinds)
    facts = {**facts_of(roll.letter), **({"filter": chosen} if chosen else {}), "tally": tally}
    head = json.dumps(facts, ensure_ascii=False)
    file.write(f'{head[:-1]}, "signatories": [')
    for place, person in enumerate(roll.people):
        file.write(("," if place else "") + "\n" + json.dumps(person, ensure_ascii=False))
    file.write("\n]}\n")


def write_xlsx(roll: Roll, file: IO[bytes]) -> None:
    """Write a workbook of three sheets: names, numbers, the letter; the same roll gives the same bytes.

    Every cell is written as a string, a number or a day. XlsxWriter guesses no type, so no name becomes a formula or a
    link.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    day = datetime.combine(roll.letter.opens_on, time(), UTC).replace(tzinfo=None)
    book.set_properties({"title": roll.letter.slug, "created": day})
    bold = book.add_format({"bold": True})
    names = book.add_worksheet("Signatories")
    names.freeze_panes(1, 0)
    for column, field in enumerate(roll.columns):
        names.set_column(column, column, WIDTHS.get(field, 12))
        names.write_string(0, column, field, bold)
    for row, person in enumerate(roll.people, 1):
        _write_row(names, row, person.values())
    numbers = book.add_worksheet("Numbers")
    numbers.set_column(1, 1, 28)
    for row, values in enumerate(_number_rows(roll)):
        _write_row(numbers, row, values)
    _write_facts(book, roll)
    book.close()


WRITERS: dict[str, Writer] = {"csv": write_csv, "xlsx": write_xlsx, "json": write_json}


def _write_facts(book: Any, roll: Roll) -> None:
    """Write what identifies the letter and the choice; days are dates that a spreadsheet can calculate with."""
    sheet, as_day = book.add_worksheet("Letter"), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.set_column(0, 1, 16)
    letter, facts = roll.letter, facts_of(roll.letter)
    days = {"opens_on": letter.opens_on, "closes_on": letter.closes_on}
    for row, (name, value) in enumerate({**facts, **days, **roll.choice.filters}.items()):
        _write_row(sheet, row, [name, None if isinstance(value, date) else value])
        if isinstance(value, date):
            sheet.write_datetime(row, 1, datetime.combine(value, time()), as_day)


def _day(value: str | int | date) -> str | int:
    return value.isoformat() if isinstance(value, date) else value


def _names_of(tally: Tally, kinds: Sequence[Kind]) -> dict[str, Any]:
    """Return the numbers of a choice as every output gives them."""
    countries = [
        {"country": code, **_by_kind(numbers, kinds)} for code, numbers in sorted(tally.countries.items())
    ]
    return {**_by_kind(tally, kinds), "countries": countries}


def _write_row(sheet: Any, row: int, values: Iterable[str | int | None]) -> None:
    for column, value in enumerate(values):
        if isinstance(value, int):
            sheet.write_number(row, column, value)
        elif value:
            sheet.write_string(row, column, value)


def _number_rows(roll: Roll) -> list[list[str | int | None]]:
    """Return the numbers as a table; a number that is not shown is left empty, which is not zero."""
    tally, whole, kinds = roll.tally, not roll.choice.filters, roll.letter.kinds
    rows: list[list[str | int | None]] = [["country", "country_name", *_by_kind(tally, kinds), *REST]]
    unsaid: list[None] = [None] * len(kinds)
    for code, numbers in sorted(tally.countries.items()):
        withheld, total = (numbers.withheld, numbers.total) if whole else (None, None)
        name = country_name(code, "en")
        rows.append([code, name, *_by_kind(numbers, kinds).values(), withheld, None, None, total])
    of_all = _by_kind(tally, kinds).values()
    if whole:
        rows.append(["", "elsewhere", *unsaid, tally.elsewhere, None, None, tally.elsewhere])
        rows.append(["", "all", *of_all, *(getattr(tally, field) for field in REST)])
    else:
        rows.append(["", "all", *of_all, None, None, None, None])
    return rows


def _guarded(value: str | int) -> str | int:
    """Put an apostrophe before a value that a spreadsheet would read as a formula (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(BEGINS_FORMULA) else value
