"""Rosters of sitting members: what an import changes, and what the desk is shown, never told."""

import json
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

from campaign.roster.matching import Seat, SelfDescription, propose
from campaign.roster.members import read_members
from campaign.roster.models import Roster, RosterMember
from campaign.seal.indexes import read_back_code
from campaign.sheets.rows import FileRefused
from tests.cast import Officer, Visitor
from tests.review.crowd import standing
from tests.verify.told import CHAMBER, ROSTER, load, notice

FIRST = """Full name,Circonscription,Groupe,E-mail,Telephone
Verchamp Odile,Rives 2e,Groupe des Rives,odile@example.org,+33 1 00 00 00 01
=Bad,Rives 3e,,,
Élodie Marchais,Rives 4e,Les Monts,not an address,
Ánton Brévil,Rives 5e,Les Monts,,+33 1 00 00 00 05
"""
LATER = FIRST.replace("Ánton Brévil,Rives 5e,Les Monts,", "Célia Dorvane,Rives 5e,Les Monts,").replace(
    "Groupe des Rives", "Les Monts"
)


def seats(officer: Officer) -> dict[str, date | None]:
    with officer.tools.database.read() as session:
        rows = session.execute(select(RosterMember.name, RosterMember.gone_on))
        return {row.name: row.gone_on for row in rows}


def test_an_import_is_previewed_taken_once_and_marks_who_is_gone(vera: Officer, tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    shown = load(vera, file, FIRST, "--dry-run")
    assert "2 new, 0 gone, 0 changed" in shown
    assert ("row 3:" in shown, "row 4:" in shown, "row 2:" in shown) == (True, True, False)
    assert seats(vera) == {}
    load(vera, file, FIRST)
    assert "0 new, 0 gone, 0 changed" in load(vera, file, FIRST)
    assert "1 new, 1 gone, 1 changed" in load(vera, file, LATER, on="2026-05-03")
    assert seats(vera) == {"Verchamp Odile": None, "Ánton Brévil": date(2026, 5, 3), "Célia Dorvane": None}
    load(vera, file, FIRST, on="2026-05-04")
    assert seats(vera)["Ánton Brévil"] is None, "back again"


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        ("First name,Last name,Constituency\nOdile,Verchamp,Rives 2e\nAnton,Verchamp,Rives 3e\n", {"Odile Verchamp", "Anton Verchamp"}),
        ("Nom;Prénom;Circonscription\nVERCHAMP;Odile;Rives 2e\n", {"Odile VERCHAMP"}),
        ("姓,名,選挙区\n山辺,花子,一区\n", {"山辺花子"}),
        ("Name,Email\nOdile Verchamp,\u200bmailto:odile@example.org\n", {"Odile Verchamp"}),
    ],
)  # fmt: skip
def test_a_roster_keeps_whole_names(vera: Officer, tmp_path: Path, listed: str, names: set[str]) -> None:
    load(vera, tmp_path / "members.csv", listed)
    assert set(seats(vera)) == names


def test_a_roster_of_surnames_alone_is_refused() -> None:
    with pytest.raises(FileRefused, match="Last name has one half of the names"):
        read_members(BytesIO(b"Last name,Party\nBerg,X\n"))


def test_the_card_proposes_by_address_and_decides_nothing(visitor: Visitor, vera: Officer, tmp_path: Path) -> None:
    visitor.sign_and_confirm()
    visitor.sign_and_confirm(email="other@example.net", name="Anton Brevil")
    visitor.sign_and_confirm(email="third@example.net", name="Zita Ohnesitz")
    load(vera, tmp_path / "a.csv", FIRST)
    card = vera.get("/desk/signatory/1").text
    assert "the published address and the same name" in card
    assert "+33 1 00 00 00 01" in card
    assert "the same name" in vera.get("/desk/signatory/2").text
    assert "not on the roster of 2026-05-01" in vera.get("/desk/signatory/3").text
    load(vera, tmp_path / "a.csv", LATER, on="2026-05-03")
    assert "no longer on the roster of 2026-05-03" in " ".join(vera.get("/desk/signatory/2").text.split())
    assert standing(vera) == {}


