"""A package's own facts in canonical bytes: its list of public lines, and its manifest.

A manifest is public, so it gives the day and no hour; the exact moment stays in the desk's own record.
"""

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, overload

from campaign.letter.fields import public_part
from campaign.letter.kinds import load_kinds
from campaign.letter.rules import Kind
from campaign.package.verify import (
    FORMATS,
    LETTER,
    LIST,
    MANIFEST,
    SIGNATURE,
    TABLE,
    Content,
    Files,
    canonical,
    lines_of,
)
from campaign.roll.export import OWN
from campaign.roll.rules import CountryTally, ListedName, Tally
from campaign.seal.merkle import leaf_hash
from campaign.seal.signing import SigningKey

PACKAGE, ANNEX = FORMATS
PDF, ANNEX_PDF, README, CHECK = "letter.pdf", "annex.pdf", "README.txt", "verify.py"
VOLUME = "letter-{}.pdf"
NO_LINE = (b"[", b"]", b"")
Facts = dict[str, Any]


class People(Sequence[Facts]):
    """The public lines of a list's file; each is read from the file when it is used, and none stays in memory."""

    def __init__(self, content: Content) -> None:
        """Find where each line begins."""
        self.content, self._begin, at = content, array("Q"), 0
        for line in lines_of(content):
            if line not in NO_LINE:
                self._begin.append(at)
            at += len(line) + 1

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self._begin)

    @overload
    def __getitem__(self, at: int) -> Facts: ...
    @overload
    def __getitem__(self, at: slice) -> list[Facts]: ...
    def __getitem__(self, at: int | slice) -> Facts | list[Facts]:
        """Return one line, or some."""
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        begin, after = self._begin[at], at % len(self) + 1
        end = self._begin[after] if after < len(self) else len(self.content)
        return dict(json.loads(bytes(self.content[begin:end]).rstrip(b",\n]")))


@dataclass(frozen=True)
class Parcel:
    """Everything that a package for one recipient is made from, as it was at one moment.

    `facts` is the manifest without its files. `people` are the public lines in the order of the roll, and `numbers`
    the signatories' numbers in the same order. `source` is the letter's file, byte for byte. `listed` and `table` are
    the list as JSON and as CSV. `logo` is the file that `facts` names in the letterhead, empty if there is none.
    """

    facts: Facts
    people: Sequence[Facts]
    numbers: Sequence[int]
    source: str
    listed: Content = b""
    table: Content = b""
    leaves: Sequence[bytes] = ()
    logo: Content = b""


@dataclass(frozen=True)
class Sealed:
    """A package's files with the signed manifest and its signature."""

    facts: Facts
    files: Files

    @property
    def manifest(self) -> bytes:
        """Return the bytes that were signed."""
        return bytes(self.files[MANIFEST])

    @property
    def volumes(self) -> list[tuple[bytes, int]]:
        """Return (SHA-256, number of names) of each volume in order; nothing if the letter is one document."""
        return [(bytes.fromhex(volume["sha256"]), volume["names"]) for _name, volume in volumes_of(self.facts)]


def line_of(entry: ListedName, salt: str) -> Facts:
    """Return one public line: the signatory's own words and the level; empty fields are left out.

    `salt` keeps a stranger from guessing the line behind a hash.
    """
    own = {name: getattr(entry, name) for name in OWN}
    line = own | dict(entry.said) | {"origin": entry.origin, "salt": salt}
    return {field: value for field, value in line.items() if value}


def entry_of_line(line: Mapping[str, Any], number: int) -> ListedName:
    """Return the entry of a line, to print it again."""
    fields = {field: line.get(field, "") for field in (*OWN, "origin") if field != "language"}
    return ListedName(id=number, sort_key=b"", said=public_part(line), **fields)


def leaves_of(people: Iterable[Facts]) -> list[bytes]:
    """Return the leaf hash of each line."""
    return [leaf_hash(canonical(line)) for line in people]


