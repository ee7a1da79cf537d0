"""Change, confirm, take out and bring back an office; take in a whole address book."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.directory.book import Place, in_turn, office_at, read_offices
from campaign.directory.models import OwnKind, OwnOffice
from campaign.directory.rules import differences, mark_of_entry
from campaign.web.staff import ChangedMeanwhile, Staff
from campaign.world.recipients import Kind, Recipient, Recipients

Entries = Mapping[Place, Recipient | None]
Change = tuple[Place, Recipient | None, Recipient | None]  # where, what stood there, what shall


class KindMissing(Exception):
    """A whole address book leaves out a kind of office that is shipped; the message names it."""


def change_office(
    session: Session, shipped: Recipients, wanted: Recipient, seen: str, by: Staff | None, *, now: datetime
) -> list[str]:
    """Save an entry; return the names of what changed, empty if nothing did.

    Raises ChangedMeanwhile if the entry on record is no longer the one with the mark `seen`.
    """
    place = wanted.country, wanted.office
    return _put(session, shipped, (place, _seen(session, shipped, place, seen), wanted), by, now=now)


def drop_office(
    session: Session, shipped: Recipients, place: Place, seen: str, by: Staff | None, *, now: datetime
) -> None:
    """Take an office out of the list: nothing is delivered to it. Raises ChangedMeanwhile."""
    _put(session, shipped, (place, _seen(session, shipped, place, seen), None), by, now=now)


def restore_office(
    session: Session, shipped: Recipients, place: Place, seen: str, by: Staff | None, *, now: datetime
) -> None:
    """Go back to the shipped entry, or to none if none is shipped. Raises ChangedMeanwhile."""
    then = _seen(session, shipped, place, seen)
    _put(session, shipped, (place, then, office_at(shipped, place)), by, now=now)


def change_kind(
    session: Session, shipped: Recipients, name: str, kind: Kind, by: Staff | None, *, now: datetime
) -> bool:
    """Add a kind of office, or change its words; say whether anything changed."""
    in_turn(session)
    if read_offices(session, shipped).offices.get(name) == kind:
        return False
    session.execute(delete(OwnKind).where(OwnKind.name == name))
    if shipped.offices.get(name) != kind:
        session.add(OwnKind(name=name, **asdict(kind)))
    session.flush()
    write_log(session, by, "office kind", f"office kind:{name}", {}, now=now)
    return True


def change_offices(
    session: Session, shipped: Recipients, wanted: Entries, by: Staff | None, *, now: datetime
) -> int:
    """Save many entries (None: taken out) as they come from a list or a file; return how many changed."""
    in_turn(session)
    known = {(one.country, one.office): one for one in read_offices(session, shipped).every}
    changes = [(place, known.get(place), entry) for place, entry in wanted.items() if entry != known.get(place)]
    for change in changes:
        _put(session, shipped, change, by, now=now)
    return len(changes)


def replace_offices(
    session: Session, shipped: Recipients, whole: Recipients, by: Staff | None, *, now: datetime
) -> int:
    """Let the address book be what `whole` says, and nothing else; return how many entries changed.

    Raises KindMissing: letters may name a kind of office that is shipped.
    """
    for name in shipped.offices:
        if name not in whole.offices:
            raise KindMissing(f"[offices.{name}] is missing: the kinds of offices that are shipped must stay")
    before = read_offices(session, shipped)
    for name, kind in whole.offices.items():
        change_kind(session, shipped, name, kind, by, now=now)
    wanted: dict[Place, Recipient | None] = {(one.country, one.office): None for one in before.every}
    wanted |= {(one.country, one.office): one for one in whole.every}
    changed = change_offices(session, shipped, wanted, by, now=now)
    for name in before.offices.keys() - whole.offices.keys():
        session.execute(delete(OwnKind).where(OwnKind.name == name))
        write_log(session, by, "office kind", f"office kind:{name}", {"gone": True}, now=now)
    return changed


def _seen(session: Session, shipped: Recipients, place: Place, seen: str) -> Recipient | None:
    """Return the entry on record, if it is the one that the officer saw. Raises ChangedMeanwhile."""
    in_turn(session)
    then = office_at(read_offices(session, shipped), place)
    if mark_of_entry(then) != seen:
        raise ChangedMeanwhile
    return then


def _put(session: Session, shipped: Recipients, change: Change, by: Staff | None, *, now: datetime) -> list[str]:
    """Write one entry over what is shipped: no row where it is what is shipped."""
    place, then, wanted = change
    changed = differences(then, wanted)
    if not changed:
        return []
    country, office = place
    session.execute(delete(OwnOffice).where(OwnOffice.country == country, OwnOffice.office == office))
    if wanted != office_at(shipped, place):
        session.add(_row(place, wanted))
    session.flush()
    # What changed, not to what: an address may be a person's.
    details = {"what": "taken out" if wanted is None else ", ".join(changed)}
    write_log(session, by, "office", f"office:{country}-{office}", details, now=now)
    return changed


def _row(place: Place, entry: Recipient | None) -> OwnOffice:
    if entry is None:
        return OwnOffice(country=place[0], office=place[1], listed=False)
    values = {**asdict(entry), "address": "\n".join(entry.address), "channel": str(entry.channel)}
    return OwnOffice(listed=True, **values)
