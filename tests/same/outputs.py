"""Write down everything that the campaign of one source tree shows: pages, mails, files, documents and packages.

Run in the folder of any tree, also of one that is older than this file: `python -P …/tests/same/outputs.py FOLDER`.
The campaign, the cast and the gallery are then those of that tree. Clock, secret and keys are fixed; RANDOM says what
stays random and is written as a fixed word. A manifest's `press`, a hash of our own source, is nothing but zeros.
"""

import base64
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import time_machine
from flask import Flask

from app import DESK, PUBLIC, ROOT, build
from campaign.web.toolbox import EXTENSION
from campaign.world.languages import LANGUAGES
from config.checkout import checkout_settings
from config.settings import read_settings
from tests.browser.gallery import gallery
from tests.cast import Officer, Visitor, agree

START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
SECRET = "a-secret-that-is-only-for-comparing-and-long-enough"
LETTERS = {"demonstration": ROOT / "config" / "letters", "week": ROOT / "tests" / "letters"}
LONGEST_NAME = 200  # of a file; 255 bytes are the most
WITHHOLDS = "interpol"  # the letter of the demonstration that has withheld names
FIXED_KEYS = ("index.key", "log.key", "delivery.key")  # what a page or a file says of a key follows from these
# What is random wherever it stands, whichever page, mail or file says it.
RANDOM = tuple(
    (re.compile(pattern), rb"\1RANDOM")
    for pattern in (
        rb"((?:confirm|signature|open|not-me|notice|invitation)/)(?=[\w-]*[.][\w.-]{20,})[\w.-]+",  # links
        rb'(name="(?:form_token|challenge|kept)"[^>]*value=")[^"]+',  # stamps of forms, and files that come back sealed
        rb"(&#34;(?:challenge|id)&#34;: &#34;)[\w-]{16,}",  # passkeys
        rb'("(?:keyPrefix|keySignature|nonce|salt|signature)":")[0-9a-f]+',  # proofs of work
        rb'(class="qr">)<path[^>]+>',  # secrets of authenticators
        rb"(<code[^>]*>)[A-Z2-7-]{19,}(?=</code>)",  # the same in letters, and recovery codes
        rb"(>)[0-9a-f]{8}(?=@campaign.test)",  # an officer of the tests
        rb"( )\d{6}(?=\r?\n)",  # codes in mails
        rb"(Message-ID: <)[0-9a-f]{32}",
        rb"(=====)[0-9]{16,}(?===)",  # between a mail's parts
        rb"(Set-Cookie: [\w-]+=)[^;]+",
        rb"((?:ETag|Content-Length): )\S+",  # follow from a page as it was sent, before these rules
    )
)
# A route's number is every row of this table.
ROWS = {
    "/desk/signatory/<int:number>": "signatory",
    "/desk/people/<int:number>": "officer",
    "/desk/deliveries/<int:number>": "delivery",
    "/desk/deliveries/<int:number>/document": "delivery",
    "/desk/deliveries/<int:number>/receipt": "delivery",
    "/desk/packages/<int:number>": "build",
}
STATES = ("waiting", "held", "disputed", "refused", "accepted", "all")
MORE = (
    *(f"/desk/queue?state={state}" for state in STATES),
    "/desk/queue?near=1",
    "/desk/log?what=decisions",
    "/en/verify?asked=" + "0" * 64,
    "/en/nothing",
)
ANY_OF = re.compile(r"<any\(([^)]*)\):(\w+)>")


