"""A letter as a set of files: which there are, what they say, and how a folder of them is read."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from campaign.letter.kinds import read_kinds
from campaign.letter.rules import PAGE_DAYS, Kind, LetterFacts, LetterMalformed, Page, read_facts, read_page
from campaign.names.prose import line_of, markup_fault, unseen_at
from campaign.storage.files import overwrite_file
from campaign.world.languages import LANGUAGES

Files = Mapping[str, str]
FACTS, BACKGROUND = "letter.toml", "background"
LONGEST_FILE, MOST_FILES = 200_000, 2_000  # bytes of one file; files of one letter
LEFT_OUT = "README.md"  # a folder in Git may explain itself; so it is left out, as is whatever begins with a dot
PLACE = re.compile(
    rf"(v[1-9][0-9]{{0,2}}|{BACKGROUND}|updates/([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})(?:-(?:[2-9]|[1-9][0-9]))?)/([A-Za-z-]+)\.md"
)
LONGEST = {"title": 200, "addressee": 200, "summary": 400}
NONE: Files = {}
NOT_PORTABLE = "write it with LF line ends and in NFC, so that its hash can be checked anywhere"
UNKNOWN = (
    f"is no file of a letter: there are {FACTS}, v1/en.md, {BACKGROUND}/en.md and updates/2026-11-25/en.md, "
    f"each version, day and language with a file of its own; {LEFT_OUT} and names that begin with a dot are left out"
)


@dataclass(frozen=True)
class Whole:
    """A letter as its files say it.

    `texts` are those of the current version by language, `others` those of other versions by version and language,
    and `pages` the pages beside them by name and language.
    """

    facts: LetterFacts
    kinds: tuple[Kind, ...]
    texts: Mapping[str, Page]
    others: Mapping[tuple[int, str], Page]
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
    found = ((path, path.relative_to(folder).as_posix()) for path in _letters_files(folder))
    return {name: _read(path, name) for path, name in found}


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
            raise LetterMalformed(NOT_PORTABLE, f"line {number}", path)
    place = unseen_at(content)
    if place is not None:
        raise LetterMalformed(
            "this line has a character that cannot be shown", f"line {line_of(content, place)}", path
        )


def parse(files: Files, accepted: Files = NONE) -> Whole:
    """Return what a letter's files say. Raises LetterMalformed for the first fault, with its place.

    HTML in Markdown is a fault too, but not in a file that is the same in `accepted`: people may have signed it.
    """
    if len(files) > MOST_FILES:
        raise LetterMalformed(f"{len(files):,} files: a letter has at most {MOST_FILES:,}")
    for path, content in files.items():
        check_path(path)
        check_content(path, content)
        if path != FACTS and accepted.get(path) != content:
            _refuse_markup(path, content)
    if FACTS not in files:
        raise LetterMalformed("is missing", path=FACTS)
    try:
        facts, kinds = read_facts(files[FACTS]), read_kinds(files[FACTS])
    except LetterMalformed as fault:
        raise fault.at(FACTS) from fault
    return _whole(facts, kinds, {path: _page(path, files[path]) for path in sorted(files) if path != FACTS})


def _whole(facts: LetterFacts, kinds: tuple[Kind, ...], read: Mapping[str, Page]) -> Whole:
    versions = {(int(path[1:].partition("/")[0]), _named(path)[1]): read[path] for path in read if path[0] == "v"}
    texts = {language: page for (version, language), page in versions.items() if version == facts.version}
    if facts.original not in texts:
        path = text_path(facts.version, facts.original)
        raise LetterMalformed("the text in the original language is missing", path=path)
    others = {of: page for of, page in versions.items() if of[0] != facts.version}
    return Whole(
        facts, kinds, texts, others, {_named(path): page for path, page in read.items() if path[0] != "v"}
    )


def write_files(folder: Path, files: Files) -> None:
    """Make a folder these files of a letter; what else lies there stays, such as README.md.

    Raises LetterMalformed for a link that would lead out of the folder, and OSError.
    """
    there = _letters_files(folder) if folder.exists() else []
    for path in there:
        if path.relative_to(folder).as_posix() not in files:
            path.unlink()
            for parent in path.relative_to(folder).parents[:-1]:  # such as updates/2021-11-25, then updates
                if not any((folder / parent).iterdir()):
                    (folder / parent).rmdir()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path not in there or path.read_bytes() != content.encode():
            overwrite_file(path, content.encode())


def _letters_files(folder: Path) -> list[Path]:
    """Return the files under a folder that a letter can have. Raises LetterMalformed for a link."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name == LEFT_OUT or any(part.startswith(".") for part in name.split("/")):
            continue
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise LetterMalformed("is a link or a device, which a letter may not hold", path=name)
        if path.is_file():
            check_path(name)
            found.append(path)
    return found


def _refuse_markup(path: str, content: str) -> None:
    found = markup_fault(content)
    if found:
        raise LetterMalformed(found[1], f"line {line_of(content, found[0])}", path)


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
    for key in PAGE_DAYS:
        try:
            date.fromisoformat(page.facts.get(key) or "2000-01-01")
        except ValueError as fault:
            raise LetterMalformed("a day, such as 2026-11-25", key, path) from fault


def _named(path: str) -> tuple[str, str]:
    """Return the name of a page in the database, and its language."""
    place, _slash, file = path.rpartition("/")
    return place.replace("updates/", "update-"), file.removesuffix(".md")
