"""A letter as a set of files: which there are, what they say, and how a folder of them is read."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from campaign.letter.kinds import read_kinds
from campaign.letter.rules import Kind, LetterFacts, LetterMalformed, Page, read_facts, read_page
from campaign.world.languages import LANGUAGES

Files = Mapping[str, str]
FACTS, BACKGROUND = "letter.toml", "background"
LONGEST_FILE, MOST_FILES = 200_000, 2_000  # bytes of one file; files of one letter
LEFT_OUT = "README.md"  # a folder in Git may explain itself; so it is left out, as is whatever begins with a dot
PLACE = re.compile(
    rf"(v[1-9][0-9]{{0,2}}|{BACKGROUND}|updates/([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}))/([A-Za-z-]+)\.md"
)
LONGEST = {"title": 200, "addressee": 200, "summary": 400}
UNKNOWN = (
    f"is no file of a letter: there are {FACTS}, v1/en.md, {BACKGROUND}/en.md and updates/2026-11-25/en.md, "
    f"each version, day and language with a file of its own; {LEFT_OUT} and names that begin with a dot are left out"
)


@dataclass(frozen=True)
class Whole:
    """A letter as its files say it: `texts` of the current version by language, `pages` by name and language."""

    facts: LetterFacts
    kinds: tuple[Kind, ...]
    texts: Mapping[str, Page]
    pages: Mapping[tuple[str, str], Page]


def text_path(version: int, language: str) -> str:
    """Return the path of a text."""
    return f"v{version}/{language}.md"


def page_path(name: str, language: str) -> str:
    """Return the path of a page by its name in the database: `background`, or `update-2021-11-25`."""
    place = name if name == BACKGROUND else f"updates/{name.removeprefix('update-')}"
    return f"{place}/{language}.md"


def read_files(folder: Path) -> dict[str, str]:
    """Read a letter's folder. Raises LetterMalformed for a file that belongs to no letter, or is no text."""
    files: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name == LEFT_OUT or any(part.startswith(".") for part in name.split("/")):
            continue
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise LetterMalformed("is a link or a device, which a letter may not hold", path=name)
        if path.is_file():
            check_path(name)
            files[name] = _read(path, name)
    return files


def check_path(path: str) -> None:
    """Raise LetterMalformed if a letter has no such file."""
    found = PLACE.fullmatch(path)
    if path == FACTS:
        return
    if not found or found[3] not in LANGUAGES:
        raise LetterMalformed(UNKNOWN, path=path)
    if found[2]:
        try:
            date.fromisoformat(found[2])
        except ValueError as fault:
            raise LetterMalformed(f"there is no day {found[2]}", path=path) from fault


def check_content(path: str, content: str) -> None:
    """Raise LetterMalformed if a file cannot be kept as it is, and come back as it was, byte for byte."""
    size = len(content.encode(errors="surrogatepass"))
    if size > LONGEST_FILE:
        raise LetterMalformed(f"is too long: {size:,} bytes, and at most {LONGEST_FILE:,} are allowed", path=path)
    for number, line in enumerate(content.split("\n"), 1):
        if "\r" in line or unicodedata.normalize("NFC", line) != line:
            raise LetterMalformed(
                "write it with LF line ends and in NFC, so that its hash can be checked anywhere",
                f"line {number}",
                path,
            )
        if any(unicodedata.category(letter) in ("Cc", "Cs") and letter != "\t" for letter in line):
            raise LetterMalformed("this line has a character that cannot be shown", f"line {number}", path)


def parse(files: Files) -> Whole:
    """Return what a letter's files say. Raises LetterMalformed for the first fault, with its place."""
    if len(files) > MOST_FILES:
        raise LetterMalformed(f"{len(files):,} files: a letter has at most {MOST_FILES:,}")
    for path, content in files.items():
        check_path(path)
        check_content(path, content)
    if FACTS not in files:
        raise LetterMalformed("is missing", path=FACTS)
    try:
        facts, kinds = read_facts(files[FACTS]), read_kinds(files[FACTS])
    except LetterMalformed as fault:
        raise fault.at(FACTS) from fault
    pages = {path: _page(path, files[path]) for path in sorted(files) if path != FACTS}
    texts = {
        language: pages[path] for language in LANGUAGES if (path := text_path(facts.version, language)) in pages
    }
    if facts.original not in texts:
        raise LetterMalformed(
            "the text in the original language is missing", path=text_path(facts.version, facts.original)
        )
    return Whole(facts, kinds, texts, {_named(path): page for path, page in pages.items() if path[0] != "v"})


def _read(path: Path, name: str) -> str:
    with path.open("rb") as file:
        raw = file.read(LONGEST_FILE + 1)
    if len(raw) > LONGEST_FILE:
        raise LetterMalformed(f"is too long: at most {LONGEST_FILE:,} bytes are allowed", path=name)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise LetterMalformed("is not in UTF-8", path=name) from fault


def _page(path: str, content: str) -> Page:
    """Return a Markdown file of a letter, with all that its place asks for. Raises LetterMalformed."""
    try:
        page = read_page(content.encode())
    except LetterMalformed as fault:
        raise fault.at(path) from fault
    language = path.rpartition("/")[2].removesuffix(".md")
    for name in ("language", "title", "addressee", "summary"):
        said = page.facts.get(name, "")
        if not said and (name != "addressee" or path.startswith("v")):
            raise LetterMalformed("is missing in the front matter", name, path)
        if len(said) > LONGEST.get(name, len(language)):
            raise LetterMalformed(f"at most {LONGEST.get(name, len(language))} characters", name, path)
    if page.facts["language"] != language:
        raise LetterMalformed(f"{page.facts['language']} is not the language of the file’s name", "language", path)
    _check_day(page, path)
    return page


def _check_day(page: Page, path: str) -> None:
    try:
        date.fromisoformat(page.facts.get("published_on") or "2000-01-01")
    except ValueError as fault:
        raise LetterMalformed("a day, such as 2026-11-25", "published_on", path) from fault


def _named(path: str) -> tuple[str, str]:
    """Return the name of a page in the database, and its language."""
    place, _slash, file = path.rpartition("/")
    return place.replace("updates/", "update-"), file.removesuffix(".md")
