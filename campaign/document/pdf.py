"""Typeset a document with typst: tagged (PDF/UA-1), archivable (PDF/A-2a), the same bytes for the same input."""

import json
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, time
from functools import cache
from hashlib import sha256
from html import unescape
from importlib.metadata import version
from importlib.util import find_spec
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import bidirectional

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from campaign.document.press import ROOT, TEMPLATE, press
from campaign.document.rules import CountryGroup, Document, Letterhead, places
from campaign.names.coverage import COVERAGE, families, is_printable, printable
from campaign.names.scripts import script_of, script_of_letter
from campaign.roll.rules import ListedName
from campaign.world.languages import RIGHT_TO_LEFT, format_number

FONTS = ROOT / "fonts"
MARKDOWN = MarkdownIt("commonmark", {"html": False})
LONGEST_UNBROKEN = 34  # characters of a name that surely fit a column on one line
LATIN_ENDS = 0x250  # U+0000–024F, which the first font of every list draws
EVERYWHERE = frozenset(
    {"Latn", "Grek", "Cyrl", "Hani", "Hira", "Kana", "Hang", "Bopo", "Mong"}
)  # in fonts of every list
SCRIPTS = {script: family for family, script in families().items() if script not in EVERYWHERE}
HAN = "Noto Sans CJK"  # followed by the region whose forms it has
MAKERS = (  # files that decide what is printed: a change in one may print other bytes
    "document/pdf.py",
    "document/rules.py",
    "document/service.py",
    "document/wording.py",
    "letter/fields.py",
    "letter/kinds.py",
    "package/manifest.py",
    "package/packing.py",
)
WRITTEN_IN = "en"  # the language of the words in the code, which needs no catalogue
NUMBERED = 5  # every fifth name is numbered


class Drawn(NamedTuple):
    """What our fonts draw of one name; `language` (BCP 47) chooses the forms of its letters."""

    name: str
    latin_name: str
    detail: str
    community: str
    language: str


def _cjk_font() -> Path:
    """Return the path of the pan-CJK fonts, which a package brings."""
    package = find_spec("noto_cjk_sans_otc")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "NotoSansCJK-Regular.ttc"


CJK_FONT = _cjk_font()


def typeset(document: Document, *, in_turn: bool = True) -> bytes:
    """Return the PDF. Raises NotPrinted.

    Pass `in_turn=False` if the caller has locked the press. Names travel as plain strings in JSON, so that markup in
    them prints literally. Characters that our fonts do not draw are replaced (`in_print`). 90 names take about 0.2 s,
    10,000 about 2.5 s (`make bench`).
    """
    midnight = int(datetime.combine(document.day, time(), UTC).timestamp())
    data = json.dumps(_printable(document), ensure_ascii=False)
    return press(data, (str(FONTS), str(CJK_FONT.parent)), midnight, in_turn=in_turn)


def _printable(document: Document) -> dict[str, Any]:
    """Return the document as the template reads it."""
    groups = [_group(group, document) for group in document.groups]
    texts = (
        document.title,
        document.recipient,
        document.body,
        document.covering,
        document.method,
        document.checking,
    )
    return {
        **asdict(replace(document, groups=())),  # without names: asdict would copy each of them
        **{name: printable(getattr(document, name)) for name in ("title", "recipient")},
        **_volume(document),
        "letterhead": _letterhead(document.letterhead),
        "families": [family for family in families() if family != HAN],
        "scripts": SCRIPTS,
        "day": {"year": document.day.year, "month": document.day.month, "day": document.day.day},
        "written_day": document.written_day,
        "language": _language(document.language),
        "rtl": document.language in RIGHT_TO_LEFT,
        "grouping": _grouping(document.language),
        "body": _blocks(document.body),
        "covering": _blocks(document.covering),
        "method": _blocks(document.method),
        "checking": _blocks(document.checking),
        "kinds": list(document.kinds),
        "groups": groups,
        # An entity such as &#x10330; becomes a character only in print.
        "otherwise": any(map(_has_stars, groups)) or not all(map(is_printable, map(unescape, texts))),
    }


