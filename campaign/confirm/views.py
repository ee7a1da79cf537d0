"""The page behind the mailed link: GET shows what will be signed, POST signs."""

import structlog
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.confirm.rules import MailboxProof
from campaign.confirm.service import (
    NoSuchIntent,
    confirm_address,
    disown,
    find_intent,
    has_browser,
    is_confirmed,
    open_intent,
    prove,
    seal_signature,
)
from campaign.letter.addressee import addressee_for
from campaign.letter.kinds import name_kind
from campaign.letter.models import Letter, LetterText
from campaign.letter.rules import NoSuchKind
from campaign.letter.service import find_text
from campaign.letter.views import stands_now
from campaign.mail.address import accept_address
from campaign.sign.gather import LinkedForm, forms_behind
from campaign.sign.models import Intent
from campaign.sign.rules import CODE_TRIES
from campaign.sign.service import LetterClosed, bar_mailbox, is_over
from campaign.sign.views import closed_page
from campaign.web.audience import anyone, browser_secret
from campaign.web.languages import speak
from campaign.web.tokens import TokenInvalid
from campaign.web.toolbox import toolbox
from campaign.web.turns import in_turn

bp = Blueprint("confirm", __name__, url_prefix="/confirm")
log = structlog.get_logger()
FORMS_A_PAGE = 50  # of a mail that carries more
PROVEN = (MailboxProof.BROWSER, MailboxProof.CODE)


@bp.get("/<token>")
@anyone
def ask(token: str) -> ResponseReturnValue:
    """Show what will be signed, and a button. Mail scanners follow links, so GET changes nothing."""
    secret = _secret(token)
    try:
        with toolbox().database.read() as session:
            intent = _waiting(session, secret)
            done = is_confirmed(session, intent)
            letter, text = _letter_to_sign(session, intent)
    except NoSuchIntent:
        return _choose_form(token, secret)
    if done:
        return render_template("confirm/already.html", letter=letter)
    return _page(token, intent, letter, text)


@bp.post("/<token>")
@anyone
@in_turn
def confirm(token: str) -> ResponseReturnValue:
    """Sign, if this is the browser that filled in the form, or if the code from the mail was typed."""
    tools = toolbox()
    if tools.keys is None:
        abort(503)
    secret = _secret(token)
    try:
        with tools.database.read() as session:
            intent = _waiting(session, secret)
            letter, text = _letter_to_sign(session, intent)
        sealed = seal_signature(intent, letter, text, secret, tools.keys, now=tools.clock())
        with tools.database.write() as session:
            # Read again under a lock: meanwhile another request may have signed with it, erased it or used up a try.
            locked = find_intent(session, secret, lock=True)
            proof = prove(locked, secret, browser_secret(), request.form.get("code", ""))
            if proof in PROVEN:
                confirm_address(session, locked, sealed, tools.site.erasures, now=tools.clock())
    except NoSuchIntent:
        return _expired()
    except (LetterClosed, NoSuchKind) as fault:
        return _stopped(token, intent) if isinstance(fault, LetterClosed) else closed_page(letter, text)
    if proof not in PROVEN:
        return _page(token, locked, letter, text, proof), 422
    return redirect(
        url_for("withdraw.show", token=tools.tokens.issue("signature", sealed.private_link), new="1"), 303
    )


@bp.post("/<token>/not-mine")
@anyone
def disown_address(token: str) -> ResponseReturnValue:
    """Erase what a stranger typed with another person's address, and bar the address if its owner asks.

    It needs the same proof as signing: a mail gateway that presses every button must not erase a form either.
    """
    tools, barred = toolbox(), request.form.get("bar") == "yes"
    if tools.keys is None:
        abort(503)
    secret = _secret(token)
    try:
        with tools.database.read() as session:
            intent = _waiting(session, secret)
            letter, text = _letter_of(session, intent)
        address = accept_address(open_intent(intent, secret).address)
        with tools.database.write() as session:
            intent = find_intent(session, secret, lock=True)
            proof = prove(intent, secret, browser_secret(), request.form.get("code", ""))
            if proof in PROVEN:
                disown(session, intent, now=tools.clock())
                if barred:
                    bar_mailbox(session, tools.keys.index_key, address, now=tools.clock())
    except NoSuchIntent:
        return _expired()
    if proof not in PROVEN:
        return _page(token, intent, letter, text, proof), 422
    return redirect(url_for("confirm.disowned", language=text.language, barred="1" if barred else None), 303)


