"""The form, and the answer that is the same for every address."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from campaign.guard.proofs import read_proof
from campaign.guard.rules import network_of
from campaign.guard.service import Sender
from campaign.guard.views import PURPOSE
from campaign.letter.fields import FIELDS
from campaign.letter.kinds import name_kind, name_kinds
from campaign.letter.models import Letter, LetterText
from campaign.letter.views import shown_letter, stands_now
from campaign.mail.address import Address
from campaign.sign.forms import SignForm, chamber_options, consents, country_options, questions
from campaign.sign.rules import INTENT_LIFE
from campaign.sign.service import LetterClosed, Link, Typed, lock_form, record_intent
from campaign.storage.database import NotSaved
from campaign.web.audience import anyone, browser_secret, remember_browser
from campaign.web.headers import allow_script
from campaign.web.languages import current_language, text
from campaign.web.tokens import new_secret
from campaign.web.toolbox import toolbox
from campaign.web.turns import in_turn

bp = Blueprint("sign", __name__)


@bp.get("/<lang:language>/<slug>/sign")
@anyone
def ask(language: str, slug: str) -> ResponseReturnValue:
    """Ask which kind of signatory the visitor is, then show the form of that kind."""
    letter, letter_text = shown_letter(language, slug)
    kind = request.args.get("as", "")
    if not _takes_signatures(letter):
        return closed_page(letter, letter_text)
    kinds = {one.key: one for one in letter.kinds}
    if kind not in kinds:
        return render_template(
            "sign/kind.html", letter=letter, letter_text=letter_text, kinds=name_kinds(letter.kinds)
        )
    form = SignForm(letter.kinds, formdata=MultiDict({"kind": kind, "visibility": kinds[kind].use}))
    return _page(letter, letter_text, form)


@bp.post("/<lang:language>/<slug>/sign")
@anyone
@in_turn
def sign(language: str, slug: str) -> ResponseReturnValue:
    """Store the intent and queue its mail; a known address gets the same answer as a new one."""
    letter, letter_text = shown_letter(language, slug)
    form = SignForm(letter.kinds)
    if not form.validate():
        return _page(letter, letter_text, form), 422
    address = form.email.accepted
    typed = Typed(form.entry(letter.handed_to), address, browser_secret() or new_secret(), _sender(address))
    try:
        _record(letter, letter_text, typed)
    except LetterClosed:
        stopped, _text = shown_letter(language, slug, anew=True)
        return _page(stopped, letter_text, form, notice=_closed_notice()), 409
    except NotSaved:
        return _page(letter, letter_text, form, notice=_not_saved_notice()), 503
    answer = redirect(url_for("sign.sent", language=language, slug=slug), 303)
    # This browser then confirms with the button alone; a stranger who only has the link also needs the code.
    remember_browser(answer, typed.browser, INTENT_LIFE)
    return answer


@bp.get("/<lang:language>/<slug>/sign/sent")
@anyone
def sent(language: str, slug: str) -> ResponseReturnValue:
    """Ask the visitor to look for the mail: the same page for every address."""
    letter, letter_text = shown_letter(language, slug)
    return render_template("sign/sent.html", letter=letter, letter_text=letter_text)


def closed_page(letter: Letter, letter_text: LetterText) -> ResponseReturnValue:
    """Say that a letter takes no signature now, and why."""
    stands = stands_now(letter)
    return render_template("sign/closed.html", letter=letter, letter_text=letter_text, stands=stands), 410


def _record(letter: Letter, letter_text: LetterText, typed: Typed) -> None:
    """Store the intent. Without keys no letter takes signatures, since no intent is stored unencrypted."""
    tools, secret = toolbox(), new_secret()
    if tools.keys is None:
        raise LetterClosed
    # Only the link carries this secret: the database gets a hash of it, and no key that opens the intent.
    link = Link(secret, tools.link("confirm.ask", token=tools.tokens.issue("confirm", secret)))
    locked = lock_form(letter, letter_text, typed, link, tools.keys, now=tools.clock())
    with tools.database.write() as session:
        record_intent(session, locked, now=tools.clock())


def _sender(address: Address) -> Sender:
    """Return where this form came from: the connection itself, or what the proxies that PROXY_HOPS trusts report."""
    tools, now = toolbox(), toolbox().clock()
    return Sender(
        network=network_of(request.remote_addr or ""),
        official=tools.legislatures.official_address(address.written) is not None,
        proof=read_proof(request.form.get("proof", ""), tools.tokens.derived(PURPOSE), now=now),
    )


def _page(letter: Letter, letter_text: LetterText, form: SignForm, notice: str = "") -> Response:
    faults: dict[str, Any] = form.faults()
    kind = form.chosen or letter.kinds[-1]
    page = render_template(
        "sign/form.html",
        letter=letter,
        letter_text=letter_text,
        form=form,
        kind=name_kind(kind),
        kinds=name_kinds(letter.kinds),
        fields=FIELDS,
        questions=questions(kind),
        faults=faults,
        notice=notice,
        stands=stands_now(letter),
        countries=country_options(current_language(), form.country.data or ""),
        chambers=chamber_options(current_language(), toolbox().legislatures),
        handed_to=letter.in_order(letter.handed_to, current_language()),
        consents=consents(letter),
    )
    # The scripts work on a proof while the visitor types, and narrow the chambers to the chosen country.
    return allow_script(make_response(page))


def _closed_notice() -> str:
    return text(
        "This letter does not take signatures at the moment. What you typed is kept below; nothing was sent."
    )


def _not_saved_notice() -> str:
    return text("We could not save this just now. What you typed is kept below: send it again in a minute.")


def _takes_signatures(letter: Letter) -> bool:
    return toolbox().keys is not None and stands_now(letter).takes_signatures
