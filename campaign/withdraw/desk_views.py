"""The desk's list of delivered documents with names withdrawn since, and of letters whose signatories are asked anew."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from campaign.desk.rules import DELIVERS
from campaign.web.audience import officer, staff
from campaign.web.forms import check_button
from campaign.web.toolbox import toolbox
from campaign.withdraw.clock import clock_fault
from campaign.withdraw.consents import count_answers
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
