"""The desk's pages of recalls, of letters withdrawn for good, and of signatories who are asked to sign anew."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from campaign.deliver.life import lives_of
from campaign.desk.rules import DELIVERS, OWNER
from campaign.letter.service import NoSuchLetter, current_text, find_letter, texts_of
from campaign.letter.standing import ENGLISH
from campaign.moments.forms import ReasonForm
from campaign.moments.rules import MomentRefused
from campaign.web.audience import officer, staff
from campaign.web.errors import refused as refused_page
from campaign.web.forms import check_button
from campaign.web.toolbox import toolbox
from campaign.withdraw.clock import clock_fault
from campaign.withdraw.consents import count_answers
from campaign.withdraw.formal import ask_withdrawal, delivered_of
from campaign.withdraw.service import NoSuchRecall, find_recalls, open_recalls, settle

bp = Blueprint("recall", __name__, url_prefix="/desk")
PAGE = 200


@bp.get("/recalls")
@staff()
def recalls() -> ResponseReturnValue:
    """Show what must be recalled, open ones first."""
    with toolbox().database.read() as session:
        rows = find_recalls(session, PAGE)
    return render_template(
        "withdraw/recalls.html",
        rows=rows,
        delivers=officer().role in DELIVERS,
    )


@bp.post("/recalls/<int:number>")
@staff(*DELIVERS)
def settled(number: int) -> ResponseReturnValue:
    """Note that the recipient was told; the log keeps which officer did."""
    check_button()
    try:
        with toolbox().database.write() as session:
            settle(session, number, officer(), now=toolbox().clock())
    except NoSuchRecall:
        abort(404)
    return redirect(url_for("recall.recalls"), 303)


@bp.get("/letters/<slug>/withdraw")
@staff(OWNER)
def ask(slug: str) -> ResponseReturnValue:
    """Say what it means to withdraw a letter for good, and ask for the reason."""
    return _withdrawal(slug, ReasonForm(formdata=None), "")


@bp.post("/letters/<slug>/withdraw")
@staff(OWNER, fresh=True)
def ask_second(slug: str) -> ResponseReturnValue:
    """Ask a second owner to withdraw a letter for good; their agreement does it."""
    form, tools = ReasonForm(), toolbox()
    reason = form.reason() if form.validate() else None
    if reason is None:
        return _withdrawal(slug, form, ""), 422
    try:
        with tools.database.write() as session:
            ask_withdrawal(session, slug, reason, officer(), now=tools.clock())
    except MomentRefused as fault:
        return _withdrawal(slug, form, str(fault)), 409
    return _withdrawal(slug, form, "", asked=True), 202


@bp.errorhandler(NoSuchLetter)
def _no_letter(_fault: Exception) -> ResponseReturnValue:
    """Answer 404, as for any unknown address."""
    return refused_page(NotFound())


def _withdrawal(slug: str, form: ReasonForm, refused: str, *, asked: bool = False) -> str:
    with toolbox().database.read() as session:
        letter = find_letter(session, slug)
        return render_template(
            "withdraw/letter.html",
            letter=letter,
            title=current_text(session, letter, ENGLISH).title,
            tongues=[text.language for text in texts_of(session, letter)],
            delivered=[life for life in lives_of(session, delivered_of(letter)) if life.gone],
            form=form,
            refused=refused,
            asked=asked,
        )


@bp.get("/consents")
@staff()
def consents() -> ResponseReturnValue:
    """Show, for each letter that changed materially, who has signed the new version and who still waits, in numbers."""
    tools = toolbox()
    with tools.database.read() as session:
        rows = count_answers(session, now=tools.clock())
    sealed = tools.keys is None or tools.keys.high_risk
    return render_template("withdraw/consents.html", rows=rows, sealed=sealed)


@bp.app_context_processor
def _waiting() -> dict[str, Any]:
    """Give the desk's pages the number of open recalls, and whether the clock has jumped; functions, to query on use."""
    return {"open_recalls": _count, "clock_fault": _clock_fault}


def _count() -> int:
    with toolbox().database.read() as session:
        return open_recalls(session)


def _clock_fault() -> str | None:
    return clock_fault(toolbox().database, toolbox().clock())
