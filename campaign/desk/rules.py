"""The desk's roles, what each may do, and which acts need two people."""

import json
from collections.abc import Collection
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256

from campaign.web.staff import Staff
from campaign.world.countries import COUNTRIES

VIEWER, VERIFIER, DELIVERER, OWNER = "viewer", "verifier", "deliverer", "owner"
ROLES = (VIEWER, VERIFIER, DELIVERER, OWNER)
VERIFIES = (VERIFIER, OWNER)
DELIVERS = (DELIVERER, OWNER)
INVITATION_LIFE = timedelta(days=7)
APPROVAL_LIFE = timedelta(hours=24)
RECOVER, ADMIT, BULK, EXPORT, WITHDRAW, DOMAIN, ROSTER = (
    "recover",
    "admit",
    "bulk",
    "export",
    "withdraw",
    "domain",
    "roster",
)


class UnknownCountry(ValueError):
    """A typed code is no country's; the message says which."""


@dataclass(frozen=True)
class Kind:
    """A kind of act that needs two people: its words, the roles that may agree, and whether agreeing does it."""

    words: str
    roles: tuple[str, ...]
    at_once: bool = True


READABLE = 4.5  # WCAG 2.2, success criterion 1.4.3
LIGHT = ("#fdfcf9", "#ffffff", "#f3f0e8")  # what stands behind words on a light page (site.css)
DARK = ("#15171a", "#1c1f23", "#22262b")


KINDS = {
    RECOVER: Kind("Let an officer who lost everything back in", (OWNER,)),
    ADMIT: Kind("Admit an officer as a second person", (OWNER,)),
    BULK: Kind("Decide about many signatories at once", VERIFIES),
    WITHDRAW: Kind("Withdraw a letter for good", (OWNER,)),
    DOMAIN: Kind("List a parliament’s mail domain: its mailboxes count as official", VERIFIES),
    ROSTER: Kind("Take in a roster of sitting members", VERIFIES, at_once=False),
    EXPORT: Kind("Export or print withheld names", DELIVERS, at_once=False),
}
NOT_ADMITTED = (
    "You are not admitted as a second person yet, so you cannot be one of the two. Another owner must ask for it under People, "
    "or the person who runs the server admits you: flask desk admit EMAIL"
)
ON_THE_SERVER = (
    "The first two owners are admitted on the server: “flask desk invite EMAIL --role owner” invites one, "
    "“flask desk admit EMAIL” admits one who has joined. After that, two owners admit each further officer under People."
)


def admitted_roles_fault(roles: Collection[str]) -> str:
    """Return why the admitted officers, given by their roles, are too few; empty if they are enough."""
    if len(roles) < 2:
        who = "only one person here is" if roles else "nobody here is"
        return f"Everything that takes two people has to wait: {who} admitted as a second person. {ON_THE_SERVER}"
    if list(roles).count(OWNER) < 2:
        return f"No further officer can be admitted as a second person yet: that takes two admitted owners. {ON_THE_SERVER}"
    return ""


def lesser_role(one: str, other: str) -> str:
    """Return the role that may do only what both may: an owner may do everything, a viewer only look."""
    return one if other in (one, OWNER) else other if one == OWNER else VIEWER


def may_decide(officer: Staff, country: str) -> bool:
    """Say whether an officer may decide about a signatory of `country`, by role and by their own countries, if any."""
    return officer.role in VERIFIES and (not officer.countries or country in officer.countries.split())


def country_list(typed: str) -> str:
    """Return the typed country codes, sorted, with one space between. Raises UnknownCountry."""
    codes = sorted(set(typed.replace(",", " ").upper().split()))
    for code in codes:
        if code not in COUNTRIES:
            raise UnknownCountry(f"There is no country {code[:20]}. Use two letters, such as DE FR.")
    return " ".join(codes)


def payload_hash(payload: object) -> bytes:
    """Return the hash that ties an approval to exactly what was approved."""
    return sha256(json.dumps(payload, ensure_ascii=False, sort_keys=True).encode()).digest()


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, `#rrggbb` (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def least_contrast(colour: str, grounds: Collection[str]) -> float:
    """Return how well a colour is read on the worst of these grounds."""
    return min(contrast(colour, ground) for ground in grounds)


@lru_cache(maxsize=64)
def nearest_readable(colour: str, grounds: tuple[str, ...]) -> str:
    """Return the colour of the same hue, nearest in lightness, that is read well on all these grounds."""
    hue, lightness, saturation = rgb_to_hls(*_channels(colour))
    steps = sorted((step / 200 for step in range(201)), key=lambda step: abs(step - lightness))
    shades = (_written(hls_to_rgb(hue, step, saturation)) for step in steps)
    return next(shade for shade in shades if least_contrast(shade, grounds) >= READABLE)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red / 255, green / 255, blue / 255


def _written(channels: tuple[float, float, float]) -> str:
    return "#" + bytes(round(part * 255) for part in channels).hex()