def counts_of(tally: Tally, people: Iterable[Facts], kinds: Sequence[Kind]) -> Facts:
    """Return the numbers by country, kind and level, and of those without a name, as the public page shows them."""
    levels = Counter((line["country"], line["kind"], str(line["level"])) for line in people)
    countries: Facts = {
        code: {kind.key: {} for kind in kinds} | {"withheld": of_country.withheld}
        for code, of_country in tally.countries.items()
    }
    for (code, kind, level), number in levels.items():
        countries[code][kind][level] = number
    return {"countries": countries, "withheld_elsewhere": tally.elsewhere, "counted": tally.counted}


def tally_of(counts: Facts) -> Tally:
    """Return a manifest's numbers as a tally."""
    countries = {
        code: CountryTally(
            {kind: sum(levels.values()) for kind, levels in numbers.items() if isinstance(levels, dict)},
            numbers["withheld"],
        )
        for code, numbers in counts["countries"].items()
    }
    return Tally(countries, elsewhere=counts["withheld_elsewhere"], counted=counts["counted"])


def kinds_of(facts: Facts) -> tuple[Kind, ...]:
    """Return the kinds of a manifest's letter; a manifest that names none means the shipped ones."""
    return load_kinds(facts.get("kinds"))


def place_in_list(facts: Facts, place: str) -> int:
    """Return the index in the list, from 0, of the signatory at a `place` of the PDF, such as "DE, lawmakers, 12".

    Raises ValueError if there is no such place.
    """
    country, plural, number = place.split(", ")
    before, counts = 0, facts["counts"]["countries"]
    for code in sorted(counts):
        for kind in kinds_of(facts):
            if (code, kind.plural) == (country, plural):
                return before + int(number) - 1
            before += sum(counts[code][kind.key].values())
    raise ValueError(place)


def recipient_key(facts: Facts) -> str:
    """Return the recipient of a package: a country, for its government, or the key of a recipient that the letter names."""
    return str(facts["recipient"].get("country") or facts["recipient"]["key"])


def seal(facts: Facts, files: Files, key: SigningKey, volumes: Mapping[str, int] | None = None) -> Sealed:
    """Write the manifest with the size and SHA-256 of every file, and sign it (Ed25519, raw, detached).

    `volumes` is the number of names in each file, if the letter is printed in volumes.
    """
    named: Facts = {
        name: {"bytes": len(content), "sha256": sha256(content).hexdigest()} for name, content in files.items()
    }
    for name, names in (volumes or {}).items():
        named[name]["names"] = names
    whole = facts | {"files": named, "key": key.public.hex()}
    manifest = canonical(whole)
    return Sealed(whole, files | {MANIFEST: manifest, SIGNATURE: key.sign(manifest)})


def volumes_of(manifest: Facts) -> list[tuple[str, Facts]]:
    """Return (file name, entry in the manifest) of each volume in order; nothing if the letter is one document."""
    files = manifest["files"]
    named = [VOLUME.format(number) for number in range(1, len(files) + 1)]
    return [(name, files[name]) for name in named if "names" in files.get(name, ())]


def hash_of_letter(hashes: Sequence[bytes]) -> bytes:
    """Return a printed letter's SHA-256: that of its PDF, or that of its volumes' hashes, joined."""
    return hashes[0] if len(hashes) == 1 else sha256(b"".join(hashes)).digest()


def parcel_of(files: Files, facts: Facts) -> Parcel:
    """Return what a package was made from, read from its own files."""
    people = People(files[LIST])
    facts = {name: value for name, value in facts.items() if name not in ("files", "key")}
    logo = files.get(facts.get("letterhead", {}).get("logo", ""), b"")
    return Parcel(facts, people, (0,) * len(people), bytes(files[LETTER]).decode(), logo=logo)


def text_files(parcel: Parcel, readme: str, check: bytes) -> Files:
    """Return every file of a package but its PDF."""
    return {
        LETTER: parcel.source.encode(),
        LIST: parcel.listed,
        TABLE: parcel.table,
        README: readme.encode(),
        CHECK: check,
        **({parcel.facts["letterhead"]["logo"]: parcel.logo} if parcel.logo else {}),
    }


def fingerprint(key: bytes) -> str:
    """Return a public key's fingerprint, as it is printed and shown: the SHA-256 of its 32 bytes."""
    return sha256(key).hexdigest()
