"""Signatories of every kind, who signed and were checked through the pages, and the outputs that show them."""

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from campaign.confirm.models import Signatory
from tests.cast import ACTIVIST, Officer, Visitor

HAS_POPPLER = shutil.which("pdftotext") is not None
SHOWN = ["Odile Verchamp", "Édouard Belin", "Bela Trost", "Nour Satea"]
WITHHELD = [f"Yvaine Mor {letter}" for letter in "abcdefghi"]
COUNTED = ["Ulla Tern a", "Ulla Tern b"]
HIDDEN = [*WITHHELD, *COUNTED, "Lookagain", "Guarded", "Onthequeue", "Night House"]
OPEN = {**ACTIVIST, "latin_name": "", "visibility": "public", "consent": ["sign", "publish", "deliver"]}


@dataclass
class Crowd:
    """The signatories, in the order in which they signed."""

    visitor: Visitor
    vera: Officer
    count: int = field(default=0, init=False)

    def sign(self, name: str, kind: dict[str, Any], country: str, outcome: str = "accepted", **more: Any) -> int:
        self.count += 1
        address = (
            f"p{self.count}@example{self.count // 10 or ''}.org"  # a domain gets a limited number of mails a day
        )
        self.visitor.sign_and_confirm(kind, name=name, country=country, email=address, **more)
        if outcome == "held":
            self.vera.decide(self.count, "held", reason="look-again")
        elif outcome == "accepted":
            assert self.vera.decide(self.count).status_code == 303
        return self.count

    def gather(self) -> "Crowd":
        """Let three lawmakers, an activist, nine withheld, two counted, two held and one who waits sign."""
        for name, country in (("Odile Verchamp", "FR"), ("Édouard Belin", "FR"), ("Bela Trost", "DE")):
            self.sign(name, {}, country)
        self.sign("Nour Satea", OPEN, "CH")
        hidden = {**ACTIVIST, "latin_name": "", "affiliation": "Night House"}
        for place, name in enumerate(WITHHELD):
            self.sign(name, hidden, "CH" if place < 5 else "AT")
        for name in COUNTED:
            self.sign(name, hidden, "CH", visibility="counted", consent=["sign"])
        self.sign("Lookagain", {}, "FR", outcome="held")
        guarded = self.sign("Guarded", {}, "DE", outcome="none")
        with self.visitor.tools.database.write() as session:
            session.execute(update(Signatory).where(Signatory.id == guarded).values(held_for="flood"))
        self.sign("Onthequeue", {}, "DE", outcome="none")
        return self

    def export(self, path: Path, *options: str) -> Path:
        run = self.visitor.app.test_cli_runner().invoke(
            args=["roll", "export", "appeal", "-o", str(path), *options]
        )
        assert run.exit_code == 0, run.output
        return path

    def print_pdf(self, path: Path) -> Path:
        run = self.visitor.app.test_cli_runner().invoke(args=["deliver", "pdf", "appeal", "-o", str(path)])
        assert run.exit_code == 0, run.output
        return path


def crowd_of(app: Flask, mailbox: Path) -> Crowd:
    return Crowd(Visitor(app, mailbox), Officer(app, mailbox).join())


@pytest.fixture
def crowd(site: Flask, tmp_path: Path) -> Crowd:
    """A crowd on SQLite, for tests in which the database decides nothing."""
    return crowd_of(site, tmp_path / "mail")


def pdf_text(path: Path) -> str:
    """Return the words of a PDF, or nothing where poppler is not installed."""
    if not HAS_POPPLER:
        return ""
    run = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    return run.stdout.decode()
