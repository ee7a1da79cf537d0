"""Decide about a signatory, and undo a decision."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.confirm.models import Signatory
from campaign.desk.admissions import NotAdmitted, check_admitted, is_admitted
from campaign.intake.service import origins
from campaign.storage.journal import write_act
from campaign.storage.statements import insert_once
from campaign.verify.claims import check_free, release
from campaign.verify.models import Verification
from campaign.verify.notices import PickedMember, notify
from campaign.verify.rules import (
    ACCEPTED,
    HELD,
    LISTED_LAWMAKER,
    SECOND,
    TWO_REVIEWERS,
    Decision,
    OnPaper,
    check_decision,
)
from campaign.web.staff import Staff

UNDONE, HELD_ALL, LET_GO = "undone", "held all", "let go"  # kinds of journal lines beside the outcomes
FIRST_NOT_ADMITTED = (
    "The officer who accepted first does not count as one of two people: they were not admitted then, or are no "
    "longer. Undo, accept at level 3 yourself, and ask a colleague to raise it."
)


class NoSuchSignatory(Exception):
    """There is no such entry, or it was withdrawn, or a newer one superseded it."""


class AlreadyDecided(Exception):
    """A decision stands: an officer must undo it first."""


class SecondReviewerNeeded(Exception):
    """Level 4 needs a second officer, after another accepted at level 3."""


class OtherCountries(Exception):
    """This officer decides about other countries only; the message says so."""


def decide(
    session: Session,
    signatory_id: int,
    decision: Decision,
    by: Staff,
    weakness: str | None = None,
    picked: PickedMember | None = None,
    *,
    now: datetime,
) -> str:
    """Record a decision about a signatory, and return the outcome that stands.

    `weakness` is why the mailbox is weak evidence (Mailbox.weakness), None if nothing is known against it. `picked`
    is the sitting member whom a notice tells before they are listed. Level 4 raises another officer's level 3. A
    signatory from paper is held until a second officer accepts too.

    Raises DecisionMalformed (OnPaper too), NoSuchSignatory, AlreadyDecided, SecondReviewerNeeded, OtherCountries, Claimed,
    and NotAdmitted if one of two reviewers is not admitted.
    """
    check_decision(decision, weakness)
    signatory = lock_signatory(session, signatory_id)
    check_country(signatory.country, by)
    check_free(session, signatory_id, by, now=now)
    outcome = decision.outcome
    if decision.outcome == ACCEPTED and origins(session, [signatory_id]):
        outcome = _accept_from_paper(session, signatory_id, decision, by, now=now)
    elif decision.level == TWO_REVIEWERS:
        _raise_to_level_4(session, signatory_id, decision, by, now=now)
    else:
        _insert_decision(session, signatory_id, decision, by, now=now)
    details = {"level": decision.level, "method": decision.method, "reason": decision.reason}
    if picked and outcome == ACCEPTED and decision.level and decision.level >= LISTED_LAWMAKER:
        details["notice"] = notify(session, signatory, picked, decision.level, now=now)
    kept = {name: value for name, value in details.items() if value is not None}
    first_of_two = outcome != decision.outcome
    _write_journal(session, outcome, signatory_id, by, {"reason": SECOND} if first_of_two else kept, now=now)
    write_log(session, by, decision.outcome, f"signatory:{signatory_id}", kept, now=now)
    release(session, signatory_id, by)
    return outcome


def undo(session: Session, signatory_id: int, by: Staff, *, now: datetime) -> None:
    """Undo the decision: the signatory is in the queue again. Raises NoSuchSignatory if none stands, OtherCountries."""
    verification = session.get(Verification, signatory_id)
    if verification is None:
        raise NoSuchSignatory
    check_country(session.get_one(Signatory, signatory_id).country, by)
    details = {"was": verification.outcome, "level": verification.level}
    session.delete(verification)
    session.flush()
    _write_journal(session, UNDONE, signatory_id, by, now=now)
    write_log(session, by, "undo", f"signatory:{signatory_id}", details, now=now)


def _write_journal(
    session: Session, kind: str, number: int, by: Staff, details: Mapping[str, object] = {}, *, now: datetime
) -> None:
    """Write a decision to the journal; only an acceptance gives the signatory something."""
    write_act(session, kind, f"signatory:{number}", {**details, "officer": by.id}, gives=kind == ACCEPTED, now=now)


def lock_signatory(session: Session, signatory_id: int) -> Signatory:
    """Return a standing entry, and lock its row. Raises NoSuchSignatory.

    Without the lock a withdrawal could erase the entry while an officer decides about it (PostgreSQL).
    """
    signatory = session.scalar(
        select(Signatory).where(Signatory.id == signatory_id, Signatory.stands).with_for_update()
    )
    if signatory is None:
        raise NoSuchSignatory
    return signatory


def _insert_decision(session: Session, signatory_id: int, decision: Decision, by: Staff, *, now: datetime) -> None:
    values = {
        "signatory_id": signatory_id,
        "outcome": decision.outcome,
        "level": decision.level,
        "method": decision.method,
        "reason": decision.reason,
        "note": decision.note.strip(),
        "officer_id": by.id,
        "decided_at": now,
    }
    # The primary key decides between two officers: a SELECT before the INSERT could miss the other one.
    if not insert_once(session, Verification, values):
        raise AlreadyDecided


def _accept_from_paper(
    session: Session, signatory_id: int, decision: Decision, by: Staff, *, now: datetime
) -> str:
    """Hold a signatory from paper after the first acceptance, accept at the second; a trigger demands it (0010)."""
    if decision.level is None or decision.level < LISTED_LAWMAKER:
        raise OnPaper("They came on paper and confirmed no address: only level 3 or 4 accepts them.")
    check_admitted(session, by, now=now)
    first = session.get(Verification, signatory_id)
    if first is not None and first.reason == SECOND and not _was_admitted(session, first):
        session.delete(first)  # that officer does not count as one of two: this one is the first instead
        session.flush()
        first = None
    if first is None:
        _insert_decision(
            session, signatory_id, replace(decision, outcome=HELD, level=None, reason=SECOND), by, now=now
        )
        return HELD
    if first.outcome == ACCEPTED and decision.level == TWO_REVIEWERS:
        _raise_to_level_4(session, signatory_id, decision, by, now=now)
    elif first.reason != SECOND:
        raise AlreadyDecided
    elif first.officer_id == by.id:
        raise OnPaper("You have accepted them already. A signatory from paper needs a second officer.")
    else:
        first.outcome, first.level, first.reason = ACCEPTED, decision.level, None
        first.second_officer_id, first.method, first.decided_at = by.id, decision.method, now
        first.note = f"{first.note}\n{decision.note.strip()}"
        session.flush()
    return ACCEPTED


def _raise_to_level_4(
    session: Session, signatory_id: int, decision: Decision, by: Staff, *, now: datetime
) -> None:
    first = session.get(Verification, signatory_id)
    if first is None or first.outcome != ACCEPTED or first.level != TWO_REVIEWERS - 1 or first.officer_id == by.id:
        raise SecondReviewerNeeded
    check_admitted(session, by, now=now)
    if not _was_admitted(session, first):
        raise NotAdmitted(FIRST_NOT_ADMITTED)
    first.level = TWO_REVIEWERS
    first.second_officer_id = by.id
    first.method = decision.method
    first.note = f"{first.note}\n{decision.note.strip()}"
    first.decided_at = now
    session.flush()


def _was_admitted(session: Session, first: Verification) -> bool:
    """Say whether the officer who accepted first was admitted then, and has been since."""
    return is_admitted(session, first.officer_id, first.decided_at)


def check_country(country: str, by: Staff) -> None:
    """Raise OtherCountries unless the officer may decide about a country; "" means all countries."""
    if by.countries and country not in by.countries.split():
        raise OtherCountries("this officer decides about other countries only")
