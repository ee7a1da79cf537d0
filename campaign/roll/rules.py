"""What of a roll is shown: the one place that knows."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from campaign.letter.fields import COMMUNITY
from campaign.letter.rules import Kind
from campaign.names.tags import name_language
from campaign.world.countries import COUNTRIES, countries

FEWEST_WITHHELD = 5  # a country shows its withheld names as a number only from here on
NAMED, WITHHELD, COUNTED = "public", "withheld", "counted"  # only who is public is ever named
MOST_NAMESAKES = 10_000


class PlaceMalformed(Exception):
    """The page's address does not say a place in the roll."""


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
    """Where a page of the roll goes on: after the first `past` names that sort by this key.

    No row's number stands in it: that would tell the order in which people signed.
    """

    country: str
    kind: str
    sort_key: bytes
    past: int

    def written(self) -> str:
        """Return the place as it stands in an address; it holds nothing that the page before did not show."""
        raw = f"{self.country}\n{self.kind}\n{self.past}\n".encode() + self.sort_key
        return urlsafe_b64encode(raw).rstrip(b"=").decode()

    @classmethod
    def read(cls, text: str, kinds: Sequence[Kind]) -> "Position":
        """Read what `written` wrote of a roll with these kinds. Raises PlaceMalformed."""
        try:
            raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
            country, kind, past, sort_key = raw.split(b"\n", 3)
            place = cls(country.decode(), kind.decode(), sort_key, int(past))
        except (NotBase64, ValueError) as fault:
            raise PlaceMalformed from fault
        known = place.country in COUNTRIES and place.kind in {kind.key for kind in kinds}
        if not known or not 0 < place.past <= MOST_NAMESAKES:
            raise PlaceMalformed
        return place


@dataclass(frozen=True)
class Choice:
    """Which names of a roll are wanted, the days on which they signed included; what is empty does not narrow."""

    country: str = ""
    kind: str = ""
    level: int = 0
    from_on: date | None = None
    to_on: date | None = None

    @property
    def said(self) -> dict[str, str | int | date]:
        """Return what narrows, by the name it has in files and in the log; nothing if all are wanted."""
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
    """One country's numbers: names on the list by kind, and withheld ones if they are enough to be shown."""

    by_kind: dict[str, int] = field(default_factory=dict)
    withheld: int = 0

    def of(self, kind: str) -> int:
        """Return how many names of a kind the list shows."""
        return self.by_kind.get(kind, 0)

    @property
    def named(self) -> int:
        """Return how many names the list shows."""
        return sum(self.by_kind.values())

    @property
    def total(self) -> int:
        """Return everybody counted under this country."""
        return self.named + self.withheld


@dataclass
class Tally:
    """A letter's numbers; `elsewhere` are withheld names of countries that have fewer than five of them.

    `held` are those who signed and whom the desk has yet to look at, for a reason. They are one number for the
    letter, never one for a country, and no part of the total.
    """

    countries: dict[str, CountryTally] = field(default_factory=dict)
    elsewhere: int = 0
    counted: int = 0
    held: int = 0

    def of(self, kind: str) -> int:
        """Return how many of a kind are named."""
        return sum(tally.of(kind) for tally in self.countries.values())

    @property
    def named(self) -> int:
        """Return how many are named."""
        return sum(tally.named for tally in self.countries.values())

    @property
    def withheld(self) -> int:
        """Return how many signed whose names are withheld."""
        return self.elsewhere + sum(tally.withheld for tally in self.countries.values())

    @property
    def total(self) -> int:
        """Return everybody."""
        return self.named + self.withheld + self.counted

    @property
    def named_in(self) -> list[str]:
        """Return the countries that have a name on the list, by code."""
        return sorted(code for code, tally in self.countries.items() if tally.named)

    def in_order(self, language: str) -> list[tuple[str, str, CountryTally]]:
        """Return (code, name, numbers) of each country, as readers of `language` name and sort them."""
        return [(code, name, self.countries[code]) for code, name in countries(language) if code in self.countries]


def tally_rows(rows: list[tuple[str, str, str, int]]) -> Tally:
    """Make a tally of (country, kind, visibility, count) rows: the one rule that every output follows.

    Withheld names show under their country only from five on; counted ones never do.
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
