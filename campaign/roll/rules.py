"""What a roll shows of its signatories; no other module decides that."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from campaign.letter.fields import COMMUNITY
from campaign.letter.rules import Kind
from campaign.names.tags import name_language
from campaign.world.countries import COUNTRIES, countries

FEWEST_WITHHELD = 5  # a smaller number is not shown under its country: it could point to a person
NAMED, WITHHELD, COUNTED = "public", "withheld", "counted"  # only public signatories are ever named
MOST_NAMESAKES = 10_000


class PositionMalformed(Exception):
    """The address gives no position in the roll."""


@dataclass(frozen=True)
class ListedName:
    """One name on the list, with what the signatory said of themselves: in pages, exports, packages and print.

    `id` is the signatory's number. It is never shown; a withdrawal finds by it where the name stands on paper.
    `origin` says where a name comes from that was signed elsewhere, such as on paper; by e-mail it is empty.
    """

    id: int
    kind: str
    country: str
    name: str
    latin_name: str
    level: int
    sort_key: bytes
    said: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""

    @property
    def detail(self) -> str:
        """Return what stands beside the name, on one line."""
        beside = [value for name, value in self.said.items() if name != COMMUNITY]
        return " · ".join(filter(None, (*beside, self.origin)))

    @property
    def community(self) -> str:
        """Return what stands beside the country."""
        return self.said.get(COMMUNITY, "")

    @property
    def language(self) -> str:
        """Return the BCP 47 tag in whose letter forms the name is set."""
        return name_language(self.name, self.country, self.community)


@dataclass(frozen=True)
class Position:
    """Where a page of the roll continues: after the first `past` names with this sort key.

    It holds no row's number, which would tell the order in which people signed.
    """

    country: str
    kind: str
    sort_key: bytes
    past: int

    def written(self) -> str:
        """Return the position for an address; it tells nothing that the page before did not show."""
        raw = f"{self.country}\n{self.kind}\n{self.past}\n".encode() + self.sort_key
        return urlsafe_b64encode(raw).rstrip(b"=").decode()

    @classmethod
    def read(cls, text: str, kinds: Sequence[Kind]) -> "Position":
        """Read what `written` wrote, for a roll with these kinds. Raises PositionMalformed."""
        try:
            raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
            country, kind, past, sort_key = raw.split(b"\n", 3)
            position = cls(country.decode(), kind.decode(), sort_key, int(past))
        except (NotBase64, ValueError) as fault:
            raise PositionMalformed from fault
        known = position.country in COUNTRIES and position.kind in {kind.key for kind in kinds}
        if not known or not 0 < position.past <= MOST_NAMESAKES:
            raise PositionMalformed
        return position


@dataclass(frozen=True)
class Choice:
    """Which names of a roll an officer chooses; an empty field leaves none out. Both days are included."""

    country: str = ""
    kind: str = ""
    level: int = 0
    from_on: date | None = None
    to_on: date | None = None

    @property
    def filters(self) -> dict[str, str | int | date]:
        """Return the fields that leave names out, as files and the log call them; empty if all are chosen."""
        parts: dict[str, str | int | date | None] = {
            "country": self.country,
            "kind": self.kind,
            "level": self.level,
            "from": self.from_on,
            "to": self.to_on,
        }
        return {name: value for name, value in parts.items() if value}


EVERYBODY = Choice()


@dataclass
class CountryTally:
    """One country's numbers: names on the list by kind, and withheld ones if there are at least five."""

    by_kind: dict[str, int] = field(default_factory=dict)
    withheld: int = 0
    shown: bool = True

    def of(self, kind: str) -> int:
        """Return how many names of a kind the list shows."""
        return self.by_kind.get(kind, 0)

    @property
    def named(self) -> int:
        """Return how many names the list shows."""
        return sum(self.by_kind.values())

    @property
    def total(self) -> int:
        """Return how many signatories are counted under this country."""
        return self.named + self.withheld


@dataclass
class Tally:
    """A letter's numbers; `elsewhere` are withheld names of countries that have fewer than five of them.

    `held` are signatories whom guard or desk holds back, until an officer decides. They are one number for the
    letter, never one for a country, and no part of the total. Where `shown` is false, no number may be shown.
    """

    countries: dict[str, CountryTally] = field(default_factory=dict)
    elsewhere: int = 0
    counted: int = 0
    held: int = 0
    shown: bool = True

    def without_numbers(self) -> "Tally":
        """Return what a reader of the names knows: which countries have one. The rest says no numbers and shows none."""
        countries = {
            code: CountryTally(one.by_kind, shown=False) for code, one in self.countries.items() if one.named
        }
        return Tally(countries, shown=False)

    def of(self, kind: str) -> int:
        """Return how many of a kind are named."""
        return sum(tally.of(kind) for tally in self.countries.values())

    @property
    def named(self) -> int:
        """Return how many are named."""
        return sum(tally.named for tally in self.countries.values())

    @property
    def withheld(self) -> int:
        """Return how many names are withheld."""
        return self.elsewhere + sum(tally.withheld for tally in self.countries.values())

    @property
    def total(self) -> int:
        """Return how many signatories count."""
        return self.named + self.withheld + self.counted

    @property
    def named_in(self) -> list[str]:
        """Return the countries that have a name on the list, by code."""
        return sorted(code for code, tally in self.countries.items() if tally.named)

    def in_order(self, language: str) -> list[tuple[str, str, CountryTally]]:
        """Return (code, name, numbers) of each country, named and sorted for readers of `language`."""
        return [(code, name, self.countries[code]) for code, name in countries(language) if code in self.countries]


def tally_rows(rows: list[tuple[str, str, str, int]]) -> Tally:
    """Make a tally of (country, kind, visibility, count) rows; every output follows this rule.

    Withheld names are counted under their country if there are at least five; counted signatories never are.
    """
    tally = Tally()
    withheld: dict[str, int] = {}
    for country, kind, visibility, count in rows:
        if visibility == COUNTED:
            tally.counted += count
        elif visibility == WITHHELD:
            withheld[country] = withheld.get(country, 0) + count
        else:
            by_kind = tally.countries.setdefault(country, CountryTally()).by_kind
            by_kind[kind] = by_kind.get(kind, 0) + count
    for country, count in withheld.items():
        if count >= FEWEST_WITHHELD:
            tally.countries.setdefault(country, CountryTally()).withheld = count
        else:
            tally.elsewhere += count
    return tally
