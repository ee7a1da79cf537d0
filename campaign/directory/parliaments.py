"""List a parliament's mail domain, review it, end it.

A listed domain lets people be taken for lawmakers. So two people list one, and two people review one that has expired.
To end one takes one person, at once.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.desk.approvals import ApprovalRequest, NotCarriedOut, ask, use
from campaign.desk.rules import DOMAIN as DOMAIN_ACT
from campaign.directory.book import in_turn, read_parliaments
from campaign.directory.models import ListedChamber, ListedDomain
from campaign.directory.rules import page_fault, tidy_line
from campaign.seal.keys import Keys
from campaign.storage.journal import write_act
from campaign.web.staff import ChangedMeanwhile, Staff
from campaign.web.toolbox import Carried
from campaign.world.countries import COUNTRIES, country_name
from campaign.world.legislatures import DOMAIN, Chamber, DomainClass, Legislatures, Match

REVIEWED_FOR = timedelta(days=366)
SOON = timedelta(days=30)
LONGEST_DOMAIN, LONGEST_CHAMBER = 50, 100
DOMAIN_ENDED, DOMAIN_LISTED = "domain ended", "domain listed"
GONE = "This domain is not listed any more, so nothing was done."
OTHER_CLASS = "Another chamber has this domain as {holds}: a domain has one class."


@dataclass(frozen=True)
class NewDomain:
    """A domain to list for a chamber, or to list longer: then `country` is empty."""

    name: str
    holds: str
    source: str
    expires_on: date
    country: str = ""
    chamber: str = ""
    english: str = ""

    @property
    def note(self) -> str:
        """Return what the second person must compare."""
        return f"The page that shows it: {self.source}"

    def request(self) -> ApprovalRequest:
        """Return what two people agree to."""
        until = f"until {self.expires_on:%d %b %Y}"
        where = (
            f"for the chamber {self.chamber} ({country_name(self.country, 'en')}), " if self.country else "again, "
        )
        payload = {**asdict(self), "expires_on": self.expires_on.isoformat(), "note": self.note}
        return ApprovalRequest(DOMAIN_ACT, f"domain:{self.name}", payload, f"{self.name} {where}{until}")


def tidy_domain(typed: NewDomain, listed: Legislatures, today: date) -> tuple[NewDomain, dict[str, str]]:
    """Return what was typed without needless spaces, and a sentence for each refused field.

    A chamber that is listed already keeps its English name.
    """
    chamber, wrong = tidy_line(typed.chamber, LONGEST_CHAMBER)
    english, wrong_english = tidy_line(typed.english, LONGEST_CHAMBER)
    name = typed.name.strip().lower()
    known = next((one for one in listed.chambers(typed.country) if chamber in one.names), None)
    if known:
        chamber, english = known.name, known.english
    tidy = replace(typed, name=name, chamber=chamber, english=english or chamber)
    faults = {
        "domain": _domain_fault(tidy, listed.matches.get(name)),
        "holds": "" if typed.holds in list(DomainClass) else "Choose whose mailboxes it has.",
        "country": "" if typed.country in COUNTRIES else "Choose the country.",
        "chamber": wrong or ("" if chamber else "Say which chamber it is, as it calls itself."),
        "english": wrong_english,
        **review_faults(typed.source, typed.expires_on, today),
    }
    return tidy, {field: sentence for field, sentence in faults.items() if sentence}


def review_faults(source: str, until: date, today: date) -> dict[str, str]:
    """Return what is wrong with the page and the last day of a domain."""
    late = f"A domain is listed for a year at most: until {today + REVIEWED_FOR:%d %b %Y}."
    day = "Choose a day that has not come yet." if until <= today else late if until > today + REVIEWED_FOR else ""
    return {"source": page_fault(source), "until": day}


def ask_domain(session: Session, wanted: NewDomain, by: Staff, *, now: datetime) -> None:
    """Ask a second person to agree that a domain is listed, or listed again."""
    ask(session, wanted.request(), by, now=now)


def prepare_domain(shipped: Legislatures, _session: Session, _keys: Keys | None, asked: Any) -> Carried:
    """Return the act that lists what two people agreed to."""
    values = {name: value for name, value in asked.items() if name != "note"}
    wanted = NewDomain(**{**values, "expires_on": date.fromisoformat(asked["expires_on"])})
    return partial(_list_domain, shipped, wanted)


def extend_domain(
    session: Session, shipped: Legislatures, wanted: NewDomain, seen: date, by: Staff, *, now: datetime
) -> bool:
    """List a domain until another day; if it has expired already, ask a second person. Say whether it was done.

    Raises ChangedMeanwhile if it no longer expires on the day `seen`.
    """
    in_turn(session)
    match = read_parliaments(session, shipped).matches.get(wanted.name)
    if match is None or match.domain.expires_on != seen:
        raise ChangedMeanwhile
    wanted = replace(wanted, holds=str(match.domain.holds))
    if not match.domain.is_current(now.date()):
        ask_domain(session, wanted, by, now=now)
        return False
    _note(session, wanted, now.date())
    write_log(session, by, "domain", f"domain:{wanted.name}", {"until": wanted.expires_on.isoformat()}, now=now)
    return True


def end_domain(session: Session, shipped: Legislatures, name: str, by: Staff | None, *, now: datetime) -> bool:
    """Let a domain prove nothing any more, for any chamber; say whether it was listed."""
    in_turn(session)
    if name not in read_parliaments(session, shipped).matches:
        return False
    take_domain_out(session, name, now.date())
    write_act(session, DOMAIN_ENDED, f"domain:{name}", now=now)
    write_log(session, by, "domain end", f"domain:{name}", {}, now=now)
    return True


def take_domain_out(session: Session, name: str, today: date) -> bool:
    """Write down that no chamber has a domain any more; say whether this is new."""
    chambers = delete(ListedChamber).where(ListedChamber.domain == name).returning(ListedChamber.name)
    had_own = bool(session.scalars(chambers).all())
    row = session.get(ListedDomain, name)
    if row is not None and row.alone:
        return had_own
    if row is None:  # its class and days are written anew when two people list it again
        day = today - timedelta(days=1)
        row = ListedDomain(
            name=name, holds=str(DomainClass.MIXED), source="", seen_on=day, expires_on=today, alone=True
        )
        session.add(row)
    row.alone = True
    session.flush()
    return True


def _list_domain(shipped: Legislatures, wanted: NewDomain, session: Session, by: Staff, now: datetime) -> str:
    use(session, wanted.request(), by, now=now)
    in_turn(session)
    match = read_parliaments(session, shipped).matches.get(wanted.name)
    fault = _carry_fault(wanted, match, now.date())
    if fault:
        raise NotCarriedOut(fault)
    _note(session, wanted, now.date())
    if wanted.country:
        known = next((one for one in shipped.chambers(wanted.country) if one.name == wanted.chamber), None)
        _add_chamber(session, wanted, known)
    write_act(session, DOMAIN_LISTED, f"domain:{wanted.name}", gives=True, now=now)
    write_log(session, by, "domain", f"domain:{wanted.name}", {"until": wanted.expires_on.isoformat()}, now=now)
    return f"{wanted.name} is listed until {wanted.expires_on:%d %b %Y}."


def _carry_fault(wanted: NewDomain, match: Match | None, today: date) -> str:
    if wanted.expires_on <= today:
        return "The day until which it was to be listed has passed."
    if match is None:
        return "" if wanted.country else GONE
    return "" if wanted.holds == match.domain.holds else OTHER_CLASS.format(holds=match.domain.holds)


def _domain_fault(wanted: NewDomain, match: Match | None) -> str:
    if not DOMAIN.fullmatch(wanted.name) or len(wanted.name) > LONGEST_DOMAIN:
        return (
            f"Write the domain in small letters, such as parliament.example: at most {LONGEST_DOMAIN} characters."
        )
    if match and wanted.holds in list(DomainClass) and match.domain.holds != wanted.holds:
        return OTHER_CLASS.format(holds=match.domain.holds)
    there = {(one.country, one.name) for one in match.chambers} if match else set()
    return (
        "This chamber has this domain already. Review it instead."
        if (wanted.country, wanted.chamber) in there
        else ""
    )


def _note(session: Session, wanted: NewDomain, today: date) -> None:
    """Write down what is said of a domain, for every chamber that has it."""
    row = session.get(ListedDomain, wanted.name)
    session.merge(
        ListedDomain(
            name=wanted.name,
            holds=wanted.holds,
            source=wanted.source,
            seen_on=today,
            expires_on=wanted.expires_on,
            alone=row is not None and row.alone,
        )
    )
    session.flush()


def _add_chamber(session: Session, wanted: NewDomain, known: Chamber | None) -> None:
    session.merge(
        ListedChamber(
            domain=wanted.name,
            country=wanted.country,
            name=wanted.chamber,
            english=known.english if known else wanted.english,
            region=(known.region or "") if known else "",
        )
    )
    session.flush()
