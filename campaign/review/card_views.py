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
from campaign.review.claims import claim_next
from campaign.review.evidence import (
    Mailbox,
    count_neighbours,
    domain_as_read,
    editions,
    mailbox,
    namesakes,
    spelling,
    weakness_of,
)
from campaign.review.forms import DecisionForm, carry, read_filter, read_number, weigh
from campaign.review.queue import find_card, find_near
from campaign.roster.rules import DecisionMalformed
from campaign.roster.service import roster_evidence
from campaign.verify.claims import Claimed, claim, find_holder, release
from campaign.verify.disputes import settle
from campaign.verify.notices import told_of
from campaign.verify.rules import AWAITED, HELD_FOR, LEVELS, METHODS, REASONS, UNSENT, WEAK_MAILBOXES
from campaign.verify.service import (
    AlreadyDecided,
    NoSuchSignatory,
    NotYours,
    SecondReviewerNeeded,
    decide,
    find_standing,
    undo,
)
from campaign.web.audience import officer, staff
from campaign.web.forms import check_button
from campaign.web.headers import allow_script
from campaign.web.staff import Staff
from campaign.web.toolbox import toolbox
from campaign.world.countries import country_name

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
    """Let a decision stand, and go on to the next card."""
    form, tools = DecisionForm(), toolbox()
    fault = "" if form.validate() else next(iter(form.faults().values()))
    try:
        if not fault:
            weakness, picked = weigh(number, form.decision(), form.said("member"))
            with tools.database.write() as session:
                decide(session, number, form.decision(), officer(), weakness, picked, now=tools.clock())
    except NoSuchSignatory:
        abort(404)
    except NotYours:
        abort(403)
    except (DecisionMalformed, NotAdmitted) as refused:
        fault = str(refused)
    except Claimed as claimed:
        fault = f"{claimed} has this card before them: nothing was decided."
    except AlreadyDecided:
        fault = "Somebody has decided this meanwhile. Undo that decision first."
    except SecondReviewerNeeded:
        fault = "Level 4 takes two people: accept at level 3, then ask a colleague to raise it."
    return (_card(number, form, fault), 422) if fault else _go_on(number, decided=number)


@bp.post("/next")
@staff(*VERIFIES)
def following() -> ResponseReturnValue:
    """Take the next card that nobody else has, letting go of the one before."""
    check_button()
    return _go_on(read_number("from"))


@bp.post("/signatory/<int:number>/claim")
@staff(*VERIFIES)
def take_over(number: int) -> ResponseReturnValue:
    """Take a card that another officer has before them."""
    return _press(claim, number)


@bp.post("/signatory/<int:number>/undo")
@staff(*VERIFIES)
def take_back(number: int) -> ResponseReturnValue:
    """Put a signatory back into the queue, and their card before the officer."""

    def undo_and_claim(session: Session, number: int, by: Staff, *, now: datetime) -> None:
        undo(session, number, by, now=now)
        claim(session, number, by, now=now)

    return _press(undo_and_claim, number)


@bp.post("/signatory/<int:number>/settle")
@staff(*VERIFIES)
def show_again(number: int) -> ResponseReturnValue:
    """Find that a disputed entry is theirs."""
    return _press(settle, number)


def _press(does: Callable[..., None], number: int) -> ResponseReturnValue:
    """Do what one button of a card says, and show the card again."""
    check_button()
    try:
        with toolbox().database.write() as session:
            find_standing(session, number)
            does(session, number, officer(), now=toolbox().clock())
    except NoSuchSignatory:
        abort(404)
    except NotYours:
        abort(403)
    return redirect(url_for("review_card.show", number=number, **carry(read_filter())), 303)


def _go_on(number: int, decided: int = 0) -> ResponseReturnValue:
    """Take the next card of those the officer works through, or go back to the queue at its end."""
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
            "twins": namesakes(session, found),
            "earlier": editions(session, tools.keys, found),
            "neighbours": count_neighbours(session, found),
            "near": find_near(session, tools.keys, number, limit=MOST_NEAR),
            "origin": origins(session, [number]).get(number),
            "roster": roster_evidence(session, tools.keys, tools.legislatures, number, found.entry, found.address),
            "told": told_of(session, number),
            "holder": find_holder(session, number, now=tools.clock()),
        }
    box = _mailbox(found.address)
    page = render_template(
        "review/card.html",
        card=found,
        form=form,
        fault=fault,
        box=box,
        spelling=spelling(found.name),
        domain_as_read=domain_as_read(found.domain),
        weakness=WEAK_MAILBOXES.get(weakness_of(found, box) or ""),
        unsent=UNSENT,
        awaited=AWAITED,
        levels=LEVELS,
        methods=METHODS,
        reasons=REASONS,
        held_for=HELD_FOR,
        country_name=lambda code: country_name(code, "en"),
        decides=may_decide(officer(), found.signatory.country),
        after=read_number("after"),
        wanted=wanted,
        carry=carry(wanted),
        **evidence,
    )
    return allow_script(make_response(page))


def _mailbox(address: str | None) -> Mailbox:
    return mailbox(toolbox().legislatures, address, toolbox().clock().date())
