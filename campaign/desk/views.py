"""The page on which an invited officer joins the desk, with a password and codes or with a passkey."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, abort, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug import Response

from campaign.desk.forms import JoinForm, JoinPasskeyForm
from campaign.desk.rules import INVITATION_LIFE
from campaign.desk.service import Joining, NoSuchInvitation, PasskeyWrong, find_invitation, join
from campaign.signin.factors import hash_password, qr_code, totp_secret
from campaign.signin.gate_views import answer_to, index_key, new_question
from campaign.signin.keyring import CodeWrong, joining_question
from campaign.signin.passkeys import can_have_passkeys
from campaign.signin.views import PASSKEY_FAULT, passkey_page
from campaign.web.audience import anyone
from campaign.web.languages import identity
from campaign.web.tokens import TokenExpired, TokenInvalid
from campaign.web.toolbox import toolbox

bp = Blueprint("desk", __name__, url_prefix="/desk")
Joined = TypeVar("Joined")
AnyJoinForm = JoinForm | JoinPasskeyForm
CODE_WRONG = "That code is not right. Check your device's clock and type the newest."


@bp.get("/invitation/<token>")
@anyone
def ask_join(token: str) -> ResponseReturnValue:
    """Show an invited officer the forms that make their account."""
    return _page(token, JoinForm(formdata=None), "")


@bp.post("/invitation/<token>")
@anyone
def accept(token: str) -> ResponseReturnValue:
    """Make the account with a password, and lead its owner to the sign-in page."""
    return _accept(token, JoinForm())


@bp.post("/invitation/<token>/passkey")
@anyone
def accept_passkey(token: str) -> ResponseReturnValue:
    """Make the account with a passkey, and lead its owner to the sign-in page."""
    return _accept(token, JoinPasskeyForm())


def try_to_join(form: AnyJoinForm, make: Callable[[Session, Joining], Joined]) -> tuple[Joined | None, str]:
    """Let `make` make an account of what was typed; return what it returned, or a sentence on why there is none."""
    joining = _joining(form) if form.validate() else None
    if joining is None:
        return None, next(iter(form.faults().values()), PASSKEY_FAULT)
    try:
        with toolbox().database.write() as session:
            return make(session, joining), ""
    except CodeWrong:
        return None, CODE_WRONG
    except PasskeyWrong:
        return None, PASSKEY_FAULT


def joining_page(template: str, form: AnyJoinForm, secret: bytes, email: str, **values: Any) -> Response:
    """Show the forms that make an account: the authenticator's key and the passkey's question belong to `secret`."""
    shared, passkey = totp_secret(secret), None
    if can_have_passkeys(toolbox().site.url):
        question, token = new_question("join")
        passkey = {"options": joining_question(question, secret, email, index_key()), "challenge": token}
    return passkey_page(
        template,
        passkey,
        form=form,
        secret=shared,
        qr=qr_code(shared, email, identity("en").name.words),
        **values,
    )


def _accept(token: str, form: AnyJoinForm) -> ResponseReturnValue:
    secret, key, now = _invited(token), index_key(), toolbox().clock()
    try:
        officer, fault = try_to_join(form, lambda session, typed: join(session, secret, typed, key, now=now))
    except NoSuchInvitation:
        abort(410)
    if officer is None:
        return _page(token, form, fault), 422
    return redirect(url_for("signin.ask_sign_in", joined="1"), 303)


def _joining(form: AnyJoinForm) -> Joining | None:
    """Return what was typed, with its password hashed; None if a passkey answered another question than ours."""
    name = form.text_of("name").strip()
    if isinstance(form, JoinForm):
        return Joining(name, hash_password(form.text_of("password")), form.text_of("code"))
    answer = answer_to("join", form.text_of("challenge"), form.text_of("answer"))
    return Joining(name, passkey=answer) if answer else None


def _page(token: str, form: AnyJoinForm, fault: str) -> Response:
    secret = _invited(token)
    with toolbox().database.read() as session:
        try:
            invitation = find_invitation(session, secret, now=toolbox().clock())
        except NoSuchInvitation:
            abort(410)
    stamps = {"password": JoinForm(formdata=None), "passkey": JoinPasskeyForm(formdata=None)}
    return joining_page(
        "desk/join.html",
        form,
        secret,
        invitation.email,
        fault=fault,
        token=token,
        invitation=invitation,
        stamps=stamps,
    )


def _invited(token: str) -> bytes:
    try:
        return toolbox().tokens.read("invitation", token, INVITATION_LIFE)
    except TokenInvalid:
        abort(404)
    except TokenExpired:
        abort(410)
