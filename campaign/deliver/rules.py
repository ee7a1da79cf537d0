"""What a printed document says, and in which forms its names are set."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

ENGLISH_LABELS = {
    "contents": "Signatories by country",
    "country": "Country or territory",
    "lawmakers": "Lawmakers",
    "activists": "Activists",
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
    "page_of": "Page %(page)s of %(pages)s",
    "open_letter": "Open letter",
    "marks": "How names were checked",
    "for_campaign": "For the campaign",
    "annex": "Annex: names withheld from the public",
    "confidential": "For the addressed government only. Not for publication.",
    "checking": "How to check this document",
    "listed": "Names in the list",
    "root": "Root of the list (SHA-256)",
    "key": "The campaign’s key (SHA-256)",
}

PAPERS = ("a4", "us-letter")
# CLDR 48, supplementalData, paperSize "US-Letter"
_LETTER_PAPER = frozenset({"BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"})


def paper_of(country: str) -> str:
    """Return the paper that offices in a country file; A4 for everybody at once."""
    return "us-letter" if country in _LETTER_PAPER else "a4"


@dataclass(frozen=True)
class Written:
    """The text people sign, in one language, whether it comes from the database or from a package's own file."""

    slug: str
    language: str
    version: int
    title: str
    addressee: str
    body: str
    sha256: str


@dataclass(frozen=True)
class Proof:
    """What is printed so that the document can be checked: the root and the key as hexadecimal digits."""

    listed: int
    root: str
    key: str


@dataclass(frozen=True)
class Line:
    """One signatory as printed; `language` (BCP 47) chooses the forms of their letters.

    `signatory_id` is not printed; it lets a withdrawal find where the name stands on paper.
    """

    name: str
    latin_name: str
    detail: str
    community: str
    kind: str
    level: int
    language: str
    signatory_id: int


@dataclass(frozen=True)
class CountryGroup:
    """One country: lawmakers first, then activists; `withheld` is a number of people without names."""

    code: str
    name: str
    lawmakers: tuple[Line, ...]
    activists: tuple[Line, ...]
    withheld: int


@dataclass(frozen=True)
class Document:
    """Everything that is printed; `body` and `covering` are Markdown, all else is plain text.

    An annex names the withheld and holds no `body`: it goes with the letter that its `sha256` identifies.
    A package's letter says how names were checked (`method`) and how the document is (`checking`), as Markdown.
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
    proof: Proof | None = None

    @property
    def names(self) -> int:
        """Return how many signatories it names."""
        return sum(len(group.lawmakers) + len(group.activists) for group in self.groups)


def places(document: Document) -> tuple[tuple[int, str], ...]:
    """Return (signatory's number, place) of each name: country, kind, and which it is there; every fifth is numbered."""
    return tuple(
        (line.signatory_id, f"{group.code}, {kind}, {number}")
        for group in document.groups
        for kind, lines in (("lawmakers", group.lawmakers), ("activists", group.activists))
        for number, line in enumerate(lines, 1)
    )
