"""The page behind an independent notice: GET shows whose name is about to be listed, POST says it is not them."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory
from campaign.confirm.rules import MailboxProof
from campaign.confirm.service import plain_entry, prove_code
from campaign.letter.kinds import name_kind
from campaign.letter.models import Letter
from campaign.letter.service import current_text
from campaign.sign.rules import CODE_TRIES
from campaign.verify.disputes import dispute_officially, find_notice_by_link
from campaign.verify.models import Notice
from campaign.verify.notices import PURPOSE
from campaign.verify.service import NoSuchSignatory
from campaign.web.audience import anyone
from campaign.web.languages import current_language, speak
from campaign.web.tokens import TokenInvalid
from campaign.web.toolbox import toolbox
from campaign.world.languages import language_of

bp = Blueprint("verify", __name__, url_prefix="/notice")


@bp.errorhandler(NoSuchSignatory)
def _over(_fault: Exception) -> ResponseReturnValue:
    """Answer the same whether the decision was undone or the entry is gone: the link tells nothing about a signatory."""
    return render_template("verify/notice_over.html"), 410


@bp.get("/<token>")
@anyone
def ask(token: str) -> ResponseReturnValue:
    """Show the entry, and a button. Mail scanners follow links, so GET changes nothing."""
    secret = _secret(token)
    with toolbox().database.read() as session:
        return _page(session, token, *find_notice_by_link(session, secret))


@bp.post("/<token>")
@anyone
def dispute(token: str) -> ResponseReturnValue:
    """Hide the entry if the code from the mail is right: mail gateways press every button, and must hide no name."""
    tools, secret = toolbox(), _secret(token)
    with tools.database.write() as session:
        notice, signatory = find_notice_by_link(session, secret, lock=True)
        proof = prove_code(notice, secret, request.form.get("code", ""))
        if proof is not MailboxProof.CODE:
            return _page(session, token, notice, signatory, proof), 422
        dispute_officially(session, notice, signatory, now=tools.clock())
    tools.cache.clear()
    return redirect(url_for("verify.ask", token=token), 303)


def _page(
    session: Session, token: str, notice: Notice, signatory: Signatory, proof: MailboxProof | None = None
) -> str:
    """Show the entry in the language of the mail; nothing of an entry that is not public."""
    speak(language_of(signatory.country))
    letter = session.get_one(Letter, signatory.letter_id)
    return render_template(
        "verify/notice.html",
        token=token,
        notice=notice,
        entry=plain_entry(signatory) if signatory.visibility == "public" and signatory.name else None,
        kind=name_kind(letter.kind(signatory.kind)),
        letter=letter,
        letter_text=current_text(session, letter, current_language()),
        tries_left=CODE_TRIES - notice.code_tries,
        proof=proof.value if proof else None,
    )


def _secret(token: str) -> bytes:
    try:
        return toolbox().tokens.read(PURPOSE, token)
    except TokenInvalid:
        abort(404)
