"""What a notice brings about, as the member, the desk and the public see it."""

import re
from pathlib import Path

from sqlalchemy import select
from werkzeug.test import TestResponse

from campaign.verify.models import Dispute, Notice
from campaign.verify.notices import list_cooled_off
from tests.cast import CODE, Officer
from tests.conftest import Clock

CHAMBER = "Assemblée nationale"
MEMBER = "o.verchamp@assemblee.test"
ROSTER = f"""name,constituency,address
Odile Verchamp,Rives 2e,{MEMBER}
Anton Brevil,Rives 5e,
"""
LINK = re.compile(r"http://localhost(/notice/\S+)")
OUTPUTS = (
    "/en/appeal/signatories", "/en/appeal/signatories/FR", "/api/v1/letters/appeal/signatories",
    "/en/appeal/signatories.svg", "/en/appeal", "/api/v1/letters/appeal/tally",
)  # fmt: skip


def load(
    officer: Officer, path: Path, text: str, *options: str, on: str = "2026-05-01", country: str = "FR"
) -> str:
    path.write_text(text, encoding="utf-8")
    given = ["--country", country, "--chamber", CHAMBER, "--source", "https://example.org/members", "--on", on]
    run = officer.app.test_cli_runner().invoke(
        args=["verify", "roster", "import", str(path), *given, *(options or ("--yes",))]
    )
    assert run.exit_code == 0, run.output
    return run.output


def accept(officer: Officer, number: int = 1, member: str = "1", **fields: str) -> None:
    """Accept a signatory as a sitting member of the roster."""
    answer = officer.decide(number, member=member, **fields)
    assert answer.status_code == 303, answer.text


def notice(officer: Officer) -> tuple[str, str]:
    """Let the worker send what is owed; return the link and the code of the one notice."""
    (mail,) = (mail for mail in officer.deliver_mail() if LINK.search(mail))
    link, code = LINK.search(mail), CODE.search(LINK.sub("", mail))
    assert link is not None
    assert code is not None
    return link[1], code[0]


def press(officer: Officer, link: str, code: str) -> TestResponse:
    """Press the button in a browser we have never seen."""
    return officer.elsewhere().client.post(link, data={"code": code} if code else {})


def let_pass(officer: Officer, clock: Clock, **by: float) -> None:
    """Let time pass, and the worker do its chores."""
    clock.move(**by)
    if "hours" in by:
        assert officer.sign_in().status_code == 303, "the desk's session was over"
    list_cooled_off(officer.tools.database, clock())


def listed(officer: Officer, folder: Path) -> set[str]:
    """Return which outputs show or count Odile; they must all say the same."""
    texts = {path: officer.elsewhere().get(path).text for path in OUTPUTS}
    for name in ("names.csv", "numbers.csv"):
        tally = ["--tally"] if name == "numbers.csv" else []
        args = ["roll", "export", "appeal", "--format", "csv", "-o", str(folder / name), *tally]
        assert officer.app.test_cli_runner().invoke(args=args).exit_code == 0
        texts[name] = (folder / name).read_text(encoding="utf-8-sig")
    texts["show"] = officer.app.test_cli_runner().invoke(args=["roll", "show", "appeal"]).output
    signs = ("Odile", "Lawmakers: 1", "<strong>1</strong>", '"total": 1', "FR,France,1")
    return {path for path, text in texts.items() if any(sign in text for sign in signs)}


def everywhere(officer: Officer, folder: Path) -> bool:
    """Say whether every output lists her; fail if only some do."""
    found = listed(officer, folder)
    assert len(found) in (0, len(OUTPUTS) + 3), found
    return bool(found)


def stored(officer: Officer) -> Notice:
    with officer.tools.database.read() as session:
        return session.scalars(select(Notice)).one()


def disputes(officer: Officer) -> list[tuple[str, bool]]:
    with officer.tools.database.read() as session:
        return [(row.origin, row.hidden) for row in session.scalars(select(Dispute))]
