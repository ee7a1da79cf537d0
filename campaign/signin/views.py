"""Sign in, confirm oneself with a second factor, sign out."""

from typing import Any

from flask import Blueprint, abort, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from campaign.signin.carried_views import carry, resume
from campaign.signin.factors import check_password
from campaign.signin.forms import CODE_FAULT, CodeForm, PasskeyForm, SignInForm
from campaign.signin.gate_views import (
    ConfirmFirst,
    answer_to,
    attempt_by,
    desk_path,
    drop_session_cookie,
    index_key,
    new_question,
    remember_browser,
    return_path,
    session_cookie,
    set_session_cookie,
    signed_in,
    this_browser,
)
from campaign.signin.keyring import credentials_of
from campaign.signin.passkeys import can_have_passkeys, request_options
from campaign.signin.service import (
    TooSoon,
    confirm_counter,
    confirm_with_code,
    confirm_with_passkey,
    password_hash_of,
    sign_in,
    sign_in_with_passkey,
    tries_left,
)
from campaign.signin.sessions import NewSession, sign_out
from campaign.web.audience import anyone, officer, staff
from campaign.web.forms import ActForm
from campaign.web.headers import allow_script
from campaign.web.toolbox import toolbox
from campaign.web.turnstile import Busy

bp = Blueprint("signin", __name__, url_prefix="/desk")
WAIT = "Too many tries. Wait a few minutes, or use a passkey."
PASSKEY_FAULT = "This passkey was not accepted. Try again."


@bp.get("/sign-in")
@anyone
def ask_sign_in() -> ResponseReturnValue:
    """Ask for a passkey, or for address, password and code."""
    return _sign_in_page(SignInForm(formdata=None), "")


@bp.post("/sign-in")
@anyone
def begin() -> ResponseReturnValue:
    """Open a session under a new cookie, whatever cookie the request brought: so no attacker can fix it beforehand."""
    form, tools, key, now = SignInForm(), toolbox(), index_key(), toolbox().clock()
    if not form.validate():
        return _sign_in_page(form, "Please fill in all three."), 422
    attempt, lane = attempt_by(form.text_of("email"), key)
    try:
        with tools.database.read() as session:
            wanted = password_hash_of(session, attempt, now=now)
        with tools.hashing.passing(lane, now):
            right = check_password(wanted, form.text_of("password"))
        with tools.database.write() as session:
            opened = sign_in(session, attempt, right, form.text_of("code"), key, now=now)
    except (TooSoon, Busy):
        return _sign_in_page(form, WAIT), 429
    if opened is None:
        fault = "That does not fit together. Each code works once: wait for the next one."
        return _sign_in_page(form, fault), 422
    response = _let_in(opened)
    remember_browser(response, attempt.email)
    return response


@bp.post("/sign-in/passkey")
@anyone
def begin_with_passkey() -> ResponseReturnValue:
    """Open a session for the officer whose passkey answered."""
    form, key, now = PasskeyForm(), index_key(), toolbox().clock()
    answer = answer_to("sign in", form.text_of("challenge"), form.text_of("answer")) if form.validate() else None
    opened = None
    if answer:
        with toolbox().database.write() as session:
            opened = sign_in_with_passkey(session, answer, this_browser(), key, now=now)
    return _let_in(opened) if opened else (_sign_in_page(SignInForm(formdata=None), PASSKEY_FAULT), 422)


@bp.post("/sign-out")
@staff()
def end() -> ResponseReturnValue:
    """End this session."""
    cookie = session_cookie()
    if not ActForm().validate() or cookie is None:
        abort(400)
    with toolbox().database.write() as session:
        sign_out(session, cookie)
    response = redirect(url_for("signin.ask_sign_in"), 303)
    drop_session_cookie(response)
    return response


@bp.get("/confirm-yourself")
@staff()
def ask_confirm() -> ResponseReturnValue:
    """Ask a signed-in officer for a second factor again."""
    return _confirm_page("")


