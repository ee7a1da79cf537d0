"""Read a list of offices (CSV, workbook), and say what it would change; write the address book as such a list."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from hashlib import sha256
from io import StringIO
from itertools import islice

from campaign.directory.book import Place, office_at
from campaign.directory.columns import ColumnsUnclear, is_headings, match_columns
from campaign.directory.rules import differences, keep_confirmation, mark_of_entry, tidy_office
from campaign.names.folding import fold_together
from campaign.sheets.rows import FileRefused, Sheet, SheetRow
from campaign.world.languages import LANGUAGE_NAMES, LANGUAGES, locale_of
from campaign.world.recipients import FIELDS, Channel, Recipient, Recipients
from campaign.world.spellings import find_country

MOST_ROWS = 2_000
EMPTY = Recipient("", "", "", "", "en")
_LANGUAGE_OF = {
    fold_together(words): code
    for code in LANGUAGES
    for words in (code, LANGUAGE_NAMES[code], str(locale_of(code).english_name))
}
_CHANNEL_OF = {"byhand": "hand", "bypost": "post", "bymail": "mail", "byemail": "mail", "email": "mail"}


class CellUnclear(Exception):
    """A cell cannot be read; the message says which and why."""


@dataclass(frozen=True)
class Proposal:
    """What one row would make of an office: `changed` are the names of the fields, `emptied` those it would empty."""

    number: int
    before: Recipient | None
    after: Recipient
    changed: tuple[str, ...]
    emptied: tuple[str, ...]

    @property
    def place(self) -> Place:
        """Return the country and the kind of office."""
        return self.after.country, self.after.office


@dataclass(frozen=True)
class Reading:
    """A whole list: its columns, what it would change, how many rows change nothing, and which cannot be taken."""

    described: str
    headings: tuple[str, ...]
    fields: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    proposals: tuple[Proposal, ...]
    same: int
    problems: tuple[tuple[int, str], ...]

    @property
    def wanted(self) -> dict[Place, Recipient | None]:
        """Return the entries to save."""
        return {one.place: one.after for one in self.proposals}

    @property
    def mark(self) -> str:
        """Return a hash of everything that would be done, and to which entries: so that no other list is taken."""
        done = [(mark_of_entry(one.before), mark_of_entry(one.after)) for one in self.proposals]
        return sha256(repr((done, self.problems)).encode()).hexdigest()


def read_list(sheet: Sheet, recipients: Recipients, chosen: Mapping[int, str], today: date) -> Reading:
    """Return what a list would change. Raises ColumnsUnclear, FileRefused."""
    rows = list(islice(sheet.rows, MOST_ROWS + 2))
    if len(rows) > MOST_ROWS + 1:
        raise FileRefused(f"This list has more than {MOST_ROWS:,} rows. Divide it.")
    at = next((at for at, row in enumerate(rows[:20]) if is_headings(row.cells)), 0 if chosen and rows else None)
    if at is None:
        raise ColumnsUnclear("No row has headings such as country, office, name, address. Add one above the list.")
    headings = rows[at].cells
    columns, left_out = match_columns(headings, chosen)
    found = [_read_row(row, columns, recipients, today) for row in rows[at + 1 :]]
    proposals, problems = _sorted_out(found)
    changing = tuple(one for one in proposals if one.changed)
    return Reading(
        sheet.described, tuple(headings), tuple(columns), tuple(left_out), changing, len(proposals) - len(changing),
        tuple(problems),
    )  # fmt: skip


def write_list(recipients: Recipients) -> str:
    """Return the address book as CSV; read again, it changes nothing. No cell can begin a formula (tidy_office)."""
    out = StringIO(newline="")
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(FIELDS)
    for one in sorted(recipients.every, key=lambda one: (one.country, one.office)):
        rows.writerow([_cell(getattr(one, name)) for name in FIELDS])
    return out.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, tuple):
        return "\n".join(value)
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _sorted_out(found: list[Proposal | tuple[int, str]]) -> tuple[list[Proposal], list[tuple[int, str]]]:
    """Part the rows that can be taken from those that cannot; an office may stand in one row only."""
    proposals: dict[Place, Proposal] = {}
    problems: list[tuple[int, str]] = []
    for one in found:
        if not isinstance(one, Proposal):
            problems.append(one)
        elif one.place in proposals:
            problems.append((one.number, f"Row {proposals[one.place].number} has this office already."))
        else:
            proposals[one.place] = one
    return list(proposals.values()), problems


def _read_row(
    row: SheetRow, columns: list[str], recipients: Recipients, today: date
) -> Proposal | tuple[int, str]:
    if row.fault:
        return row.number, f"This row {row.fault}."
    cells = {field: cell.strip() for field, cell in zip(columns, row.cells, strict=False) if field}
    cells |= {field: "" for field in columns if field and field not in cells}  # a short row
    try:
        values = {field: _read_cell(field, cell, recipients) for field, cell in cells.items()}
    except CellUnclear as fault:
        return row.number, str(fault)
    before = office_at(recipients, (str(values["country"]), str(values["office"])))
    after = replace(before or EMPTY, **values)  # type: ignore[arg-type]  # each value has its field's type
    if not {"confirmed_on", "confirmed_by"} & values.keys():
        after = keep_confirmation(before, after)
    after, faults = tidy_office(after, recipients.offices, today)
    if faults:
        return row.number, " ".join(f"{field.replace('_', ' ')}: {fault}" for field, fault in faults.items())
    return Proposal(row.number, before, after, tuple(differences(before, after)), _emptied(before, after))


def _emptied(before: Recipient | None, after: Recipient) -> tuple[str, ...]:
    names = [field.name for field in fields(Recipient)] if before else []
    return tuple(name.replace("_", " ") for name in names if getattr(before, name) and not getattr(after, name))


def _read_cell(field: str, cell: str, recipients: Recipients) -> object:
    """Return the value that a cell means. Raises CellUnclear."""
    if field == "address":
        return tuple(line.strip() for line in cell.splitlines() if line.strip())
    if field == "confirmed_on":
        return _read_day(cell)
    if field not in _MEANING:
        return cell
    value = _MEANING[field](cell, recipients)
    if not value:
        raise CellUnclear(f"“{cell[:40]}” is no {field.replace('office', 'kind of office')} here.")
    return value


def _find_kind(cell: str, recipients: Recipients) -> str | None:
    wanted = fold_together(cell)
    names = ((name, (name, kind.words)) for name, kind in recipients.offices.items())
    return next((name for name, words in names if wanted in map(fold_together, words)), None)


def _find_channel(cell: str) -> Channel | None:
    word = fold_together(cell) or str(Channel.POST)
    known = _CHANNEL_OF.get(word, word)
    return Channel(known) if known in list(Channel) else None


_MEANING: dict[str, Callable[[str, Recipients], str | None]] = {
    "country": lambda cell, _recipients: find_country(cell),
    "office": _find_kind,
    "language": lambda cell, _recipients: _LANGUAGE_OF.get(fold_together(cell)) if cell else EMPTY.language,
    "channel": lambda cell, _recipients: _find_channel(cell),
}


def _read_day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell[:10]) if cell else None
    except ValueError as fault:
        raise CellUnclear(f"“{cell[:40]}” is no day: write it as 2026-11-25.") from fault
