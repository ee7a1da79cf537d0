"""What a printed document holds, and how its names are split into volumes."""

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
    """Return the paper that offices in a country file; A4 for all addressees at once."""
    return "us-letter" if country in _LETTER_PAPER else "a4"


@dataclass(frozen=True)
class Written:
    """The text people sign, in one language. It comes from the database or from a package's own file.

    `named` are the recipients that the letter names; empty if it goes to governments.
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
    """Who hands the document over: name, address for replies, and a logo in base64, of `kind` svg or png; empty if none."""

    name: str
    reply_to: str = ""
    kind: str = ""
    logo: str = ""


@dataclass(frozen=True)
class PrintedProof:
    """What a reader needs to check the document: how many names are listed, and root and key as hexadecimal digits."""

    listed: int
    root: str
    key: str


@dataclass(frozen=True)
class CountryGroup:
    """One country; `lines` are its names, in order, by the plural of each of the letter's kinds.

    `withheld` is a number without names. `before` is how many names of a kind stand in earlier volumes: numbering
    continues from there. A long list is read from a file line by line, so `lines` may be any sequence.
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

    An annex names the withheld and has no `body`: it goes with the letter that its `sha256` identifies. `volume` is
    (which, of how many) if there are several. The letter in a package tells, as Markdown, how names were checked
    (`method`) and how a reader checks the document (`checking`).
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
        """Return "Volume 1 of 3" in the document's language; empty if there is only one."""
        if self.volume is None:
            return ""
        number, of = self.volume
        return self.labels["volume_of"] % {"volume": number, "volumes": of}


@dataclass(frozen=True)
class Step:
    """How far the work is: `done` of `total` names at a stage, and `words` when a part is ready."""

    stage: str
    done: int = 0
    total: int = 0
    words: str = ""


Tell = Callable[[Step], None]
READING, PRINTING, SEALING = "reading", "printing", "sealing"


def places(document: Document) -> tuple[tuple[int, str], ...]:
    """Return (signatory's number, place) of each name: country, kind and position there. Every fifth is numbered on paper."""
    return tuple(
        (line.id, f"{group.code}, {kind}, {number}")
        for group in document.groups
        for kind, lines in group.lines.items()
        for number, line in enumerate(lines, group.before.get(kind, 0) + 1)
    )


def volumes(document: Document, most: int) -> tuple[Document, ...]:
    """Split a document into volumes of about equal length, at most `most` names each; each is a complete document.

    A country may continue in the next volume. Its number of withheld names stands where its names end.
    """
    of = -(-document.names // most)
    split = _split_groups(document.groups, -(-document.names // of))
    return tuple(
        replace(
            document,
            groups=tuple(groups),
            reference=f"{document.reference}-V{number}",
            volume=(number, of),
            elsewhere=document.elsewhere if number == of else 0,
            counted=document.counted if number == of else 0,
        )
        for number, groups in enumerate(split, 1)
    )


def _split_groups(groups: tuple[CountryGroup, ...], most: int) -> list[list[CountryGroup]]:
    split: list[list[CountryGroup]] = [[]]
    room = most
    for group in groups:
        rest: CountryGroup | None = group
        while rest is not None:
            # A country without names needs no room: it stays, so that no volume holds numbers only.
            if not room and rest.names:
                split.append([])
                room = most
            piece, rest = _split_group(rest, room)
            split[-1].append(piece)
            room -= piece.names
    return split


def _split_group(group: CountryGroup, room: int) -> tuple[CountryGroup, CountryGroup | None]:
    """Return the part of a country that fits into this volume, and the rest for the next one."""
    if group.names <= room:
        return group, None
    here: dict[str, Sequence[ListedName]] = {}
    for kind, lines in group.lines.items():
        here[kind] = lines[:room]
        room -= len(here[kind])
    before = {kind: group.before.get(kind, 0) + len(lines) for kind, lines in here.items()}
    left = {kind: lines[len(here[kind]) :] for kind, lines in group.lines.items()}
    return replace(group, lines=here, withheld=0), replace(group, lines=left, before=before)
