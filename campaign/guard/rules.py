"""The budgets, each with its reason: what is ordinary, and what the desk should look at first.

No budget refuses a signature. One over a budget is *held*: it is stored, mailed, confirmed and counted like any other,
and marked for the desk, which looks at every signatory anyway. So the budgets can be small. They are chosen so that
of 50,000 fakes in a day at most 1 % pass unmarked, whatever proofs, networks and domains they come with.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

from limits import RateLimitItemPerDay

from campaign.mail.address import Address

LISTS = Path(__file__).parent
CHALLENGE_LIFE = timedelta(hours=1)  # a form stays open while the visitor looks up their constituency

# Our own machine and network. An onion service shows this address for every visitor, and so does a proxy whose hop is
# not counted. It does not tell one visitor from another, so it is no network to count by.
OURS = tuple(
    ip_network(text)
    for text in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
)  # fmt: skip
CROWDS = (5, 100)  # forms a day from one network or domain: a household or office, a university, a crowd
MOST_LIKELY = 9  # a parliament's own address, which no stranger can confirm
PREFIX = {4: 24, 6: 48}  # one household, office or hosting customer can easily have a whole network of this size

_SHARED = "ac asn co com edu go gob gouv gov govt gv id ltd me mil ne net nhs nom or org plc sch"  # as in co.uk
SHARED = frozenset(_SHARED.split())
# One mailbox under several domains, by what each provider says; hotmail.com, live.com and outlook.com are three.
ALIASES = {
    "googlemail.com": "gmail.com",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
    "protonmail.com": "proton.me",
    "protonmail.ch": "proton.me",
    "pm.me": "proton.me",
    **dict.fromkeys(("ya.ru", "yandex.by", "yandex.com", "yandex.kz", "yandex.ua"), "yandex.ru"),
}
UNSEEN = {"gmail.com": ".", "proton.me": ".-_", "yandex.ru": ".-"}  # the provider ignores these in a mailbox name
DASHED = frozenset(("yahoo", "ymail", "rocketmail"))  # no name there has a dash: the part after it is a tag
BELOW = frozenset(("fastmail.com", "fastmail.fm"))  # tag@ana.fastmail.com is ana@fastmail.com


@dataclass(frozen=True)
class Budget:
    """A number a day, split over several counter rows where a crowd would otherwise queue for the lock of one."""

    a_day: int
    rows: int = 1

    @property
    def row(self) -> RateLimitItemPerDay:
        """Return the limit of one row."""
        return RateLimitItemPerDay(self.a_day // self.rows)


@dataclass(frozen=True)
class Lane:
    """The budgets of forms with a proof of work, or of forms without; each lane has its own counters.

    So only visitors without JavaScript, as in Tor's safest mode, share a lane with a flood that does no work.
    """

    name: str
    network: Budget
    domain: Budget
    provider: Budget
    letter: Budget


MAILS = Budget(3)  # the first, one that was lost, one to correct a misspelling; a fourth is a nuisance
# Mails to all mailboxes of one domain in any 24 hours: a catch-all domain is one mailbox under any name. A mail over
# this waits for a place. Forms held for their crowd get a smaller share, and leave room for the others of the domain.
# 120 is the domain budget of both lanes together, so that no form within those budgets waits for a second day.
MAILS_DOMAIN = Budget(120)
# The same domain's, for forms held for their network, their domain or a throw-away mailbox.
MAILS_CROWD = Budget(20)
MAILS_PARLIAMENT = Budget(1_000)  # a whole parliament with its staff
MAILS_PROVIDER = Budget(10_000, rows=8)  # strangers share it; beyond this the provider would call us a spammer

# Names that strangers may hide from a list before an officer has looked: few, against an attacker who wants them all gone.
HIDES_NETWORK = Budget(2)  # the visitor's own name, and a colleague's
HIDES_LETTER = Budget(5)  # more than are honestly disputed in a day

PLAIN = Lane(
    "plain",
    network=Budget(30),  # a meeting in one hall, or a Tor exit's quiet day
    domain=Budget(20),  # a small organisation whose whole staff signs
    provider=Budget(96, rows=8),  # as many as the letter's own
    letter=Budget(96, rows=8),  # few people read without JavaScript; more in a day are worth a look
)
# A proof takes a phone some seconds while its owner types; 50,000 proofs take one core most of a day. So a crowd with
# proofs is likelier to be people, and its budgets are large enough for a successful launch.
WORKED = Lane(
    "worked",
    network=Budget(300),  # a university, a mobile carrier's shared address
    domain=Budget(100),  # a large organisation on the day it calls its members
    provider=Budget(400, rows=8),
    letter=Budget(400, rows=8),  # with the plain lane's 96 it stays under 1 % of 50,000
)


def network_of(address: str) -> str | None:
    """Return the network of a client's address, None if the address does not tell one visitor from another."""
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
    """Return the registered part of a domain, so that a.evil.tld and b.evil.tld count as one.

    This is a guess without the public suffix list: three labels where the last two look like `co.uk` or `com.au`,
    else two.
    """
    labels = domain.split(".")
    shared = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SHARED
    return ".".join(labels[-3 if shared else -2 :])


def mailbox_of(address: Address) -> str:
    """Return one text for all spellings of a mailbox, to count its mails by.

    It joins too many spellings rather than too few (`+…` at every domain), so use it only to count mails.
    """
    local, domain = address.local.lower(), ALIASES.get(address.domain, address.domain)
    below, _dot, above = domain.partition(".")
    if above in BELOW:
        return f"{below}@{above}"
    dashed = below in DASHED
    for sign in "+-" if dashed else "+":
        local = local.partition(sign)[0] or local
    unseen = str.maketrans("", "", UNSEEN.get(domain, ""))
    return f"{local.translate(unseen) or local}@{domain}"


def is_provider(domain: str) -> bool:
    """Say whether a domain is a mail provider's: strangers share it, each with their own mailbox."""
    return domain in listed("providers") or domain in ALIASES or domain.partition(".")[2] in BELOW


def box_of(address: Address) -> str:
    """Return a text that is equal for two addresses only if the same person surely reads both.

    Providers deliver all spellings of a name to one mailbox. At another domain `a+b@` may be another person than `a@`.
    """
    return mailbox_of(address) if is_provider(address.domain) else address.key


def mails_a_day(domain: str, *, official: bool, crowded: bool) -> Budget:
    """Return how many mails a domain gets in any 24 hours."""
    if official:
        return MAILS_PARLIAMENT
    if is_provider(domain):
        return MAILS_PROVIDER
    return MAILS_CROWD if crowded else MAILS_DOMAIN


def likeliness(*, worked: bool, network: int, domain: int, disposable: bool) -> int:
    """Return how likely a form is a person's, 0 to 8: by its proof of work and its larger crowd at that moment.

    `network` and `domain` are how many forms came from there today, this one included.
    """
    crowd = sum(max(network, domain) > many for many in CROWDS)
    return max(4 * worked + 2 * (len(CROWDS) - crowd) - 4 * disposable, 0)


def oddity_of(address: Address) -> str | None:
    """Return what is odd about an address by itself: "disposable", "role" or None."""
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
