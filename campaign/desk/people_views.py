"""The people at the desk: invite, change, remove, let back in, admit."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from campaign.audit.log import all_officers
from campaign.audit.models import Officer
from campaign.desk.admissions import admission_of, admitted_officers
from campaign.desk.approvals import (
    ApprovalRequest,
    ask,
)
from campaign.desk.forms import DutiesForm, InviteForm
from campaign.desk.rules import OWNER, ROLES
from campaign.desk.service import (
    AlreadyOfficer,
    LastOwner,
    admission_request,
    change_duties,
    invite,
    recovery_request,
    remove,
)
from campaign.mail.address import AddressRefused, accept_address
from campaign.signin.officers import NoSuchOfficer, officer_numbered, officers
from campaign.signin.sessions import end_session, sessions_of
from campaign.web.audience import officer, staff
from campaign.web.forms import check_button
from campaign.web.headers import allow_script
from campaign.web.toolbox import toolbox

bp = Blueprint("desk_people", __name__, url_prefix="/desk")
LAST_OWNER = "The desk needs an owner: make another officer an owner first."


@bp.get("/people")
@staff()
def everyone() -> ResponseReturnValue:
    """Show the officers; owners can invite."""
    return _people(InviteForm(formdata=None), "")


@bp.post("/people")
@staff(OWNER, fresh=True)
def invite_person() -> ResponseReturnValue:
    """Invite an officer, and show the link to hand over."""
    form, tools = InviteForm(), toolbox()
    if not form.validate():
        return _people(form, next(iter(form.faults().values()))), 422
    try:
        address = accept_address(form.text_of("email")).written
        with tools.database.write() as session:
            secret = invite(session, address, form.duties(), officer(), now=tools.clock())
    except AddressRefused:
        return _people(form, "That is not an e-mail address."), 422
    except AlreadyOfficer:
        return _people(form, "This person is at the desk already."), 422
    return invitation_page(secret)


@bp.get("/people/<int:number>")
@staff(OWNER)
def person(number: int) -> ResponseReturnValue:
    """Show an owner one officer's role and sessions."""
    return _person(number, "")


@bp.post("/people/<int:number>/role")
@staff(OWNER, fresh=True)
def change(number: int) -> ResponseReturnValue:
    """Change an officer's role or countries."""
    form, tools = DutiesForm(), toolbox()
    if not form.validate():
        return _person(number, next(iter(form.faults().values()))), 422
    try:
        with tools.database.write() as session:
            change_duties(session, officer_numbered(session, number), form.duties(), officer(), now=tools.clock())
    except NoSuchOfficer:
        abort(404)
    except LastOwner:
        return _person(number, LAST_OWNER), 422
    return redirect(url_for("desk_people.everyone"), 303)


@bp.post("/people/<int:number>/remove")
@staff(OWNER, fresh=True)
def remove_person(number: int) -> ResponseReturnValue:
    """Remove an officer from the desk."""
    check_button()
    try:
        with toolbox().database.write() as session:
            remove(session, officer_numbered(session, number), officer(), now=toolbox().clock())
    except NoSuchOfficer:
        abort(404)
    except LastOwner:
        return _person(number, LAST_OWNER), 422
    return redirect(url_for("desk_people.everyone"), 303)


@bp.post("/people/<int:number>/recover")
@staff(OWNER, fresh=True)
def open_recovery(number: int) -> ResponseReturnValue:
    """Ask another owner to let back in an officer who has lost password, authenticator and recovery codes."""
    return _ask_about(number, recovery_request)


@bp.post("/people/<int:number>/admit")
@staff(OWNER, fresh=True)
def ask_to_admit(number: int) -> ResponseReturnValue:
    """Ask another owner to admit an officer as a second person."""
    return _ask_about(number, admission_request)


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
    return redirect(url_for("desk_people.person", number=number), 303)


def _ask_about(number: int, wanted: Callable[[Officer], ApprovalRequest]) -> ResponseReturnValue:
    check_button()
    try:
        with toolbox().database.write() as session:
            ask(session, wanted(officer_numbered(session, number)), officer(), now=toolbox().clock())
    except NoSuchOfficer:
        abort(404)
    return redirect(url_for("desk_approvals.approvals"), 303)


def _people(form: InviteForm, fault: str) -> str:
    with toolbox().database.read() as session:
        people, counted = officers(session), admitted_officers(session, now=toolbox().clock())
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
        names = {person.id: person.name for person in all_officers(session)}
    return render_template(
        "desk/person.html",
        person=found,
        admission=admission,
        names=names,
        sessions=sessions,
        end=lambda which: url_for("desk_people.end_their_session", number=number, which=which),
        form=DutiesForm(formdata=None),
        fault=fault,
        roles=ROLES,
    )


def invitation_page(secret: bytes) -> Response:
    """Show an invitation's link, once only: the officer hands it over, and it is not mailed."""
    link = toolbox().link("desk.ask_join", token=toolbox().tokens.issue("invitation", secret))
    return allow_script(make_response(render_template("desk/invited.html", link=link)))
