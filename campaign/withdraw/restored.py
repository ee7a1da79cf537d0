"""After a backup was restored, repeat the removals that the journal knows since it was made."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.audit.models import Officer
from campaign.confirm.models import Signatory, Signature, SignatureLink
from campaign.confirm.service import REPLACED
from campaign.deliver.models import Answer, Sending
from campaign.deliver.steps import STEP, STEP_UNDONE
from campaign.desk.restored import end_lost_access, end_open_access
from campaign.directory.restored import end_domains
from campaign.document.models import Delivery, DeliveryApproval
from campaign.intake.models import IntakeRow
from campaign.letter.drafts import set_facts
from campaign.letter.models import Letter, LetterMoment, Preview
from campaign.letter.standing import CLOSED, RESUMED, STOPS, WITHDRAWN, last_act
from campaign.moments.service import EMBARGO
from campaign.seal.keys import Keys
from campaign.sign.models import BarredAddress, Intent
from campaign.sign.rules import BY_OWNER
from campaign.sign.service import BAR, UNBAR
from campaign.storage.journal import ENDED, Act, LinkLine, mark_of, newest, read_acts, read_links
from campaign.storage.statements import insert_once
from campaign.verify.disputes import DISPUTED, SETTLED
from campaign.verify.models import Dispute, Verification
from campaign.verify.rules import ACCEPTED, FLOOD, HELD, REFUSED, RESTORED, SECOND
from campaign.verify.service import HELD_ALL, LET_GO, UNDONE
from campaign.withdraw.erasure import READERS, erase, narrow_readers, replay
from campaign.withdraw.formal import recall_whole


@dataclass(frozen=True)
class Journal:
    """The journal of one or several machines, the oldest line first."""

    lines: list[LinkLine]
    acts: list[Act]


def read_journals(paths: Sequence[Path]) -> Journal:
    """Read the journals of all machines as one."""
    lines = [line for path in paths for line in read_links(path)]
    acts = [act for path in paths for act in read_acts(path)]
    return Journal(sorted(lines, key=lambda line: line.on), sorted(acts, key=lambda act: act.at))


def repeat_removals(
    session: Session, journal: Journal, keys: Keys, *, now: datetime
) -> tuple[Counter[str], Counter[str]]:
    """End every session and repeat all that removed a right or a person; return counts by kind: ended, repeated.

    Withdrawals come early: later steps then find no signature of those who withdrew. A second time changes nothing.
    """
    acts, done, ended = journal.acts, Counter[str](), end_open_access(session, now=now)
    for signature_id, act in _last_acts(session, newest(journal.acts, READERS)):
        done["readers of a name withdrawn"] += narrow_readers(session, signature_id, act, keys)
    done += Counter(replay(session, journal.lines, keys))
    done += _erase_again(session, acts) + _reopen_signatures(session, acts)
    done += _decide_again(session, acts) + _undo_steps(session, acts) + _bar_again(session, acts)
    done += _stop_again(session, acts) + end_lost_access(session, acts)
    ended["preview links"] += len(session.execute(delete(Preview).returning(Preview.id)).all())
    done += end_domains(session, acts)
    if done or ended.total():
        write_log(session, None, "restored", "log", {"again": done.total(), **ended}, now=now)
    return ended, done


def _erase_again(session: Session, acts: Sequence[Act]) -> Counter[str]:
    """Erase again intents that were disowned before they were confirmed, and signatures from paper that were removed."""
    # The journal knows these rows by a hash only, so each row must be hashed and compared.
    ended, done = newest(acts, ENDED), Counter[str]()
    for intent in session.scalars(select(Intent)) if ended else ():
        if mark_of("intent", intent.link_sha256) in ended:
            session.delete(intent)
            done["intents disowned"] += 1
    paper = (
        select(Signature, Signatory.confirmed_at)
        .join(Signatory, Signatory.signature_id == Signature.id)
        .where(exists().where(IntakeRow.signatory_id == Signatory.id))
    )
    for signature, taken_at in session.execute(paper).all() if ended else ():
        act = ended.get(mark_of("paper", signature.address_index))
        if act is not None and taken_at <= act.at:
            erase(session, signature, act.at.date())
            done["paper signatures taken out"] += 1
    session.flush()
    return done


def _reopen_signatures(session: Session, acts: Sequence[Act]) -> Counter[str]:
    done = Counter[str]()
    for signature_id, act in _last_acts(session, newest(acts, REPLACED)):
        done["entries replaced since"] += _reopen_entry(session, signature_id, act)
    for signature_id, act in _last_acts(session, newest(acts, DISPUTED, SETTLED)):
        done["entries disputed"] += act.kind == DISPUTED and _dispute_again(session, signature_id, act)
    return done


def _last_acts(session: Session, acts: dict[str, Act]) -> Iterator[tuple[int, Act]]:
    """Yield the signatures that acts are about, each with its last act."""
    last: dict[int, Act] = {}
    links = session.execute(select(SignatureLink.signature_id, SignatureLink.link_sha256)).all() if acts else ()
    for signature_id, link in links:
        act = acts.get(mark_of("signature", link))
        if act is not None and (signature_id not in last or last[signature_id].at < act.at):
            last[signature_id] = act
    yield from last.items()


def _reopen_entry(session: Session, signature_id: int, act: Act) -> bool:
    """Take an entry off the lists if its owner replaced it since, and tell the desk: the newer entry is lost."""
    standing = (Signatory.signature_id == signature_id) & Signatory.stands & (Signatory.confirmed_at <= act.at)
    row = session.scalar(select(Signatory).where(standing, Signatory.id != act.details["entry"]))
    if row is None or row.held_for == RESTORED:
        return False
    row.held_for = RESTORED
    session.execute(delete(Verification).where(Verification.signatory_id == row.id))
    session.flush()
    return True


def _dispute_again(session: Session, signature_id: int, act: Act) -> bool:
    values = {"disputed_at": act.at, "settled_at": None, "officer_id": None, **act.details}
    if insert_once(session, Dispute, {"signature_id": signature_id, **values}):
        return True
    earlier = (Dispute.signature_id == signature_id) & (Dispute.disputed_at <= act.at)
    other = Dispute.settled_at.is_not(None) | (Dispute.origin != act.details["origin"])
    found = session.execute(update(Dispute).where(earlier, other).values(**values).returning(Dispute.signature_id))
    return found.first() is not None


def _decide_again(session: Session, acts: Sequence[Act]) -> Counter[str]:
    done = Counter[str]()
    decisions = sorted([*acts, *_bulk(acts)], key=lambda act: act.at)
    # Only removals are repeated. An acceptance since the backup just takes away a level above its own.
    for act in newest(decisions, ACCEPTED, HELD, REFUSED, UNDONE).values():
        row, known = session.get(Signatory, act.number), session.get(Verification, act.number)
        if row is None or row.confirmed_at > act.at or (known and _is_known(act, known)):
            continue  # SQLite gave this number to another person since, or the backup has this decision
        if act.kind != ACCEPTED or (known and known.level and known.level > act.details.get("level", 0)):
            done["decisions of the desk"] += _replace_decision(session, act, known)
    return done


def _is_known(act: Act, known: Verification) -> bool:
    return known.decided_at > act.at or (known.decided_at, known.outcome) == (act.at, act.kind)


def _bulk(acts: Sequence[Act]) -> Iterator[Act]:
    """Yield each bulk hold that was not undone as one act for each signatory."""
    holds: list[Act] = []
    for act in acts:
        if act.kind == LET_GO and any(hold.of == act.of for hold in holds):
            holds.remove(next(hold for hold in reversed(holds) if hold.of == act.of))
        elif act.kind == HELD_ALL:
            holds.append(act)
    for hold in holds:
        details = {"reason": FLOOD, "officer": hold.details["officer"]}
        for first, last in hold.details["ids"]:
            yield from (Act(HELD, f"signatory:{number}", hold.at, details) for number in range(first, last + 1))


def _replace_decision(session: Session, act: Act, known: Verification | None) -> bool:
    """Delete the decision that stands; insert a refusal or a hold again if its officer is still known."""
    if known is not None:
        session.delete(known)
        session.flush()
    officer, reason = session.get(Officer, act.details.get("officer", 0)), act.details.get("reason")
    if act.kind not in (HELD, REFUSED) or officer is None or reason == SECOND:
        return known is not None
    values = {"outcome": act.kind, "level": None, "method": None, "reason": reason, "note": ""}
    return insert_once(
        session,
        Verification,
        {"signatory_id": act.number, "officer_id": officer.id, "decided_at": act.at, **values},
    )


def _undo_steps(session: Session, acts: Sequence[Act]) -> Counter[str]:
    """Undo again an approval that was undone, and hide again an answer that was taken off the public page."""
    done, last = Counter[str](), dict[tuple[str, str], Act]()
    for act in acts:
        if act.kind in (STEP, STEP_UNDONE):
            last[act.details["step"], act.of] = act
    for (step, _of), act in last.items():
        delivery = session.get(Delivery, act.number)
        if delivery is not None and delivery.reference == act.details["reference"]:
            done["steps of a delivery"] += step in STEPS and STEPS[step](session, act)
    session.flush()
    return done


def _stop_again(session: Session, acts: Sequence[Act]) -> Counter[str]:
    """Suspend, close or withdraw again the letters that were stopped since, and not resumed; recall what was delivered.

    An embargo that was moved to later since ends then, and not when the backup says.
    """
    done = Counter[str]()
    for act in newest(acts, EMBARGO).values():
        until, slug = datetime.fromisoformat(act.details["until"]), act.of.removeprefix("letter:")
        letter = session.scalar(select(Letter).where(Letter.slug == slug, Letter.embargo_until < until))
        if letter:
            set_facts(session, letter, {"embargo_until": until}, now=act.at)
            done["embargoes moved"] += 1
    for act in newest(acts, *(f"letter {what}" for what in (RESUMED, *STOPS))).values():
        what, slug = act.kind.removeprefix("letter "), act.of.removeprefix("letter:")
        letter = session.scalar(select(Letter).where(Letter.slug == slug))
        last = last_act(letter.moments) if letter else None
        if letter is None or what == RESUMED or (last and last.at >= act.at):
            continue
        officer = session.get(Officer, act.details.get("officer") or 0)
        reason, by = act.details["reason"], officer.id if officer else None
        session.add(LetterMoment(letter_id=letter.id, what=what, at=act.at, reason=reason, officer_id=by))
        if what == CLOSED:
            last_day = max(letter.opens_on, min(letter.closes_on, act.at.date()))
            set_facts(session, letter, {"closes_on": last_day}, now=act.at)
        session.flush()
        if what == WITHDRAWN:
            recall_whole(session, letter, now=act.at)
        done["letters stopped"] += 1
    return done


def _answer(session: Session, act: Act) -> bool:
    answer = session.get(Answer, act.number)
    if answer is None or not answer.published or act.details["shown"]:
        return False
    answer.published = False
    return True


def _approval(session: Session, act: Act) -> bool:
    """Undo an approval, unless the delivery was sent by it."""
    sent = exists().where(Sending.delivery_id == DeliveryApproval.delivery_id)
    undone = (DeliveryApproval.delivery_id == act.number) & (DeliveryApproval.approved_at <= act.at)
    row = session.scalar(select(DeliveryApproval).where(undone, ~sent)) if act.kind == STEP_UNDONE else None
    if row is not None:
        session.delete(row)
    return row is not None


def _bar_again(session: Session, acts: Sequence[Act]) -> Counter[str]:
    """Bar again the addresses that asked for no more mail and did not lift the bar since."""
    done = Counter[str]()
    for act in newest(acts, BAR, UNBAR).values():
        values = {
            "address_index": bytes.fromhex(act.of.partition(":")[2]),
            "barred_on": act.at.date(),
            "reason": BY_OWNER,
        }
        done["addresses barred"] += act.kind == BAR and insert_once(session, BarredAddress, values)
    return done


STEPS: dict[str, Callable[[Session, Act], bool]] = {"answer": _answer, "approve": _approval}
