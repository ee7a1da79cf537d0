"""What of a roll is shown: the one place that knows."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field

FEWEST_WITHHELD = 5  # a country shows its withheld names as a number only from here on
KINDS = "lawmaker", "activist"


class PlaceMalformed(Exception):
    """The page's address does not say a place in the roll."""


@dataclass(frozen=True)
class Place:
    """Where a page of one country's roll goes on: after this signatory."""

    kind: str
    sort_key: bytes
    id: int

    def written(self) -> str:
        """Return the place as it stands in an address; it holds nothing that the page before did not show."""
        raw = f"{self.kind}\n{self.id}\n".encode() + self.sort_key
        return urlsafe_b64encode(raw).rstrip(b"=").decode()

    @classmethod
    def read(cls, text: str) -> "Place":
        """Read what `written` wrote. Raises PlaceMalformed."""
        try:
            kind, number, sort_key = urlsafe_b64decode(text + "=" * (-len(text) % 4)).split(b"\n", 2)
            place = cls(kind.decode(), sort_key, int(number))
        except (NotBase64, ValueError) as fault:
            raise PlaceMalformed from fault
        if place.kind not in KINDS or not 0 <= place.id < 2**62:
            raise PlaceMalformed
        return place


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
    """A letter's numbers; `elsewhere` are withheld names of countries that have fewer than five of them."""

    countries: dict[str, CountryTally] = field(default_factory=dict)
    elsewhere: int = 0
    counted: int = 0

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


def fold(rows: list[tuple[str, str, str, int]]) -> Tally:
    """Make a tally of (country, kind, visibility, count) rows.

    Withheld names show under their country only from five on; counted ones never do.
    """
    tally = Tally()
    withheld: dict[str, int] = {}
    for country, kind, visibility, count in rows:
        if visibility == "counted":
            tally.counted += count
        elif visibility == "withheld":
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
