"""An officer's own page: their passkeys, recovery codes, authenticator and sessions."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from campaign.signin.factors import qr_code
from campaign.signin.forms import CodeForm, PasskeyForm
from campaign.signin.gate_views import answer_to, index_key, new_question, signed_in
from campaign.signin.keyring import (
    CodeWrong,
    NoSuchPasskey,
    NotYours,
    acknowledge,
    add_passkey,
    change_authenticator,
    keyring_of,
    next_authenticator,
    passkey_question,
    remove_passkey,
    renew_recovery_codes,
)
from campaign.signin.officers import NoSuchOfficer
from campaign.signin.passkeys import can_have_passkeys
from campaign.signin.service import RECOVERY
from campaign.signin.sessions import end_session, sessions_of
from campaign.signin.views import passkey_page
from campaign.web.audience import officer, staff
from campaign.web.forms import check_button
from campaign.web.languages import identity
from campaign.web.toolbox import toolbox

bp = Blueprint("signin_desk", __name__, url_prefix="/desk/me")


@bp.get("")
@staff()
def me() -> ResponseReturnValue:
    """Show the officer's own passkeys, recovery codes and sessions."""
    return _me("")


@bp.post("/passkeys")
@staff(fresh=True)
def add_own_passkey() -> ResponseReturnValue:
    """Keep the passkey this browser made."""
    form, tools = PasskeyForm(), toolbox()
    if not form.validate():
        return _me(next(iter(form.faults().values()))), 422
    answer, added = answer_to("add", form.text_of("challenge"), form.text_of("answer")), False
    if answer:
        name = form.text_of("name").strip() or "Passkey"
        with tools.database.write() as session:
            added = add_passkey(session, signed_in().officer, answer, name, now=tools.clock())
    return (
        redirect(url_for("signin_desk.me"), 303)
        if added
        else (_me("This passkey was not accepted. Try again."), 422)
    )


@bp.post("/passkeys/<int:number>/remove")
@staff(fresh=True)
def remove_own_passkey(number: int) -> ResponseReturnValue:
    """Remove one of the officer's own passkeys."""
    check_button()
    try:
        with toolbox().database.write() as session:
            remove_passkey(session, signed_in().officer, number, now=toolbox().clock())
    except NoSuchPasskey:
        abort(404)
    return redirect(url_for("signin_desk.me"), 303)


@bp.post("/recovery-codes")
@staff(fresh=True)
def renew_own_codes() -> ResponseReturnValue:
    """Show ten new recovery codes, once only."""
    check_button()
    with toolbox().database.write() as session:
        codes = renew_recovery_codes(session, signed_in().officer, now=toolbox().clock())
    return render_template("signin/codes.html", codes=codes)


@bp.post("/recovery-codes/seen")
@staff()
def acknowledge_own() -> ResponseReturnValue:
    """Remove the notice that a recovery code was used."""
    check_button()
    try:
        with toolbox().database.write() as session:
            acknowledge(session, signed_in(), now=toolbox().clock())
    except NotYours:
        abort(403)
    return redirect(url_for("signin_desk.me"), 303)


@bp.get("/authenticator")
@staff(fresh=True)
def ask_authenticator() -> ResponseReturnValue:
    """Show the key for a new authenticator."""
    return _authenticator("")


@bp.post("/authenticator")
@staff(fresh=True)
def replace_authenticator() -> ResponseReturnValue:
    """Let the new authenticator replace the present one."""
    form, tools = CodeForm(), toolbox()
    if not form.validate():
        return _authenticator("Enter the six digits that the new authenticator shows."), 422
    try:
        with tools.database.write() as session:
            change_authenticator(session, officer().id, form.text_of("code"), index_key(), now=tools.clock())
    except CodeWrong:
        return _authenticator("That code is not right. Check your device's clock and type the newest."), 422
    return redirect(url_for("signin_desk.me"), 303)


@bp.post("/sessions/<int:number>/end")
@staff()
def end_own_session(number: int) -> ResponseReturnValue:
    """End one of the officer's own sessions."""
    check_button()
    try:
        with toolbox().database.write() as session:
            end_session(session, officer().id, number, officer(), now=toolbox().clock())
    except NoSuchOfficer:
        abort(404)
    return redirect(url_for("signin_desk.me"), 303)


def _me(fault: str) -> Response:
    tools, now, found, passkey = toolbox(), toolbox().clock(), signed_in(), None
    with tools.database.read() as session:
        keyring = keyring_of(session, found.officer.id)
        sessions = sessions_of(session, found.officer.id, now=now)
        if can_have_passkeys(tools.site.url):
            question, token = new_question("add")
            options = passkey_question(session, question, found.officer, index_key())
            passkey = {"options": options, "challenge": token}
    return passkey_page(
        "signin/me.html",
        passkey,
        keyring=keyring,
        sessions=sessions,
        this=found.session,
        end=lambda number: url_for("signin_desk.end_own_session", number=number),
        by_recovery_code=found.session.how == RECOVERY,
        fault=fault,
    )


def _authenticator(fault: str) -> str:
    secret = next_authenticator(signed_in().officer, index_key())
    return render_template(
        "signin/authenticator.html",
        form=CodeForm(formdata=None),
        secret=secret,
        qr=qr_code(secret, signed_in().officer.email, identity("en").name.words),
        fault=fault,
    )
