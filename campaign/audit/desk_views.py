"""Show the log at the desk, sign its newest entry, and check it."""

from datetime import date

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from campaign.audit.forms import CheckForm
from campaign.audit.heads import Head, HeadMalformed, check_log, count_heads, read_head, sign_head
from campaign.audit.log import LogFilter, all_officers, newest_entries
from campaign.audit.wording import GROUPS, describe
from campaign.seal.keys import KeysMissing
from campaign.seal.signing import SigningKey, load_or_create_signing_key
from campaign.web.audience import staff
from campaign.web.forms import check_button
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


@bp.get("/log/check")
@staff("owner")
def ask_check() -> ResponseReturnValue:
    """Show the forms that sign the log and check it."""
    return _check_page(CheckForm(formdata=None))


@bp.post("/log/head")
@staff("owner")
def sign() -> ResponseReturnValue:
    """Sign the newest entry, and show the line to keep away from this machine."""
    check_button()
    with toolbox().database.write() as session:
        head = sign_head(session, _log_key())
    return _check_page(CheckForm(formdata=None), head=head)


@bp.post("/log/check")
@staff("owner")
def check() -> ResponseReturnValue:
    """Check that no entry was changed, removed or cut off, also against lines that were kept elsewhere."""
    form, tools = CheckForm(), toolbox()
    stamped = form.validate()
    try:
        kept = [read_head(line) for line in form.text_of("lines").splitlines() if line.strip()]
    except HeadMalformed:
        form["lines"].errors = ["One of these is not a line that this page, or flask desk audit head, has shown."]
        return _check_page(form), 422
    if not stamped:
        return _check_page(form), 422
    with tools.database.read() as session:
        bad = check_log(session, _log_key().public, kept, now=tools.clock())
    return _check_page(form, checked=True, bad=bad, lines=len(kept))


def _check_page(form: CheckForm, head: Head | None = None, **told: object) -> str:
    with toolbox().database.read() as session:
        count, newest = count_heads(session)
    return render_template("audit/check.html", form=form, head=head, count=count, newest=newest, **told)


def _log_key() -> SigningKey:
    """Return the key that signs the log; without it, answer 503."""
    try:
        return load_or_create_signing_key(toolbox().site.seal_keys)
    except KeysMissing:
        abort(503)


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
