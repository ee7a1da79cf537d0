"""How much is ordinary, and what the desk should look at first: the budgets, each with its reason.

Nothing here refuses anybody. A submission over a budget is *held*: kept, mailed, confirmed and counted like any
other, and marked for the desk, which looks at every signatory anyway. So the budgets are small: they are chosen
so that of 50,000 fakes in a day at most 1 % pass unmarked, whatever proofs, networks and domains they come with.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

from limits import RateLimitItemPerDay

from campaign.mail.address import Address

LISTS = Path(__file__).parent
CHALLENGE_LIFE = timedelta(hours=1)  # a form lies open while somebody looks up their constituency

# Our own machine and network: what an onion service shows of everybody, and a proxy whose hop is not counted.
# It says nothing about who is there, so it is no network to count by.
OURS = tuple(
    ip_network(text)
    for text in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
)  # fmt: skip
PREFIX = {4: 24, 6: 48}  # what one household, office or hosting customer can easily hold

SHARED = frozenset(("ac", "co", "com", "edu", "go", "gov", "id", "me", "ne", "net", "or", "org"))  # as in co.uk


@dataclass(frozen=True)
class Budget:
    """So many a day; laid in several rows where a whole crowd would otherwise queue for one."""

    a_day: int
    rows: int = 1

    @property
    def row(self) -> RateLimitItemPerDay:
        """Return what one row holds."""
        return RateLimitItemPerDay(self.a_day // self.rows)


@dataclass(frozen=True)
class Lane:
    """The budgets of those who brought a proof of work, or of those who did not; each lane counts by itself.

    So people in Tor's safest mode share their lane with a flood that is too poor to work, and nobody else does.
    """

    name: str
    network: Budget
    domain: Budget
    provider: Budget
    letter: Budget


MAILS = Budget(3)  # the first, one that was lost, one to correct a misspelling; a fourth is a nuisance

# Names that strangers may hide from a list before an officer has looked: whoever wants them all gone gets few.
HIDES_NETWORK = Budget(2)  # somebody's own, and a colleague's
HIDES_LETTER = Budget(5)  # more than are honestly disputed in a day

PLAIN = Lane(
    "plain",
    network=Budget(30),  # a meeting in one hall, or a Tor exit's quiet day
    domain=Budget(20),  # a small organisation whose whole staff signs
    provider=Budget(96, rows=8),  # as many as the letter's own
    letter=Budget(96, rows=8),  # few people read without JavaScript; more in a day are worth a look
)
# A proof costs a phone some seconds while its owner types, and 50,000 of them a core most of a day. So a
# crowd with proofs is likelier to be people, and gets what a launch that goes well needs.
WORKED = Lane(
    "worked",
    network=Budget(300),  # a university, a mobile carrier's shared address
    domain=Budget(100),  # a large organisation on the day it calls its members
    provider=Budget(400, rows=8),
    letter=Budget(400, rows=8),  # with the plain lane's 96 it stays under 1 % of 50,000
)


def network_of(address: str) -> str | None:
    """Return the network that a client's address lies in, None where it says nothing about who is there."""
    try:
        client: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(client, IPv6Address) and client.ipv4_mapped is not None:
        client = client.ipv4_mapped
    if any(client in ours for ours in OURS):
        return None
    return str(ip_network((client, PREFIX[client.version]), strict=False))


def owner_of(domain: str) -> str:
    """Return the part of a domain that somebody had to register, so that a.evil.tld and b.evil.tld are one.

    A guess without the public suffix list: three labels where the last two look like `co.uk` or `com.au`, else two.
    """
    labels = domain.split(".")
    shared = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SHARED
    return ".".join(labels[-3 if shared else -2 :])


def oddity_of(address: Address) -> str | None:
    """Return what is odd about an address by itself: "disposable", "role" or nothing."""
    if is_disposable(address.domain):
        return "disposable"
    return "role" if address.is_role else None


def is_disposable(domain: str) -> bool:
    """Say whether a domain belongs to a service that hands out throw-away mailboxes."""
    labels = domain.split(".")
    return any(".".join(labels[depth:]) in listed("disposable") for depth in range(len(labels) - 1))


@cache
def listed(name: str) -> frozenset[str]:
    """Return the words of one of the lists beside this file, "disposable" or "providers", read once."""
    lines = (LISTS / f"{name}.txt").read_text(encoding="ascii").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
