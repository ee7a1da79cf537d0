"""What a package says of itself, in bytes that everybody writes alike: its list of public lines, and its manifest.

A manifest is public, so it gives the day and no hour; the exact moment stays in the desk's own record.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from campaign.deliver.verify import FORMATS, LETTER, LIST, MANIFEST, SIGNATURE, canonical
from campaign.roll.export import PERSON, person_of
from campaign.roll.rules import CountryTally, Tally
from campaign.roll.service import Entry
from campaign.seal.merkle import leaf_hash
from campaign.seal.signing import SigningKey

PACKAGE, ANNEX = FORMATS
PDF, ANNEX_PDF, README, CHECK = "letter.pdf", "annex.pdf", "README.txt", "verify.py"
Said = dict[str, Any]
Files = dict[str, bytes]


@dataclass(frozen=True)
class Parcel:
    """What one moment gave for one government: everything a package is made from.

    `facts` is the manifest without its files; `people` are the public lines in the roll's order, and `numbers`
    whose they are; `source` is the letter's file, letter for letter.
    """

    facts: Said
    people: tuple[Said, ...]
    numbers: tuple[int, ...]
    source: str
    table: bytes = b""


@dataclass(frozen=True)
class Sealed:
    """A package's files, the signed manifest among them."""

    facts: Said
    files: Files

    @property
    def manifest(self) -> bytes:
        """Return the bytes that were signed."""
        return self.files[MANIFEST]


def line_of(entry: Entry, salt: str) -> Said:
    """Return one public line: what its bearer said and how far it was checked; what they left out is left out."""
    said = person_of(entry) | {"origin": entry.origin, "salt": salt}
    return {field: value for field, value in said.items() if value}


def entry_of_line(line: Mapping[str, Any], number: int) -> Entry:
    """Return the entry that a line says, to be printed again."""
    fields = {field: line.get(field, "") for field in (*PERSON, "origin") if field != "language"}
    return Entry(id=number, sort_key=b"", **fields)


def leaves_of(people: Iterable[Said]) -> list[bytes]:
    """Return the leaf hash of each line."""
    return [leaf_hash(canonical(line)) for line in people]


def list_bytes(people: Iterable[Said]) -> bytes:
    """Return the list as JSON, one line for each signatory as it is hashed."""
    return b"[\n" + b",\n".join(canonical(line) for line in people) + b"\n]\n"


def counts_of(tally: Tally, people: Sequence[Said]) -> Said:
    """Return the numbers: by country, kind and level, and those without a name as the public page shows them."""
    levels = Counter((line["country"], line["kind"], str(line["level"])) for line in people)
    countries: Said = {
        code: {"lawmaker": {}, "activist": {}, "withheld": of_country.withheld}
        for code, of_country in tally.countries.items()
    }
    for (code, kind, level), number in levels.items():
        countries[code][kind][level] = number
    return {"countries": countries, "withheld_elsewhere": tally.elsewhere, "counted": tally.counted}


def tally_of(counts: Said) -> Tally:
    """Return the tally that a manifest's numbers say."""
    countries = {
        code: CountryTally(sum(said["lawmaker"].values()), sum(said["activist"].values()), said["withheld"])
        for code, said in counts["countries"].items()
    }
    return Tally(countries, elsewhere=counts["withheld_elsewhere"], counted=counts["counted"])


def place_in_list(counts: Said, place: str) -> int:
    """Return where in the list somebody stands whom the PDF has at `place`, such as "DE, lawmakers, 12"."""
    country, kinds, number = place.split(", ")
    before = 0
    for code in sorted(counts["countries"]):
        for kind in ("lawmaker", "activist"):
            if (code, f"{kind}s") == (country, kinds):
                return before + int(number) - 1
            before += sum(counts["countries"][code][kind].values())
    raise ValueError(place)


def seal(facts: Said, files: Files, key: SigningKey) -> Sealed:
    """Name every file in the manifest by its size and SHA-256, and sign that (Ed25519, raw, detached)."""
    named = {
        name: {"bytes": len(content), "sha256": sha256(content).hexdigest()} for name, content in files.items()
    }
    whole = facts | {"files": named, "key": key.public.hex()}
    manifest = canonical(whole)
    return Sealed(whole, files | {MANIFEST: manifest, SIGNATURE: key.sign(manifest)})


def parcel_of(files: Files, facts: Said, people: Iterable[Said]) -> Parcel:
    """Return what a package was made from, as its own files say it."""
    people = tuple(people)
    facts = {name: value for name, value in facts.items() if name not in ("files", "key")}
    return Parcel(facts, people, (0,) * len(people), files[LETTER].decode())


def text_files(parcel: Parcel, readme: str, check: bytes) -> Files:
    """Return every file of a package but its PDF."""
    return {
        LETTER: parcel.source.encode(),
        LIST: list_bytes(parcel.people),
        "signatures.csv": parcel.table,
        README: readme.encode(),
        CHECK: check,
    }


def fingerprint(key: bytes) -> str:
    """Return a public key's fingerprint, as it is printed and shown: the SHA-256 of its 32 bytes."""
    return sha256(key).hexdigest()
