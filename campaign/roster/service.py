"""Keep each chamber's roster of sitting members, and compare it with a card."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.confirm.models import Signatory
from campaign.letter.rules import LAWMAKER
from campaign.mail.address import Address
from campaign.roster.matching import Proposal, Seat, SelfDescription, propose, same_chamber
from campaign.roster.members import Member
from campaign.roster.models import Roster, RosterMember
from campaign.roster.rules import NOBODY, DecisionMalformed
from campaign.seal.indexes import read_back_code
from campaign.seal.keys import Keys
from campaign.sign.rules import Entry
from campaign.web.staff import Staff
from campaign.world.legislatures import Legislatures

CALLED_BACK = frozenset({"US"})  # publishes no addresses: an officer calls the office, which reads a code back


@dataclass(frozen=True)
class RosterHeading:
    """The chamber of a roster file, where it was published, and the day it was true."""

    country: str
    chamber: str
    source: str
    on: date
    file_sha256: bytes


@dataclass(frozen=True)
class RosterChange:
    """How a file differs from the roster that stands."""

    new: tuple[Member, ...]
    gone: tuple[Member, ...]
    changed: tuple[Member, ...]


@dataclass(frozen=True)
class RosterEvidence:
    """What rosters say about one lawmaker; `missing` are the chamber's rosters without such a name or address."""

    proposals: tuple[Proposal, ...] = ()
    missing: tuple[Roster, ...] = ()
    read_back: str = ""

    @property
    def sitting(self) -> tuple[Proposal, ...]:
        """Return the proposals that an officer may pick: not the members who left the chamber."""
        return tuple(one for one in self.proposals if one.seat.gone_on is None)

    def pick(self, chosen: str) -> int | None:
        """Return the number of the member that an officer chose, None for NOBODY. Raises DecisionMalformed.

        The code never matches by itself, and an officer cannot skip the question: if members are shown, they must
        choose one, or none of them.
        """
        offered = {str(one.seat.number): one.seat.number for one in self.sitting}
        if chosen not in offered and chosen != NOBODY and (chosen or offered):
            raise DecisionMalformed("Say which sitting member this is, or that it is none of those shown.")
        return offered.get(chosen)


def find_roster(session: Session, country: str, chamber: str) -> Roster | None:
    """Return the roster of a chamber by its exact name."""
    return session.scalar(select(Roster).where(Roster.country == country, Roster.chamber == chamber))


def rosters(session: Session) -> list[Roster]:
    """Return every roster, by country and chamber."""
    return list(session.scalars(select(Roster).order_by(Roster.country, Roster.chamber)))


def heading_of(roster: Roster) -> RosterHeading:
    """Return the heading of the file that a roster was imported from."""
    return RosterHeading(roster.country, roster.chamber, roster.source, roster.on, roster.file_sha256)


def compare_roster(session: Session, heading: RosterHeading, members: tuple[Member, ...]) -> RosterChange:
    """Return what importing a file would change."""
    roster = find_roster(session, heading.country, heading.chamber)
    known = {_identity(row): _plain(row) for row in _rows(session, roster) if row.gone_on is None}
    listed = {_identity(member): member for member in members}
    return RosterChange(
        tuple(member for key, member in listed.items() if key not in known),
        tuple(member for key, member in known.items() if key not in listed),
        tuple(member for key, member in listed.items() if key in known and known[key] != member),
    )


def update_roster(
    session: Session, heading: RosterHeading, members: tuple[Member, ...], by: Staff | None, *, now: datetime
) -> None:
    """Make a file the chamber's roster; members who are not in it are marked as gone, never deleted."""
    roster = find_roster(session, heading.country, heading.chamber)
    if roster is None:
        roster = Roster(**asdict(heading), loaded_at=now)
        session.add(roster)
        session.flush()
    roster.source, roster.on, roster.file_sha256, roster.loaded_at = (
        heading.source,
        heading.on,
        heading.file_sha256,
        now,
    )
    known = {_identity(row): row for row in _rows(session, roster)}
    for member in members:
        row = known.pop(_identity(member), None)
        if row is None:
            session.add(RosterMember(roster_id=roster.id, **asdict(member)))
        else:
            row.party, row.address, row.telephone, row.gone_on = (
                member.party,
                member.address,
                member.telephone,
                None,
            )
    for row in known.values():
        row.gone_on = row.gone_on or heading.on
    details = {"chamber": heading.chamber, "on": heading.on.isoformat(), "members": len(members)}
    write_log(session, by, "roster", f"roster:{heading.country}", details, now=now)


def roster_evidence(
    session: Session,
    keys: Keys | None,
    legislatures: Legislatures,
    number: int,
    entry: Entry | None,
    address: str | None,
) -> RosterEvidence:
    """Return what rosters say of signatory `number`; nothing unless it is a lawmaker whose entry opens here."""
    signatory = session.get(Signatory, number)
    if entry is None or signatory is None or signatory.established != LAWMAKER:
        return RosterEvidence()
    aliases = [(chamber.name, chamber.english) for chamber in legislatures.chambers(entry.country)]
    found = session.execute(
        select(RosterMember, Roster)
        .join(Roster, Roster.id == RosterMember.roster_id)
        .where(Roster.country == entry.country)
    )
    seats = [_seat(member, roster) for member, roster in found]
    described = SelfDescription(
        (entry.name, entry.latin_name), entry.legislature, Address(*address.rsplit("@", 1)).key if address else ""
    )
    proposals = propose(described, seats, aliases)
    seen = {one.seat.chamber for one in proposals}
    own = [one for one in rosters(session) if one.country == entry.country]
    missing = [one for one in own if not seen and same_chamber(entry.legislature, one.chamber, aliases)]
    code = read_back_code(keys.index_key, number) if keys and entry.country in CALLED_BACK else ""
    return RosterEvidence(tuple(proposals), tuple(missing), code)


def _rows(session: Session, roster: Roster | None) -> list[RosterMember]:
    if roster is None:
        return []
    return list(
        session.scalars(select(RosterMember).where(RosterMember.roster_id == roster.id).order_by(RosterMember.id))
    )


def _identity(one: Member | RosterMember) -> tuple[str, str]:
    return one.name, one.constituency


def _plain(row: RosterMember) -> Member:
    return Member(row.name, row.constituency, row.party, row.address, row.telephone)


def _seat(row: RosterMember, roster: Roster) -> Seat:
    return Seat(
        **asdict(_plain(row)),
        gone_on=row.gone_on,
        chamber=roster.chamber,
        source=roster.source,
        on=roster.on,
        number=row.id,
    )
