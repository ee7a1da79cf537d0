"""How far a letter has come: which recipients have it, which have answered, and when; one count for every output."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from campaign.deliver.life import POSTED, was_sent
from campaign.deliver.models import Answer, Arrival, Posting, Sending
from campaign.document.models import Delivery
from campaign.letter.models import Letter
from campaign.letter.standing import standing

STATES = ("waiting", "delivered", "answered")


@dataclass(frozen=True)
class Reach:
    """The recipients a letter goes to, by country or key, and those it has reached so far; the two may differ."""

    recipients: tuple[str, ...] = ()
    delivered: frozenset[str] = frozenset()
    received: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()
    to_governments: bool = True

    @property
    def everyone(self) -> list[str]:
        """Return every recipient that it goes to or has gone to, by country or key."""
        return sorted({*self.recipients, *self.delivered})

    @property
    def states(self) -> dict[str, str]:
        """Return how far it has come with each."""
        return {code: STATES[(code in self.delivered) + (code in self.answered)] for code in self.everyone}

    @property
    def by_state(self) -> Mapping[str, list[str]]:
        """Return the recipients in each state, `waiting` first."""
        return {state: [code for code, one in self.states.items() if one == state] for state in STATES}

    @property
    def counts(self) -> dict[str, int]:
        """Return the sums: recipients it goes to, and how many of all recipients it has reached."""
        goes_to = "governments" if self.to_governments else "recipients"
        reached = {name: len(getattr(self, name)) for name in ("delivered", "received", "answered")}
        return {goes_to: len(self.recipients), **reached}


def find_reach(session: Session, letter: Letter, *, now: datetime) -> Reach:
    """Return what the public may know: no annex, no answer kept to the desk, under embargo nothing was delivered."""
    if standing(letter, now).embargoed:
        return Reach(letter.handed_to, to_governments=letter.to_governments)
    rows = session.execute(
        select(
            Delivery.country,
            func.max(case((Arrival.delivery_id.is_not(None), 1), else_=0)),
            func.max(case((Answer.published, 1), else_=0)),
        )
        .outerjoin(Arrival, Arrival.delivery_id == Delivery.id)
        .outerjoin(Answer, Answer.delivery_id == Delivery.id)
        .where(
            Delivery.letter_id == letter.id,
            ~Delivery.annex,
            Delivery.country != "",
            was_sent(),
        )
        .group_by(Delivery.country)
    ).all()
    return Reach(
        letter.handed_to,
        delivered=frozenset(country for country, _received, _answered in rows),
        received=frozenset(country for country, received, _answered in rows if received),
        answered=frozenset(country for country, _received, answered in rows if answered),
        to_governments=letter.to_governments,
    )


def public_days(session: Session, letter: Letter, *, now: datetime) -> list[tuple[str, date, str]]:
    """Return (delivered or answered, the day, the recipient) of each delivery that `find_reach` counts.

    A delivery that was sent again has its first day. The recipient is "" for a delivery to all addressees.
    """
    if standing(letter, now).embargoed:
        return []
    wanted = Delivery.letter_id == letter.id, ~Delivery.annex
    sent = (
        select(Delivery.country, func.min(Sending.sent_on))
        .join(Sending, Sending.delivery_id == Delivery.id)
        .outerjoin(Posting, POSTED)
        .where(*wanted, Posting.number.is_(None) | Posting.accepted_on.is_not(None))
        .group_by(Delivery.id, Delivery.country)
    )
    answers = (
        select(Delivery.country, Answer.answered_on)
        .join(Answer, Answer.delivery_id == Delivery.id)
        .where(*wanted, Answer.published, was_sent())
    )
    delivered = [("delivered", day, key) for key, day in session.execute(sent)]
    return delivered + [("answered", day, key) for key, day in session.execute(answers)]
