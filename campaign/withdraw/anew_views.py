"""Whether a signatory signs a new version: by the link of our mail with its code, or on their private page."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.confirm.anew import NewText, NotAsked, TextMoved, find_asked, new_text, sign_anew
from campaign.confirm.models import AskedAnew, Signatory, Signature
from campaign.confirm.rules import MailboxProof
from campaign.confirm.service import prove_code
from campaign.letter.difference import difference, difference_in_line
from campaign.letter.markdown import to_html
from campaign.letter.views import stands_now
from campaign.mail.rules import ANEW
from campaign.sign.rules import CODE_TRIES
from campaign.sign.service import LetterClosed
from campaign.web.audience import anyone
from campaign.web.languages import speak
from campaign.web.tokens import TokenInvalid
from campaign.web.toolbox import toolbox
from campaign.withdraw.receipt import NoSuchSignature, find_signature_receipt
from campaign.withdraw.service import erase_signature, open_link

bp = Blueprint("anew", __name__, url_prefix="/signature")


@bp.errorhandler(NoSuchSignature)
def _nothing(_fault: Exception) -> ResponseReturnValue:
    """Answer the same for a signature that was withdrawn and for one that never was."""
    return render_template("withdraw/gone.html"), 410


@bp.errorhandler(NotAsked)
def _over(_fault: Exception) -> ResponseReturnValue:
    """Answer the same for a link that has had its time and for one whose signature was withdrawn."""
    return render_template("withdraw/over.html"), 410


@bp.get("/anew/<token>")
@anyone
def ask(token: str) -> ResponseReturnValue:
    """Show what changed, the new text and a button. Mail scanners follow links, so GET changes nothing."""
    with toolbox().database.read() as session:
        asked, signatory = find_asked(session, _secret(ANEW, token))
        new = new_text(session, signatory)
    return _page(new, token=token, tries_left=CODE_TRIES - asked.code_tries)


@bp.post("/anew/<token>")
@anyone
def sign(token: str) -> ResponseReturnValue:
    """Sign the new text, if the code from the mail was typed; then lead to the private page, under a new link."""
    tools, secret = toolbox(), _secret(ANEW, token)
    with tools.database.write() as session:
        asked, signatory = find_asked(session, secret, lock=True)
        new = new_text(session, signatory)
        proof = _proof(asked, secret)
        fault = _try(session, signatory) if proof is MailboxProof.CODE else None
        signed = proof is MailboxProof.CODE and fault is None
        private_link = open_link(session, signatory.signature_id, secret) if signed else b""
    if not signed:
        return _again(new, fault, token=token, proof=proof, tries_left=CODE_TRIES - asked.code_tries)
    return _signed(tools.tokens.issue("signature", private_link))


@bp.post("/anew/<token>/withdraw")
@anyone
def withdraw(token: str) -> ResponseReturnValue:
    """Erase the signature, if the code from the mail was typed: a mail gateway that presses every button has none."""
    tools, secret = toolbox(), _secret(ANEW, token)
    with tools.database.write() as session:
        asked, signatory = find_asked(session, secret, lock=True)
        new = new_text(session, signatory)
        proof = _proof(asked, secret)
        if proof is MailboxProof.CODE:
            signature = session.get_one(Signature, signatory.signature_id, with_for_update=True)
            erase_signature(session, signature, tools.site.erasures, now=tools.clock())
    if proof is not MailboxProof.CODE:
        return _again(new, None, token=token, proof=proof, tries_left=CODE_TRIES - asked.code_tries)
    tools.cache.clear()
    return redirect(url_for("withdraw.gone", language=new.signed.language), 303)


@bp.get("/<token>/anew")
@anyone
def ask_own(token: str) -> ResponseReturnValue:
    """Show the same on the private page, whose address is in no mail: there the button is enough."""
    with toolbox().database.read() as session:
        new = new_text(session, find_signature_receipt(session, _secret("signature", token), None).signatory)
    return _page(new, own=token)


@bp.post("/<token>/anew")
@anyone
def sign_own(token: str) -> ResponseReturnValue:
    """Sign the new text."""
    with toolbox().database.write() as session:
        signatory = find_signature_receipt(session, _secret("signature", token), None, lock=True).signatory
        new = new_text(session, signatory)
        fault = _try(session, signatory)
    return _again(new, fault, own=token) if fault is not None else _signed(token)


def _secret(purpose: str, token: str) -> bytes:
    try:
        return toolbox().tokens.read(purpose, token)
    except TokenInvalid:
        abort(404)


def _proof(asked: AskedAnew, secret: bytes) -> MailboxProof:
    return prove_code(asked, secret, request.form.get("code", ""))


def _try(session: Session, signatory: Signatory) -> Exception | None:
    """Sign the text whose hash the page sent; return why it was not signed."""
    try:
        sign_anew(session, signatory, request.form.get("text", ""), now=toolbox().clock())
    except (LetterClosed, TextMoved) as fault:
        return fault
    return None


def _signed(token: str) -> ResponseReturnValue:
    toolbox().cache.clear()
    return redirect(url_for("withdraw.show", token=token, changed="1"), 303)


def _again(new: NewText, fault: Exception | None, **options: Any) -> ResponseReturnValue:
    """Show the page once more: what was typed does not prove the mailbox, or there is a still newer text."""
    if isinstance(fault, LetterClosed):
        speak(new.signed.language)
        stands = stands_now(new.letter)
        return render_template("sign/closed.html", letter=new.letter, letter_text=new.text, stands=stands), 410
    if fault is not None:
        return _page(new, moved=True, **options), 409
    if "proof" in options:
        options["proof"] = options["proof"].value
    return _page(new, **options), 422


def _page(new: NewText, **options: Any) -> str:
    """Write the page in the language that was signed in; `options` say by which of the two ways the visitor came."""
    speak(new.signed.language)
    return render_template(
        "withdraw/anew.html",
        new=new,
        changed_title=difference_in_line(new.earlier.title, new.text.title) if new.earlier else "",
        changed=difference(new.earlier.body, new.text.body) if new.earlier else "",
        body=to_html(new.text.body),
        **options,
    )
