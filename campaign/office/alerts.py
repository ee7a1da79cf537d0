"""Tell officers by mail what has happened: each kind at most once an hour, and only to those who want it.

The mails are neutral: a count and a link, no name, no address, no letter. They go through the mail queue like all mails.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.audit.models import Officer
from campaign.confirm.models import Signatory
from campaign.desk.rules import DELIVERER, DELIVERS, OWNER, VERIFIER, VERIFIES, may_decide
from campaign.document.models import Delivery, DeliveryApproval
from campaign.letter.models import Letter
from campaign.letter.standing import State, day_begins, standing
from campaign.mail.models import Mail, MailPause
from campaign.mail.pauses import ORDINARY
from campaign.mail.service import owed_and_refused, queue_mail
from campaign.office.figures import Figures, read_everything
from campaign.office.models import AlertOff, AlertSent, OfficeClock
from campaign.office.rules import (
    ALERTS,
    CLOSING,
    DIGEST,
    DIGEST_HOUR,
    DISPUTE,
    FLOOD,
    MAIL,
    SECOND,
    STUBBORN,
    TIME_ZONE,
    ClockRefused,
    Event,
    LastAlert,
    closing_moment,
    digest_moment,
    due_alerts,
    is_flood,
    known_zone,
)
from campaign.office.waits import requests_for, to_approve, waits_for
from campaign.review.filters import DISPUTED, in_state
from campaign.sign.models import Intent
from campaign.signin.officers import officers
from campaign.storage.database import Database
from campaign.storage.statements import Turn, insert_once, wait_turn
from campaign.verify.models import Dispute, Verification
from campaign.web.staff import Staff

ONE = 1  # the number of the clock's only row
USUAL_HOURS = 71  # a form's row lives for 72 hours: the last hour is compared with the others
PATHS = {
    DIGEST: "/desk/",
    FLOOD: "/desk/queue?state=held",
    MAIL: "/desk/#post",
    DISPUTE: "/desk/queue?state=disputed",
    SECOND: "/desk/",
    CLOSING: "/desk/",
}
TEMPLATES = ("office/alert", "office/digest")
ACTING = (VERIFIER, DELIVERER, OWNER)
TOLD = {FLOOD: VERIFIES, MAIL: (OWNER,), DISPUTE: VERIFIES, SECOND: ACTING, CLOSING: ACTING}


class ClockChanged(Exception):
    """Another owner changed the campaign's clock since it was read; nothing was overwritten."""


@dataclass(frozen=True)
class Alert:
    """One mail to one officer: its kind, the numbers in it by name, and when the newest of what it tells had come."""

    officer: Officer
    kind: str
    newest: datetime
    numbers: Mapping[str, int]


def tell_officers(site_url: str, database: Database, now: datetime) -> None:
    """Queue the alerts that are due; the worker calls this every few minutes, and any number of workers may."""
    with database.read() as session:
        due = _Round(session, now).due()
    if due:
        with database.write() as session:
            queue_alerts(session, site_url, now=now)


def queue_alerts(session: Session, site_url: str, *, now: datetime) -> list[Alert]:
    """Queue the alerts that are due, and return them; an empty digest is noted as sent, without a mail."""
    wait_turn(session, Turn.ALERTS)  # another worker may be telling the same
    alerts = _Round(session, now).due()
    for alert in alerts:
        numbers = {name: str(number) for name, number in alert.numbers.items() if number}
        mail = 0
        if numbers:
            links = {"link": site_url + PATHS[alert.kind], "own": f"{site_url}/desk/me/alerts"}
            values = {"kind": alert.kind, **numbers, **links}
            mail = queue_mail(session, alert.officer.email, TEMPLATES[alert.kind == DIGEST], "en", values, now=now)
        session.merge(
            AlertSent(
                officer_id=alert.officer.id, kind=alert.kind, sent_at=now, newest_at=alert.newest, mail_id=mail
            )
        )
    session.flush()
    return [alert for alert in alerts if any(alert.numbers.values())]


def find_alerts(session: Session, *, now: datetime) -> list[Alert]:
    """Return the alerts that would be queued now, without queueing them."""
    return [alert for alert in _Round(session, now).due() if any(alert.numbers.values())]


def unwanted_alerts(session: Session, officer_id: int) -> set[str]:
    """Return the kinds of alerts that an officer has switched off."""
    return set(session.scalars(select(AlertOff.kind).where(AlertOff.officer_id == officer_id)))


def choose_alerts(session: Session, officer_id: int, wanted: Collection[str]) -> None:
    """Switch an officer's alerts on and off. Nothing is logged: it decides nothing about anyone else."""
    session.execute(delete(AlertOff).where(AlertOff.officer_id == officer_id, AlertOff.kind.in_(wanted)))
    for kind in ALERTS.keys() - set(wanted):
        insert_once(session, AlertOff, {"officer_id": officer_id, "kind": kind})


def office_clock(session: Session) -> tuple[str, int]:
    """Return the campaign's time zone, and the hour of the digest there."""
    row = session.get(OfficeClock, ONE)
    return (row.time_zone, row.digest_hour) if row else (TIME_ZONE, DIGEST_HOUR)


def set_clock(
    session: Session, zone: str, hour: int, by: Staff | None, seen: tuple[str, int] | None = None, *, now: datetime
) -> None:
    """Set the campaign's time zone and the hour of the digest.

    Raises ClockRefused, and ClockChanged if the clock is no longer the one that was `seen`.
    """
    known_zone(zone)
    if not 0 <= hour <= 23:
        raise ClockRefused("An hour is a number from 0 to 23.")
    insert_once(session, OfficeClock, {"id": ONE, "time_zone": TIME_ZONE, "digest_hour": DIGEST_HOUR})
    row = session.get_one(OfficeClock, ONE, with_for_update=True, populate_existing=True)
    if seen is not None and (row.time_zone, row.digest_hour) != seen:
        raise ClockChanged
    row.time_zone, row.digest_hour = zone, hour
    write_log(session, by, "office clock", "campaign", {"zone": zone, "hour": hour}, now=now)