def _letterhead(head: Letterhead | None) -> dict[str, Any] | None:
    """Return who hands the document over; an SVG logo as text, a PNG as the numbers of its bytes."""
    if head is None:
        return None
    logo = b64decode(head.logo)
    picture = {"svg": logo.decode(), "png": None} if head.kind == "svg" else {"svg": None, "png": list(logo)}
    return {"name": printable(head.name), "reply_to": head.reply_to, **picture}


def _group(group: CountryGroup, document: Document) -> dict[str, Any]:
    before = group.before
    runs = {kind: _runs(lines, before.get(kind, 0), document) for kind, lines in group.lines.items()}
    numbers = {kind: len(lines) for kind, lines in group.lines.items()} | {"withheld": group.withheld}
    return {
        "code": group.code,
        "name": group.name,
        "before": sum(before.values()),
        "counts": numbers,
        "runs": runs,
        "last": next((kind for kind in reversed(runs) if runs[kind]), ""),
    }


def _has_stars(group: dict[str, Any]) -> bool:
    return any(row[-1] for runs in group["runs"].values() for run in runs for row in run["rows"])


def in_print(entry: ListedName, document: Document) -> Drawn:
    """Return what is printed of a signatory: what they said, with […] for characters that our fonts do not draw.

    A name is printed whole: as it was signed, or in Latin letters, or as words that say it cannot be printed.
    """
    name, latin, detail, community = map(printable, _texts(entry))
    latin = latin if is_printable(entry.latin_name) else ""
    if is_printable(entry.name):
        return Drawn(name, latin, detail, community, entry.language)
    name, language = (latin, "und") if latin else (document.labels["unprintable"], document.language)
    return Drawn(name, "", detail, community, language)


def printed_otherwise(document: Document) -> tuple[tuple[int, str], ...]:
    """Return (signatory's number, place) of each entry that is not printed as it was signed."""
    entries = (entry for group in document.groups for lines in group.lines.values() for entry in lines)
    return tuple(place for place, entry in zip(places(document), entries, strict=True) if not is_whole(entry))


def is_whole(entry: ListedName) -> bool:
    """Say whether our fonts draw all that is printed of a signatory."""
    return all(map(is_printable, _texts(entry)))


def _texts(entry: ListedName) -> tuple[str, str, str, str]:
    return entry.name, entry.latin_name, entry.detail, entry.community


def made_with(language: str) -> str:
    """Return the hash of everything but the data that decides a PDF's bytes: while it is the same, so is the PDF."""
    files = [TEMPLATE, COVERAGE, COVERAGE.with_suffix(".py"), FONTS / "SHA256SUMS"]
    files += [ROOT / "campaign" / name for name in MAKERS]
    if language != WRITTEN_IN:
        files.append(ROOT / "config" / "languages" / f"{language}.po")
    parts = [path.read_bytes() for path in files]
    parts += [f"{name} {version(name)}".encode() for name in ("typst", "noto-cjk-sans-otc", "babel")]
    return sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest()


def _volume(document: Document) -> dict[str, Any]:
    """Return the reference and the labels with the volume's number: in every foot, over the letter, over the table."""
    words, labels = document.volume_words, dict(document.labels)
    if not words:
        return {}
    labels |= {name: f"{labels[name]} · {words}" for name in ("open_letter", "annex", "contents", "total")}
    return {"reference": f"{document.reference} · {words}", "labels": labels}


def _runs(entries: Sequence[ListedName], before: int, document: Document) -> list[dict[str, Any]]:
    """Return rows in runs that share what `_style` returns: typst sets such a run in half the time of single rows."""
    rows = []
    for number, entry in enumerate(entries, before + 1):
        drawn = in_print(entry, document)
        row = _row(drawn, number, entry.level, otherwise=not is_whole(entry))
        rows.append((_style(drawn, document.language), row))
    return [
        {
            **_language(tag),
            "script": script,
            "plain": plain,
            "turned": turned,
            "rows": [row for _style, row in run],
        }
        for (tag, script, plain, turned), run in groupby(rows, key=itemgetter(0))
    ]


