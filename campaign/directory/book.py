"""The directory as it stands: what is shipped, with the desk's own entries; each process keeps it for a few seconds."""

from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from campaign.directory.models import ListedChamber, ListedDomain, OwnKind, OwnOffice
from campaign.storage.statements import Turn, wait_turn
from campaign.web.cache import Shelf
from campaign.web.toolbox import Directory, Toolbox
from campaign.world.legislatures import (
    Chamber,
    Domain,
    DomainClass,
    Legislatures,
    OwnDomain,
    join,
    read_legislatures,
)
from campaign.world.recipients import FIELDS, Channel, Kind, Recipient, Recipients, read_recipients

DIRECTORIES = Shelf[int, Directory]()
ONE = 1
Place = tuple[str, str]  # an office's country and kind


def shipped_in(folder: Path) -> Directory:
    """Return what is shipped, from the files in config/. Raises RecipientsInvalid, LegislaturesInvalid."""
    return Directory(read_recipients(folder / "recipients.toml"), read_legislatures(folder / "legislatures.toml"))


def direct(tools: Toolbox) -> Directory:
    """Return the directory, at most as old as a cached page.

    While the database cannot be reached, this returns the last known one, or what is shipped: nothing can be signed
    or sent meanwhile.
    """
    known = tools.cache.find(DIRECTORIES, ONE, now=tools.clock())
    if known is not None:
        return known
    try:
        with tools.database.read() as session:
            found = Directory(
                read_offices(session, tools.shipped.recipients),
                read_parliaments(session, tools.shipped.legislatures),
            )
    except SQLAlchemyError:
        return tools.cache.last(DIRECTORIES, ONE) or tools.shipped
    return tools.cache.keep(DIRECTORIES, ONE, found, until=tools.shortly)


def read_offices(session: Session, shipped: Recipients) -> Recipients:
    """Return the offices on record: the shipped ones, with the desk's own over them."""
    own = {(row.country, row.office): _office(row) for row in session.scalars(select(OwnOffice))}
    kinds = {row.name: Kind(row.words, row.heading, row.english) for row in session.scalars(select(OwnKind))}
    return shipped.with_own(own, kinds) if own or kinds else shipped


def office_at(recipients: Recipients, place: Place) -> Recipient | None:
    """Return the office of a country and kind, None if there is none."""
    return next((one for one in recipients.every if (one.country, one.office) == place), None)


def changed_places(session: Session) -> set[Place]:
    """Return the offices of which the desk says something itself."""
    return {(country, office) for country, office in session.execute(select(OwnOffice.country, OwnOffice.office))}


def read_parliaments(session: Session, shipped: Legislatures) -> Legislatures:
    """Return the parliaments on record: the shipped ones, with the desk's own domains over them."""
    own = own_domains(session)
    return _joined(shipped, tuple(own.values())) if own else shipped


def own_domains(session: Session) -> dict[str, OwnDomain]:
    """Return what the desk says of domains itself, by name."""
    chambers: dict[str, list[Chamber]] = {}
    for row in session.scalars(select(ListedChamber).order_by(ListedChamber.country, ListedChamber.name)):
        chambers.setdefault(row.domain, []).append(
            Chamber(row.country, row.region or None, row.name, row.english, ())
        )
    rows = session.scalars(select(ListedDomain).order_by(ListedDomain.name))
    return {row.name: OwnDomain(_domain(row), tuple(chambers.get(row.name, ())), row.alone) for row in rows}


def in_turn(session: Session) -> None:
    """Let one officer at a time change the directory: two could both find what they had read."""
    wait_turn(session, Turn.DIRECTORY)


# The same parliaments are the same object: results made from them are cached.
_joined = lru_cache(maxsize=4)(join)


def _office(row: OwnOffice) -> Recipient | None:
    if not row.listed:
        return None
    values = {name: getattr(row, name) for name in FIELDS}
    return Recipient(**{**values, "address": tuple(row.address.splitlines()), "channel": Channel(row.channel)})


def _domain(row: ListedDomain) -> Domain:
    return Domain(row.name, DomainClass(row.holds), row.source, row.seen_on, row.expires_on)
