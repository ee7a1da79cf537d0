"""A signatory's own page, permanent and private, and the way out."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.letter.addressee import addressee_for
from campaign.web.audience import anyone
from campaign.web.languages import speak
from campaign.web.tokens import TokenInvalid
from campaign.web.toolbox import toolbox
from campaign.withdraw.service import NoSuchSignature, Receipt, find_receipt, withdraw_signature

bp = Blueprint("withdraw", __name__, url_prefix="/signature")


@bp.get("/gone")
@anyone
def gone() -> ResponseReturnValue:
    """Say that the signature is erased."""
    speak(request.args.get("language", ""))
    return render_template("withdraw/gone.html")


@bp.get("/<token>")
@anyone
def show(token: str) -> ResponseReturnValue:
    """Show the receipt."""
    receipt = _receipt(token)
    if receipt is None:
        return render_template("withdraw/gone.html"), 410
    return render_template(
        "withdraw/show.html",
        receipt=receipt,
        token=token,
        link=toolbox().link("withdraw.show", token=token),
        addressee=addressee_for(receipt.letter, receipt.text, receipt.signatory.country),
        is_new=request.args.get("new") == "1",
    )


@bp.get("/<token>/withdraw")
@anyone
def ask(token: str) -> ResponseReturnValue:
    """Say what withdrawing does, and show the button."""
    receipt = _receipt(token)
    if receipt is None:
        return render_template("withdraw/gone.html"), 410
    return render_template("withdraw/ask.html", receipt=receipt, token=token)


@bp.post("/<token>/withdraw")
@anyone
def withdraw(token: str) -> ResponseReturnValue:
    """Erase the signature; doing it twice is harmless."""
    secret, tools = _secret(token), toolbox()
    language = ""
    try:
        with tools.database.write() as session:
            language = find_receipt(session, secret).text.language
            withdraw_signature(session, secret, now=tools.clock())
    except NoSuchSignature:
        return render_template("withdraw/gone.html"), 410
    tools.pages.clear()
    return redirect(url_for("withdraw.gone", language=language), 303)


def _receipt(token: str) -> Receipt | None:
    secret = _secret(token)
    try:
        with toolbox().database.read() as session:
            receipt = find_receipt(session, secret)
    except NoSuchSignature:
        return None
    speak(receipt.text.language)
    return receipt


def _secret(token: str) -> bytes:
    try:
        return toolbox().tokens.read("signature", token)
    except TokenInvalid:
        abort(404)