@bp.post("/confirm-yourself")
@staff()
def confirm() -> ResponseReturnValue:
    """Check a code, and lead back."""
    form, now = CodeForm(), toolbox().clock()
    if not form.validate():
        return _confirm_page(CODE_FAULT), 422
    try:
        with toolbox().database.write() as session:
            fits = confirm_with_code(session, signed_in(), form.text_of("code"), index_key(), now=now)
            left = tries_left(session, confirm_counter(index_key(), officer().id))
    except TooSoon:
        return _confirm_page(WAIT), 429
    if not fits:
        return _confirm_page(
            f"That code is not right. {_tries(left)} Each works once: wait for the next one."
        ), 422
    return _resume_or_return()


@bp.post("/confirm-yourself/passkey")
@staff()
def confirm_by_passkey() -> ResponseReturnValue:
    """Check a passkey's answer, and lead back."""
    form, now = PasskeyForm(), toolbox().clock()
    answer = answer_to("confirm", form.text_of("challenge"), form.text_of("answer")) if form.validate() else None
    fits = False
    if answer:
        with toolbox().database.write() as session:
            fits = confirm_with_passkey(session, signed_in(), answer, index_key(), now=now)
    return _resume_or_return() if fits else (_confirm_page(PASSKEY_FAULT), 422)


@bp.app_errorhandler(ConfirmFirst)
def _confirm_first(_asked: ConfirmFirst) -> ResponseReturnValue:
    """Ask for a second factor before an act, and carry the form along (428: RFC 6585, section 3)."""
    g.officer = signed_in().officer
    return _confirm_page("", back=return_path(), carried=carry()), 428


@bp.app_context_processor
def _signed_in() -> dict[str, Any]:
    """Give the desk's pages the officer and an empty form with its token."""
    return {"act_form": lambda: ActForm(formdata=None), "me": officer}


def passkey_page(template: str, passkey: dict[str, Any] | None, **values: Any) -> Response:
    """Return a page; if it offers passkeys, allow the script that asks the browser for them."""
    stamp = PasskeyForm(formdata=None) if passkey else None
    page = make_response(render_template(template, passkey=passkey, passkey_form=stamp, **values))
    return allow_script(page) if passkey else page


def _sign_in_page(form: SignInForm, fault: str) -> Response:
    back = request.args.get("next")
    return passkey_page("signin/sign_in.html", _passkey("sign in", []), form=form, fault=fault, back=back)


def _resume_or_return() -> ResponseReturnValue:
    """Resume the form that was carried here, or lead back."""
    return resume(request.form.get("carried", "")) or redirect(desk_path(request.args.get("next", "")), 303)


def _tries(left: int) -> str:
    """Say how many tries are left."""
    if left > 1:
        return f"{left} tries are left before you have to wait."
    return "One try is left before you have to wait." if left else "You have to wait a little now."


def _confirm_page(fault: str, back: str = "", carried: str = "") -> Response:
    with toolbox().database.read() as session:
        known = credentials_of(session, officer().id)
    passkey = _passkey("confirm", known) if known else None
    return passkey_page(
        "signin/confirm.html",
        passkey,
        form=CodeForm(formdata=None),
        fault=fault,
        back=back or desk_path(request.args.get("next", "")),
        carried=carried or request.form.get("carried", ""),
    )


def _passkey(purpose: str, known: list[bytes]) -> dict[str, Any] | None:
    """Return the options for the browser, and the token that brings the question back."""
    if not can_have_passkeys(toolbox().site.url):
        return None
    question, token = new_question(purpose)
    return {"options": request_options(question, known), "challenge": token}


def _let_in(opened: NewSession) -> Response:
    """Set the session cookie, and lead back; an officer whose recovery code was used is led to that notice first."""
    back = desk_path(request.args.get("next", ""))
    response = redirect(url_for("signin_desk.me") if opened.unseen else back, 303)
    set_session_cookie(response, opened.cookie)
    return response
