"""Hold many signatories by one rule that two officers agreed to, and undo such a hold."""

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
from campaign.verify.service import HELD_ALL, LET_GO, OtherCountries, check_country
from campaign.web.staff import Staff

AT_ONCE = 5_000  # numbers in one statement; SQLite takes 32,766 at most
MOST_HOLDS = 50
VERIFICATION = table_of(Verification)
NOBODY = "Nobody was held: no signatory meets the rule now. The request stays, for those who still sign."
BEYOND_YOURS = (
    "Nobody was held: the rule covers countries that you do not decide about. It waits for a colleague who does."
)
MOVED = "Nobody was held: at this very moment an officer decided about one of them, or one withdrew. Agree again."


class SetChanged(Exception):
    """An officer decided about one of the signatories meanwhile, or one withdrew: nobody was held."""


class NoSuchHold(Exception):
    """There is no such bulk hold, or it is undone already."""


@dataclass(frozen=True)
class BulkHoldSummary:
    """One bulk hold as the desk sees it; `still_held` counts those whose hold stands: not undone, nor decided since."""

    hold: BulkHold
    officer: str
    second: str | None
    still_held: int

    @property
    def rule(self) -> dict[str, object]:
        """Return the criteria (HoldRule.criteria)."""
        return dict(json.loads(self.hold.rule))


def ask_hold(session: Session, rule: HoldRule, note: str, by: Staff, *, now: datetime) -> Approval:
    """Ask a second person for a hold; their agreement carries it out (`carry_out_hold`). Raises RuleMalformed, OtherCountries.

    They agree to the rule and not to a set of signatories: a flood goes on while they read.
    """
    check_rule(rule)
    check_country(rule.country, by)
    return ask(session, hold_request(rule, note), by, now=now)


def carry_out_hold(
    ids: Sequence[int], rule: HoldRule, note: str, session: Session, by: Staff, now: datetime
) -> str:
    """Hold the signatories that meet the rule, as the asker's decision, if both officers may.

    `ids` are found before the writing transaction (`prepare_hold`). Raises NotCarriedOut or NotApproved.
    """
    # The request is matched by rule and note: an altered one is not what two people agreed to.
    agreed = use(session, hold_request(rule, note), by, now=now)
    asker = session.get_one(Officer, agreed.asked_by)
    if not ids:
        raise NotCarriedOut(NOBODY)
    try:
        check_country(rule.country, by)
    except OtherCountries as fault:
        raise NotCarriedOut(BEYOND_YOURS) from fault
    try:
        number = hold_all(session, ids, rule, note, asker, agreed, now=now)
    except OtherCountries as fault:
        raise NotCarriedOut(
            f"Nobody was held: {asker.name} no longer decides about all of these countries."
        ) from fault
    except SetChanged as fault:
        raise NotCarriedOut(MOVED) from fault
    return f"{len(ids):,} {'is' if len(ids) == 1 else 'are'} held, hold no. {number}."


def hold_request(rule: HoldRule, note: str) -> ApprovalRequest:
    """Return the request that two people agree to: the rule, and the note for every card."""
    told = f"Hold all undecided signatories: {rule_in_words(rule.criteria())}"
    return ApprovalRequest(BULK, "signatories", {"rule": rule.as_payload(), "note": note.strip()}, told)


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
    """Hold exactly these signatories, all or none; return the number of the bulk hold.

    `agreed` is the request that two people agreed to. No decision is overridden. The log keeps the rule and the
    count, no names. Raises RuleMalformed; OtherCountries if the rule covers more than the officer's countries; SetChanged
    if one of the signatories was decided about or withdrew meanwhile.
    """
    check_rule(rule)
    check_country(rule.country, by)
    criteria = rule.criteria()
    hold = BulkHold(officer_id=by.id, rule=json.dumps(criteria), held_count=len(ids), held_at=now)
    session.add(hold)
    session.flush()
    # Insert first and count afterwards: a check before the INSERT would leave a moment in which others decide.
    for start in range(0, len(ids), AT_ONCE):
        _hold(session, ids[start : start + AT_ONCE], hold, note)
    if not ids or _still(session, hold.id) != len(ids):
        raise SetChanged
    write_act(session, HELD_ALL, f"bulk_hold:{hold.id}", {"ids": spans(ids), "officer": by.id}, now=now)
    details: dict[str, object] = {"count": len(ids), **criteria}
    if agreed:
        session.add(AgreedHold(bulk_hold_id=hold.id, approval_id=agreed.id))
        details["agreed_by"] = agreed.approved_by
    write_log(session, by, "hold all", f"bulk_hold:{hold.id}", details, now=now)
    return hold.id


def undo_hold(session: Session, hold_id: int, by: Staff, *, now: datetime) -> int:
    """Undo a bulk hold for all whom it still holds; return how many.

    Signatories whose hold was undone, or who were decided about since, stay as they are. Those whom the guard had
    held are held by it again. Raises NoSuchHold, or OtherCountries if its rule covers more than the officer's countries.
    """
    hold = session.scalar(select(BulkHold).where(BulkHold.id == hold_id).with_for_update())
    if hold is None or hold.undone_at is not None:
        raise NoSuchHold
    check_country(json.loads(hold.rule).get("country", ""), by)
    untouched = (Verification.bulk_hold_id == hold.id) & (Verification.outcome == HELD)
    deleted = session.execute(
        delete(Verification).where(untouched), execution_options={"synchronize_session": False}
    )
    assert isinstance(deleted, CursorResult)
    hold.undone_at = now
    write_act(session, LET_GO, f"bulk_hold:{hold.id}", gives=True, now=now)
    write_log(session, by, "undo hold all", f"bulk_hold:{hold.id}", {"count": deleted.rowcount}, now=now)
    return deleted.rowcount


def bulk_holds(session: Session) -> list[BulkHoldSummary]:
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
    return [BulkHoldSummary(hold, officer, agreed, _still(session, hold.id)) for hold, officer, agreed in rows]


def _hold(session: Session, ids: Sequence[int], hold: BulkHold, note: str) -> None:
    """Insert a verification for each signatory that stands and has none, in one statement.

    Its SELECT locks the signatories (PostgreSQL), so that none is erased before the verification is there.
    """
    values = {
        "outcome": HELD,
        "reason": FLOOD,
        "note": note.strip(),
        "officer_id": hold.officer_id,
        "decided_at": hold.held_at,
        "bulk_hold_id": hold.id,
    }
    # INSERT … SELECT does not know the target columns' types: without them a moment would be bound as it is.
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
