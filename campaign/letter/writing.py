"""Write a letter's files: one value of letter.toml anew, and front matter; all else stays as its author wrote it."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import tomlkit

from campaign.letter.folder import BACKGROUND, FACTS, Files, text_path
from campaign.letter.kinds import dump_kinds
from campaign.letter.models import Letter, LetterPage
from campaign.letter.rules import (
    COOLING_OFF_HOURS,
    FOREIGN,
    PAGE_DAYS,
    UTC_ZONE,
    LetterMalformed,
    read_page,
    read_toml,
)
from campaign.world.languages import FALLBACK
from campaign.world.timeline import as_tables, from_stored

LINES = re.compile(r"[^\n]*\n|[^\n]+")
OF_ONE_LETTER = ("embargo_until", "material", "timeline")  # what a copy does not take over
USUAL: Mapping[str, Any] = {  # what a letter says that does not say it
    "goal": None,
    "recipients": [],
    "drafts": [],
    "cooling_off_hours": COOLING_OFF_HOURS,
    "embargo_until": None,
    "time_zone": UTC_ZONE,
    "show_count": True,
    "original": FALLBACK,
    "timeline": [],
}


@dataclass(frozen=True)
class _Piece:
    """A statement, a table with all its statements, or (without a key) an empty line or a comment."""

    text: str
    key: str = ""
    table: bool = False
    begins: bool = False  # an entry of an array of tables, such as [[kinds]]; [kinds.words.en] goes on with one


def change_toml(source: str, changes: Mapping[str, Any]) -> str:
    """Return letter.toml with top-level keys set, replaced, or (None) removed; all the rest stays byte for byte.

    A list of mappings is written as an array of tables. Raises LetterMalformed if `source` is no TOML.
    """
    try:
        present = tomllib.loads(source)
        pieces = list(_pieces(source))
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise LetterMalformed(str(fault)) from fault
    wanted = {key: value for key, value in {**present, **changes}.items() if value is not None}
    for key in changes:
        if present.get(key) != wanted.get(key):
            pieces = _with(pieces, key, present.get(key), wanted.get(key))
    changed = "".join(piece.text for piece in pieces)
    return changed if tomllib.loads(changed) == wanted else tomlkit.dumps(wanted)


def front_matter(facts: Mapping[str, str], body: str) -> str:
    """Return a Markdown file with front matter, which `read_page` reads back; a fact is one line."""
    head = "".join(f"{name}: {' '.join(said.split())}\n" for name, said in facts.items())
    return f"---\n{head}---\n\n{body.strip()}\n"


def change_page(source: str, facts: Mapping[str, str], body: str) -> str:
    """Return a Markdown file with these facts and this body; it stays byte for byte if it says them already."""
    wanted = front_matter(facts, body)
    try:
        before, after = read_page(source.encode()), read_page(wanted.encode())
    except LetterMalformed:
        return wanted
    return source if (before.facts, before.body) == (after.facts, after.body) else wanted


def copied_files(files: Files, slug: str) -> dict[str, str]:
    """Return the files of a letter as those of a new one: the current words as version 1, without embargo, updates and timeline."""
    source = files.get(FACTS, "")
    said = read_toml(source)
    own = f"v{said.get('version', 1)}/"
    copied = {FACTS: change_toml(source, {"slug": slug, "version": 1, **dict.fromkeys(OF_ONE_LETTER)})}
    for path, content in files.items():
        if path.startswith(own):
            copied[text_path(1, path.removeprefix(own).removesuffix(".md"))] = _as_first(content)
        elif path.startswith(f"{BACKGROUND}/"):
            copied[path] = content
    return copied


def _as_first(content: str) -> str:
    """Return a text that says it is of version 1, if it says of which version it is."""
    try:
        page = read_page(content.encode())
    except LetterMalformed:  # a draft need not be complete
        return content
    return change_page(content, page.facts | ({"version": "1"} if "version" in page.facts else {}), page.body)


def write_facts(letter: Letter) -> str:
    """Return the letter.toml of a letter from its row."""
    said: dict[str, Any] = {"slug": letter.slug, "addressee": letter.addressee}
    if letter.to_governments and letter.office != FOREIGN:
        said["office"] = letter.office
    said |= {name: getattr(letter, name) for name in ("opens_on", "closes_on", "version")}
    listed: dict[str, Any] = {"drafts": letter.drafts.split(), "recipients": list(letter.handed_to)}
    listed["timeline"] = as_tables(from_stored(letter.timeline))
    said |= {name: value for name in USUAL if (value := listed.get(name, getattr(letter, name))) != USUAL[name]}
    kinds = dump_kinds(letter.kinds)
    if kinds is not None:
        said["kinds"] = [_said(kind) for kind in kinds]
    if not letter.to_governments:
        said["recipients"] = [_said(asdict(one)) for one in letter.named]
    return change_toml("", said)


def _said(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if value and name != "original"}


def write_page(page: LetterPage) -> str:
    """Return the file of a page from its row."""
    facts = {"language": page.language, "title": page.title, "summary": page.summary}
    facts |= {key: day.isoformat() for key in PAGE_DAYS if (day := getattr(page, key))}
    return front_matter(facts, page.body)


def _pieces(source: str) -> Iterator[_Piece]:
    """Cut a TOML text into pieces, which together are the text."""
    table: _Piece | None = None
    loose: list[
        _Piece
    ] = []  # lines without a statement since the last one: they may be within a table or before one
    for text in _statements(source):
        if not text.strip() or text.lstrip().startswith("#"):
            loose.append(_Piece(text))
            continue
        ((key, value),) = tomllib.loads(text).items()
        if not text.lstrip().startswith("[") and table:
            table = replace(table, text=table.text + "".join(piece.text for piece in loose) + text)
            loose = []
            continue
        yield from filter(None, (table, *loose))
        heading = text.lstrip().startswith("[")
        table, loose = None, []
        if heading:
            table = _Piece(text, key, table=True, begins=isinstance(value, list))
        else:
            yield _Piece(text, key)
    yield from filter(None, (table, *loose))


def _statements(source: str) -> Iterator[str]:
    """Give a TOML text statement by statement: a value that goes over several lines is whole only with its last."""
    text = ""
    for line in LINES.findall(source):
        text += line
        try:
            tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            continue
        yield text
        text = ""
    if text:
        yield text


def _with(pieces: list[_Piece], key: str, before: Any, value: Any) -> list[_Piece]:
    """Return the pieces with another value of one key."""
    tables = _are_tables(value)
    stay = [piece for piece in pieces if piece.key != key or (tables and piece.table)]
    if tables:
        return _with_tables(stay, key, before if _are_tables(before) else [], value)
    if value is None:
        return stay
    own = [number for number, piece in enumerate(pieces) if piece.key == key and not piece.table]
    if len(own) == 1:
        return [replace(one, text=_set(one.text, key, value)) if one is pieces[own[0]] else one for one in pieces]
    last = max((number for number, piece in enumerate(stay) if piece.key and not piece.table), default=-1)
    return [*map(_ended, stay[: last + 1]), _Piece(_set("", key, value), key), *stay[last + 1 :]]


def _with_tables(pieces: list[_Piece], key: str, before: Sequence[Any], value: Sequence[Any]) -> list[_Piece]:
    """Return the pieces with other entries of an array of tables; an entry that is the same keeps its words."""
    own = [number for number, piece in enumerate(pieces) if piece.key == key]
    starts = [number for number in own if pieces[number].begins]
    ends = [max(n for n in own if n < nxt) + 1 for nxt in [*starts[1:], len(pieces)]] if starts else []
    kept: list[_Piece] = []
    at = 0
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        kept += pieces[at:start]
        kept += _over(pieces[start:end], key, before[place], value[place]) if place < len(value) else []
        at = end
    added = [_Piece("\n" + _entry("", key, entry), key, table=True) for entry in value[len(starts) :]]
    return [*map(_ended, kept), *added, *pieces[at:]] if starts else [*map(_ended, pieces), *added]


def _over(pieces: list[_Piece], key: str, before: Any, value: Any) -> list[_Piece]:
    text = "".join(piece.text for piece in pieces)
    return pieces if before == value else [_Piece(_entry(text, key, value), key, table=True)]


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _ended(piece: _Piece) -> _Piece:
    """Return a piece that ends its line, so that another can follow."""
    return piece if piece.text.endswith("\n") else replace(piece, text=f"{piece.text}\n")


def _set(text: str, key: str, value: Any) -> str:
    """Return one statement with another value; the comment behind it stays."""
    statement = tomlkit.parse(text)
    statement[key] = value
    return tomlkit.dumps(statement)


def _entry(text: str, key: str, entry: Mapping[str, Any]) -> str:
    """Return one entry of an array of tables, written over the entry that stands there."""
    written = tomlkit.dumps({key: [entry]})
    if not text:
        return written
    document = tomlkit.parse(text)
    _overwrite(document[key][0], entry)
    changed = tomlkit.dumps(document)
    return changed if tomllib.loads(changed) == tomllib.loads(written) else written


def _overwrite(table: Any, wanted: Mapping[str, Any]) -> None:
    for key in [key for key in table if key not in wanted]:
        del table[key]
    for key, value in wanted.items():
        if isinstance(value, dict) and isinstance(table.get(key), dict):
            _overwrite(table[key], value)
        elif table.get(key) != value:
            table[key] = value