class _Round:
    """One round of telling: what has happened is read once, for all officers."""

    def __init__(self, session: Session, now: datetime) -> None:
        """Read what concerns every officer alike."""
        self._session, self._now = session, now
        self._common = {
            FLOOD: _flood(session, now),
            MAIL: _mail_trouble(session, now),
            CLOSING: _closing(session, now),
        }
        self._disputes = _disputes(session)
        self._digest = digest_moment(*office_clock(session), now)

    @cached_property
    def _figures(self) -> Figures:
        return read_everything(self._session).of("")

    def due(self) -> list[Alert]:
        """Return what each officer who is at the desk is told now."""
        off = {(row.officer_id, row.kind) for row in self._session.scalars(select(AlertOff))}
        sent = list(self._session.scalars(select(AlertSent)))
        queued = Mail.id.in_([row.mail_id for row in sent]) & Mail.letter.in_(TEMPLATES) & Mail.failed_at.is_(None)
        waiting = set(self._session.scalars(select(Mail.id).where(queued)))
        return [
            alert
            for officer in officers(self._session)
            if officer.email
            for alert in self._due_for(officer, off, sent, waiting)
        ]

    def _due_for(
        self, officer: Officer, off: set[tuple[int, str]], sent: Sequence[AlertSent], waiting: set[int]
    ) -> list[Alert]:
        """Return what one officer is told; a kind whose last mail is still in the queue has to wait."""
        own = {row.kind: row for row in sent if row.officer_id == officer.id}
        unwanted = {kind for number, kind in off if number == officer.id}
        unwanted |= {kind for kind, row in own.items() if row.mail_id in waiting}
        told = dict.fromkeys(ALERTS, LastAlert(officer.joined_at, officer.joined_at))
        told |= {kind: LastAlert(row.sent_at, row.newest_at) for kind, row in own.items()}
        events = self._events(officer)
        return [
            Alert(officer, kind, events[kind].newest, self._numbers(officer, kind, events[kind]))
            for kind in due_alerts(events, told, unwanted, now=self._now)
        ]

    def _events(self, officer: Officer) -> dict[str, Event]:
        disputes = [at for country, at in self._disputes if may_decide(officer, country)]
        requests = self._requests(officer) if officer.role in TOLD[SECOND] else []
        found = {
            **self._common,
            DISPUTE: Event(len(disputes), max(disputes)) if disputes else None,
            SECOND: Event(len(requests), max(requests)) if requests else None,
        }
        events = {kind: event for kind, event in found.items() if event and officer.role in TOLD[kind]}
        return events | ({DIGEST: Event(1, self._digest)} if self._digest else {})

    def _requests(self, officer: Officer) -> list[datetime]:
        found = requests_for(self._session, officer, now=self._now)
        if officer.role in DELIVERS:
            prepared = select(Delivery.prepared_at).outerjoin(DeliveryApproval).where(*to_approve(officer))
            found += [at for at in self._session.scalars(prepared) if at is not None]
        return found

    def _numbers(self, officer: Officer, kind: str, event: Event) -> dict[str, int]:
        if kind != DIGEST:
            return {"count": event.count}
        return asdict(waits_for(self._session, self._figures, officer, now=self._now))


def _flood(session: Session, now: datetime) -> Event | None:
    """Compare the forms that the guard held in the last hour with those of the hours before."""
    hour_ago, held = now - timedelta(hours=1), Intent.held_for.is_not(None)
    row = session.execute(
        select(
            func.count().filter(Intent.created_at > hour_ago), func.count().filter(Intent.created_at <= hour_ago)
        ).where(held, Intent.created_at > now - timedelta(hours=USUAL_HOURS + 1), Intent.created_at <= now)
    ).one()
    return Event(row[0], now) if is_flood(row[0], row[1], USUAL_HOURS) else None


def _mail_trouble(session: Session, now: datetime) -> Event | None:
    """Return the newest trouble that an owner can do something about: a stubborn pause, or mails given up."""
    moments = list(session.scalars(select(MailPause.since).where(MailPause.refusals >= STUBBORN)))
    lately = Mail.failed_at > now - timedelta(days=1)
    for failed_at, fault in session.execute(select(Mail.failed_at, Mail.fault).where(lately)):
        if (fault or "").partition(" ")[0] not in ORDINARY and failed_at is not None:
            moments.append(failed_at)
    return Event(sum(owed_and_refused(session)) or 1, max(moments)) if moments else None


def _closing(session: Session, now: datetime) -> Event | None:
    letters = [one for one in session.scalars(select(Letter)) if standing(one, now).state is not State.WITHDRAWN]
    near = [closing_moment(day_begins(one.closes_on + timedelta(days=1), one.time_zone), now) for one in letters]
    moments = [moment for moment in near if moment is not None]
    return Event(len(moments), max(moments)) if moments else None


def _disputes(session: Session) -> list[tuple[str, datetime]]:
    rows = session.execute(
        select(Signatory.country, Dispute.disputed_at)
        .join(Dispute, Dispute.signature_id == Signatory.signature_id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(Signatory.stands, Dispute.settled_at.is_(None), in_state(DISPUTED))
    )
    return [(country, at) for country, at in rows]
