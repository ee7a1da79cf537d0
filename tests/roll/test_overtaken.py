"""A material version takes every earlier signature out of all nine outputs, and brings each back once it is signed anew."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select

from campaign.confirm.models import Signatory, SignedAnew
from campaign.letter.models import LetterText
from campaign.storage.statements import table_of
from tests.conftest import Clock
from tests.roll.conftest import SHOWN, WITHHELD, Crowd, crowd_of, pdf_text
from tests.roll.reading import PageReader, csv_rows, sheet, workbook_xml
from tests.withdraw.versions import Publisher

PAGES = (
    "/en/appeal", "/en/appeal/signatories", "/en/appeal/signatories.svg", "/en/appeal/signatories-world.svg",
    "/api/v1/letters/appeal", "/api/v1/letters/appeal/tally", "/api/v1/letters/appeal/signatories",
)  # fmt: skip


@pytest.fixture
def gathered(app: Flask, tmp_path: Path) -> Crowd:
    """On each database: it does the counting."""
    return crowd_of(app, tmp_path / "mail").gather()


def outputs(crowd: Crowd, folder: Path) -> dict[str, str]:
    """Return every output as text."""
    crowd.visitor.tools.cache.clear()
    folder.mkdir()
    said = {path: crowd.visitor.get(path).text for path in PAGES}
    for kind in ("csv", "json"):
        said[kind] = crowd.export(folder / f"r.{kind}", "--format", kind).read_text(encoding="utf-8")
    said["xlsx"] = "".join(workbook_xml(crowd.export(folder / "r.xlsx", "--format", "xlsx")).values())
    said["print"] = pdf_text(crowd.print_pdf(folder / "r.pdf"))
    said["show"] = crowd.visitor.app.test_cli_runner().invoke(args=["roll", "show", "appeal"]).output
    return said


def sign_anew(crowd: Crowd, *names: str) -> None:
    """Let the signatories of these public names sign the current text."""
    with crowd.visitor.tools.database.write() as session:
        text = session.scalars(select(LetterText.id).order_by(LetterText.version.desc())).first()
        people = session.execute(
            select(Signatory.signature_id, Signatory.confirmed_at).where(Signatory.name.in_(names))
        )
        rows = [{"signature_id": number, "letter_text_id": text, "signed_at": at} for number, at in people]
        session.connection().execute(insert(table_of(SignedAnew)), rows)


def totals(crowd: Crowd, folder: Path) -> set[int]:
    """Return the total that each output says."""
    crowd.visitor.tools.cache.clear()
    folder.mkdir()
    tally = crowd.visitor.get("/api/v1/letters/appeal/tally").get_json()
    whole = json.loads(crowd.export(folder / "r.json", "--format", "json").read_text(encoding="utf-8"))["tally"]
    assert tally == {"letter": "appeal", **whole}
    shown = crowd.visitor.app.test_cli_runner().invoke(args=["roll", "show", "appeal"]).output.splitlines()[-1]
    rows = list(csv_rows(crowd.export(folder / "n.csv", "--format", "csv", "--tally")))
    book = sheet(crowd.export(folder / "r.xlsx", "--format", "xlsx"), "Numbers")
    page = {row[0]: row[1:] for row in PageReader(crowd.visitor.get("/en/appeal/signatories").text).rows}
    on_page = [int(page["Total"][0])] if "Total" in page else []
    return {
        tally["total"],
        int(rows[-1]["total"]),
        int(float(str(book[-1]["total"]))),
        int(re.findall(r"\d+", shown)[0]),
        *on_page,
    }


def test_every_output_leaves_them_out_until_they_sign_anew(gathered: Crowd, tmp_path: Path) -> None:
    assert totals(gathered, tmp_path / "a") == {15}
    Publisher(gathered.visitor, tmp_path).publish(material=True)
    assert totals(gathered, tmp_path / "b") == {0}
    for output, text in outputs(gathered, tmp_path / "c").items():
        assert [name for name in (*SHOWN, *WITHHELD) if name in text] == [], output
    for page in ("/en/appeal", "/en/appeal/signatories"):
        assert "15 signatures of an earlier version count again" in gathered.visitor.get(page).text
    sign_anew(gathered, "Odile Verchamp", "Bela Trost")
    assert totals(gathered, tmp_path / "d") == {2}
    assert "13 signatures of an earlier version count again" in gathered.visitor.get("/en/appeal").text
    said = outputs(gathered, tmp_path / "e")
    for output in ("/en/appeal/signatories", "/api/v1/letters/appeal/signatories", "csv", "json", "xlsx", "show"):
        assert "Odile Verchamp" in said[output], output
        assert "Édouard Belin" not in said[output], output


def test_a_change_that_is_not_material_changes_no_number(gathered: Crowd, tmp_path: Path) -> None:
    Publisher(gathered.visitor, tmp_path).publish(material=False)
    assert totals(gathered, tmp_path / "a") == {15}


def test_a_link_beside_a_name_leads_to_no_name_once_it_is_overtaken(gathered: Crowd, tmp_path: Path) -> None:
    (link, *_more) = re.findall(
        r'class="notme" href="([^"]+)"', gathered.visitor.get("/en/appeal/signatories").text
    )
    assert gathered.visitor.get(link).status_code == 200
    Publisher(gathered.visitor, tmp_path).publish(material=True)
    assert gathered.visitor.get(link).status_code == 410


def test_a_package_of_the_old_version_checks_as_before(crowd: Crowd, tmp_path: Path, clock: Clock) -> None:
    crowd.sign("Odile Verchamp", {}, "FR")
    run = crowd.visitor.app.test_cli_runner()
    made = run.invoke(args=["deliver", "package", "appeal", "--country", "FR", "-o", str(tmp_path / "out")])
    assert made.exit_code == 0, made.output
    (folder,) = [path for path in (tmp_path / "out").iterdir() if path.is_dir()] or [tmp_path / "out"]
    before = run.invoke(args=["deliver", "check", str(folder)])
    assert before.exit_code == 0, before.output
    Publisher(crowd.visitor, tmp_path).publish(material=True)
    after = run.invoke(args=["deliver", "check", str(folder)])
    assert (after.exit_code, after.output) == (0, before.output)
