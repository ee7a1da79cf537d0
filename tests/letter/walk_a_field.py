"""A new field goes from the form to the document: test_one_more_field runs this with the field in the table."""

import shutil
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Officer, Visitor
from tests.conftest import LETTERS, Clock
from tests.roll.conftest import HAS_POPPLER, pdf_text

SAID, LISTED = "Lot 75006", "Lot 01099"
SHEET = f"Name,Kind,Country,Parliament,Zip\nAna Lin,lawmaker,FR,Sénat,{LISTED}\n"


KINDS = """
[[kinds]]
key = "lawmaker"
established = "lawmaker"
fields = ["legislature", "party", "postcode"]
required = ["legislature"]
[[kinds]]
key = "activist"
established = "person"
"""


@pytest.fixture
def person(site: Flask, tmp_path: Path) -> Visitor:
    folder = shutil.copytree(LETTERS, tmp_path / "letters")
    with (folder / "appeal" / "letter.toml").open("a") as file:
        file.write(KINDS)
    assert site.test_cli_runner().invoke(args=["letter", "load", str(folder)]).exit_code == 0
    return Visitor(site, tmp_path / "mail")


def test_only_the_form_of_its_kind_asks_for_the_field(person: Visitor) -> None:
    form = person.get("/en/appeal/sign?as=lawmaker").text
    line = form[form.index('name="postcode"') :].partition(">")[0]
    assert 'autocomplete="postal-code"' in line
    assert 'maxlength="12"' in line
    assert 'name="postcode"' not in person.get("/en/appeal/sign?as=activist").text
    assert "Postcode – This is too long" in person.sign(postcode="7" * 13).text


def test_the_answer_is_shown_on_every_page_and_in_every_file(
    person: Visitor, clock: Clock, tmp_path: Path
) -> None:
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


def test_an_imported_list_has_a_column_for_the_field(person: Visitor, tmp_path: Path) -> None:
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
    found = officer.post("/desk/find", {"words": "01099"}, "/desk/queue")
    assert "Ana Lin" in officer.get(found.headers["Location"]).text
