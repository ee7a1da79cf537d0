"""Show the log at the desk."""

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from campaign.audit.log import LogFilter, all_officers, newest_entries
from campaign.audit.wording import GROUPS, describe
from campaign.web.audience import staff
from campaign.web.toolbox import toolbox

bp = Blueprint("audit_desk", __name__, url_prefix="/desk")
LOG_PAGE = 50


@bp.get("/log")
@staff()
def show() -> ResponseReturnValue:
    """Show who did what, newest first, narrowed by the filter in the address."""
    wanted = _log_filter()
    before = request.args.get("before", type=int)
    with toolbox().database.read() as session:
        entries = newest_entries(session, wanted, before, LOG_PAGE)
        people = all_officers(session)
    names = {person.id: person.name for person in people}
    kept = {name: value for name, value in request.args.items() if name != "before"}
    return render_template(
        "audit/log.html",
        lines=[describe(entry, names) for entry in entries],
        people=people,
        groups=GROUPS,
        wanted=wanted,
        kept=kept,
        more=len(entries) == LOG_PAGE,
    )


def _log_filter() -> LogFilter:
    """Return the filter in the address; a value that cannot be read does not narrow."""
    asked = request.args.get
    group = GROUPS.get(asked("what", ""))
    return LogFilter(
        who=asked("who", type=int),
        actions=group[1] if group else (),
        subject=asked("subject", "").strip().replace(" ", ":")[:60],
        from_on=asked("from", type=date.fromisoformat),
        to_on=asked("to", type=date.fromisoformat),
    )
