"""The desk's queue and its cards."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.desk.forms import ActForm
from campaign.desk.rules import VERIFIES, may_decide
from campaign.intake.service import origins
from campaign.verify.disputes import settle
from campaign.verify.evidence import Mailbox, count_neighbours, editions, mailbox, namesakes, weakness_of
from campaign.verify.filters import WAITING, Filter
from campaign.verify.forms import DecisionForm, carry, read_filter, read_number
from campaign.verify.list_views import show_queue, to_words
from campaign.verify.queue import find_card, find_cards
from campaign.verify.roster import roster_evidence
from campaign.verify.rules import (
    AWAITED,
    HELD_FOR,
    LEVELS,
    METHODS,
    REASONS,
    WEAK_MAILBOXES,
    DecisionMalformed,
)
from campaign.verify.service import (
    AlreadyDecided,
    NoSuchSignatory,
    NotYours,
    SecondReviewerNeeded,
    decide,
    undo,
)
from campaign.web.audience import officer, staff
from campaign.web.toolbox import toolbox
from campaign.world.countries import country_name

bp = Blueprint("verify", __name__, url_prefix="/desk")


@bp.get("/")
@staff()
def queue() -> ResponseReturnValue:
    """Show who waits, the longest first."""
    typed = request.args.get("q", "")
    return to_words(typed) if typed else show_queue()


@bp.get("/signatory/<int:number>")
@staff()
def card(number: int) -> ResponseReturnValue:
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
            weakness = _weakness(number)
            with tools.database.write() as session:
                decide(session, number, form.decision(), officer(), weakness, now=tools.clock())
    except NoSuchSignatory:
        abort(404)
    except NotYours:
        abort(403)
    except DecisionMalformed as malformed:
        fault = str(malformed)
    except AlreadyDecided:
        fault = "Somebody has decided this meanwhile. Undo that decision first."
    except SecondReviewerNeeded:
        fault = "Level 4 takes two people: accept at level 3, then ask a colleague to raise it."
    return (_card(number, form, fault), 422) if fault else _next(number)


@bp.post("/signatory/<int:number>/undo")
@staff(*VERIFIES)
def take_back(number: int) -> ResponseReturnValue:
    """Put a signatory back into the queue."""
    return _press(undo, number)


@bp.post("/signatory/<int:number>/settle")
@staff(*VERIFIES)
def show_again(number: int) -> ResponseReturnValue:
    """Find that a disputed entry is theirs."""
    return _press(settle, number)


def _press(does: Callable[..., None], number: int) -> ResponseReturnValue:
    """Do what one button of a card says, and show the card again."""
    if not ActForm().validate():
        abort(400)
    try:
        with toolbox().database.write() as session:
            does(session, number, officer(), now=toolbox().clock())
    except NoSuchSignatory:
        abort(404)
    except NotYours:
        abort(403)
    return redirect(url_for("verify.card", number=number, **carry(read_filter())), 303)


def _next(number: int) -> ResponseReturnValue:
    """Go to the next card the officer is working through, or back to the queue at its end.

    Cards that wait are gone round once more, since some may have been left out; decided ones would never end.
    """
    wanted = read_filter()
    with toolbox().database.read() as session:
        following = find_cards(session, toolbox().keys, wanted, after=number, limit=1)
        if not following and wanted.state == WAITING:
            following = find_cards(session, toolbox().keys, wanted, limit=1)
    if not following:
        return redirect(url_for("verify.queue", **carry(wanted)), 303)
    following_number = following[0].signatory.id
    return redirect(url_for("verify.card", number=following_number, after=number, **carry(wanted)), 303)


def _card(number: int, form: DecisionForm, fault: str) -> str:
    tools = toolbox()
    with tools.database.read() as session:
        found = find_card(session, tools.keys, number)
        if found is None:
            abort(404)
        twins, earlier = namesakes(session, found), editions(session, tools.keys, found)
        neighbours = count_neighbours(session, found)
        origin = origins(session, [number]).get(number)
        roster = roster_evidence(session, tools.keys, tools.legislatures, number, found.entry, found.address)
    box = _mailbox(found.address)
    return render_template(
        "verify/card.html",
        card=found,
        form=form,
        fault=fault,
        twins=twins,
        earlier=earlier,
        neighbours=neighbours,
        box=box,
        weakness=WEAK_MAILBOXES.get(weakness_of(found, box) or ""),
        origin=origin,
        roster=roster,
        awaited=AWAITED,
        levels=LEVELS,
        methods=METHODS,
        decides=may_decide(officer(), found.signatory.country),
        after=read_number("after"),
        **_shared(read_filter()),
    )


def _weakness(number: int) -> str | None:
    with toolbox().database.read() as session:
        found = find_card(session, toolbox().keys, number)
    return weakness_of(found, _mailbox(found.address)) if found else None


def _mailbox(address: str | None) -> Mailbox:
    return mailbox(toolbox().legislatures, address, toolbox().clock().date())


def _shared(wanted: Filter) -> dict[str, Any]:
    """Return what the queue and a card both show with, and the filter they carry on."""
    return {
        "wanted": wanted,
        "carry": carry(wanted),
        "reasons": REASONS,
        "held_for": HELD_FOR,
        "mailbox": _mailbox,
        "country_name": lambda code: country_name(code, "en"),
    }
