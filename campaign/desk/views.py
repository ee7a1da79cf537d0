"""The desk's door and its log."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.desk.factors import hash_password, qr_code, totp_secret
from campaign.desk.forms import ActForm, JoinForm, SignInForm
from campaign.desk.gate import give_session, session_cookie, take_session
from campaign.desk.log import newest_entries
from campaign.desk.rules import INVITATION_LIFE
from campaign.desk.service import (
    CodeWrong,
    Joining,
    NoSuchInvitation,
    TooSoon,
    find_invitation,
    join,
    knows_password,
    officers,
    sign_in,
    sign_out,
)
from campaign.web.audience import anyone, officer, staff
from campaign.web.tokens import TokenExpired, TokenInvalid
from campaign.web.toolbox import toolbox

bp = Blueprint("desk", __name__, url_prefix="/desk")
LOG_PAGE = 50


@bp.get("/sign-in")
@anyone
def ask_sign_in() -> ResponseReturnValue:
    """Ask for address, password and code."""
    return render_template("desk/sign_in.html", form=SignInForm(formdata=None), fault="")


@bp.post("/sign-in")
@anyone
def begin() -> ResponseReturnValue:
    """Open a session under a new cookie, whatever cookie came."""
    form, tools = SignInForm(), toolbox()
    if tools.keys is None:
        abort(503)
    if not form.validate():
        return render_template("desk/sign_in.html", form=form, fault="Please fill in all three."), 422
    try:
        with tools.database.read() as session:
            right = knows_password(session, form.said("email"), form.said("password"), now=tools.clock())
        with tools.database.write() as session:
            key = tools.keys.index_key
            cookie = sign_in(session, form.said("email"), right, form.said("code"), key, now=tools.clock())
    except TooSoon:
        return render_template("desk/sign_in.html", form=form, fault="Too many tries. Wait a few minutes."), 429
    if cookie is None:
        fault = "That does not fit together. Each code works once: wait for the next one."
        return render_template("desk/sign_in.html", form=form, fault=fault), 422
    response = redirect(url_for("verify.queue"), 303)
    give_session(response, cookie)
    return response


@bp.post("/sign-out")
@staff()
def end() -> ResponseReturnValue:
    """End this session."""
    cookie = session_cookie()
    if not ActForm().validate() or cookie is None:
        abort(400)
    with toolbox().database.write() as session:
        sign_out(session, cookie)
    response = redirect(url_for("desk.ask_sign_in"), 303)
    take_session(response)
    return response


@bp.get("/invitation/<token>")
@anyone
def ask_join(token: str) -> ResponseReturnValue:
    """Show an invited officer the form that makes their account."""
    return _join_page(token, JoinForm(formdata=None), "")


@bp.post("/invitation/<token>")
@anyone
def accept(token: str) -> ResponseReturnValue:
    """Make the account and send its owner to sign in."""
    form, tools = JoinForm(), toolbox()
    if tools.keys is None:
        abort(503)
    if not form.validate():
        return _join_page(token, form, next(iter(form.faults().values()))), 422
    joining = Joining(form.said("name").strip(), hash_password(form.said("password")), form.said("code"))
    try:
        with tools.database.write() as session:
            join(session, _invited(token), joining, tools.keys.index_key, now=tools.clock())
    except CodeWrong:
        return _join_page(
            token, form, "The code does not fit. Check your device's clock and type the newest."
        ), 422
    except NoSuchInvitation:
        abort(410)
    return redirect(url_for("desk.ask_sign_in", joined="1"), 303)


@bp.get("/log")
@staff()
def log() -> ResponseReturnValue:
    """Show who did what, newest first."""
    before = request.args.get("before", type=int)
    with toolbox().database.read() as session:
        entries = newest_entries(session, before, LOG_PAGE)
        people = officers(session)
    return render_template("desk/log.html", entries=entries, people=people, page=LOG_PAGE)


@bp.app_context_processor
def _signed_in() -> dict[str, Any]:
    """Give the desk's pages the officer and the sign-out button's stamp."""
    return {"act_form": lambda: ActForm(formdata=None), "me": officer}


def _join_page(token: str, form: JoinForm, fault: str) -> str:
    secret = _invited(token)
    with toolbox().database.read() as session:
        try:
            invitation = find_invitation(session, secret, now=toolbox().clock())
        except NoSuchInvitation:
            abort(410)
    shared = totp_secret(secret)
    return render_template(
        "desk/join.html",
        form=form,
        fault=fault,
        token=token,
        invitation=invitation,
        secret=shared,
        qr=qr_code(shared, invitation.email),
    )


def _invited(token: str) -> bytes:
    try:
        return toolbox().tokens.read("invitation", token, INVITATION_LIFE)
    except TokenInvalid:
        abort(404)
    except TokenExpired:
        abort(410)
