"""What a row of a list must hold to become a signature, and a sentence for each fault."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from unicodedata import normalize

from campaign.letter.fields import FIELDS, filled_in
from campaign.letter.rules import Kind
from campaign.mail.address import AddressRefused
from campaign.names.folding import fold_together
from campaign.names.rules import NameFault, NameRefused, accept_name, accept_text, says_nothing
from campaign.sign.rules import VISIBILITIES, Entry, accept_line
from campaign.world.spellings import find_country

KNOWN = ("name", "latin_name", "kind", "country", *FIELDS, "visibility")  # the fields that a column may have
LONGEST_PROVENANCE = 200
BATCH = 1_000
MOST_PROBLEMS = 1_000  # kept to be shown; all others are only counted
MOST_AT_DESK = 10_000  # rows: a page must be answered within seconds
REPLACED = "\ufffd"
_SENTENCES = {
    NameFault.EMPTY: "is empty",
    NameFault.INVISIBLE: "is empty",
    NameFault.NO_LETTER: "holds no letter",
    NameFault.PICTURE: "holds emoji or symbols",
    NameFault.TOO_LONG: "is longer than 200 characters",
    NameFault.LINE_BREAK: "holds a line break",
    NameFault.WEB_ADDRESS: "holds a web or e-mail address",
    NameFault.FORMULA: "begins with = + - or @",
}
_UNPRINTABLE = "holds characters that cannot be printed"
_KIND_WORDS = {
    "lawmaker": "lawmaker|legislator|mp|mep|member of parliament|deputy|senator|parlamentarier|parlamentarierin|abgeordnete|abgeordneter|député|députée|sénateur|sénatrice|élu|élue|diputado|diputada|senador|senadora|議員|议员|立法委員|立委|نائب|پارلامېنت ئەزاسى",
    "activist": "activist|dissident|human rights defender|aktivist|aktivistin|militant|militante|activista|活動家|活动人士|活動人士|異議人士|异议人士|ناشط|ناشطة|پائالىيەتچى",
}  # fmt: skip
_VISIBILITY_WORDS = {
    "public": "public|öffentlich|publique|público|公開|公开|علني",
    "withheld": "withheld|nicht öffentlich|vertraulich|confidentiel|confidencial|非公開|不公開|不公开|سري",
    "counted": "counted|count only|nur gezählt|compté|contado|件数のみ|只計數|只计数",
}


_VISIBILITY_OF = {fold_together(word): use for use in VISIBILITIES for word in _VISIBILITY_WORDS[use].split("|")}


@dataclass(frozen=True)
class Problem:
    """What is wrong with one row of the file, and in which column; "" means the row as a whole."""

    row: int
    column: str
    sentence: str


class RowRefused(Exception):
    """A row cannot be imported; `faults` has every fault as (field, sentence)."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{field} {sentence}" for field, sentence in faults))
        self.faults = tuple(faults)


class ProvenanceMissing(Exception):
    """The import does not say where its signatures come from."""


@dataclass(frozen=True)
class Defaults:
    """The values for rows that have none. Withheld is the safe one: a published name cannot be taken back."""

    kind: str = ""
    country: str = ""
    visibility: str = "withheld"


@dataclass(frozen=True)
class Kinds:
    """A letter's kinds of signatories, and the kind that each word of a list means."""

    by_key: Mapping[str, Kind]
    by_word: Mapping[str, str]

    @classmethod
    def of(cls, kinds: Sequence[Kind]) -> "Kinds":
        """Return those of a letter. A list may write a kind as its key, its plural, or the letter's word in any language."""
        by_word: dict[str, str] = {}
        for kind in kinds:
            own = [words[name] for words in kind.words.values() for name in ("one", "many", "heading")]
            known = [] if kind.words else _KIND_WORDS[kind.key].split("|")
            by_word |= {fold_together(word): kind.key for word in (*known, *own, kind.key, kind.plural)}
        return cls({kind.key: kind for kind in kinds}, by_word)


def read_entry(cells: Mapping[str, str], defaults: Defaults, kinds: Kinds) -> Entry:
    """Return the entry of one row, by the same rules as the form. Raises RowRefused with every fault.

    The signatory ticked none of our consents, only agreed to what the paper says. So `consents` is empty, and no
    government may read a withheld name.
    """
    faults: list[tuple[str, str]] = []

    def read(field: str, accept: Callable[[str], str]) -> str:
        written = cells.get(field, "")
        try:
            return accept(written)
        except NameRefused as fault:
            faults.append((field, _sentence(written, fault)))
        except AddressRefused:
            faults.append((field, "is no web domain, such as example.org"))
        return ""

    name, latin_name = read("name", accept_name), read("latin_name", _accept_optional)
    of_kind = _Choice("kind", " or ".join(kinds.by_key), defaults.kind, kinds.by_word.get)
    kind = _read_choice(cells, of_kind, faults)
    asks = kinds.by_key.get(kind)
    asked = [field for field in FIELDS if asks is None or field in asks.fields]
    answers = {field: read(field, partial(accept_line, FIELDS[field])) for field in asked}
    country = _read_choice(cells, _Choice("country", "a country", defaults.country, find_country), faults)
    use = _Choice("visibility", ", ".join(VISIBILITIES), defaults.visibility, _VISIBILITY_OF.get)
    visibility = _read_choice(cells, use, faults)
    for field in asks.required if asks is not None else ():
        if not (answers[field] or field in dict(faults)):
            faults.append((field, f"is empty: {FIELDS[field].missing_in_list or f'it must be said of a {kind}'}"))
    if faults:
        raise RowRefused(faults)
    return Entry(kind, name, latin_name, country, visibility, consents=(), said=filled_in(answers))


def row_identity(entry: Entry, provenance: str) -> tuple[str, ...]:
    """Return what identifies a row when it is imported again: name, country, kind and provenance."""
    return one_form(entry.name), entry.country, entry.kind, one_form(provenance)


def one_form(text: str) -> str:
    """Return a text without differences of case, width and spaces."""
    return " ".join(normalize("NFKC", text).casefold().split())


def accept_provenance(written: str) -> str:
    """Return the provenance as it is shown. Raises ProvenanceMissing."""
    try:
        provenance = accept_text(written, limit=LONGEST_PROVENANCE)
    except NameRefused as fault:
        raise ProvenanceMissing(f"Where the list comes from {_sentence(written, fault)}.") from fault
    if not provenance:
        raise ProvenanceMissing("Say where the list comes from, such as: on paper, Berlin, 3 May.")
    return provenance


@dataclass(frozen=True)
class _Choice:
    """A field with a fixed set of values; `what` describes them in a sentence, `find` returns the value of a word."""

    field: str
    what: str
    default: str
    find: Callable[[str], str | None]


def _read_choice(cells: Mapping[str, str], choice: _Choice, faults: list[tuple[str, str]]) -> str:
    """Return the value that a cell means, or else the default; without one, add a fault and return ""."""
    cell = cells.get(choice.field, "").strip()
    written = choice.default if says_nothing(cell) else cell or choice.default
    value = choice.find(written if choice.field == "country" else fold_together(written))
    if not value:
        sentence = f"does not say {choice.what}" if written else f"is empty: it must say {choice.what}"
        faults.append((choice.field, sentence))
    return value or ""


def _accept_optional(written: str) -> str:
    return accept_name(written) if written.strip() and not says_nothing(written) else ""


def _sentence(written: str, fault: NameRefused) -> str:
    if REPLACED in written:
        return "holds bytes that this encoding does not have"
    return _SENTENCES.get(fault.reason, _UNPRINTABLE)
