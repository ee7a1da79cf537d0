"""Who may do what at the desk, for how long, and how a log entry is chained to the one before it."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import digest

from campaign.web.staff import Staff
from campaign.world.countries import COUNTRIES

VIEWER, VERIFIER, DELIVERER, OWNER = "viewer", "verifier", "deliverer", "owner"
ROLES = (VIEWER, VERIFIER, DELIVERER, OWNER)
VERIFIES = (VERIFIER, OWNER)
DELIVERS = (DELIVERER, OWNER)

SESSION_LIFE = timedelta(hours=10)
SESSION_IDLE = timedelta(minutes=60)
SEEN_EVERY = timedelta(minutes=1)  # a session's last use is kept this exactly
FRESH_FOR = timedelta(minutes=5)
CHALLENGE_LIFE = timedelta(minutes=10)
INVITATION_LIFE = timedelta(days=7)
APPROVAL_LIFE = timedelta(hours=24)
KNOWN_BROWSER_LIFE = timedelta(days=180)
LOG_LIFE = timedelta(days=730)  # threats.md: the log is kept for 24 months
SHORTEST_PASSWORD = 12  # OWASP ASVS 5.0, 6.2.1
LONGEST_PASSWORD = 200
RECOVERY_CODES = 10
FREE_FAILURES = 5
FIRST_HASH = bytes(32)

RECOVER, ADMIT, BULK, EXPORT = "recover", "admit", "bulk", "export"
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Macintosh": "Mac",
           "CrOS": "Chromebook", "Linux": "Linux"}  # fmt: skip


class UnknownCountry(ValueError):
    """What was typed is not a country's code; the message says which."""


@dataclass(frozen=True)
class Kind:
    """What takes two people: in words, who may be the second, and whether it is done as soon as they agree."""

    words: str
    roles: tuple[str, ...]
    at_once: bool = True


KINDS = {
    RECOVER: Kind("Let an officer who lost everything back in", (OWNER,)),
    ADMIT: Kind("Admit an officer as a second person", (OWNER,)),
    BULK: Kind("Decide about many signatories at once", VERIFIES),
    EXPORT: Kind("Export or print withheld names", DELIVERS, at_once=False),
}


NOT_ADMITTED = (
    "You are not admitted as a second person yet, so you cannot be one of the two. Another owner asks for it under People, "
    "or whoever runs the server admits you: flask desk admit EMAIL"
)
ON_THE_SERVER = (
    "The first two owners are admitted on the server: “flask desk invite EMAIL --role owner” invites one, "
    "“flask desk admit EMAIL” admits one who has joined. After that, two owners admit everybody else under People."
)


def lacking(roles: Collection[str]) -> str:
    """Return what is missing for two people to be found among the admitted officers' roles; empty if nothing is."""
    if len(roles) < 2:
        who = "only one person here is" if roles else "nobody here is"
        return f"Everything that takes two people has to wait: {who} admitted as a second person. {ON_THE_SERVER}"
    if list(roles).count(OWNER) < 2:
        return (
            f"Nobody else can be admitted as a second person yet: that takes two admitted owners. {ON_THE_SERVER}"
        )
    return ""


def lesser_role(one: str, other: str) -> str:
    """Return the most that both roles may do: an owner may do everything, a viewer only look."""
    return one if other in (one, OWNER) else other if one == OWNER else VIEWER


def may_decide(officer: Staff, country: str) -> bool:
    """Say whether an officer may decide about a signatory of `country`: their role, and their countries if any."""
    return officer.role in VERIFIES and (not officer.countries or country in officer.countries.split())


def country_list(typed: str) -> str:
    """Return the country codes that were typed, in order, one space between. Raises UnknownCountry."""
    codes = sorted(set(typed.replace(",", " ").upper().split()))
    for code in codes:
        if code not in COUNTRIES:
            raise UnknownCountry(f"There is no country {code[:20]}. Use two letters, such as DE FR.")
    return " ".join(codes)


def wait_after(failures: int) -> timedelta:
    """Return how long to wait after so many wrong sign-ins in a row: nothing, then doubling to 15 minutes."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    doubled: int = 2 ** min(failures - FREE_FAILURES, 6)
    return min(timedelta(seconds=15) * doubled, timedelta(minutes=15))


def counter_of(key: bytes, *what: bytes) -> bytes:
    """Return the name under which wrong tries are counted; without the key it tells nothing."""
    return digest(key, b"\0".join((b"undersigned:tries", *what)), "sha256")


def browser_kind(user_agent: str) -> str:
    """Return a browser in three words at most, such as `Firefox on Linux`: nothing that tells one from another."""
    browser = next((name for sign, name in BROWSERS.items() if sign in user_agent), "A browser")
    system = next((name for sign, name in SYSTEMS.items() if sign in user_agent), "")
    return f"{browser} on {system}" if system else browser


def plain_code(typed: str) -> str:
    """Return a typed code without the spaces and hyphens people put in."""
    return re.sub(r"[\s-]", "", typed).upper()


def payload_hash(payload: object) -> bytes:
    """Return the hash that ties an approval to exactly what was approved."""
    return sha256(json.dumps(payload, ensure_ascii=False, sort_keys=True).encode()).digest()


@dataclass(frozen=True)
class Said:
    """What one log entry says, as it is stored: who did what to what; `details` is JSON, letter for letter."""

    officer_id: int | None
    actor: str
    action: str
    subject: str
    details: str


def chained_hash(before: bytes, at: datetime, entry: Said) -> bytes:
    """Return the hash of a log entry: over the one before it and everything this one says."""
    said = [at.isoformat(), entry.officer_id, entry.actor, entry.action, entry.subject, entry.details]
    return sha256(before + json.dumps(said, ensure_ascii=False).encode()).digest()


def head_message(entry_id: int, at: datetime, entry_hash: bytes) -> bytes:
    """Return what is signed of a log's head: the entry's number, its moment, its hash."""
    return f"undersigned log head 1\n{entry_id}\n{at.isoformat()}\n{entry_hash.hex()}".encode()
