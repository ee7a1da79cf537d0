"""The page on which an invited officer joins the desk."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from campaign.desk.forms import JoinForm
from campaign.desk.rules import INVITATION_LIFE
from campaign.desk.service import Joining, NoSuchInvitation, find_invitation, join
from campaign.signin.factors import hash_password, qr_code, totp_secret
from campaign.signin.gate_views import index_key
from campaign.signin.keyring import CodeWrong
from campaign.web.audience import anyone
from campaign.web.languages import identity
from campaign.web.tokens import TokenExpired, TokenInvalid
from campaign.web.toolbox import toolbox

bp = Blueprint("desk", __name__, url_prefix="/desk")


@bp.get("/invitation/<token>")
@anyone
def ask_join(token: str) -> ResponseReturnValue:
    """Show an invited officer the form that makes their account."""
    return _join_page(token, JoinForm(formdata=None), "")


@bp.post("/invitation/<token>")
@anyone
def accept(token: str) -> ResponseReturnValue:
    """Make the account, and lead its owner to the sign-in page."""
    form, tools, key = JoinForm(), toolbox(), index_key()
    if not form.validate():
        return _join_page(token, form, next(iter(form.faults().values()))), 422
    secret = _invited(token)
    joining = Joining(form.text_of("name").strip(), hash_password(form.text_of("password")), form.text_of("code"))
    try:
        with tools.database.write() as session:
            join(session, secret, joining, key, now=tools.clock())
    except CodeWrong:
        fault = "That code is not right. Check your device's clock and type the newest."
        return _join_page(token, form, fault), 422
    except NoSuchInvitation:
        abort(410)
    return redirect(url_for("signin.ask_sign_in", joined="1"), 303)


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
        qr=qr_code(shared, invitation.email, identity("en").name.words),
    )


def _invited(token: str) -> bytes:
    try:
        return toolbox().tokens.read("invitation", token, INVITATION_LIFE)
    except TokenInvalid:
        abort(404)
    except TokenExpired:
        abort(410)
