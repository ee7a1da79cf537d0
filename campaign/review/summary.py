"""What the desk decided on one day, from the log alone, so that it says the same a year later; and what is open now."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.audit.models import LogEntry
from campaign.confirm.models import Signatory
from campaign.mail.pauses import troubles
from campaign.mail.service import owed_and_refused
from campaign.review.facets import count_states
from campaign.review.filters import DISPUTED, WAITING, Filter, in_state
from campaign.verify.models import Verification
from campaign.verify.rules import ACCEPTED, HELD, LEVELS, REFUSED

BULK, LET_GO = "hold all", "undo hold all"
ACTIONS = (ACCEPTED, HELD, REFUSED, "undo", "settle", BULK, LET_GO)
COLUMNS = {
    **{f"level {level}": f"Accepted, L{level}" for level in LEVELS},
    HELD: "Held",
    REFUSED: "Refused",
    "undo": "Undone",
    "settle": "Disputes settled",
    BULK: "Held by a rule",
    LET_GO: "Hold by a rule undone",
}


@dataclass(frozen=True)
class OfficerDecisions:
    """What one officer decided; `who` is 0 for the command line. A hold by a rule counts each signatory."""

    who: int
    name: str
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class DaySummary:
    """One day (UTC) in the log: a row for each officer, and their total."""

    on: date
    rows: list[OfficerDecisions]

    @property
    def total(self) -> Counter[str]:
        """Return the sum of all rows."""
        return sum((row.counts for row in self.rows), Counter())


@dataclass(frozen=True)
class DeskStatus:
    """What is open at the desk at this moment."""

    waiting: int
    held: int
    disputed: int
    mails_owed: int
    mails_refused: int
    mail_troubles: list[str]
    oldest: int | None
    oldest_at: datetime | None

    def waited(self, now: datetime) -> int:
        """Return for how many whole days the first in the queue has waited."""
        return (now - self.oldest_at).days if self.oldest_at else 0


def day_summary(session: Session, on: date) -> DaySummary:
    """Count the decisions of a day by officer and kind."""
    begins, ends = datetime.combine(on, time(), UTC), datetime.combine(on, time.max, UTC)
    entries = session.scalars(
        select(LogEntry)
        .where(LogEntry.at >= begins, LogEntry.at <= ends, LogEntry.action.in_(ACTIONS))
        .order_by(LogEntry.id)
    )
    return DaySummary(on, _rows(entries))


def desk_status(session: Session) -> DeskStatus:
    """Count what is open, and find who has waited longest."""
    counts = count_states(session, Filter())
    owed, refused = owed_and_refused(session)
    first = session.execute(
        select(Signatory.id, Signatory.confirmed_at)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(Signatory.stands, in_state(WAITING))
        .order_by(Signatory.confirmed_at, Signatory.id)
        .limit(1)
    ).first()
    number, since = first if first else (None, None)
    return DeskStatus(
        counts[WAITING], counts[HELD], counts[DISPUTED], owed, refused, troubles(session), number, since
    )


def _rows(entries: Iterable[LogEntry]) -> list[OfficerDecisions]:
    rows: dict[tuple[int, str], OfficerDecisions] = {}
    for entry in entries:
        who = (entry.officer_id or 0, entry.actor)
        row = rows.setdefault(who, OfficerDecisions(*who))
        details = entry.facts
        what = f"level {details.get('level')}" if entry.action == ACCEPTED else entry.action
        count = details.get("count", 0) if entry.action in (BULK, LET_GO) else 1
        row.counts[what] += count if isinstance(count, int) else 0
    return sorted(rows.values(), key=lambda row: (-row.counts.total(), row.name))
