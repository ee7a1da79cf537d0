"""One card: the evidence about a signatory, the officer's decision, and the next card."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, abort, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug import Response

from campaign.desk.admissions import NotAdmitted
from campaign.desk.rules import VERIFIES, may_decide
from campaign.intake.service import origins
from campaign.letter.fields import in_form_order
from campaign.letter.models import Letter
from campaign.review.claims import claim_next
from campaign.review.evidence import (
    Mailbox,
    count_neighbours,
    domain_as_read,
    editions,
    is_own_domain,
    mailbox,
    namesakes,
    spelling,
    weakness_of,
)
from campaign.review.forms import DecisionForm, carry, collect_evidence, read_filter, read_number
from campaign.review.queue import find_card, find_near
from campaign.roster.rules import DecisionMalformed
from campaign.roster.service import roster_evidence
from campaign.verify.claims import Claimed, claim, find_claimant, release
from campaign.verify.disputes import settle
from campaign.verify.notices import find_notice
from campaign.verify.rules import AWAITED, HELD_FOR, LEVELS, METHODS, OWN_METHODS, REASONS, UNSENT, WEAK_MAILBOXES
from campaign.verify.service import (
    AlreadyDecided,
    NoSuchSignatory,
    OtherCountries,
    SecondReviewerNeeded,
    decide,
    lock_signatory,
    undo,
)
from campaign.web.audience import officer, staff
from campaign.web.forms import check_button
from campaign.web.headers import allow_script
from campaign.web.staff import Staff
from campaign.web.toolbox import toolbox

bp = Blueprint("review_card", __name__, url_prefix="/desk")
MOST_NEAR = 5


@bp.get("/signatory/<int:number>")
@staff()
def show(number: int) -> ResponseReturnValue:
    """Show the evidence about one signatory, and the buttons."""
    return _card(number, DecisionForm(formdata=None), "")


@bp.post("/signatory/<int:number>")
@staff(*VERIFIES)
def act(number: int) -> ResponseReturnValue:
    """Record a decision, and go on to the next card."""
    form, tools = DecisionForm(), toolbox()
    fault = "" if form.validate() else next(iter(form.faults().values()))
    try:
        if not fault:
            weakness, picked = collect_evidence(number, form.decision(), form.text_of("member"))
            with tools.database.write() as session:
                decide(session, number, form.decision(), officer(), weakness, picked, now=tools.clock())
    except NoSuchSignatory:
        abort(404)
    except OtherCountries:
        abort(403)
    except (DecisionMalformed, NotAdmitted) as refused:
        fault = str(refused)
    except Claimed as claimed:
        fault = f"{claimed} has this card open: nothing was decided."
    except AlreadyDecided:
        fault = "A colleague has decided this meanwhile. Undo that decision first."
    except SecondReviewerNeeded:
        fault = "Level 4 takes two people: accept at level 3, then ask a colleague to raise it."
    return (_card(number, form, fault), 422) if fault else _show_next(number, decided=number)


@bp.post("/next")
@staff(*VERIFIES)
def following() -> ResponseReturnValue:
    """Claim the next free card, and release the one before."""
    check_button()
    return _show_next(read_number("from"))


@bp.post("/signatory/<int:number>/claim")
@staff(*VERIFIES)
def take_over(number: int) -> ResponseReturnValue:
    """Claim a card that another officer has open."""
    return _do_and_show(claim, number)


@bp.post("/signatory/<int:number>/undo")
@staff(*VERIFIES)
def take_back(number: int) -> ResponseReturnValue:
    """Undo a decision, and claim the card again."""

    def undo_and_claim(session: Session, number: int, by: Staff, *, now: datetime) -> None:
        undo(session, number, by, now=now)
        claim(session, number, by, now=now)

    return _do_and_show(undo_and_claim, number)


@bp.post("/signatory/<int:number>/settle")
@staff(*VERIFIES)
def show_again(number: int) -> ResponseReturnValue:
    """Settle a dispute: the entry is theirs."""
    return _do_and_show(settle, number)


def _do_and_show(does: Callable[..., None], number: int) -> ResponseReturnValue:
    """Do what a button of a card says, and show the card again."""
    check_button()
    try:
        with toolbox().database.write() as session:
            lock_signatory(session, number)
            does(session, number, officer(), now=toolbox().clock())
    except NoSuchSignatory:
        abort(404)
    except OtherCountries:
        abort(403)
    return redirect(url_for("review_card.show", number=number, **carry(read_filter())), 303)


def _show_next(number: int, decided: int = 0) -> ResponseReturnValue:
    """Claim the next card under the filter and show it, or the queue if there is none."""
    wanted, tools = read_filter(), toolbox()
    with tools.database.write() as session:
        if number:
            release(session, number, officer())
        onward = claim_next(session, tools.keys, wanted, officer(), number, now=tools.clock())
    if onward is None:
        return redirect(url_for("review_desk.queue", end=1, **carry(wanted)), 303)
    return redirect(url_for("review_card.show", number=onward, after=decided or None, **carry(wanted)), 303)


def _card(number: int, form: DecisionForm, fault: str) -> Response:
    tools, wanted = toolbox(), read_filter()
    with tools.database.read() as session:
        found = find_card(session, tools.keys, number)
        if found is None:
            abort(404)
        evidence = {
            "kind": session.get_one(Letter, found.signatory.letter_id).kind(found.signatory.kind),
            "twins": namesakes(session, found),
            "earlier": editions(session, tools.keys, found),
            "neighbours": count_neighbours(session, found),
            "near": find_near(session, tools.keys, number, limit=MOST_NEAR),
            "origin": origins(session, [number]).get(number),
            "roster": roster_evidence(session, tools.keys, tools.legislatures, number, found.entry, found.address),
            "told": find_notice(session, number),
            "claimant": find_claimant(session, number, now=tools.clock()),
        }
    box = _mailbox(found.address)
    page = render_template(
        "review/card.html",
        card=found,
        form=form,
        fault=fault,
        in_form_order=in_form_order,
        box=box,
        own_domain=is_own_domain(found),
        spelling=spelling(found.name),
        domain_as_read=domain_as_read(found.domain),
        weakness=WEAK_MAILBOXES.get(weakness_of(found, box) or ""),
        unsent=UNSENT,
        awaited=AWAITED,
        levels=LEVELS,
        methods=METHODS | OWN_METHODS.get(found.signatory.established, {}),
        reasons=REASONS,
        held_for=HELD_FOR,
        decides=may_decide(officer(), found.signatory.country),
        after=read_number("after"),
        wanted=wanted,
        carry=carry(wanted),
        **evidence,
    )
    return allow_script(make_response(page))


def _mailbox(address: str | None) -> Mailbox:
    return mailbox(toolbox().legislatures, address, toolbox().clock().date())
