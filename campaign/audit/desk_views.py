"""The log, as the desk reads it."""

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from campaign.audit.log import LogFilter, everybody, newest_entries
from campaign.audit.wording import GROUPS, line
from campaign.web.audience import staff
from campaign.web.toolbox import toolbox

bp = Blueprint("audit_desk", __name__, url_prefix="/desk")
LOG_PAGE = 50


@bp.get("/log")
@staff()
def show() -> ResponseReturnValue:
    """Show who did what, newest first, as narrowly as asked."""
    wanted = _log_filter()
    before = request.args.get("before", type=int)
    with toolbox().database.read() as session:
        entries = newest_entries(session, wanted, before, LOG_PAGE)
        people = everybody(session)
    names = {person.id: person.name for person in people}
    kept = {name: value for name, value in request.args.items() if name != "before"}
    return render_template(
        "audit/log.html",
        lines=[line(entry, names) for entry in entries],
        people=people,
        groups=GROUPS,
        wanted=wanted,
        kept=kept,
        more=len(entries) == LOG_PAGE,
    )


def _log_filter() -> LogFilter:
    """Return what the address asks for; what cannot be read does not narrow."""
    said = request.args.get
    group = GROUPS.get(said("what", ""))
    return LogFilter(
        who=said("who", type=int),
        actions=group[1] if group else (),
        subject=said("subject", "").strip().replace(" ", ":")[:60],
        from_on=said("from", type=date.fromisoformat),
        to_on=said("to", type=date.fromisoformat),
    )
