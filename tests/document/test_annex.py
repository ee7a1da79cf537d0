"""Withheld names: only the governments that a signatory ticked read them, on paper or from a bundle."""

import json
import shutil
import subprocess
import sys
from base64 import b64decode
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, update

from app import ROOT, offline
from campaign.audit.models import LogEntry
from campaign.confirm.models import Signatory
from campaign.confirm.service import ENTRY_CONTEXT
from campaign.document.bundle import Box, OpenedBundle
from campaign.seal.boxes import Sealer, new_pair
from campaign.sign.rules import Entry
from tests.cast import Officer, Visitor, by_two, together
from tests.conftest import Clock
from tests.deliver.people import sign, sign_and_count, tick

SAID = dict.fromkeys(
    ("name", "latin_name", "office", "legislature", "constituency", "party", "affiliation", "community"),
    "Invented",
) | {"kind": "activist", "country": "CH", "consents": ["sign"], "recipients": ["FR"]}
pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


@pytest.fixture
def here(site: Flask, tmp_path: Path) -> Visitor:
    """A visitor of a site on SQLite, where the database decides nothing."""
    return Visitor(site, tmp_path / "mail")


@pytest.fixture
def vera_here(here: Visitor) -> Officer:
    return Officer(here.app, here.mailbox).join()


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=list(words))


