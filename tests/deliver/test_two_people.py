"""Withheld names leave the server by two people's will, from the command line too."""

from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select

from campaign.desk.models import LogEntry
from tests.cast import Officer, Visitor, agree
from tests.deliver.people import sign_and_count


@pytest.fixture
def vera(visitor: Visitor) -> Officer:
    return Officer(visitor.app, visitor.mailbox).join()


def run(officer: Officer, *words: str) -> Result:
    return officer.app.test_cli_runner().invoke(args=list(words))


def test_one_person_at_the_command_line_takes_no_withheld_name_out(
    visitor: Visitor, vera: Officer, tmp_path: Path
) -> None:
    sign_and_count(visitor, vera, 1, "Invented Withheld", ("FR",))
    pdf, bundle = str(tmp_path / "a.pdf"), str(tmp_path / "a.bundle")
    print_it = ("deliver", "annex", "appeal", "--country", "FR", "-o", pdf)
    reader = Officer(visitor.app, visitor.mailbox).join("ines@campaign.test", "verifier", "Ines Moor")
    for words in (print_it, ("deliver", "bundle", "appeal", "-o", bundle)):
        assert "say which officer" in run(vera, *words).output
        assert "say which officer" in run(vera, *words, "--by", reader.email).output
        alone = run(vera, *words, "--by", vera.email)
        assert (alone.exit_code, "this takes two people" in alone.output) == (1, True)
    agree(vera)
    assert run(vera, *print_it, "--by", vera.email).exit_code == 1, "nobody agrees to what they asked for"
    assert list(tmp_path.glob("a.*")) == []
    agree(Officer(visitor.app, visitor.mailbox).join("paul@campaign.test", "deliverer", "Paul Ried"))
    assert run(vera, *print_it, "--by", vera.email).exit_code == 0
    assert run(vera, *print_it, "--by", vera.email).exit_code == 1, "it is used once"
    with vera.tools.database.read() as session:
        entries = session.scalars(select(LogEntry).order_by(LogEntry.id)).all()
    done = [(entry.actor, entry.action) for entry in entries if entry.action in ("ask", "approve", "annex")]
    assert ("Paul Ried", "approve") in done
    assert done.count(("Vera Lind", "annex")) == 1
