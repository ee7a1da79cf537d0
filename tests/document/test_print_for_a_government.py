"""An officer prints the letter and its list, at the desk or on the command line."""

import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select

from campaign.audit.models import LogEntry
from tests.cast import ACTIVIST, Officer, Visitor

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


def printed(visitor: Visitor, path: Path, *options: str) -> str:
    result = visitor.app.test_cli_runner().invoke(args=["deliver", "pdf", "appeal", "-o", str(path), *options])
    assert result.exit_code == 0, result.output
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True).stdout.decode()


@needs_poppler
def test_the_governments_own_signatories_come_first_and_withheld_names_are_numbers(
    visitor: Visitor, vera: Officer, tmp_path: Path
) -> None:
    visitor.sign_and_confirm(name="Bela Trost", country="AT", email="a@example.org")
    visitor.sign_and_confirm(name="Odile Verchamp", email="b@example.org")
    visitor.sign_and_confirm(ACTIVIST, email="c@example.org")
    for number in (1, 2, 3):
        vera.decide(number)
    text = printed(visitor, tmp_path / "fr.pdf", "--country", "fr")
    names = text.partition("Signatories\n")[2]
    assert text.index("To the Government: France") < text.index("An appeal")
    assert names.index("Odile Verchamp") < names.index("Bela Trost")
    assert "Names withheld: 1" in text
    for hidden in (str(ACTIVIST["name"]), "Sonam", "Lake House"):
        assert hidden not in text
    everyone = printed(visitor, tmp_path / "all.pdf").partition("Signatories\n")[2]
    assert everyone.index("Bela Trost") < everyone.index("Odile Verchamp")


def test_the_desk_prints_and_the_log_names_the_officer(visitor: Visitor, vera: Officer) -> None:
    answer = vera.post("/desk/deliver", {"letter": "appeal", "language": "en", "country": "DE"})
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="appeal-DE-en.pdf"'
    with vera.tools.database.read() as session:
        entry = session.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()
    assert entry is not None
    assert (entry.actor, entry.action, entry.facts["country"]) == ("Vera Lind", "print", "DE")


@pytest.mark.parametrize("role", ["viewer", "verifier"])
def test_only_a_deliverer_prints(visitor: Visitor, role: str) -> None:
    officer = Officer(visitor.app, visitor.mailbox).join(role=role)
    assert officer.post("/desk/deliver", {"letter": "appeal", "language": "en"}).status_code == 403


@pytest.mark.parametrize(
    "options",
    [["nothing"], ["appeal", "--country", "ZZ"], ["appeal", "--language", "fr"], ["appeal", "--language", "xx"]],
)
def test_what_cannot_be_printed_leaves_no_file(visitor: Visitor, tmp_path: Path, options: list[str]) -> None:
    path = tmp_path / "out.pdf"
    result = visitor.app.test_cli_runner().invoke(args=["deliver", "pdf", *options, "-o", str(path)])
    assert result.exit_code != 0
    assert list(tmp_path.glob("*.pdf*")) == []


def test_a_name_no_font_draws_stops_no_print_at_the_desk_either(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm(name="Ana 𐌰𐌱")
    vera.decide(1)
    answer = vera.post("/desk/deliver", {"letter": "appeal", "language": "en"})
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
