"""Get a lost link to one's private page again: a form asks for it, a mail brings it."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from campaign.confirm.rules import MailboxProof
from campaign.confirm.service import has_browser, prove
from campaign.letter.models import Letter, LetterText
from campaign.letter.service import all_letters, current_text
from campaign.letter.views import public_letters
from campaign.mail.address import Address, accept_address
from campaign.sign.rules import CODE_TRIES
from campaign.sign.service import Link
from campaign.web.audience import anyone, browser_secret, remember_browser
from campaign.web.languages import current_language, speak
from campaign.web.tokens import TokenExpired, TokenInvalid, new_secret
from campaign.web.toolbox import toolbox
from campaign.withdraw.forms import AgainForm
from campaign.withdraw.models import LinkRequest
from campaign.withdraw.receipt import NoSuchSignature, address_of, find_signature_receipt
from campaign.withdraw.rules import LINK_LIFE, PURPOSE
from campaign.withdraw.service import (
    LinkRequester,
    NoSuchRequest,
    ask_links,
    find_request,
    open_link,
)

bp = Blueprint("again", __name__, url_prefix="/signature")


@bp.get("/again")
@anyone
def ask() -> ResponseReturnValue:
    """Ask for the address, and for which letter."""
    letters = _letters()
    wished = MultiDict({"letter": request.args.get("letter", "")})
    return _page(letters, AgainForm([letter.slug for letter, _text in letters], formdata=wished))


@bp.post("/again")
@anyone
def send() -> ResponseReturnValue:
    """Queue the mail; page, work and rows are the same for an address that has never signed."""
    letters = _letters()
    form = AgainForm([letter.slug for letter, _text in letters])
    if not form.validate():
        return _page(letters, form), 422
    with toolbox().database.read() as session:
        every = all_letters(session)  # also those under embargo, which people with a preview link have signed
    return _send([letter for letter in every if form.text_of("letter") in ("", letter.slug)], form.email.accepted)


@bp.post("/<token>/mail")
@anyone
def send_own(token: str) -> ResponseReturnValue:
    """Mail a signatory a link to the page they have open; without a key for the address, ask for it by the form."""
    tools = toolbox()
    try:
        secret = tools.tokens.read("signature", token)
    except TokenInvalid:
        abort(404)
    try:
        with tools.database.read() as session:
            receipt = find_signature_receipt(session, secret, tools.keys)
    except NoSuchSignature:
        return render_template("withdraw/gone.html"), 410
    speak(receipt.text.language)
    address = address_of(receipt.signature, tools.keys)
    if address is None:
        return redirect(url_for("again.ask", language=current_language(), letter=receipt.letter.slug), 303)
    return _send([receipt.letter], accept_address(address))


def _send(letters: list[Letter], address: Address) -> Response:
    """Queue a mail for each letter."""
    tools = toolbox()
    keys = tools.keys or abort(503)
    official = tools.legislatures.official(address.domain) is not None
    requester = LinkRequester(address, browser_secret() or new_secret(), current_language(), official)
    wanted = [(letter, _link()) for letter in letters]
    with tools.database.write() as session:
        ask_links(session, wanted, requester, keys, now=tools.clock())
    answer = redirect(url_for("again.sent", language=current_language()), 303)
    remember_browser(answer, requester.browser, LINK_LIFE)
    return answer


@bp.get("/again/sent")
@anyone
def sent() -> ResponseReturnValue:
    """Ask the visitor to look for the mail: the same page whether or not the address has signed."""
    _speak_as_asked()
    return render_template("withdraw/sent.html")


@bp.before_app_request
def _from_the_mail() -> ResponseReturnValue | None:
    """Redirect from a mailed link: it looks like a link that confirms, so that a watched mailbox tells nothing."""
    if request.endpoint != "confirm.ask" or request.method == "OPTIONS":
        return None
    token = (request.view_args or {}).get("token", "")
    try:
        toolbox().tokens.read(PURPOSE, token)
    except TokenInvalid:
        return None
    return redirect(url_for("again.ask_open", token=token), 303)


@bp.get("/open/<token>")
@anyone
def ask_open(token: str) -> ResponseReturnValue:
    """Show a button, and in another browser ask for the code. Mail scanners follow links, so GET changes nothing."""
    try:
        secret = _secret(token)
        with toolbox().database.read() as session:
            found = find_request(session, secret, now=toolbox().clock())
    except (TokenExpired, NoSuchRequest):
        return render_template("withdraw/over.html"), 410
    return _open_page(token, found)


@bp.post("/open/<token>")
@anyone
def open_page(token: str) -> ResponseReturnValue:
    """Open the private page under a new link, if this browser asked for it or the code from the mail is right."""
    tools, private_link = toolbox(), None
    try:
        secret = _secret(token)
        with tools.database.write() as session:
            found = find_request(session, secret, lock=True, now=tools.clock())
            proof = prove(found, secret, browser_secret(), request.form.get("code", ""))
            if proof in (MailboxProof.BROWSER, MailboxProof.CODE):
                private_link = open_link(session, found, secret)
    except (TokenExpired, NoSuchRequest):
        return render_template("withdraw/over.html"), 410
    if private_link is None:
        return _open_page(token, found, proof), 422
    return redirect(url_for("withdraw.show", token=tools.tokens.issue("signature", private_link)), 303)


def _secret(token: str) -> bytes:
    try:
        return toolbox().tokens.read(PURPOSE, token, LINK_LIFE)
    except TokenInvalid:
        abort(404)


def _link() -> Link:
    secret = new_secret()
    return Link(secret, toolbox().link("confirm.ask", token=toolbox().tokens.issue(PURPOSE, secret)))


def _letters() -> list[tuple[Letter, LetterText]]:
    _speak_as_asked()
    with toolbox().database.read() as session:
        return [(letter, current_text(session, letter, current_language())) for letter in public_letters(session)]


def _speak_as_asked() -> None:
    if "language" in request.args:
        speak(request.args["language"])


def _page(letters: list[tuple[Letter, LetterText]], form: AgainForm) -> str:
    return render_template("withdraw/again.html", letters=letters, form=form, faults=form.faults())


def _open_page(token: str, found: LinkRequest, proof: MailboxProof | None = None) -> str:
    return render_template(
        "withdraw/open.html",
        token=token,
        same_browser=has_browser(found, browser_secret()),
        tries_left=CODE_TRIES - found.code_tries,
        proof=proof.value if proof else None,
    )
