"""Lay the roll out as the document that is handed over."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from campaign.deliver.rules import CountryGroup, Document, Line, line_language
from campaign.letter.models import Letter, LetterText
from campaign.roll.rules import CountryTally, Tally
from campaign.roll.service import Entry, count_roll, read_country
from campaign.world.languages import format_day


@dataclass(frozen=True)
class Wording:
    """The words around the roll, in the language of the recipient; `first` is the recipient's own country."""

    first: str
    recipient: str
    covering: str
    labels: dict[str, str]
    countries: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Contents:
    """What one reading of the database gave: the tally and every public name, by country."""

    tally: Tally
    entries: dict[str, list[Entry]]


def read_contents(session: Session, letter: Letter) -> Contents:
    """Read the roll once, so that its numbers and its names are of one moment."""
    tally = count_roll(session, letter.id)
    return Contents(tally, {code: list(read_country(session, letter.id, code)) for code in tally.countries})


def compose(letter: Letter, text: LetterText, contents: Contents, wording: Wording, on: date) -> Document:
    """Return the document for one government: its own country leads, then every other in order."""
    first = wording.first
    codes = [code for code, _name in wording.countries if code in contents.tally.countries]
    codes.sort(key=lambda code: code != first)
    names = dict(wording.countries)
    return Document(
        language=text.language,
        title=text.title,
        body=text.body,
        recipient=wording.recipient,
        reference=reference(letter, first, on),
        day=on,
        written_day=format_day(on, text.language),
        version=text.version,
        sha256=text.sha256,
        groups=tuple(
            _group(code, names[code], contents.tally.countries[code], contents.entries[code]) for code in codes
        ),
        elsewhere=contents.tally.elsewhere,
        counted=contents.tally.counted,
        labels=wording.labels,
        covering=wording.covering,
    )


def reference(letter: Letter, country: str, on: date) -> str:
    """Return the reference printed on the document."""
    return f"{letter.slug.upper()}-{country or 'ALL'}-{on:%Y%m%d}"


def _group(code: str, name: str, tally: CountryTally, entries: list[Entry]) -> CountryGroup:
    lines = [(entry.kind, _line(entry)) for entry in entries]
    return CountryGroup(
        code=code,
        name=name,
        lawmakers=tuple(line for kind, line in lines if kind == "lawmaker"),
        activists=tuple(line for kind, line in lines if kind == "activist"),
        withheld=tally.withheld,
    )


def _line(entry: Entry) -> Line:
    return Line(
        name=entry.name,
        latin_name=entry.latin_name,
        detail=entry.detail,
        community=entry.community,
        kind=entry.kind,
        level=entry.level,
        language=line_language(entry.name, entry.country, entry.community),
    )
