"""What of a roll is shown: the one place that knows."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from datetime import date

from campaign.world.countries import COUNTRIES, countries

FEWEST_WITHHELD = 5  # a country shows its withheld names as a number only from here on
NAMED, WITHHELD, COUNTED = "public", "withheld", "counted"  # only who is public is ever named
KINDS = ("lawmaker", "activist")
MOST_NAMESAKES = 10_000


class PlaceMalformed(Exception):
    """The page's address does not say a place in the roll."""


@dataclass(frozen=True)
class Place:
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
    def read(cls, text: str) -> "Place":
        """Read what `written` wrote. Raises PlaceMalformed."""
        try:
            raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
            country, kind, past, sort_key = raw.split(b"\n", 3)
            place = cls(country.decode(), kind.decode(), sort_key, int(past))
        except (NotBase64, ValueError) as fault:
            raise PlaceMalformed from fault
        if place.country not in COUNTRIES or place.kind not in KINDS or not 0 < place.past <= MOST_NAMESAKES:
            raise PlaceMalformed
        return place

    @property
    def stretch(self) -> tuple[str, int]:
        """Return which country and kind it stands in; stretches follow each other in this order."""
        return self.country, KINDS.index(self.kind)


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

    lawmakers: int = 0
    activists: int = 0
    withheld: int = 0

    @property
    def named(self) -> int:
        """Return how many names the list shows."""
        return self.lawmakers + self.activists

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

    @property
    def lawmakers(self) -> int:
        """Return how many lawmakers are named."""
        return sum(tally.lawmakers for tally in self.countries.values())

    @property
    def activists(self) -> int:
        """Return how many activists are named."""
        return sum(tally.activists for tally in self.countries.values())

    @property
    def withheld(self) -> int:
        """Return how many signed whose names are withheld."""
        return self.elsewhere + sum(tally.withheld for tally in self.countries.values())

    @property
    def total(self) -> int:
        """Return everybody."""
        return self.lawmakers + self.activists + self.withheld + self.counted

    @property
    def named_in(self) -> list[str]:
        """Return the countries that have a name on the list, by code."""
        return sorted(code for code, tally in self.countries.items() if tally.named)

    def in_order(self, language: str) -> list[tuple[str, str, CountryTally]]:
        """Return (code, name, numbers) of each country, as readers of `language` name and sort them."""
        return [(code, name, self.countries[code]) for code, name in countries(language) if code in self.countries]


def fold(rows: list[tuple[str, str, str, int]]) -> Tally:
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
            of_country = tally.countries.setdefault(country, CountryTally())
            if kind == "lawmaker":
                of_country.lawmakers += count
            else:
                of_country.activists += count
    for country, count in withheld.items():
        if count >= FEWEST_WITHHELD:
            tally.countries.setdefault(country, CountryTally()).withheld = count
        else:
            tally.elsewhere += count
    return tally
