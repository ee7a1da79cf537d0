"""Lists with a name in several columns: no one is imported with half of their name."""

from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Officer
from tests.intake.lists import as_csv, bring
from tests.intake.test_lists_at_the_desk import chosen, send

COUSINS = [("Nom", "Prénom", "Pays"), ("MOULIN-TEST", "Aude", "France"), ("MOULIN-TEST", "Benoît", "France")]


def test_two_cousins_of_one_surname_are_two_people(app: Flask, tmp_path: Path) -> None:
    answer = bring(app, tmp_path, as_csv(COUSINS, ";"), "--kind", "activist", "--dry-run")
    assert "Nom is family name, Prénom is given name" in answer.output
    assert "row 2: Aude MOULIN-TEST," in answer.output
    assert "row 3: Benoît MOULIN-TEST," in answer.output
    assert "2 would be imported" in answer.output


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ("name=Who+Rest", "row 2: Ann Lee,"), ("name=#2+#1", "row 2: Lee Ann,"), ("Who=given_name", "Lee,"),
        ("affiliation=Group+Place", "Group is affiliation, Place is affiliation"),
    ],
)  # fmt: skip
def test_the_map_joins_columns(app: Flask, tmp_path: Path, wish: str, told: str) -> None:
    listed = as_csv([("Who", "Rest", "Land", "Group", "Place"), ("Ann", "Lee", "DE", "Lake House", "Ulm")])
    more = ["--map", "Rest=family_name"] if wish == "Who=given_name" else []
    more += ["--map", "name=Who+Rest"] if "affiliation" in wish else []
    answer = bring(app, tmp_path, listed, "--kind", "activist", "--dry-run", "--map", wish, *more)
    assert told in answer.output


@pytest.mark.parametrize("wish", ["kind=Who+Rest", "name=Who+Nobody", "name=Who+Who"])
def test_columns_that_cannot_be_joined_are_refused_in_one_line(app: Flask, tmp_path: Path, wish: str) -> None:
    listed = as_csv([("Who", "Rest", "Land"), ("Ann", "Lee", "DE")])
    answer = bring(app, tmp_path, listed, "--map", wish)
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")


def test_a_list_with_half_of_the_names_is_refused(app: Flask, tmp_path: Path) -> None:
    answer = bring(app, tmp_path, as_csv([("Vorname", "Land"), ("Ilse", "DE")]))
    assert answer.exit_code == 1
    assert "Vorname holds one half of the names" in answer.output


def test_an_officer_sees_the_whole_name_and_chooses_its_parts(app: Flask, tmp_path: Path) -> None:
    vera = Officer(app, tmp_path / "mail").join()
    seen = send(vera, "/desk/intake/preview", as_csv(COUSINS, ";").encode(), kind="activist").text
    assert "<bdi>Aude MOULIN-TEST</bdi>" in seen
    assert "<bdi>Benoît MOULIN-TEST</bdi>" in seen
    assert '<option value="given_name" selected>given name</option>' in seen
    again = send(vera, "/desk/intake/preview", as_csv(COUSINS, ";").encode(), kind="activist", **chosen(seen)).text
    assert "<bdi>Aude MOULIN-TEST</bdi>" in again
    file = as_csv([("Who", "Rest", "Land"), ("Lee", "Ann", "DE")]).encode()
    parts = {"column-0": "family_name", "column-1": "given_name", "column-2": "country"}
    assert "<bdi>Ann Lee</bdi>" in send(vera, "/desk/intake/preview", file, kind="activist", **parts).text


def test_a_list_that_is_checked_twice_is_the_same(app: Flask, tmp_path: Path) -> None:
    vera = Officer(app, tmp_path / "mail").join()
    file = as_csv([("Name", "Vorname", "Land"), ("Ilse Traum", "Ilse", "DE")]).encode()
    seen = send(vera, "/desk/intake/preview", file, kind="activist").text
    again = send(vera, "/desk/intake/preview", file, kind="activist", **chosen(seen)).text
    assert "<bdi>Ilse Traum</bdi>" in seen
    assert "<bdi>Ilse Traum</bdi>" in again
