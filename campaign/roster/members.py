"""Read a roster of sitting members from a CSV list, a workbook, or Popolo JSON as EveryPolitician published it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from campaign.mail.address import AddressRefused, accept_address
from campaign.names.folding import fold_together
from campaign.names.parts import NAME, HalfAName, NameColumns, find_name, join_words
from campaign.names.rules import NameFault, NameRefused, accept_name, accept_text, says_nothing
from campaign.sheets.rows import FileRefused, open_sheet

_HEADINGS = {
    "constituency": "constituency|district|area|seat|riding|wahlkreis|circonscription|distrito|選挙区|選區",
    "party": "party|group|political party|partei|fraktion|parti|groupe|partido|grupo|会派|政党|黨派",
    "address": "address|email|e mail|mail|email address|e mail address|courriel|adresse e mail|correo",
    "telephone": "telephone|phone|tel|office phone|telefon|téléphone|teléfono|電話",
}
UNREADABLE = {
    NameFault.EMPTY: "the name is empty",
    NameFault.FORMULA: "a cell begins with = + - or @",
    NameFault.TOO_LONG: "a cell is too long",
    NameFault.WEB_ADDRESS: "a cell holds a web or e-mail address",
}
_ALSO_NAMES = ("member", "mp")
_FIELD_OF = {fold_together(heading): field for field, every in _HEADINGS.items() for heading in every.split("|")}


@dataclass(frozen=True)
class Member:
    """What a parliament publishes of one member; "" for what it does not."""

    name: str
    constituency: str
    party: str
    address: str
    telephone: str


@dataclass(frozen=True)
class MemberList:
    """The members in a file, and the faults of the rows that were left out."""

    members: tuple[Member, ...]
    problems: tuple[str, ...]


def read_members(file: BinaryIO) -> MemberList:
    """Return the members of a file, each once. Raises FileRefused, EncodingUnclear."""
    head = file.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")
    file.seek(0)
    rows = _popolo(file) if head.startswith(b"{") else _sheet(file)
    members: dict[tuple[str, str], Member] = {}
    problems: list[str] = []
    for number, cells in rows:
        try:
            member = _member(cells)
        except AddressRefused:
            problems.append(f"row {number}: its address is no e-mail address")
            continue
        except NameRefused as fault:
            problems.append(f"row {number}: {UNREADABLE.get(fault.reason, 'a cell cannot be shown')}")
            continue
        if (member.name, member.constituency) in members:
            problems.append(f"row {number}: the same member is listed twice")
        members.setdefault((member.name, member.constituency), member)
    return MemberList(tuple(members.values()), tuple(problems))


def _member(cells: Mapping[str, str]) -> Member:
    constituency, party = accept_text(cells.get("constituency", "")), accept_text(cells.get("party", ""))
    telephone = "".join(letter for letter in cells.get("telephone", "") if letter.isprintable()).strip()
    address = cells.get("address", "").strip()
    return Member(
        accept_name(cells.get("name", "")),
        constituency,
        party,
        accept_address(address).key if address and not says_nothing(address) else "",
        "" if says_nothing(telephone) else telephone[:40],
    )


def _sheet(file: BinaryIO) -> Iterator[tuple[int, dict[str, str]]]:
    rows = open_sheet(file).rows
    first = next(rows, None)
    headings = first.cells if first else []
    fields, name = [_FIELD_OF.get(fold_together(cell), "") for cell in headings], _name_in(headings)
    for line in rows:
        cells = {field: cell for field, cell in zip(fields, line.cells, strict=False) if field}
        yield line.number, cells | {"name": name.join(line.cells)}


def _name_in(headings: list[str]) -> NameColumns:
    """Return the columns of the members' names. Raises FileRefused."""
    for place, heading in enumerate(headings):
        if fold_together(heading) in _ALSO_NAMES:
            return NameColumns({place: NAME})
    try:
        found = find_name(headings)
    except HalfAName as half:
        raise FileRefused(
            f"{headings[half.place]} has one half of the names, and no column has the other."
        ) from half
    if found is None:
        raise FileRefused("No column is called name.")
    return found


def _popolo(file: BinaryIO) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the persons with a seat that has no end date, numbered as in the file."""
    try:
        popolo = json.load(file)
        areas, groups = (
            {one["id"]: one.get("name", "") for one in popolo.get(of, ())} for of in ("areas", "organizations")
        )
        seats = {one["person_id"]: one for one in popolo.get("memberships", ()) if not one.get("end_date")}
        for number, person in enumerate(popolo["persons"], 1):
            if seat := seats.get(person["id"]):
                yield (
                    number,
                    _person(
                        person, areas.get(seat.get("area_id"), ""), groups.get(seat.get("on_behalf_of_id"), "")
                    ),
                )
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise FileRefused("This is not Popolo JSON: it has no persons and memberships.") from fault


def _person(person: Mapping[str, Any], area: str, party: str) -> dict[str, str]:
    contact = {one.get("type"): one.get("value") or "" for one in person.get("contact_details", ())}
    return {
        "name": person.get("name")
        or join_words((person.get("given_name") or "", person.get("family_name") or "")),
        "constituency": area or "",
        "party": party or "",
        "address": person.get("email") or contact.get("email", ""),
        "telephone": contact.get("phone", "") or contact.get("voice", ""),
    }
