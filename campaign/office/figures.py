"""The campaign in numbers: signatures by day, country, kind, language and state, from rows that exist now.

Each process counts at most once in half a minute, for all letters together. Nobody is followed: every number is a
count of rows, and the daily counts of what is deleted soon hold no row's number.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory, Signature
from campaign.deliver.life import was_sent
from campaign.document.models import Delivery
from campaign.letter.models import Letter, LetterText
from campaign.office.counts import counts_of
from campaign.review.filters import WAITING
from campaign.verify.models import Verification
from campaign.verify.rules import ACCEPTED, HELD, REFUSED
from campaign.web.cache import Shelf
from campaign.web.toolbox import Toolbox

PAGES_LONG = 6  # a dashboard's numbers are cached so many times as long as a public page: half a minute
STANDS = (ACCEPTED, WAITING, HELD, REFUSED)
Key = TypeVar("Key")


class Group(NamedTuple):
    """How many standing signatories have all of these in common."""

    letter: str
    country: str
    kind: str
    language: str
    state: str
    many: int


@dataclass(frozen=True)
class Aim:
    """What a letter is to reach, and by when."""

    slug: str
    opens_on: date
    closes_on: date
    goal: int | None
    signed: int = 0

    def days_left(self, today: date) -> int:
        """Return how many days are left with today; 0 or less if it is closed."""
        return (self.closes_on - today).days + 1


@dataclass(frozen=True)
class Figures:
    """The numbers of one letter, or of all: `letter` is its short name, or empty."""

    letter: str
    groups: tuple[Group, ...]
    days: Counter[date]
    counted: Counter[str]
    counting_since: date | None
    delivered: int
    recipients: int
    aims: tuple[Aim, ...]

    @property
    def total(self) -> int:
        """Return how many signatories stand."""
        return sum(group.many for group in self.groups)

    @property
    def verified(self) -> int:
        """Return how many the desk has accepted."""
        return self.states[ACCEPTED]

    @property
    def states(self) -> Counter[str]:
        """Return the signatories by what the desk decided."""
        return _sums((group.state, group.many) for group in self.groups)

    def by(self, name: str) -> dict[str, dict[str, int]]:
        """Return the signatories by country, kind or language, and there by state; the largest first."""
        rows: dict[str, Counter[str]] = {}
        for group in self.groups:
            rows.setdefault(getattr(group, name), Counter())[group.state] += group.many
        largest = sorted(rows.items(), key=lambda row: (-row[1].total(), row[0]))
        return {value: {state: states[state] for state in STANDS if states[state]} for value, states in largest}


@dataclass(frozen=True)
class Everything:
    """The numbers of all letters, as they were read."""

    groups: tuple[Group, ...] = ()
    days: Counter[tuple[str, date]] = field(default_factory=Counter)
    counted: Counter[tuple[str, str]] = field(default_factory=Counter)
    counting_since: date | None = None
    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    aims: tuple[Aim, ...] = ()

    def of(self, letter: str) -> Figures:
        """Return the numbers of one letter; of all for ""."""
        groups = tuple(group for group in self.groups if letter in ("", group.letter))
        sent = {key: names for key, names in self.sent.items() if letter in ("", key[0])}
        largest = {
            slug: max(names for (of, _country), names in sent.items() if of == slug) for slug, _country in sent
        }
        return Figures(
            letter,
            groups,
            _sums((day, count) for (slug, day), count in self.days.items() if letter in ("", slug)),
            _sums((what, count) for (slug, what), count in self.counted.items() if letter in ("", slug)),
            self.counting_since,
            sum(largest.values()),
            len(sent),
            tuple(aim for aim in self.aims if letter in ("", aim.slug)),
        )


EVERYTHING = Shelf[str, Everything]()


def keep_figures(tools: Toolbox, letter: str = "") -> Figures:
    """Return the numbers of one letter or of all, half a minute old at most."""
    known = tools.cache.find(EVERYTHING, "", now=tools.clock())
    if known is None:
        with tools.database.read() as session:
            known = read_everything(session)
        until = tools.clock() + PAGES_LONG * (tools.shortly - tools.clock())
        tools.cache.keep(EVERYTHING, "", known, until=until)
    return known.of(letter)


def read_everything(session: Session) -> Everything:
    """Count everything, in one pass over the signatories and one over the signatures."""
    groups = _groups(session)
    signed = _sums((group.letter, group.many) for group in groups)
    letters = session.scalars(select(Letter).order_by(Letter.closes_on.desc(), Letter.id))
    counted, since = counts_of(session)
    return Everything(
        groups,
        _days(session),
        counted,
        since,
        _sent(session),
        tuple(Aim(one.slug, one.opens_on, one.closes_on, one.goal, signed[one.slug]) for one in letters),
    )


def _groups(session: Session) -> tuple[Group, ...]:
    # Not by letter: its text says which, and SQLite would then walk the roll's index, which takes four times as long.
    keys = (Signatory.letter_text_id, Signatory.country, Signatory.kind)
    rows = session.execute(
        select(*keys, state().label("state"), func.count())
        .select_from(Signatory)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(Signatory.stands)
        .group_by(*keys, "state")
    ).all()
    texts = select(LetterText.id, Letter.slug, LetterText.language).join(Letter, Letter.id == LetterText.letter_id)
    known = {number: (slug, language) for number, slug, language in session.execute(texts)}
    found: Counter[tuple[str, str, str, str, str]] = Counter()
    for text, country, kind, stands, count in rows:
        slug, language = known[text]
        found[slug, country, kind, language, stands] += count
    return tuple(Group(*key, count) for key, count in found.items())


def state() -> ColumnElement[str]:
    """Return what the desk decided about a signatory, once; Verification must be outer-joined."""
    undecided = case((Signatory.held_for.is_not(None), HELD), else_=WAITING)
    return func.coalesce(Verification.outcome, undecided)


def _days(session: Session) -> Counter[tuple[str, date]]:
    rows = session.execute(
        select(Letter.slug, Signature.signed_on, func.count())
        .join(Letter, Letter.id == Signature.letter_id)
        .group_by(Letter.slug, Signature.signed_on)
    )
    return Counter({(slug, day): count for slug, day, count in rows})


def _sent(session: Session) -> Counter[tuple[str, str]]:
    """Return, by letter and recipient, how many names stood in the largest document that was sent."""
    rows = session.execute(
        select(Letter.slug, Delivery.country, func.max(Delivery.names))
        .join(Letter, Letter.id == Delivery.letter_id)
        .where(was_sent(), ~Delivery.annex)
        .group_by(Letter.slug, Delivery.country)
    )
    return Counter({(slug, country): names for slug, country, names in rows})


def _sums(pairs: Iterable[tuple[Key, int]]) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for key, count in pairs:
        found[key] += count
    return found