def read(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def annex(officer: Officer, path: Path, country: str = "FR", *options: str) -> str:
    result = by_two(officer, "deliver", "annex", "appeal", "--country", country, "-o", str(path), *options)
    assert result.exit_code == 0, result.output
    return read(path.read_bytes())


def test_it_names_only_the_withheld_who_count_and_ticked_its_government(
    visitor: Visitor, vera: Officer, tmp_path: Path
) -> None:
    """Every visibility, every tick, every decision: one person for each."""
    visibilities = ("public", "withheld", "counted")
    ticks: tuple[tuple[str, ...], ...] = ((), ("FR",), ("DE",), ("DE", "FR"))
    decisions = ("accepted", "refused", "waiting")
    named: list[str] = []
    others: list[str] = []
    cases = list(product(visibilities, ticks, decisions))
    for number, (visibility, ticked, decision) in enumerate(cases, 1):
        name = f"Invented{visibility.title()}{''.join(ticked)}{decision.title()}"
        sign(visitor, number, name, visibility)
        if visibility != "public":
            tick(visitor, number, ticked)
        if decision != "waiting":
            vera.decide(number, decision, **({"reason": "joke"} if decision == "refused" else {}))
        belongs = visibility == "withheld" and "FR" in ticked and decision == "accepted"
        (named if belongs else others).append(name)
    text = annex(vera, tmp_path / "fr.pdf")
    assert [name for name in named if name not in text] == []
    assert [name for name in others if name in text] == []
    assert len(named) == 2


def test_a_counted_signatory_is_named_nowhere_even_if_their_entry_got_into_a_bundle() -> None:
    box = Box(1, "activist", "CH", "withheld", 3, b"")
    entry = Entry.from_bytes(json.dumps(SAID | {"visibility": "counted"}).encode())
    assert OpenedBundle(((box, entry),), 0).for_recipient("FR") == ()
    assert OpenedBundle(((box, replace(entry, visibility="withheld")),), 0).for_recipient("FR") != ()


def test_a_lawmaker_below_level_3_and_a_superseded_entry_do_not_count(
    visitor: Visitor, vera: Officer, tmp_path: Path
) -> None:
    lawmaker = {"kind": "lawmaker", "country": "FR", "legislature": "Assemblée"}
    sign(visitor, 1, "Weak Lawmaker", **lawmaker)
    sign(visitor, 2, "Strong Lawmaker", **lawmaker)
    sign(visitor, 3, "Earlier Name")
    for number in (1, 2, 3):
        tick(visitor, number, ("FR",))
        vera.decide(number, level="2" if number == 1 else "3")
    sign(visitor, 3, "Newer Name")
    text = annex(vera, tmp_path / "fr.pdf")
    assert "Strong Lawmaker" in text
    assert not [name for name in ("Weak Lawmaker", "Earlier Name", "Newer Name") if name in text]


def test_the_main_document_and_the_desk_pages_show_no_withheld_name(
    here: Visitor, vera_here: Officer, tmp_path: Path
) -> None:
    sign_and_count(here, vera_here, 1, "Invented Withheld", ("FR",))
    for country in ("FR", "DE", ""):
        options = ["--country", country] if country else []
        assert run(here.app, "deliver", "pdf", "appeal", *options, "-o", str(tmp_path / "a.pdf")).exit_code == 0
        assert "Invented" not in read((tmp_path / "a.pdf").read_bytes())
    assert "Invented" not in vera_here.get("/desk/deliver").text


def test_it_says_that_it_is_confidential_and_how_many_it_names_and_prints_the_same_twice(
    here: Visitor, vera_here: Officer, tmp_path: Path
) -> None:
    sign_and_count(here, vera_here, 1, "Invented Withheld", ("FR",), country="DE")
    text = annex(vera_here, tmp_path / "a.pdf")
    for said in (
        "For the addressed government only. Not for publication.",
        "To the Government: France",
        "APPEAL-FR-20260504-ANNEX",
        "It names one person, from one country or territory.",
        "Germany",
    ):
        assert said in text
    annex(vera_here, tmp_path / "b.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert (tmp_path / "a.pdf").stat().st_mode & 0o777 == 0o600


def test_the_bundle_holds_no_name_and_no_address(visitor: Visitor, vera: Officer, tmp_path: Path) -> None:
    for number in range(1, 6):
        sign_and_count(visitor, vera, number, f"Planted Canary{number}", ("FR",), affiliation="Planted House")
    sign(visitor, 6, "Planted Waiting")
    sign(visitor, 7, "Planted Public", "public")
    for options in ([], ["--waiting"]):
        path = tmp_path / "a.bundle"
        result = by_two(vera, "deliver", "bundle", "appeal", *options, "-o", str(path))
        assert result.exit_code == 0, result.output
        raw = path.read_bytes()
        boxes = b"".join(b64decode(box["entry"]) + b64decode(box["address"]) for box in json.loads(raw)["boxes"])
        for planted in (b"Planted", b"Canary", b"House", b"example.org", b"p1@"):
            assert planted not in raw + boxes
        assert path.stat().st_mode & 0o777 == 0o600
    with visitor.tools.database.read() as session:
        entries = list(session.scalars(select(LogEntry).where(LogEntry.action == "bundle").order_by(LogEntry.id)))
    assert [entry.facts["boxes"] for entry in entries] == ["5", "2"]
    assert "Planted" not in "".join(entry.details for entry in entries)


def test_a_laptop_without_database_or_settings_prints_the_same_annex(
    here: Visitor, vera_here: Officer, keys: Path, tmp_path: Path
) -> None:
    sign_and_count(here, vera_here, 1, "བསོད་ནམས་དབྱངས་ཅན", ("FR", "DE"))
    sign_and_count(here, vera_here, 2, "Invented Withheld", ("FR",))
    annex(vera_here, tmp_path / "server.pdf", "FR", "--language", "zh-Hant")
    assert by_two(vera_here, "deliver", "bundle", "appeal", "-o", str(tmp_path / "a.bundle")).exit_code == 0
    words = ["deliver", "annex", str(tmp_path / "a.bundle"), "--country", "fr", "--language", "zh-Hant"]
    command = [sys.executable, "-m", "flask", "--app", "app:offline", *words]
    done = subprocess.run(
        [*command, "--keys", str(keys), "-o", str(tmp_path / "laptop.pdf")],
        cwd=ROOT,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "2 names in 1 countries" in done.stdout
    assert (tmp_path / "laptop.pdf").read_bytes() == (tmp_path / "server.pdf").read_bytes()
    receipt = (tmp_path / "laptop.receipt.json").read_text()
    assert "CH, activists, 2" in receipt
    assert "Invented" not in receipt


def test_entries_that_no_key_opens_are_counted_for_the_officer(
    here: Visitor, vera_here: Officer, tmp_path: Path
) -> None:
    for number in (1, 2):
        sign_and_count(here, vera_here, number, f"Invented {number}", ("FR",))
    foreign = Sealer((new_pair()[1],)).seal(b"{}", ENTRY_CONTEXT)
    with here.tools.database.write() as session:
        session.execute(update(Signatory).where(Signatory.id == 1).values(sealed_entry=foreign))
    result = by_two(vera_here, "deliver", "annex", "appeal", "--country", "FR", "-o", str(tmp_path / "a.pdf"))
    assert "1 sealed entries could not be opened" in result.output
    assert "Invented 2" in read((tmp_path / "a.pdf").read_bytes())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["appeal", "--country", "DE"], "no signatory whose entry could be opened lets DE read their name"),
        (["appeal", "--country", "ZZ"], "ZZ is not a country"),
        (["appeal", "--country", "FR", "--language", "fr"], "not written in fr"),
        (["nothing", "--country", "FR"], "no letter called nothing"),
        (["appeal", "--country", "FR", "--keys", "."], "neither private.key nor recovery.key"),
        (["waiting.bundle", "--country", "FR"], "holds those who wait"),
        (["torn.bundle", "--country", "FR"], "not JSON"),
        (["other.bundle", "--country", "FR"], "this is no “undersigned bundle 1”"),
    ],
)
def test_an_annex_that_cannot_be_printed_leaves_one_clear_line_and_no_file(
    here: Visitor, vera_here: Officer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    sign_and_count(here, vera_here, 1, "Invented Withheld", ("FR",))
    by_two(vera_here, "deliver", "bundle", "appeal", "--waiting", "-o", "waiting.bundle")
    Path("torn.bundle").write_text('{"format": "undersigned')
    Path("other.bundle").write_text("[]")
    result = by_two(vera_here, "deliver", "annex", *words, "-o", "out.pdf")
    assert result.exit_code != 0
    assert said in result.output
    assert list(tmp_path.glob("*.pdf*")) == []


def test_a_damaged_bundle_is_refused_and_a_laptop_has_no_letters(
    vera_here: Officer, tmp_path: Path, keys: Path
) -> None:
    path, out = tmp_path / "a.bundle", str(tmp_path / "a.pdf")
    by_two(vera_here, "deliver", "bundle", "appeal", "-o", str(path))
    whole = json.loads(path.read_bytes())
    changes: tuple[dict[str, object], ...] = (
        {"made_on": "today"},
        {"boxes": [{}]},
        {"texts": []},
        {"version": None},
    )
    for change in changes:
        path.write_text(json.dumps(whole | change))
        options = ["--country", "FR", "--keys", str(keys), "-o", out]
        assert "damaged" in run(offline(), "deliver", "annex", str(path), *options).output
    assert "there is no bundle appeal" in run(offline(), "deliver", "annex", "appeal", *options).output
    assert "say where the private key is" in run(offline(), "seal", "open", str(path)).output


def test_a_name_no_font_draws_does_not_stop_the_annex(here: Visitor, vera_here: Officer) -> None:
    sign_and_count(here, vera_here, 1, "Ana 𐌰𐌱", ("FR",))
    paul = Officer(here.app, here.mailbox).join("paul@campaign.test", "deliverer", "Paul Ried")
    answer = together(vera_here, paul, "/desk/deliver/annex", _form("FR"), "/desk/deliver")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")


def test_the_desk_says_how_many_ticked_and_the_log_says_which_officer_printed(
    visitor: Visitor, vera: Officer, clock: Clock
) -> None:
    sign_and_count(visitor, vera, 1, "Invented One", ("FR", "DE"))
    sign_and_count(visitor, vera, 2, "Invented Two", ("FR",))
    clock.move(minutes=2)
    page = vera.get("/desk/deliver").text
    assert "France: 2 ticked it" in page
    assert "Germany: 1 ticked it" in page
    paul = Officer(visitor.app, visitor.mailbox).join("paul@campaign.test", "deliverer", "Paul Ried")
    answer = together(vera, paul, "/desk/deliver/annex", _form("DE"), "/desk/deliver")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="annex-appeal-DE-en.pdf"'
    text = read(answer.data)
    assert "Invented One" in text
    assert "Invented Two" not in text
    with vera.tools.database.read() as session:
        entry = session.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()
    assert entry is not None
    assert (entry.actor, entry.action, entry.facts["country"], entry.facts["names"]) == (
        "Vera Lind",
        "annex",
        "DE",
        "1",
    )
    assert "Invented" not in entry.details


@pytest.mark.parametrize("role", ["viewer", "verifier"])
def test_only_a_deliverer_prints_an_annex_or_exports_a_bundle(here: Visitor, role: str) -> None:
    officer = Officer(here.app, here.mailbox).join(role=role)
    for path in ("/desk/deliver/annex", "/desk/deliver/bundle"):
        assert officer.post(path, _form("FR"), "/desk/deliver").status_code == 403
    assert "ticked" not in officer.get("/desk/deliver").text.partition("<h2")[2]


def _form(country: str) -> dict[str, str]:
    return {"letter": "appeal", "language": "en", "country": country}
