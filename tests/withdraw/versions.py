"""A new version of a letter, as an owner publishes it, and the mails that ask who signed the one before."""

import re
import shutil
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from campaign.letter.service import find_letter
from tests.cast import Officer, Visitor, read_link
from tests.conftest import LETTERS, Clock

LIST = "/en/appeal/signatories"
ASKS = re.compile(r"Something that you confirmed")


class Hung(Protocol):
    """The gallery of pages that the browser's tests look at (tests.browser.gallery)."""

    visitor: Visitor
    vera: Officer
    folder: Path

    def keep(self, name: str, answer: TestResponse, status: int = 200) -> TestResponse: ...
    def look(self, path: str, who: Visitor | None = None, status: int = 200) -> TestResponse: ...


class Publisher:
    """The owner of the letter, at the command line, with its files in a folder."""

    def __init__(self, visitor: Visitor, folder: Path) -> None:
        self.visitor, self.folder, self.version = visitor, folder / "letters", 1
        shutil.copytree(LETTERS, self.folder)

    def publish(self, *, material: bool | None, words: str = "") -> str:
        """Load the next version; return what the command said."""
        letter, before = self.folder / "appeal", self.version
        self.version += 1
        shutil.copytree(letter / f"v{before}", letter / f"v{self.version}")
        for path in (letter / f"v{self.version}").glob("*.md"):
            text = path.read_text().replace(f"version: {before}", f"version: {self.version}")
            path.write_text(text + (words or f"\nThis is version {self.version}.\n"))
        self.say(version=self.version, material=material)
        return self.load()

    def say(self, *, version: int, material: bool | None) -> None:
        """Write the version and whether it is material into letter.toml."""
        facts = self.folder / "appeal" / "letter.toml"
        lines = [line for line in facts.read_text().splitlines() if not re.match(r"version|material", line)]
        said = [f"version = {version}"] + ([] if material is None else [f"material = {str(material).lower()}"])
        at = next(number for number, line in enumerate([*lines, "["]) if line.startswith("["))
        facts.write_text("\n".join([*lines[:at], *said, *lines[at:]]) + "\n")

    def export(self) -> None:
        """Take the letter as it is public now, whoever changed it."""
        shutil.rmtree(self.folder)
        run = self.visitor.app.test_cli_runner()
        assert run.invoke(args=["letter", "export", str(self.folder)]).exit_code == 0
        with self.visitor.tools.database.read() as session:
            self.version = find_letter(session, "appeal").version

    def load(self) -> str:
        loaded = self.visitor.app.test_cli_runner().invoke(args=["letter", "load", str(self.folder)])
        self.visitor.tools.cache.clear()
        return loaded.output if loaded.exit_code else ""


def work(visitor: Visitor, clock: Clock) -> list[str]:
    """Let the worker do its chores and send what is due in the next minutes; return the mails that ask anew."""
    for chore in visitor.tools.chores:
        chore(visitor.tools.database, visitor.tools.clock())
    clock.move(minutes=5)
    return [mail for mail in visitor.deliver_mail() if ASKS.search(mail)]


def work_for_days(visitor: Visitor, clock: Clock, days: int) -> list[list[str]]:
    """Let the worker work for some days, each from noon to noon; return the mails of each that ask anew."""
    mails = []
    for _day in range(days):  # a clock that goes on by more would have jumped
        clock.move(days=1)
        mails.append(work(visitor, clock))
    return mails


def open_mail(visitor: Visitor, mail: str) -> tuple[str, str]:
    """Follow the link of a mail; return the path of the page it leads to, and the code."""
    link, code = read_link(mail)
    answer = visitor.get(link)
    assert answer.status_code == 303, answer.text
    return urlsplit(answer.headers["Location"]).path, code


def form_of(visitor: Visitor, page: str) -> dict[str, str]:
    """Return the hidden fields of the page's form."""
    return dict(re.findall(r'<input type="hidden" name="(text)" value="([^"]+)">', visitor.get(page).text))


def asked(visitor: Visitor, owner: Publisher, clock: Clock) -> tuple[str, str]:
    """Publish a material version, and let its one mail come; return the page behind it and the code."""
    assert owner.publish(material=True) == ""
    (mail,) = work(visitor, clock)
    return open_mail(visitor, mail)


def names(visitor: Visitor) -> str:
    visitor.tools.cache.clear()
    return visitor.get(LIST).text


def show_new_version(hung: Hung) -> None:
    """Publish a material version, and open what a signatory and an officer see of it."""
    own, clock = hung.visitor.sign_and_confirm(email="anew@example.org"), cast(Clock, hung.visitor.tools.clock)
    publisher = Publisher(hung.visitor, hung.folder / "next")
    publisher.export()
    assert publisher.publish(material=True) == ""
    link, _code = open_mail(hung.visitor, work(hung.visitor, clock)[-1])
    hung.look(link)
    hung.keep("a new version, a wrong code", hung.visitor.client.post(link, data={"code": "000000"}), 422)
    hung.keep("a new version, on one's own page", hung.visitor.get(own))
    hung.look(f"{own}/anew")
    hung.keep("asked anew", hung.vera.get("/desk/consents"))
    hung.keep("a list that was overtaken", hung.visitor.get("/en/appeal/signatories"))
    assert hung.visitor.post(f"{own}/anew", form_of(hung.visitor, f"{own}/anew")).status_code == 303
    hung.keep("a receipt of two versions", hung.visitor.get(own))
    hung.keep("a new version, signed already", hung.visitor.get(link))
