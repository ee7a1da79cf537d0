"""Count the signatories in each state, and behind each choice of a filter."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory, Signature
from campaign.letter.models import Letter
from campaign.review.filters import AGES, STATES, Filter, in_state
from campaign.verify.models import Verification

CHOICES = ("country", "kind", "letter", "held_for", "level", "older")


def count_states(session: Session, wanted: Filter) -> dict[str, int]:
    """Return how many standing signatories are in each state; the filter's state, level and words do not count."""
    counts = (func.count().filter(in_state(state)) for state in STATES)
    row = session.execute(
        select(*counts)
        .select_from(Signatory)
        .join(Signature, Signature.id == Signatory.signature_id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(*wanted.conditions())
    ).one()
    return dict(zip(STATES, row, strict=True))


@dataclass(frozen=True)
class Facets:
    """The choices of a filter, each with how many cards it would show while the other choices stay."""

    country: Counter[str]
    kind: Counter[str]
    letter: Counter[str]
    held_for: Counter[str]
    level: Counter[int]
    older: Counter[int]


def facets(session: Session, wanted: Filter) -> Facets:
    """Count the choices on one state's list in one pass over it, without the words."""
    # One grouped query and arithmetic here: a query for each facet would read the whole list six times.
    counts: dict[str, Counter[Any]] = {name: Counter() for name in CHOICES}
    for row in session.execute(_groups(wanted)):
        *values, count = row
        group = dict(zip(CHOICES, values, strict=True))
        missed = {name for name in CHOICES if not _meets(wanted, name, group[name])}
        for name in CHOICES:
            if missed <= {name}:
                _count(counts[name], name, group[name], count)
    return Facets(**counts)


def _meets(wanted: Filter, name: str, value: Any) -> bool:
    asked = getattr(wanted, name)
    return not asked or (value >= asked if name == "older" else value == asked)


def _count(counter: Counter[Any], name: str, value: Any, count: int) -> None:
    """Add a group to its choice; a signatory who has waited for seven days has waited for three and for one too."""
    reached = [days for days in AGES if days <= value] if name == "older" else [value] if value else []
    for choice in reached:
        counter[choice] += count


def _groups(wanted: Filter) -> Select[*tuple[Any, ...]]:
    bare = replace(wanted, country="", kind="", letter="", held_for="", level=0, older=0)
    columns = (Signatory.country, Signatory.kind, Letter.slug, Signatory.held_for, Verification.level)
    return (
        select(*columns, _age(wanted).label("reached"), func.count())
        .select_from(Signatory)
        .join(Signature, Signature.id == Signatory.signature_id)
        .join(Letter, Letter.id == Signatory.letter_id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(*bare.list_conditions())
        .group_by(*columns, "reached")
    )


def _age(wanted: Filter) -> ColumnElement[int]:
    """Return the largest of AGES that a signatory has reached, 0 for none."""
    if wanted.asked_at is None:
        return literal(0)
    reached = [
        (Signatory.confirmed_at <= wanted.asked_at - timedelta(days=days), days)
        for days in sorted(AGES, reverse=True)
    ]
    return case(*reached, else_=0)
