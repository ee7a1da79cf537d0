"""Hold many by one rule, agreed to by two people, and let them go again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, delete, func, literal, select
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory
from campaign.desk.approvals import Asked, taken_up
from campaign.desk.log import write_log
from campaign.desk.models import Officer
from campaign.desk.rules import BULK
from campaign.storage.journal import write_act
from campaign.storage.statements import insert_selected, table_of
from campaign.verify.models import BulkHold, Verification
from campaign.verify.rules import (
    FLOOD,
    HELD,
    HoldRule,
    check_rule,
    rule_in_words,
    spans,
)
from campaign.verify.service import HELD_ALL, LET_GO, NotYours
from campaign.web.toolbox import Staff

AT_ONCE = 5_000  # numbers in one statement; SQLite takes 32,766 at most
MOST_HOLDS = 50
VERIFICATION = table_of(Verification)


class SetChanged(Exception):
    """Somebody decided about one of those previewed, or they withdrew, meanwhile: nobody was held."""


class NoSuchHold(Exception):
    """There is no such bulk hold, or it is undone already."""


@dataclass(frozen=True)
class Held:
    """One bulk hold as the desk sees it; `still` are those nobody has let go or decided about since."""

    hold: BulkHold
    officer: str
    still: int

    @property
    def rule(self) -> dict[str, object]:
        """Return the criteria as HoldRule.told gave them."""
        return dict(json.loads(self.hold.rule))


def hold_agreed(
    session: Session, ids: Sequence[int], rule: HoldRule, note: str, by: Staff, *, now: datetime
) -> int | None:
    """Hold as `hold_all` does if a second person has agreed to this rule; else ask for one and return None.

    They agree to the rule and not to a set: a flood goes on while they read. Raises what `hold_all` raises.
    """
    _check(rule, by)
    told = rule.told()
    asked = Asked(BULK, "signatories", told, f"Hold everybody undecided who is: {rule_in_words(told)}")
    return hold_all(session, ids, rule, note, by, now=now) if taken_up(session, asked, by, now=now) else None


def hold_all(session: Session, ids: Sequence[int], rule: HoldRule, note: str, by: Staff, *, now: datetime) -> int:
    """Hold exactly the signatories a preview showed, all or none; return the number of the bulk hold.

    A decision is never overridden. The log keeps the rule and how many, nobody's name. Raises RuleMalformed, NotYours
    unless the rule keeps to the officer's countries, and SetChanged if one of them no longer stands undecided.
    """
    _check(rule, by)
    told = rule.told()
    hold = BulkHold(officer_id=by.id, rule=json.dumps(told), held_count=len(ids), held_at=now)
    session.add(hold)
    session.flush()
    for start in range(0, len(ids), AT_ONCE):
        _hold(session, ids[start : start + AT_ONCE], hold, note)
    if not ids or _still(session, hold.id) != len(ids):
        raise SetChanged
    write_act(session, HELD_ALL, f"bulk_hold:{hold.id}", {"ids": spans(ids), "officer": by.id}, now=now)
    write_log(session, by, "hold all", f"bulk_hold:{hold.id}", {"count": len(ids), **told}, now=now)
    return hold.id


def _check(rule: HoldRule, by: Staff) -> None:
    check_rule(rule)
    if by.countries and rule.country not in by.countries.split():
        raise NotYours


def undo_hold(session: Session, hold_id: int, by: Staff, *, now: datetime) -> int:
    """Let go those whom a bulk hold still holds; return how many. Raises NoSuchHold.

    Whoever was let go or decided about since keeps that. Those the guard had found odd are held by it again.
    """
    hold = session.scalar(select(BulkHold).where(BulkHold.id == hold_id).with_for_update())
    if hold is None or hold.undone_at is not None:
        raise NoSuchHold
    untouched = (Verification.bulk_hold_id == hold.id) & (Verification.outcome == HELD)
    gone = session.execute(delete(Verification).where(untouched), execution_options={"synchronize_session": False})
    assert isinstance(gone, CursorResult)
    hold.undone_at = now
    write_act(session, LET_GO, f"bulk_hold:{hold.id}", gives=True, now=now)
    write_log(session, by, "undo hold all", f"bulk_hold:{hold.id}", {"count": gone.rowcount}, now=now)
    return gone.rowcount


def bulk_holds(session: Session) -> list[Held]:
    """Return the newest bulk holds, undone ones too."""
    rows = session.execute(
        select(BulkHold, Officer.name)
        .join(Officer, Officer.id == BulkHold.officer_id)
        .order_by(BulkHold.id.desc())
        .limit(MOST_HOLDS)
    )
    return [Held(hold, officer, _still(session, hold.id)) for hold, officer in rows]


def _hold(session: Session, ids: Sequence[int], hold: BulkHold, note: str) -> None:
    """Insert one verification for each that stands and has none, in one statement."""
    values = {
        "outcome": HELD,
        "reason": FLOOD,
        "note": note.strip(),
        "officer_id": hold.officer_id,
        "decided_at": hold.held_at,
        "bulk_hold_id": hold.id,
    }
    fixed = [literal(value, VERIFICATION.c[name].type) for name, value in values.items()]
    chosen = (
        select(Signatory.id, *fixed)
        .where(Signatory.id.in_(ids), Signatory.stands)
        .order_by(Signatory.id)
        .with_for_update(of=Signatory)
    )
    insert_selected(session, Verification, ["signatory_id", *values], chosen)


def _still(session: Session, hold_id: int) -> int:
    held = select(func.count()).where(Verification.bulk_hold_id == hold_id, Verification.outcome == HELD)
    return session.scalar(held) or 0