class Clock:
    """A clock that stands still, for the whole process, until somebody moves it."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    def move(self, **by: float) -> None:
        self._traveller.shift(timedelta(**by))


class Outputs:
    """The files of one campaign, in a folder."""

    def __init__(self, app: Flask, place: Path, folder: Path) -> None:
        """Let the campaign live in `place`; write into `folder`."""
        self.app, self.place, self.folder = app, place, folder
        self.seen, self.names = set[str](), Counter[tuple[str, str]]()

    def keep(self, sort: str, name: str, content: bytes) -> None:
        """Write one output down; where the names of two differ by chance alone, they are numbered."""
        called = quote(without_chance(name.encode()).replace(b"/", b"_"), safe=" =,&?()")[:LONGEST_NAME]
        self.names[sort, called] += 1
        number = f" {self.names[sort, called]}" * (self.names[sort, called] > 1)
        path = self.folder / sort / f"{called}{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(without_chance(content.replace(os.fsencode(self.place), b"PLACE")))

    def page(self, who: Visitor, path: str) -> None:
        """Open a page, and write down its status, its headers and what it says."""
        with who.get(path) as answer:
            assert answer.status_code < 500, f"{path}: {answer.status_code}"
            if answer.status_code < 400:
                rule, _values = self.app.url_map.bind("localhost").match(path.partition("?")[0], return_rule=True)
                self.seen.add(rule.rule)
            content = answer.get_data()
            headers = "".join(sorted(f"{name}: {value}\n" for name, value in answer.headers.items()))
        self.keep("pages", path, f"{answer.status}\n{headers}\n".encode() + content)

    def command(self, *words: str, output: str = "") -> None:
        """Run a command that must succeed, and write down what it says and what it makes."""
        made = self.place / "out" / output
        made.parent.mkdir(exist_ok=True)
        words = (*words, "-o", str(made)) if output else words
        run = self.app.test_cli_runner().invoke(args=list(words))
        assert run.exit_code == 0, f"{words}: {run.output} {run.exc_info}"
        self.keep("commands", " ".join(words).replace(f"{made.parent}/", ""), run.output.encode())
        for path in sorted(made.rglob("*") if made.is_dir() else [made]) if output else []:
            if path.is_file():
                self.keep("files", str(path.relative_to(made.parent)), path.read_bytes())

    def mails(self) -> None:
        """Let the worker send what is owed, and write the mails down in the order they were sent."""
        Visitor(self.app, self.place / "mail").deliver_mail()
        sent = sorted((self.place / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        for number, path in enumerate(sent, 1):
            self.keep("mails", f"{number:03}", path.read_bytes())

    def rows(self, column: str, table: str) -> list[Any]:
        """Return a column of a table."""
        with self.app.extensions[EXTENSION].database.read() as session:
            found = session.connection().exec_driver_sql(f"SELECT DISTINCT {column} FROM {table} ORDER BY 1")
            return list(found.scalars())


def without_chance(content: bytes) -> bytes:
    """Return a text with a fixed word for whatever is random in it; anything else as it is."""
    if b"\0" in content or content.startswith(b"%PDF"):
        return content
    for pattern, word in RANDOM:
        content = pattern.sub(word, content)
    return content


def open_site(place: Path, letters: Path, clock: Clock) -> Flask:
    """Set a campaign up in a folder, as `make run` does, with keys that are always the same."""
    environment = checkout_settings({"SECRET_KEY": SECRET, "DEMONSTRATION": "yes"}, str(place))
    environment |= {"SITE_URL": "http://localhost"}
    rooms = tuple(dict.fromkeys(PUBLIC + DESK))
    for command in (["seal", "keygen"], ["storage", "upgrade"], ["letter", "load", str(letters)]):
        app = build(
            read_settings(environment), rooms, clock, page_seconds=0
        )  # anew, for it reads its keys at once
        run = app.test_cli_runner().invoke(args=command)
        assert run.exit_code == 0, f"{run.output} {run.exc_info}"
        for number, name in enumerate(FIXED_KEYS, 1):
            (place / "keys" / name).write_bytes(base64.b64encode(bytes([number]) * 32) + b"\n")
    return app


def write_demonstration(out: Outputs) -> None:
    """Write down the demonstration: two letters, their signatories, what the desk prints and hands over."""
    with out.app.app_context():
        run = out.app.test_cli_runner().invoke(args=["letter", "demo"])
    assert run.exit_code == 0, f"{run.output} {run.exc_info}"
    vera = Officer(out.app, out.place / "mail").join()
    paul = Officer(out.app, out.place / "mail").join("paul@campaign.test", name="Paul Sand")
    slugs = out.rows("slug", "letter")
    for slug in slugs:
        write_files(out, slug, vera.email)
        if slug == WITHHOLDS:
            write_annex(out, slug, vera, paul)
    hand_over(out, vera, paul)
    for words in ("letter list", "deliver recipients", "verify list --state all", "withdraw recalls"):
        out.command(*words.split())
    for values in _exports(slugs):
        vera.confirm_oneself()
        out.keep("exports", "-".join(values.values()), vera.post("/desk/export", values, "/desk/export").data)
    vera.confirm_oneself()
    write_pages(out, vera, slugs)
    out.mails()


def write_files(out: Outputs, slug: str, by: str) -> None:
    """Write down a letter's exports, its documents and a package."""
    for kind in ("csv", "json", "xlsx"):
        out.command("roll", "export", slug, "--format", kind, output=f"{slug}.{kind}")
    out.command("roll", "export", slug, "--format", "csv", "--tally", output=f"{slug}-tally.csv")
    out.command("roll", "show", slug)
    for language, country in (("en", ""), ("fr", "FR"), ("ja", "JP"), ("ar", "US")):
        chosen = ("--language", language, *(("--country", country) if country else ()))
        out.command("deliver", "pdf", slug, *chosen, output=f"{slug}-{country or 'all'}.pdf")
    out.command("deliver", "package", slug, "--country", "DE", output=f"{slug}-package")
    out.command("deliver", "package", slug, "--country", "FR", "--by", by, output=f"{slug}-handed-over")


def write_annex(out: Outputs, slug: str, first: Officer, second: Officer) -> None:
    """Write down what a government is told of those whose name is withheld; it takes two people."""
    words = ("deliver", "annex", slug, "--country", "DE", "--by", first.email)
    asked = out.app.test_cli_runner().invoke(args=[*words, "-o", str(out.place / "annex.pdf")])
    assert "two people" in asked.output
    second.confirm_oneself()
    agree(second)
    out.command(*words, output="annex.pdf")


