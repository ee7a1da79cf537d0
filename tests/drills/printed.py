"""Row 15 of docs/threats.md: markup, formulas, paths and rare letters in typed text stay text, and stop no printing."""

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from sqlalchemy import select

from campaign.audit.models import Officer
from campaign.confirm.models import Signatory
from campaign.document import pdf
from campaign.document.pdf import Drawn
from campaign.document.press import NotPrinted
from campaign.document.rules import Document
from campaign.names.coverage import is_printable
from campaign.names.letters import is_invisible
from campaign.names.rules import NameRefused, accept_name
from campaign.names.scripts import script_of_letter
from campaign.roll import export
from campaign.roll.rules import ListedName
from campaign.verify.models import Verification
from tests.cast import Visitor, read_link
from tests.document.test_pdf import document, group, line
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import FORM, Campaign, campaign
from tests.payloads import ACCEPTED, STRIPPED
from tests.roll.conftest import pdf_text
from tests.roll.reading import PageReader, csv_rows, sheet, squeezed, workbook_xml

FORMULA = (
    "=HYPERLINK(1)"  # no form takes it; it stands for what an older version, or a hand, put into the database
)
GOTHIC = "\U00010330\U00010331"  # no font here draws it
RARE = (f"{GOTHIC} Test", "ب\u0951 Test", "\U00031350 Test", "葛\U000e0100", "ଓଡ଼ିଆ ଉଦାହରଣ")
PAGES = ("/en/appeal/signatories", "/ar/appeal/signatories", "/en/appeal/signatories/FR")
BATCH, LINE = 2_000, 80  # names in one document; letters that surely fit one line of print


