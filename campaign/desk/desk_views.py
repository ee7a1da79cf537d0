"""The staff's pages about each other: the people, what waits for a second person, the log."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.desk.admissions import NotAdmitted, admission_of, admitted, what_lacks
from campaign.desk.approvals import (
    Asked,
    NoSuchApproval,
    NotApproved,
    NotCarriedOut,
    SecondPersonNeeded,
    approve,
    ask,
    done_lately,
    made_ready,
    waiting,
)
from campaign.desk.forms import InviteForm, PlaceForm, check_button
from campaign.desk.log import LogFilter, newest_entries
from campaign.desk.models import Officer
from campaign.desk.rules import ADMIT, KINDS, OWNER, ROLES
from campaign.desk.service import (
    AlreadyOfficer,
    LastOwner,
    NoSuchOfficer,
    admission_wanted,
    carry_out,
    change_place,
    end_session,
    everybody,
    invite,
    officer_numbered,
    officers,
    recovery_of,
    remove,
    sessions_of,
)
from campaign.desk.wording import GROUPS, line
from campaign.mail.address import AddressRefused, accept_address
from campaign.web.audience import officer, staff
from campaign.web.headers import allow_script
from campaign.web.toolbox import toolbox

bp = Blueprint("people", __name__, url_prefix="/desk")
LOG_PAGE = 50
LAST_OWNER = "The desk needs an owner: make somebody else one first."


@bp.get("/people")
@staff()
def everyone() -> ResponseReturnValue:
    """Show who is at the desk; owners can invite."""
    return _people(InviteForm(formdata=None), "")


@bp.post("/people")
@staff(OWNER, fresh=True)
def invite_person() -> ResponseReturnValue:
    """Invite somebody, and show the link to hand over."""
    form, tools = InviteForm(), toolbox()
    if not form.validate():
        return _people(form, next(iter(form.faults().values()))), 422
    try:
        address = accept_address(form.said("email")).written
        with tools.database.write() as session:
            secret = invite(session, address, form.place(), officer(), now=tools.clock())
    except AddressRefused:
        return _people(form, "That is not an e-mail address."), 422
    except AlreadyOfficer:
        return _people(form, "This person is at the desk already."), 422
    return _invitation(secret)


@bp.get("/people/<int:number>")
@staff(OWNER)
def person(number: int) -> ResponseReturnValue:
    """Show an owner what one officer may do, and where they are signed in."""
    return _person(number, "")


@bp.post("/people/<int:number>/role")
@staff(OWNER, fresh=True)
def change(number: int) -> ResponseReturnValue:
    """Give an officer another role, or other countries."""
    form, tools = PlaceForm(), toolbox()
    if not form.validate():
        return _person(number, next(iter(form.faults().values()))), 422
    try:
        with tools.database.write() as session:
            change_place(session, officer_numbered(session, number), form.place(), officer(), now=tools.clock())
    except NoSuchOfficer:
        abort(404)
    except LastOwner:
        return _person(number, LAST_OWNER), 422
    return redirect(url_for("people.everyone"), 303)


@bp.post("/people/<int:number>/remove")
@staff(OWNER, fresh=True)
def take_off(number: int) -> ResponseReturnValue:
    """Take an officer off the desk."""
    check_button()
    try:
        with toolbox().database.write() as session:
            remove(session, officer_numbered(session, number), officer(), now=toolbox().clock())
    except NoSuchOfficer:
        abort(404)
    except LastOwner:
        return _person(number, LAST_OWNER), 422
    return redirect(url_for("people.everyone"), 303)


@bp.post("/people/<int:number>/recover")
@staff(OWNER, fresh=True)
def open_recovery(number: int) -> ResponseReturnValue:
    """Ask another owner to let an officer back in who lost everything."""
    return _ask_about(number, recovery_of)


@bp.post("/people/<int:number>/admit")
@staff(OWNER, fresh=True)
def ask_to_admit(number: int) -> ResponseReturnValue:
    """Ask another owner to admit an officer as a second person."""
    return _ask_about(number, admission_wanted)


@bp.post("/people/<int:number>/sessions/<int:which>/end")
@staff(OWNER)
def end_their_session(number: int, which: int) -> ResponseReturnValue:
    """End a session of any officer."""
    check_button()
    try:
        with toolbox().database.write() as session:
            end_session(session, number, which, officer(), now=toolbox().clock())
    except NoSuchOfficer:
        abort(404)
    return redirect(url_for("people.person", number=number), 303)


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
    return _invitation(secret) if secret else redirect(url_for("people.approvals", done=number), 303)


@bp.get("/log")
@staff()
def log() -> ResponseReturnValue:
    """Show who did what, newest first, as narrowly as asked."""
    wanted = _log_filter()
    before = request.args.get("before", type=int)
    with toolbox().database.read() as session:
        entries = newest_entries(session, wanted, before, LOG_PAGE)
        people = everybody(session)
    names = {person.id: person.name for person in people}
    kept = {name: value for name, value in request.args.items() if name != "before"}
    return render_template(
        "desk/log.html",
        lines=[line(entry, names) for entry in entries],
        people=people,
        groups=GROUPS,
        wanted=wanted,
        kept=kept,
        more=len(entries) == LOG_PAGE,
    )


def _ask_about(number: int, wanted: Callable[[Officer], Asked]) -> ResponseReturnValue:
    check_button()
    try:
        with toolbox().database.write() as session:
            ask(session, wanted(officer_numbered(session, number)), officer(), now=toolbox().clock())
    except NoSuchOfficer:
        abort(404)
    return redirect(url_for("people.approvals"), 303)


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


def _people(form: InviteForm, fault: str) -> str:
    with toolbox().database.read() as session:
        people, counted = officers(session), admitted(session, now=toolbox().clock())
    return render_template("desk/people.html", people=people, counted=counted, form=form, fault=fault, roles=ROLES)


def _person(number: int, fault: str) -> str:
    now = toolbox().clock()
    with toolbox().database.read() as session:
        try:
            found = officer_numbered(session, number)
        except NoSuchOfficer:
            abort(404)
        sessions = sessions_of(session, number, now=now)
        admission = admission_of(session, number, now=now)
        names = {person.id: person.name for person in everybody(session)}
    return render_template(
        "desk/person.html",
        person=found,
        admission=admission,
        names=names,
        sessions=sessions,
        end=lambda which: url_for("people.end_their_session", number=number, which=which),
        form=PlaceForm(formdata=None),
        fault=fault,
        roles=ROLES,
    )


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


def _invitation(secret: bytes) -> Response:
    """Show an invitation's link, this once: it is handed over by the officer, not mailed."""
    link = toolbox().link("desk.ask_join", token=toolbox().tokens.issue("invitation", secret))
    return allow_script(make_response(render_template("desk/invited.html", link=link)))
