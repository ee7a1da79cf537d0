"""What a printed document says, and in which forms its names are set."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from campaign.letter.rules import Kind
from campaign.roll.rules import ListedName
from campaign.world.named import Named

ENGLISH_LABELS = {
    "contents": "Signatories by country",
    "country": "Country or territory",
    "withheld": "Names withheld",
    "counted": "Counted only",
    "total": "Total",
    "elsewhere": "Elsewhere",
    "signatories": "Signatories",
    "withheld_here": "Signed, with names withheld",
    "elsewhere_note": "Withheld names of countries that have fewer than five of them.",
    "reference": "Reference",
    "date": "Date",
    "version": "Version of the letter",
    "sha256": "SHA-256 of the letter's text",
    "page": "Page",
    "continued": "continued",
    "volume_of": "Volume %(volume)s of %(volumes)s",
    "page_of": "Page %(page)s of %(pages)s",
    "open_letter": "Open letter",
    "marks": "How names were checked",
    "for_campaign": "For the campaign",
    "reply": "Please reply to",
    "annex": "Annex: names withheld from the public",
    "confidential": "For the addressed government only. Not for publication.",
    "checking": "How to check this document",
    "listed": "Names in the list",
    "root": "Root of the list (SHA-256)",
    "key": "The campaign’s key (SHA-256)",
    "unprintable": "Name that cannot be printed here",
    "otherwise": "* Holds characters that cannot be printed here. The name then stands in Latin letters where they were given, and […] in the place of anything else. The campaign keeps every name as it was signed.",
}
PAPERS = ("a4", "us-letter")
# CLDR 48, supplementalData, paperSize "US-Letter"
_LETTER_PAPER = frozenset({"BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"})


def paper_of(country: str) -> str:
    """Return the paper that offices in a country file; A4 for everybody at once."""
    return "us-letter" if country in _LETTER_PAPER else "a4"


@dataclass(frozen=True)
class Written:
    """The text people sign, in one language, whether it comes from the database or from a package's own file.

    `named` are the recipients that the letter names, if it goes to such.
    """

    slug: str
    language: str
    version: int
    title: str
    addressee: str
    body: str
    sha256: str
    kinds: tuple[Kind, ...]
    named: tuple[Named, ...] = ()


@dataclass(frozen=True)
class Letterhead:
    """Who hands the document over: name, where to reply, and a logo (`svg` or `png`, in base64), each if there is one."""

    name: str
    reply_to: str = ""
    kind: str = ""
    logo: str = ""


@dataclass(frozen=True)
class PrintedProof:
    """What is printed so that the document can be checked: the root and the key as hexadecimal digits."""

    listed: int
    root: str
    key: str


@dataclass(frozen=True)
class CountryGroup:
    """One country, its lines by the plural of the letter's kinds, in order; `withheld` is a number without names.

    `before` is how many of a kind stand in earlier volumes: numbering goes on from there. A long list may be
    read from a file line by line, so lines are a sequence of whatever sort.
    """

    code: str
    name: str
    lines: Mapping[str, Sequence[ListedName]]
    withheld: int
    before: Mapping[str, int] = field(default_factory=dict)

    @property
    def names(self) -> int:
        """Return how many signatories it names."""
        return sum(map(len, self.lines.values()))


@dataclass(frozen=True)
class Document:
    """Everything that is printed; `body` and `covering` are Markdown, all else is plain text.

    An annex names the withheld and holds no `body`: it goes with the letter that its `sha256` identifies.
    `volume` says which it is of how many, if it is one of several. A package's letter says how names were checked (`method`) and how the document is (`checking`), as Markdown.
    """

    language: str
    title: str
    body: str
    recipient: str
    reference: str
    day: date
    written_day: str
    version: int
    sha256: str
    groups: tuple[CountryGroup, ...]
    elsewhere: int
    counted: int
    labels: Mapping[str, str]
    covering: str
    annex: bool = False
    method: str = ""
    checking: str = ""
    paper: str = "a4"
    proof: PrintedProof | None = None
    volume: tuple[int, int] | None = None
    letterhead: Letterhead | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the plurals of the letter's kinds, in order."""
        return tuple(dict.fromkeys(kind for group in self.groups for kind in group.lines))

    @property
    def names(self) -> int:
        """Return how many signatories it names."""
        return sum(group.names for group in self.groups)

    @property
    def volume_words(self) -> str:
        """Return which volume of how many it is, in its language; nothing if it is whole."""
        if self.volume is None:
            return ""
        number, of = self.volume
        return self.labels["volume_of"] % {"volume": number, "volumes": of}


@dataclass(frozen=True)
class Step:
    """How far the work has come: `done` of `total` names at a stage, and `words` when something is ready."""

    stage: str
    done: int = 0
    total: int = 0
    words: str = ""


Tell = Callable[[Step], None]
READING, PRINTING, SEALING = "reading", "printing", "sealing"


def places(document: Document) -> tuple[tuple[int, str], ...]:
    """Return (signatory's number, place) of each name: country, kind, and which it is there; every fifth is numbered."""
    return tuple(
        (line.id, f"{group.code}, {kind}, {number}")
        for group in document.groups
        for kind, lines in group.lines.items()
        for number, line in enumerate(lines, group.before.get(kind, 0) + 1)
    )


def volumes(document: Document, most: int) -> tuple[Document, ...]:
    """Return a document in volumes of about the same number of names, at most `most`, each a document of its own.

    A country may go on in the next volume; the numbers of people without names stand where their country ends.
    """
    of = -(-document.names // most)
    shelves = _shelved(document.groups, -(-document.names // of))
    return tuple(
        replace(
            document,
            groups=tuple(groups),
            reference=f"{document.reference}-V{number}",
            volume=(number, of),
            elsewhere=document.elsewhere if number == of else 0,
            counted=document.counted if number == of else 0,
        )
        for number, groups in enumerate(shelves, 1)
    )


def _shelved(groups: tuple[CountryGroup, ...], most: int) -> list[list[CountryGroup]]:
    shelves: list[list[CountryGroup]] = [[]]
    room = most
    for group in groups:
        rest: CountryGroup | None = group
        while rest is not None:
            if not room and rest.names:
                shelves.append([])
                room = most
            piece, rest = _cut(rest, room)
            shelves[-1].append(piece)
            room -= piece.names
    return shelves


def _cut(group: CountryGroup, room: int) -> tuple[CountryGroup, CountryGroup | None]:
    """Return what of a country still finds room, and what goes on in the next volume."""
    if group.names <= room:
        return group, None
    here: dict[str, Sequence[ListedName]] = {}
    for kind, lines in group.lines.items():
        here[kind] = lines[:room]
        room -= len(here[kind])
    before = {kind: group.before.get(kind, 0) + len(lines) for kind, lines in here.items()}
    left = {kind: lines[len(here[kind]) :] for kind, lines in group.lines.items()}
    return replace(group, lines=here, withheld=0), replace(group, lines=left, before=before)
