"""Parliaments and their members' mail domains, as config/legislatures.toml lists them."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from campaign.world.lookalikes import resembles

DOMAIN = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_LONGEST = 253  # RFC 1035, section 2.3.4, without the root
# The characters of parliaments' mailbox names. RFC 5321 allows more, but relays read `%` and `!` as routes elsewhere.
_LOCAL = re.compile(r"(?=.{1,64}$)[A-Za-z0-9_'-]+(?:\.[A-Za-z0-9_'-]+)*")
_TAGGED = re.compile(r"[A-Za-z0-9._'+-]+")


class DomainClass(StrEnum):
    """Whose mailboxes a domain has."""

    MEMBER = "member"
    STAFF = "staff"
    MIXED = "mixed"
    PARTY = "party"


class LegislaturesInvalid(ValueError):
    """The list of parliaments has an impossible entry; the sentence names it."""


@dataclass(frozen=True, slots=True)
class Domain:
    """One mail domain; `name` may begin with `*.`. From `expires_on` on it proves nothing."""

    name: str
    holds: DomainClass
    evidence: str
    seen_on: date
    expires_on: date

    def is_current(self, today: date) -> bool:
        """Say whether this entry was reviewed recently enough to rely on it."""
        return self.seen_on <= today < self.expires_on


@dataclass(frozen=True, slots=True)
class Chamber:
    """One house of a parliament; `region` is the ISO 3166-2 code of a regional parliament, else None."""

    country: str
    region: str | None
    name: str
    english: str
    domains: tuple[Domain, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the name in its own language, and the English name if it differs."""
        return tuple(dict.fromkeys((self.name, self.english)))


@dataclass(frozen=True, slots=True)
class OwnDomain:
    """What a campaign says of a domain itself: for every chamber that has it, and for further `chambers`.

    `alone`: the chambers that it is shipped for have it no more.
    """

    domain: Domain
    chambers: tuple[Chamber, ...] = ()
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A domain of a parliament, and every chamber that uses it; not a proof of membership."""

    domain: Domain
    chambers: tuple[Chamber, ...]


@dataclass(frozen=True, slots=True, eq=False)  # hashed by identity, so that results made from it can be cached
class Legislatures:
    """The list of parliaments, in the order of the file."""

    every: tuple[Chamber, ...]
    matches: Mapping[str, Match]

    def chambers(self, country: str) -> tuple[Chamber, ...]:
        """Return the chambers of a country and of its regions."""
        return tuple(chamber for chamber in self.every if chamber.country == country)

    def due(self, day: date) -> tuple[Domain, ...]:
        """Return the domains that expire on `day` or before, unless they are reviewed."""
        return tuple(match.domain for match in self.matches.values() if match.domain.expires_on <= day)

    def official(self, domain: str) -> Match | None:
        """Return the parliament that has exactly this domain; None if it is not plain ASCII.

        Case does not matter. A subdomain of a listed domain is official only if the list says `*.`.
        """
        if not domain.isascii() or len(domain) > _LONGEST or not DOMAIN.fullmatch(domain.lower()):
            return None
        name = domain.lower()
        if name.startswith("*"):
            return None
        return self.matches.get(name) or self._below(name)

    def official_address(self, written: str) -> Match | None:
        """Return the parliament of a mailbox: its domain is official, and its local part looks like a parliament's."""
        local, _at, domain = written.rpartition("@")
        return self.official(domain) if _LOCAL.fullmatch(local) else None

    def is_routed(self, written: str) -> bool:
        """Say whether an address has an official domain but leads elsewhere, as `jane%evil.tld@` does.

        A tag after a plus is no route; but the address is not official either.
        """
        local, _at, domain = written.rpartition("@")
        return self.official(domain) is not None and not _TAGGED.fullmatch(local)

    def near_miss(self, domain: str) -> str | None:
        """Return the listed domain that this one could be mistaken for; None if there is none, or it is official itself.

        This is only a hint for the desk: a parliament missing from the list may resemble one on it.
        """
        names = tuple(dict.fromkeys(listed.removeprefix("*.") for listed in self.matches))
        if len(domain) > _LONGEST or self.official(domain) or _is_within(domain.lower(), names):
            return None
        return next((name for name in names if resembles(domain, name)), None)

    def _below(self, name: str) -> Match | None:
        labels = name.split(".")
        wildcards = ("*." + ".".join(labels[depth:]) for depth in range(1, len(labels)))
        return next((self.matches[wildcard] for wildcard in wildcards if wildcard in self.matches), None)


