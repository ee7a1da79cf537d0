"""One more field, from the form to the document: run by test_one_more_field in a process whose table has it."""

from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.roll.conftest import HAS_POPPLER, pdf_text

SAID, LISTED = "Lot 75006", "Lot 01099"
SHEET = f"Name,Kind,Country,Parliament,Zip\nAna Lin,lawmaker,FR,Sénat,{LISTED}\n"


@pytest.fixture
def person(site: Flask, tmp_path: Path) -> Visitor:
    return Visitor(site, tmp_path / "mail")


def test_the_form_asks_those_of_the_kind_alone(person: Visitor) -> None:
    form = person.get("/en/appeal/sign?as=lawmaker").text
    line = form[form.index('name="postcode"') :].partition(">")[0]
    assert 'autocomplete="postal-code"' in line
    assert 'maxlength="12"' in line
    assert 'name="postcode"' not in person.get("/en/appeal/sign?as=activist").text
    assert "Postcode – This is too long" in person.sign(postcode="7" * 13).text


def test_what_is_said_goes_all_the_way(person: Visitor, clock: Clock, tmp_path: Path) -> None:
    visitor, officer = person, Officer(person.app, person.mailbox).join()
    shown = f"<dt>Postcode</dt><dd><bdi>{SAID}</bdi></dd>"
    visitor.sign(postcode=SAID)
    link, _code = visitor.link_and_code()
    assert shown in visitor.get(link).text
    own = visitor.confirm(link).headers["Location"].split("?")[0].removeprefix("http://localhost")
    assert f'value="{SAID}"' in visitor.get(f"{own}/edit").text
    assert visitor.get(f"{own}/data.json").get_json()["entries"][0]["postcode"] == SAID
    assert shown in officer.get("/desk/signatory/1").text
    assert officer.decide(1).status_code == 303
    clock.move(days=3)
    assert SAID in visitor.get("/en/appeal/signatories").text
    said = visitor.get("/api/v1/letters/appeal/signatories").get_json()
    assert [one["postcode"] for one in said["signatories"]] == [SAID]
    run = visitor.app.test_cli_runner()
    table = run.invoke(args=["roll", "export", "appeal", "--format", "csv"]).output
    assert table.splitlines()[0].endswith(",postcode")
    assert f",{SAID}" in table
    made = run.invoke(args=["deliver", "pdf", "appeal", "-o", str(tmp_path / "letter.pdf")])
    assert made.exit_code == 0, made.output
    assert not HAS_POPPLER or SAID in pdf_text(tmp_path / "letter.pdf")


def test_a_list_from_elsewhere_has_a_column_for_it(person: Visitor, tmp_path: Path) -> None:
    officer = Officer(person.app, person.mailbox).join()
    (tmp_path / "list.csv").write_text(SHEET, encoding="utf-8")
    words = [
        "intake",
        "import",
        str(tmp_path / "list.csv"),
        "--letter",
        "appeal",
        "--provenance",
        "paper",
        "--visibility",
    ]
    taken = person.app.test_cli_runner().invoke(args=[*words, "public"])
    assert taken.exit_code == 0, taken.output
    assert f"<dt>Postcode</dt><dd><bdi>{LISTED}</bdi></dd>" in officer.get("/desk/signatory/1").text
    found = officer.post("/desk/find", {"words": "01099"}, "/desk/")
    assert "Ana Lin" in officer.get(found.headers["Location"]).text