def hand_over(out: Outputs, vera: Officer, paul: Officer) -> None:
    """Bring every package that an officer made all the way to an answer: by hand, and by mail."""
    paper = out.place / "answer.pdf"
    paper.write_bytes(b"%PDF-1.4\n%%EOF\n")
    by = ("--by", vera.email)
    for reference in out.rows("reference", "delivery WHERE officer_id IS NOT NULL AND annex IS NOT TRUE"):
        (pdf,) = out.place.glob(f"out/*/{reference}/letter.pdf")
        mailed = ("--channel", "mail", "--pdf", str(pdf), "--to", "office@ministry.test")
        by_hand = ("--channel", "hand", "--place", "the reception")
        out.command("deliver", "approve", reference, "--by", paul.email)
        out.command("deliver", "sent", reference, *by, *(mailed if WITHHOLDS.upper() in reference else by_hand))
        vera.deliver_mail()
        out.command("deliver", "receipt", reference, str(paper), *by)
        out.command("deliver", "received", reference, *by)
        out.command("deliver", "answered", reference, str(paper), *by, "--language", "fr", "--publish")


def _exports(slugs: list[str]) -> Iterator[dict[str, str]]:
    for slug in slugs:
        for kind in ("csv", "xlsx", "json"):
            yield {"letter": slug, "format": kind}
        yield {"letter": slug, "format": "csv", "kind": "lawmaker", "country": "DE", "level": "3"}


def write_pages(out: Outputs, vera: Officer, slugs: list[str]) -> None:
    """Open every page whose address can be filled in, public ones in every language."""
    stranger = Visitor(out.app, out.place / "mail")
    values: dict[str, list[Any]] = {
        "language": list(LANGUAGES),
        "slug": slugs,
        "country": out.rows("country", "signatory"),
        "filename": [str(path.relative_to(ROOT / "static")) for path in (ROOT / "static").rglob("*.*")],
        "reference": out.rows("reference", "delivery"),
        **dict.fromkeys(("name", "update"), sorted(set(_updates(out, slugs)))),
    }
    more = [f"/en/{slug}/sign?as={kind}" for slug in slugs for kind in out.rows("kind", "signatory")]
    more += [f"/api/v1/letters/{slug}/signatories?country=DE" for slug in slugs]
    more += [f"/desk/deliver?letter={slug}" for slug in slugs] + [f"/desk/queue?letter={slug}" for slug in slugs]
    paths = [path for rule in out.app.url_map.iter_rules() if "GET" in (rule.methods or ())
             for path in filled(out, rule.rule, rule.arguments - set(rule.defaults or ()), values)]  # fmt: skip
    for path in dict.fromkeys((*paths, *MORE, *more)):
        out.page(vera if path.startswith("/desk") and path != "/desk/sign-in" else stranger, path)


def _updates(out: Outputs, slugs: list[str]) -> Iterator[str]:
    for slug in slugs:
        page = out.app.test_client().get(f"/en/{slug}").text
        yield from re.findall(rf"/en/{slug}/updates/([\w-]+)", page)


def filled(out: Outputs, rule: str, arguments: set[str], values: dict[str, list[Any]]) -> list[str]:
    """Return the addresses of a route, none if it holds what nobody can guess."""
    if rule in ROWS:
        values = {**values, "number": out.rows("id", ROWS[rule])}
    values = values | {name: options.split(",") for options, name in ANY_OF.findall(rule)}
    paths = [rule] if arguments <= values.keys() else []
    for argument in arguments:
        place = re.compile(rf"<(?:[^<>]*:)?{argument}>")
        paths = [place.sub(str(value), path) for path in paths for value in values[argument]]
    return paths


def write_week(out: Outputs) -> None:
    """Write down what the gallery of the tests shows: private pages, faults, and pages that answer a form."""
    hung = gallery(out.app, out.place)
    for name, page in hung.pages.items():
        out.keep("pages", name, page.encode())
    out.seen |= hung.seen
    out.mails()


def write(folder: Path) -> None:
    """Write everything into `folder`. Raises AssertionError for a page that fails, or that nobody opened."""
    for module in [one for one in sys.modules.values() if hasattr(one, "made_with")]:
        module.made_with = lambda language: "0" * 64  # type: ignore[attr-defined]  # a hash of our source: any edit changes it
    seen: set[str] = set()
    for name, act in (("demonstration", write_demonstration), ("week", write_week)):
        place = folder.resolve().with_name(f"{folder.name}.{name}")
        with time_machine.travel(START, tick=False) as traveller:
            app = open_site(place, LETTERS[name], Clock(traveller))
            out = Outputs(app, place, folder / name)
            act(out)
        seen |= out.seen
        rules = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert rules <= seen, f"nobody opened {sorted(rules - seen)}"


if __name__ == "__main__":
    write(Path(sys.argv[1]))