def run(size: int) -> Result:
    """Sign with every payload, read it back from every output, then print as many random names as `size` says."""
    if shutil.which("pdftotext") is None:
        return Result("poppler-utils is not installed", None)
    typed = [*ACCEPTED[: max(size // 10, 3)], *STRIPPED, *RARE]
    names = [STRIPPED.get(name, name) for name in typed]
    with campaign() as ground, TemporaryDirectory() as folder:
        mails = _plant(ground, typed)
        read = {
            **_pages(ground),
            **_files(ground, Path(folder)),
            "mail": names if _is_silent(mails, names) else [],
        }
        lost = {where: [name for name in names if name not in found] for where, found in read.items()}
        formulas = _formulas(Path(folder))
        lost["PDF"] = _unprinted(ground, Path(folder), names)
    chance = random.Random(15)
    stopped = sum(not _prints([_name(chance) for _ in range(count)]) for count in _batches(size))
    gone = {where: len(which) for where, which in lost.items() if which}
    told = f"{len(names)} payloads in {', '.join(lost)}: not literal {gone or 0}; formulas {formulas}; "
    told += f"{size:,} random names accepted, documents stopped {stopped}"
    return Result(told, not gone and not formulas and not stopped)


def _plant(ground: Campaign, typed: list[str]) -> list[str]:
    """Let all people sign by the form and the mailed link, and accept them; return their mails."""
    visitor = Visitor(ground.app, Path(ground.environment["MAIL_URL"].removeprefix("maildir:")))
    mails = []
    for number, name in enumerate(typed):
        form = {**FORM, "name": name, "office": name, "party": name, "form_token": ground.stamp}
        answer = visitor.client.post("/en/appeal/sign", data={**form, "email": f"ana@d{number}.example"})
        assert answer.status_code == 303, name
        mails += visitor.deliver_mail()
        link, code = read_link(mails[-1])
        assert visitor.confirm(link, code).status_code == 303, name
    _accept_everybody(ground)
    return mails


def _accept_everybody(ground: Campaign) -> None:
    """Let the desk accept them all, and put a formula where no form takes one."""
    now = ground.tools.clock()
    said: dict[str, Any] = {
        "outcome": "accepted",
        "level": 3,
        "method": "roster",
        "reason": None,
        "note": "seen",
        "decided_at": now,
    }
    vera: dict[str, Any] = {
        "email": "vera@campaign.test",
        "name": "Vera Lind",
        "role": "owner",
        "password_hash": "",
        "joined_at": now,
    }
    with ground.tools.database.write() as session:
        officer = Officer(**vera, totp_salt=b"", totp_locked=b"", totp_last_step=0)
        session.add(officer)
        session.flush()
        for number in session.scalars(select(Signatory.id)).all():
            session.add(Verification(signatory_id=number, officer_id=officer.id, **said))
        first = session.get_one(Signatory, 1)
        first.said = {**(first.said or {}), "constituency": FORMULA}


def _pages(ground: Campaign) -> dict[str, list[str]]:
    """Return what each page says is a name: text isolated from everything around it."""
    return {path: PageReader(ground.app.test_client().get(path).text).isolated for path in PAGES}


def _files(ground: Campaign, folder: Path) -> dict[str, list[str]]:
    """Return the names that programs and spreadsheets read."""
    for kind in ("csv", "xlsx", "json"):
        run = ground.app.test_cli_runner().invoke(
            args=["roll", "export", "appeal", "-o", str(folder / f"r.{kind}"), "--format", kind]
        )
        assert run.exit_code == 0, run.output
    said = ground.app.test_client().get("/api/v1/letters/appeal/signatories").json
    assert said is not None
    rows = {
        "API": said["signatories"],
        "JSON": json.loads((folder / "r.json").read_text(encoding="utf-8"))["signatories"],
        "CSV": csv_rows(folder / "r.csv"),
        "XLSX": sheet(folder / "r.xlsx", "Signatories"),
    }
    return {
        kind: [str(row["name"]) for row in found if row["name"] == row["party"] == row["office"]]
        for kind, found in rows.items()
    }


def _is_silent(mails: list[str], names: list[str]) -> bool:
    """Say whether no mail contains typed text."""
    return not any(name in mail for mail in mails for name in names)


def _formulas(folder: Path) -> int:
    """Count the cells that a spreadsheet would work out."""
    cells = [value for row in csv_rows(folder / "r.csv") for value in row.values()]
    sheets = workbook_xml(folder / "r.xlsx").values()
    return sum(value.startswith(export.BEGINS_FORMULA) for value in cells) + sum(
        xml.count("<f>") for xml in sheets
    )


def _unprinted(ground: Campaign, folder: Path, names: list[str]) -> list[str]:
    """Return the names that do not stand in the letter's PDF, but for those that no font here draws."""
    path = folder / "letter.pdf"
    run = ground.app.test_cli_runner().invoke(args=["deliver", "pdf", "appeal", "-o", str(path)])
    if run.exit_code:
        return names
    text = squeezed(pdf_text(path))
    seen = [name for name in names if is_printable(name) and max(map(len, name.split())) <= LINE]
    return [name for name in seen if squeezed(_bare(name)) not in text]


def _bare(name: str) -> str:
    """Leave out what chooses a letter's form: it is drawn with the letter, not copied."""
    return "".join(letter for letter in name if not is_invisible(letter))


def _batches(size: int) -> Iterator[int]:
    return iter([BATCH] * (size // BATCH) + [size % BATCH] * bool(size % BATCH))


def _name(chance: random.Random) -> str:
    """Invent what the form takes: letters of a script with their marks, now and then of any other."""
    while True:
        near = chance.choice(BEGINS)
        points = [
            near + chance.randrange(128) if chance.random() < 0.8 else chance.randrange(0x3000) for _ in range(6)
        ]
        try:
            return accept_name("".join(map(chr, points)))
        except (NameRefused, ValueError):
            continue


def _prints(names: list[str]) -> bool:
    """Say whether a document that names them all is printed."""
    try:
        pdf.typeset(document(group(*(line(name, detail=name, latin_name=name) for name in names))))
    except NotPrinted:
        return False
    return True


BEGINS = [point for point in range(0x80, 0x32000, 64) if script_of_letter(chr(point)) not in (None, "Hang")]


def _as_written(entry: ListedName, _document: Document) -> Drawn:
    return Drawn(entry.name, entry.latin_name, entry.detail, entry.community, entry.language)


DRILL = Drill(
    row=15,
    name="typed text stays text, and stops no printing",
    run=run,
    controls=(
        Control("the escape of pages", instead(Flask, "select_jinja_autoescape", lambda _app, _name: False)),
        Control("the guard of spreadsheets", instead(export, "_guarded", lambda value: value)),
        Control("the rule for characters that our fonts lack", instead(pdf, "in_print", _as_written)),
    ),
    full=10_000,
    small=60,
    long=200_000,
)