def test_popolo_gives_those_who_hold_a_seat(ines: Officer, tmp_path: Path) -> None:
    given = {
        "persons": [
            {"id": "a", "name": "Odile Verchamp", "email": "odile@example.org"},
            {"id": "b", "name": "Bruno Former"},
        ],
        "memberships": [
            {"person_id": "a", "area_id": "r2", "on_behalf_of_id": "g"},
            {"person_id": "b", "end_date": "2020-01-01"},
        ],
        "areas": [{"id": "r2", "name": "Rives 2e"}],
        "organizations": [{"id": "g", "name": "Les Monts"}],
    }
    shown = load(ines, tmp_path / "a.json", json.dumps(given))
    assert "new\tOdile Verchamp\tRives 2e\tLes Monts\n1 new" in shown


def test_an_american_office_reads_a_code_back(somebody: Visitor, ines: Officer) -> None:
    somebody.sign_and_confirm(country="US", legislature="House of Representatives")
    assert ines.tools.keys is not None
    code = read_back_code(ines.tools.keys.index_key, 1)
    assert len(code) == 6
    card = ines.get("/desk/signatory/1").text
    assert code in card
    assert "First ask openly" in card


@pytest.mark.parametrize(
    ("names", "legislature", "reasons"),
    [
        (("VERCHAMP, Odile", ""), CHAMBER, ("the same name",)),
        (("Ödile Verchamp", ""), "Assemblee Nationale", ("the same name",)),
        (("オディール", "Odile Verchamp"), "National Assembly", ("the same name",)),
        (("Odile Vercham", ""), CHAMBER, ("a similar name, 96 %",)),
        (("Odile Verchamp", ""), "Sénat", None),
        (("Zita Ohnesitz", ""), CHAMBER, None),
    ],
)
def test_a_name_is_known_in_other_orders_accents_and_scripts(
    names: tuple[str, ...], legislature: str, reasons: tuple[str, ...] | None
) -> None:
    seat = Seat("Verchamp Odile", "", "", "", "", None, CHAMBER, "", date(2026, 5, 1))
    aliases = [(CHAMBER, "National Assembly"), ("Sénat", "Senate")]
    found = propose(SelfDescription(names, legislature, ""), [seat], aliases)
    assert [one.reasons for one in found] == ([reasons] if reasons else [])


def test_the_command_line_lists_the_members_and_asks_which(ines_desk: Officer) -> None:
    ines_desk.sign_and_confirm()
    run = ines_desk.app.test_cli_runner()
    assert "1\tOdile Verchamp\tRives 2e" in run.invoke(args=["verify", "roster", "match", "1"]).output
    given = [
        "verify",
        "accept",
        "1",
        "--level",
        "3",
        "--method",
        "roster",
        "--note",
        "on the list",
        "--by",
        ines_desk.email,
    ]
    refused = run.invoke(args=given)
    assert (refused.exit_code, "which sitting member" in refused.output) == (1, True)
    assert run.invoke(args=[*given, "--member", "1"]).exit_code == 0
    assert notice(ines_desk)
    assert run.invoke(args=["verify", "roster", "match", "9"]).exit_code == 1


def test_a_roster_is_not_set_back_by_mistake_and_the_same_file_asks_nothing(
    ines_desk: Officer, tmp_path: Path
) -> None:
    file = tmp_path / "members.csv"
    assert "nothing to do" in load(ines_desk, file, ROSTER, "--dry-run")
    given = [
        "verify",
        "roster",
        "import",
        str(file),
        "--country",
        "FR",
        "--chamber",
        "Assemblée nationale",
        "--source",
        "https://example.org/members",
    ]
    run = ines_desk.app.test_cli_runner()
    again = run.invoke(args=[*given, "--on", "2026-05-01"])
    assert (again.exit_code, "nothing to do" in again.output, "?" in again.output) == (0, True, False)
    older = run.invoke(args=[*given, "--on", "2026-04-30", "--yes"])
    assert older.exit_code == 1
    assert "2026-05-01, newer than 2026-04-30" in older.output
    assert day_of(ines_desk) == date(2026, 5, 1)
    assert run.invoke(args=[*given, "--on", "2026-04-30", "--yes", "--even-if-older"]).exit_code == 0
    assert day_of(ines_desk) == date(2026, 4, 30)


def day_of(officer: Officer) -> date:
    with officer.tools.database.read() as session:
        return session.scalars(select(Roster.on)).one()