def _style(drawn: Drawn, read_in: str) -> tuple[str, str, bool, bool]:
    """Return a row's language, its script, whether fonts of that script and Latin suffice, whether it has letters from the right."""
    script = script_of(drawn.name)
    letters = {*drawn.name, *drawn.latin_name, *drawn.detail, *drawn.community}
    turned = read_in in RIGHT_TO_LEFT or any(map(_turns, letters))
    return drawn.language, script, {_needs(letter) for letter in letters} <= {"", script}, turned


@cache
def _needs(letter: str) -> str | None:
    """Return the script whose own font draws a character, "" if every list of fonts draws it, None if unknown."""
    script = script_of_letter(letter)
    return "" if ord(letter) < LATIN_ENDS or script in EVERYWHERE else script


@cache
def _turns(letter: str) -> bool:
    """Say whether a character is written from the right, or reverses digits beside it."""
    return bidirectional(letter) in {"R", "AL", "AN"}


def _row(
    drawn: Drawn, number: int, level: int, *, otherwise: bool
) -> tuple[str, str, str, int, str, bool, bool, bool]:
    """Return a row as the template reads it, without field names: a hundred thousand rows would repeat them."""
    name, latin = drawn.name, drawn.latin_name
    details = " · ".join(part for part in (drawn.community, drawn.detail) if part).replace(" ·", "\u00a0·")
    return (
        name,
        latin,
        details,
        level,
        str(number) if otherwise or not number % NUMBERED else "",
        len(latin) <= LONGEST_UNBROKEN < len(name) + len(latin) + 4,
        max(map(len, f"{name} {latin} {details}".split()), default=0) > LONGEST_UNBROKEN,
        otherwise,
    )


def _language(tag: str) -> dict[str, str]:
    """Return a BCP 47 tag as typst takes it, with the CJK family that has its region's letter forms."""
    parts = tag.split("-")
    regions = {"zh-Hant-HK": "HK", "zh-Hant": "TC", "zh-Hant-TW": "TC", "ja": "JP", "ko": "KR"}
    region = {"zh-Hant": "TW", "zh-Hans": "CN"}.get(tag) or (
        parts[-1] if len(parts[-1]) == 2 and len(parts) > 1 else ""
    )
    return {"lang": parts[0], "region": region, "cjk": f"{HAN} {regions.get(tag, 'SC')}"}


def _grouping(language: str) -> dict[str, Any]:
    """Return the separator of thousands, and the fewest digits of a number that has one (CLDR)."""
    least = next(digits for digits in (4, 5) if len(format_number(10 ** (digits - 1), language)) > digits)
    return {"separator": format_number(10_000, language)[2:-3], "least": least}


def _blocks(source: str) -> list[dict[str, Any]]:
    return [_block(node) for node in SyntaxTreeNode(MARKDOWN.parse(source)).children]


def _block(node: SyntaxTreeNode) -> dict[str, Any]:
    if node.type in ("paragraph", "heading"):
        return {"kind": node.type, "spans": _spans(node.children[0], False, False)}
    if node.type in ("bullet_list", "ordered_list"):
        return {"kind": node.type, "items": [[_block(child) for child in item.children] for item in node.children]}
    return {"kind": "quote", "blocks": [_block(child) for child in node.children]}


def _spans(node: SyntaxTreeNode, strong: bool, emphasis: bool) -> list[dict[str, Any]]:
    spans: list[dict[str, Any]] = []
    for child in node.children:
        if child.children:
            spans += _spans(child, strong or child.type == "strong", emphasis or child.type == "em")
        else:
            words = " " if child.type in ("softbreak", "hardbreak") else child.content
            spans.append({"text": printable(words), "strong": strong, "emph": emphasis})
    return spans
