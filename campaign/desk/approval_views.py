"""Show what waits for a second person, and let that person agree."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.audit.log import all_officers
from campaign.desk.admissions import NotAdmitted, admitted_officers, two_people_fault
from campaign.desk.approvals import (
    NoSuchApproval,
    NotApproved,
    NotCarriedOut,
    SecondPersonNeeded,
    approve,
    done_lately,
    open_approvals,
    prepare,
)
from campaign.desk.people_views import invitation_page
from campaign.desk.rules import ADMIT, KINDS
from campaign.desk.service import (
    carry_out,
)
from campaign.signin.officers import NoSuchOfficer
from campaign.web.audience import officer, staff
from campaign.web.forms import check_button
from campaign.web.toolbox import toolbox

bp = Blueprint("desk_approvals", __name__, url_prefix="/desk")


@bp.get("/approvals")
@staff()
def approvals() -> ResponseReturnValue:
    """Show what waits for a second person."""
    return _approvals("")


@bp.post("/approvals/<int:number>")
@staff(fresh=True)
def agree(number: int) -> ResponseReturnValue:
    """Agree as the second person. What can be done at once is done; recovering an account shows a new invitation."""
    check_button()
    tools, by = toolbox(), officer()
    try:
        with tools.database.read() as session:
            carried = prepare(session, number, tools.carries, tools.keys)
        with tools.database.write() as session:
            now = tools.clock()
            secret = carry_out(session, approve(session, number, by, carried, now=now), by, now=now)
    except (NoSuchApproval, NoSuchOfficer, NotApproved):
        return _approvals("This is no longer open: it was used, changed, or has expired."), 410
    except SecondPersonNeeded:
        return _approvals("Another officer must agree: not the one who asked, and one in the right role."), 403
    except (NotAdmitted, NotCarriedOut) as fault:
        return _approvals(str(fault)), 403 if isinstance(fault, NotAdmitted) else 409
    return invitation_page(secret) if secret else redirect(url_for("desk_approvals.approvals", done=number), 303)


def _approvals(fault: str) -> str:
    now = toolbox().clock()
    with toolbox().database.read() as session:
        # Read first: an approval that is used between the two queries is then missing for a moment, not listed twice.
        done = done_lately(session, now=now)
        found, counted = open_approvals(session, now=now), admitted_officers(session, now=now)
        names = {person.id: person.name for person in all_officers(session)}
    return render_template(
        "desk/approvals.html",
        waiting=found,
        done=done,
        just=request.args.get("done", type=int),
        counted=counted,
        names=names,
        kinds=KINDS,
        admit=ADMIT,
        fault=fault,
    )


@bp.app_context_processor
def _two_people() -> dict[str, Callable[[], str]]:
    """Let the desk's pages say why nothing that needs two people can be done now, if that is so."""
    return {"two_people_fault": _two_people_fault}


def _two_people_fault() -> str:
    tools = toolbox()
    with tools.database.read() as session:
        return two_people_fault(session, officer(), now=tools.clock())
