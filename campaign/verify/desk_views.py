"""The desk's queue and its cards."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.desk.forms import ActForm
from campaign.desk.rules import VERIFIES
from campaign.intake.service import origins
from campaign.mail.service import owed_and_refused
from campaign.sign.rules import KINDS
from campaign.verify.forms import DecisionForm
from campaign.verify.queue import (
    STATES,
    WAITING,
    Filter,
    Mailbox,
    count_states,
    editions,
    find_card,
    find_cards,
    mailbox,
    namesakes,
)
from campaign.verify.rules import AWAITED, LEVELS, METHODS, REASONS, DecisionMalformed
from campaign.verify.service import AlreadyDecided, NoSuchSignatory, SecondReviewerNeeded, decide, undo
from campaign.web.audience import officer, staff
from campaign.web.toolbox import toolbox
from campaign.world.countries import COUNTRIES, countries, country_name

bp = Blueprint("verify", __name__, url_prefix="/desk")
PAGE = 50


@bp.get("/")
@staff()
def queue() -> ResponseReturnValue:
    """Show who waits, the longest first."""
    wanted = _wanted()
    after = request.args.get("after", 0, type=int)
    tools = toolbox()
    with tools.database.read() as session:
        cards = find_cards(session, tools.keys, wanted, after=after, limit=PAGE)
        counts = count_states(session)
        came = origins(session, [card.signatory.id for card in cards])
        mails_owed, mails_refused = owed_and_refused(session)
    return render_template(
        "verify/queue.html",
        cards=cards,
        origins=came,
        counts=counts,
        mails_owed=mails_owed,
        mails_refused=mails_refused,
        state=wanted.state,
        country=wanted.country,
        kind=wanted.kind,
        all_countries=countries("en"),
        page=PAGE,
        country_name=lambda code: country_name(code, "en"),
        mailbox=_mailbox,
    )


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
            with tools.database.write() as session:
                decide(session, number, form.decision(), officer(), now=tools.clock())
    except NoSuchSignatory:
        abort(404)
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
    if not ActForm().validate():
        abort(400)
    try:
        with toolbox().database.write() as session:
            undo(session, number, officer(), now=toolbox().clock())
    except NoSuchSignatory:
        abort(404)
    return redirect(url_for("verify.card", number=number), 303)


def _next(number: int) -> ResponseReturnValue:
    """Go to the next waiting card, or back to the empty queue."""
    with toolbox().database.read() as session:
        following = find_cards(session, None, Filter(), after=number, limit=1) or find_cards(
            session, None, Filter(), limit=1
        )
    if not following:
        return redirect(url_for("verify.queue"), 303)
    return redirect(url_for("verify.card", number=following[0].signatory.id, after=number), 303)


def _card(number: int, form: DecisionForm, fault: str) -> str:
    tools = toolbox()
    with tools.database.read() as session:
        found = find_card(session, tools.keys, number)
        if found is None:
            abort(404)
        twins, earlier = namesakes(session, found), editions(session, found)
        origin = origins(session, [number]).get(number)
    return render_template(
        "verify/card.html",
        card=found,
        form=form,
        fault=fault,
        twins=twins,
        earlier=earlier,
        origin=origin,
        awaited=AWAITED,
        levels=LEVELS,
        methods=METHODS,
        reasons=REASONS,
        decides=officer().role in VERIFIES,
        after=request.args.get("after", type=int),
        country_name=lambda code: country_name(code, "en"),
        mailbox=_mailbox,
    )


def _mailbox(domain: str) -> Mailbox:
    return mailbox(toolbox().legislatures, domain, toolbox().clock().date())


def _wanted() -> Filter:
    state, country, kind = (request.args.get(name, "") for name in ("state", "country", "kind"))
    return Filter(
        state if state in STATES else WAITING,
        country if country in COUNTRIES else "",
        kind if kind in KINDS else "",
    )