def parse(listed: Mapping[str, Any]) -> Legislatures:
    """Read the parsed config/legislatures.toml. Raises LegislaturesInvalid with one clear line."""
    return _matched(_chamber(entry) for entry in listed.get("chamber", ()))


def read_legislatures(file: Path) -> Legislatures:
    """Read config/legislatures.toml. Raises LegislaturesInvalid."""
    return parse(tomllib.loads(file.read_text(encoding="utf-8")))


def join(shipped: Legislatures, own: Sequence[OwnDomain]) -> Legislatures:
    """Return the parliaments with a campaign's own domains over what is shipped."""
    known = {one.domain.name: one for one in own}
    chambers = {(one.country, one.name): replace(one, domains=_standing(one, known)) for one in shipped.every}
    for one in own:
        for chamber in one.chambers:
            there = chambers.get((chamber.country, chamber.name), chamber)
            if one.domain not in there.domains:
                chambers[chamber.country, chamber.name] = replace(there, domains=(*there.domains, one.domain))
    return _matched(chambers.values())


def _standing(chamber: Chamber, known: Mapping[str, OwnDomain]) -> tuple[Domain, ...]:
    """Return a shipped chamber's domains: with what the campaign says of them, and without those that it ended."""
    return tuple(
        known[domain.name].domain if domain.name in known else domain
        for domain in chamber.domains
        if domain.name not in known or not known[domain.name].alone
    )


def _matched(listed: Iterable[Chamber]) -> Legislatures:
    """Return the parliaments by their domains. Raises LegislaturesInvalid if a domain is of two classes."""
    chambers = tuple(listed)
    matches: dict[str, Match] = {}
    for chamber in chambers:
        for domain in chamber.domains:
            known = matches.get(domain.name, Match(domain, ()))
            if known.domain.holds is not domain.holds:
                raise LegislaturesInvalid(
                    f"{domain.name} is listed both as {known.domain.holds} and {domain.holds}"
                )
            matches[domain.name] = Match(known.domain, (*known.chambers, chamber))
    return Legislatures(chambers, matches)


def _is_within(domain: str, names: tuple[str, ...]) -> bool:
    """Say whether a parliament owns this name, although the list does not name it as a mail domain."""
    return bool(DOMAIN.fullmatch(domain)) and (
        domain in names or domain.endswith(tuple("." + name for name in names))
    )


def _chamber(entry: Mapping[str, Any]) -> Chamber:
    try:
        domains = tuple(_domain(domain) for domain in entry["domains"])
        chamber = Chamber(entry["country"], entry.get("region"), entry["name"], entry["english"], domains)
    except KeyError as fault:
        raise LegislaturesInvalid(f"{entry.get('name', 'a chamber')} lacks {fault}") from fault
    if chamber.region and not chamber.region.startswith(chamber.country + "-"):
        raise LegislaturesInvalid(f"{chamber.name}: region {chamber.region} is not in {chamber.country}")
    return chamber


def _domain(entry: Mapping[str, Any]) -> Domain:
    name = entry["name"]
    if not DOMAIN.fullmatch(name):
        raise LegislaturesInvalid(f"{name!r} is not a domain in small ASCII letters")
    if entry["class"] not in list(DomainClass):
        raise LegislaturesInvalid(f"{name}: class {entry['class']!r} is none of {', '.join(DomainClass)}")
    if not entry["seen_on"] < entry["expires_on"]:
        raise LegislaturesInvalid(f"{name}: expires_on is not after seen_on")
    return Domain(name, DomainClass(entry["class"]), entry["evidence"], entry["seen_on"], entry["expires_on"])
