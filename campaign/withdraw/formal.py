"""Withdraw a letter for good, by two people: it stays readable, takes no signature, and what was delivered is recalled."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.deliver.life import Life, known_address, lives_of, was_sent
from campaign.deliver.models import Posting
from campaign.desk.approvals import ApprovalRequest, NotCarriedOut, ask, use
from campaign.desk.identity import read_identity
from campaign.desk.models import Approval
from campaign.desk.rules import WITHDRAW
from campaign.directory.book import read_offices
from campaign.document.models import Delivery
from campaign.letter.models import Letter
from campaign.letter.service import find_letter
from campaign.letter.standing import ENGLISH, WITHDRAWN, State, standing
from campaign.mail.models import Mail
from campaign.mail.service import queue_mail
from campaign.moments.rules import MomentRefused
from campaign.moments.service import add_moment, locked_letter
from campaign.seal.keys import Keys
from campaign.storage.statements import table_of
from campaign.web.staff import Staff
from campaign.web.toolbox import Carried
from campaign.withdraw.models import Recall
from campaign.world.recipients import Recipients

MAIL = "deliver/withdrawn"
WHOLE = "the whole document"  # the place of a recall that is about no single name
DONE_ALREADY = "It is withdrawn already."


def ask_withdrawal(
    session: Session, slug: str, reason: Mapping[str, str], by: Staff, *, now: datetime
) -> Approval:
    """Ask a second owner to withdraw a letter; their agreement does it. Raises NoSuchLetter, MomentRefused."""
    letter = find_letter(session, slug)
    if standing(letter, now).state is State.WITHDRAWN:
        raise MomentRefused(DONE_ALREADY)
    return ask(session, withdrawal_request(slug, reason), by, now=now)


def withdrawal_request(slug: str, reason: Mapping[str, str]) -> ApprovalRequest:
    """Return the request that two people agree to: the letter, and the reason that its readers see."""
    told = (
        f"Withdraw the letter {slug} for good: it takes no signature any more, and what was delivered is recalled"
    )
    return ApprovalRequest(
        WITHDRAW, f"letter:{slug}", {"letter": slug, "reason": dict(reason), "note": reason[ENGLISH]}, told
    )


def prepare_withdrawal(
    shipped: Recipients, site: str, session: Session, _keys: Keys | None, asked: Mapping[str, Any]
) -> Carried:
    """Return the act that a colleague's agreement does: the withdrawal, and its mails to the offices that have it."""
    address_of = partial(known_address, read_offices(session, shipped))
    return partial(carry_out_withdrawal, address_of, site, asked["letter"], asked["reason"])


def carry_out_withdrawal(
    address_of: Callable[[Life], str],
    site: str,
    slug: str,
    reason: Mapping[str, str],
    session: Session,
    by: Staff,
    now: datetime,
) -> str:
    """Withdraw a letter, recall all of it that left the house, and stop what is on its way. Raises NotCarriedOut."""
    use(session, withdrawal_request(slug, reason), by, now=now)
    letter = locked_letter(session, slug)
    if standing(letter, now).state is State.WITHDRAWN:
        raise NotCarriedOut(DONE_ALREADY)
    # Locked before the moment is added: a delivery that is being sent is either recalled here, or refused there.
    session.execute(select(Delivery.id).where(Delivery.letter_id == letter.id).with_for_update())
    add_moment(session, letter, WITHDRAWN, reason, by, now=now)
    stopped = _stop_mails(session, letter)
    recalled = recall_whole(session, letter, now=now)
    mailed = _tell_offices(session, letter, address_of, site, now=now)
    counts = {"recalled": recalled, "mailed": mailed, "stopped": stopped}
    write_log(session, by, "withdraw letter", f"letter:{slug}", counts, now=now)
    return f"The letter is withdrawn. Documents to recall: {recalled}. Offices that get a mail: {mailed}."


def delivered_of(letter: Letter) -> Select[int]:
    """Return the deliveries of a letter that left the house, by number."""
    return select(Delivery.id).where(Delivery.letter_id == letter.id, was_sent())


def recall_whole(session: Session, letter: Letter, *, now: datetime) -> int:
    """Open a recall for every delivery of a letter that left the house; return how many are new."""
    known = select(Recall.delivery_id).where(Recall.place == WHOLE)
    sent = delivered_of(letter).where(Delivery.id.not_in(known))
    rows = [
        {"delivery_id": number, "place": WHOLE, "withdrawn_on": now.date()}
        for number in session.scalars(sent.order_by(Delivery.id))
    ]
    if rows:
        session.connection().execute(insert(table_of(Recall)), rows)
    return len(rows)


def _stop_mails(session: Session, letter: Letter) -> int:
    """Delete the queued mails that carry a document of the letter: an office must not get it now."""
    queued = (
        select(Posting.mail_id)
        .join(Delivery, Delivery.id == Posting.delivery_id)
        .where(Delivery.letter_id == letter.id, Posting.accepted_on.is_(None), Posting.mail_id.is_not(None))
    )
    gone = session.execute(delete(Mail).where(Mail.id.in_(queued)).returning(Mail.id))
    return len(gone.all())


def _tell_offices(
    session: Session, letter: Letter, address_of: Callable[[Life], str], site: str, *, now: datetime
) -> int:
    """Queue one neutral mail for each office that has a document, if its address is known."""
    told: dict[str, Life] = {}
    for life in lives_of(session, delivered_of(letter).where(~Delivery.annex)):  # the newest first
        address = address_of(life)
        if address:
            told.setdefault(address, life)
    us = read_identity(session)
    for address, life in told.items():
        shown = us.shown(life.delivery.language)
        values = {
            "reference": life.delivery.reference,
            "link": f"{site}/verify?asked={life.delivery.reference}",
            "sender": shown.name.words if shown.version else "",
            "reply_to": shown.reply_to,
        }
        queue_mail(session, address, MAIL, life.delivery.language, values, now=now)
    return len(told)
