"""Hold many by one rule, agreed to by two people, and let them go again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, delete, func, literal, select
from sqlalchemy.orm import Session, aliased

from campaign.audit.log import write_log
from campaign.audit.models import Officer
from campaign.confirm.models import Signatory
from campaign.desk.approvals import ApprovalRequest, NotCarriedOut, ask, use
from campaign.desk.models import Approval
from campaign.desk.rules import BULK
from campaign.storage.journal import write_act
from campaign.storage.statements import insert_selected, table_of
from campaign.verify.models import AgreedHold, BulkHold, Verification
from campaign.verify.rules import (
    FLOOD,
    HELD,
    HoldRule,
    check_rule,
    rule_in_words,
    spans,
)
from campaign.verify.service import HELD_ALL, LET_GO, NotYours
from campaign.web.staff import Staff

AT_ONCE = 5_000  # numbers in one statement; SQLite takes 32,766 at most
MOST_HOLDS = 50
VERIFICATION = table_of(Verification)
NOBODY = "Nobody was held: nobody meets the rule now. The request stays, for those who still come."
BEYOND_YOURS = "Nobody was held: the rule reaches beyond the countries you decide about. It waits for a colleague who decides about them."
MOVED = "Nobody was held: at this very moment somebody among them was decided about, or withdrew. Agree again."


class SetChanged(Exception):
    """Somebody decided about one of those previewed, or they withdrew, meanwhile: nobody was held."""


class NoSuchHold(Exception):
    """There is no such bulk hold, or it is undone already."""


@dataclass(frozen=True)
class Held:
    """One bulk hold as the desk sees it; `still` are those nobody has let go or decided about since."""

    hold: BulkHold
    officer: str
    second: str | None
    still: int

    @property
    def rule(self) -> dict[str, object]:
        """Return the criteria as HoldRule.told gave them."""
        return dict(json.loads(self.hold.rule))


def ask_hold(session: Session, rule: HoldRule, note: str, by: Staff, *, now: datetime) -> Approval:
    """Ask a second person for a hold, which is done when they agree: see `carry_hold`. Raises RuleMalformed, NotYours.

    They agree to the rule and not to a set: a flood goes on while they read.
    """
    check_rule(rule)
    _check_countries(rule.country, by)
    return ask(session, hold_wanted(rule, note), by, now=now)


def hold_asked(ids: Sequence[int], rule: HoldRule, note: str, session: Session, by: Staff, now: datetime) -> str:
    """Hold whom the rule picks as the asker's decision, if both may. Raises NotCarriedOut or NotApproved."""
    agreed = use(session, hold_wanted(rule, note), by, now=now)
    asker = session.get_one(Officer, agreed.asked_by)
    if not ids:
        raise NotCarriedOut(NOBODY)
    try:
        _check_countries(rule.country, by)
    except NotYours as fault:
        raise NotCarriedOut(BEYOND_YOURS) from fault
    try:
        number = hold_all(session, ids, rule, note, asker, agreed, now=now)
    except NotYours as fault:
        raise NotCarriedOut(
            f"Nobody was held: {asker.name} no longer decides about all of these countries."
        ) from fault
    except SetChanged as fault:
        raise NotCarriedOut(MOVED) from fault
    return f"{len(ids):,} {'is' if len(ids) == 1 else 'are'} held, hold no. {number}."


def hold_wanted(rule: HoldRule, note: str) -> ApprovalRequest:
    """Return what two people agree to when many are held: a rule, and what stands on every card."""
    told = f"Hold everybody undecided who is: {rule_in_words(rule.told())}"
    return ApprovalRequest(BULK, "signatories", {"rule": rule.written(), "note": note.strip()}, told)


def hold_all(
    session: Session,
    ids: Sequence[int],
    rule: HoldRule,
    note: str,
    by: Staff,
    agreed: Approval | None = None,
    *,
    now: datetime,
) -> int:
    """Hold exactly these signatories, all or none; return the number of the bulk hold. Two `agreed`, if it is known.

    A decision is never overridden. The log keeps the rule and how many, nobody's name. Raises RuleMalformed, NotYours
    unless the rule keeps to the officer's countries, and SetChanged if one of them no longer stands undecided.
    """
    check_rule(rule)
    _check_countries(rule.country, by)
    told = rule.told()
    hold = BulkHold(officer_id=by.id, rule=json.dumps(told), held_count=len(ids), held_at=now)
    session.add(hold)
    session.flush()
    for start in range(0, len(ids), AT_ONCE):
        _hold(session, ids[start : start + AT_ONCE], hold, note)
    if not ids or _still(session, hold.id) != len(ids):
        raise SetChanged
    write_act(session, HELD_ALL, f"bulk_hold:{hold.id}", {"ids": spans(ids), "officer": by.id}, now=now)
    said: dict[str, object] = {"count": len(ids), **told}
    if agreed:
        session.add(AgreedHold(bulk_hold_id=hold.id, approval_id=agreed.id))
        said["agreed_by"] = agreed.approved_by
    write_log(session, by, "hold all", f"bulk_hold:{hold.id}", said, now=now)
    return hold.id


def _check_countries(country: str, by: Staff) -> None:
    if by.countries and country not in by.countries.split():
        raise NotYours


def undo_hold(session: Session, hold_id: int, by: Staff, *, now: datetime) -> int:
    """Let go those whom a bulk hold still holds; return how many.

    Raises NoSuchHold, or NotYours unless its rule keeps to the officer's countries, as for holding them. Whoever was let go or decided about since keeps that. Those the guard had found odd are held by it again.
    """
    hold = session.scalar(select(BulkHold).where(BulkHold.id == hold_id).with_for_update())
    if hold is None or hold.undone_at is not None:
        raise NoSuchHold
    _check_countries(json.loads(hold.rule).get("country", ""), by)
    untouched = (Verification.bulk_hold_id == hold.id) & (Verification.outcome == HELD)
    gone = session.execute(delete(Verification).where(untouched), execution_options={"synchronize_session": False})
    assert isinstance(gone, CursorResult)
    hold.undone_at = now
    write_act(session, LET_GO, f"bulk_hold:{hold.id}", gives=True, now=now)
    write_log(session, by, "undo hold all", f"bulk_hold:{hold.id}", {"count": gone.rowcount}, now=now)
    return gone.rowcount


def bulk_holds(session: Session) -> list[Held]:
    """Return the newest bulk holds, undone ones too."""
    second = aliased(Officer)
    rows = session.execute(
        select(BulkHold, Officer.name, second.name)
        .join(Officer, Officer.id == BulkHold.officer_id)
        .outerjoin(AgreedHold, AgreedHold.bulk_hold_id == BulkHold.id)
        .outerjoin(Approval, Approval.id == AgreedHold.approval_id)
        .outerjoin(second, second.id == Approval.approved_by)
        .order_by(BulkHold.id.desc())
        .limit(MOST_HOLDS)
    )
    return [Held(hold, officer, agreed, _still(session, hold.id)) for hold, officer, agreed in rows]


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
