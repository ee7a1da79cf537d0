"""What waits for a second person, and agreeing to it."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.audit.log import everybody
from campaign.desk.admissions import NotAdmitted, admitted, what_lacks
from campaign.desk.approvals import (
    NoSuchApproval,
    NotApproved,
    NotCarriedOut,
    SecondPersonNeeded,
    approve,
    done_lately,
    made_ready,
    waiting,
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
    """Agree as the second person; what can be done at once is done, and an officer let back in gets a new invitation."""
    check_button()
    tools, by = toolbox(), officer()
    try:
        with tools.database.read() as session:
            carried = made_ready(session, number, tools.carries, tools.keys)
        with tools.database.write() as session:
            now = tools.clock()
            secret = carry_out(session, approve(session, number, by, carried, now=now), by, now=now)
    except (NoSuchApproval, NoSuchOfficer, NotApproved):
        return _approvals("This is no longer open: it was used, changed, or has expired."), 410
    except SecondPersonNeeded:
        return _approvals("This takes somebody else than who asked, in the right role."), 403
    except (NotAdmitted, NotCarriedOut) as fault:
        return _approvals(str(fault)), 403 if isinstance(fault, NotAdmitted) else 409
    return invitation_page(secret) if secret else redirect(url_for("desk_approvals.approvals", done=number), 303)


def _approvals(fault: str) -> str:
    now = toolbox().clock()
    with toolbox().database.read() as session:
        done = done_lately(session, now=now)  # first: what is done meanwhile is then in neither list
        found, counted = waiting(session, now=now), admitted(session, now=now)
        names = {person.id: person.name for person in everybody(session)}
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
    """Give the desk's pages the reason why nothing that takes two people can be done now, if there is one."""
    return {"what_lacks": _what_lacks}


def _what_lacks() -> str:
    tools = toolbox()
    with tools.database.read() as session:
        return what_lacks(session, officer(), now=tools.clock())