@bp.get("/disowned")
@anyone
def disowned() -> ResponseReturnValue:
    """Say that nothing is signed and that the form is erased."""
    speak(request.args.get("language", ""))
    return render_template("confirm/disowned.html", barred=request.args.get("barred") == "1")


def _choose_form(token: str, secret: bytes) -> ResponseReturnValue:
    """Answer the link of a mail with several forms: go to the form of this browser, or let the reader choose one."""
    tools, browser, start = toolbox(), browser_secret(), request.args.get("from", 0, type=int)
    with tools.database.read() as session:
        forms = [
            form for form in forms_behind(session, secret) if not is_over(session, form.intent, tools.clock())
        ]
        if not forms:
            return _expired()
        letter, text = _letter_of(session, forms[0].intent)
    own = [form for form in forms if has_browser(form.intent, browser)]
    if own:
        # A visitor who filled in the form twice in one browser means the newest.
        return redirect(_link_to(max(own, key=lambda form: form.intent.id)), 303)
    shown = forms[max(start, 0) :][:FORMS_A_PAGE]
    return render_template(
        "confirm/choose.html",
        token=token,
        letter=letter,
        letter_text=text,
        forms=[(_link_to(form), open_intent(form.intent, form.secret).entry) for form in shown],
        onward=start + FORMS_A_PAGE if start + FORMS_A_PAGE < len(forms) else 0,
    )


def _link_to(form: LinkedForm) -> str:
    return url_for("confirm.ask", token=toolbox().tokens.issue("confirm", form.secret))


def _page(token: str, intent: Intent, letter: Letter, text: LetterText, proof: MailboxProof | None = None) -> str:
    entry = open_intent(intent, _secret(token)).entry
    try:
        kind = letter.kind(entry.kind)
    except NoSuchKind:
        abort(410)
    return render_template(
        "confirm/ask.html",
        token=token,
        letter=letter,
        letter_text=text,
        entry=entry,
        kind=name_kind(kind),
        stands=stands_now(letter),
        addressee=addressee_for(letter, text, entry.country),
        same_browser=has_browser(intent, browser_secret()),
        tries_left=CODE_TRIES - intent.code_tries,
        proof=proof.value if proof else None,
    )


def _stopped(token: str, intent: Intent) -> ResponseReturnValue:
    """Show the page again, with what stopped the letter a moment ago."""
    with toolbox().database.read() as session:
        letter, text = _letter_to_sign(session, intent)
    return _page(token, intent, letter, text), 409


def _waiting(session: Session, secret: bytes) -> Intent:
    """Return the intent of a link. Raises NoSuchIntent, also for one whose 72 hours are over."""
    intent = find_intent(session, secret)
    if is_over(session, intent, toolbox().clock()):
        raise NoSuchIntent
    return intent


def _secret(token: str) -> bytes:
    """Read a token before any query: an altered one is 404."""
    try:
        return toolbox().tokens.read("confirm", token)
    except TokenInvalid:
        abort(404)


def _letter_to_sign(session: Session, intent: Intent) -> tuple[Letter, LetterText]:
    """Return the letter as `_letter_of` does; answer 500 if its text was changed in the database."""
    letter, text = _letter_of(session, intent)
    if not text.is_whole:
        log.error("letter_text_changed", letter=letter.slug, language=text.language)
        abort(500)
    return letter, text


def _letter_of(session: Session, intent: Intent) -> tuple[Letter, LetterText]:
    """Return the letter and its text, and answer in the language of the form."""
    text = find_text(session, intent.letter_text_id)
    speak(text.language)
    return session.get_one(Letter, text.letter_id), text


def _expired() -> ResponseReturnValue:
    return render_template("confirm/over.html"), 410
