"""A signatory's private page: read, correct, change the use of the name, withdraw."""

import json
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from campaign.letter.addressee import addressee_for
from campaign.letter.fields import FIELDS
from campaign.letter.kinds import name_kind
from campaign.mail.address import Address
from campaign.seal.keys import Keys
from campaign.sign.forms import chamber_options, consents, country_options, questions
from campaign.sign.rules import NEEDED, readers
from campaign.web.audience import anyone
from campaign.web.headers import allow_script, saved_as
from campaign.web.languages import current_language, speak, text
from campaign.web.tokens import TokenInvalid
from campaign.web.toolbox import toolbox
from campaign.withdraw import again_views, anew_views
from campaign.withdraw.forms import DisownForm, EditForm, UseForm, new_consents
from campaign.withdraw.receipt import (
    NoSuchSignature,
    SignatureReceipt,
    address_of,
    deliveries_of,
    everything_stored,
    find_signature_receipt,
)
from campaign.withdraw.service import (
    AddressNeeded,
    EntrySealed,
    NameUse,
    change_use,
    disown,
    replace_entry,
    withdraw_signature,
)

bp = Blueprint("withdraw", __name__, url_prefix="/signature")


@bp.get("/gone")
@anyone
def gone() -> ResponseReturnValue:
    """Say that the signature is erased."""
    speak(request.args.get("language", ""))
    return render_template("withdraw/gone.html")


@bp.errorhandler(NoSuchSignature)
def _nothing(_fault: Exception) -> ResponseReturnValue:
    """Answer the same for a signature that was withdrawn and for one that never was."""
    return render_template("withdraw/gone.html"), 410


@bp.get("/<token>")
@anyone
def show(token: str) -> ResponseReturnValue:
    """Show the receipt."""
    receipt, tools = _receipt(token), toolbox()
    with tools.database.read() as session:
        deliveries = deliveries_of(session, receipt.signature, now=tools.clock())
    page = render_template(
        "withdraw/show.html",
        receipt=receipt,
        kind=name_kind(receipt.letter.kind(receipt.signatory.kind)),
        deliveries=deliveries,
        token=token,
        link=toolbox().link("withdraw.show", token=token),
        share=toolbox().link("letter.show", language=receipt.text.language, slug=receipt.letter.slug),
        addressee=addressee_for(receipt.letter, receipt.text, receipt.signatory.country),
        is_new=request.args.get("new") == "1",
        is_changed=request.args.get("changed") == "1",
    )
    return allow_script(make_response(page))  # one button copies the address


@bp.get("/<token>/data.json")
@anyone
def stored(token: str) -> ResponseReturnValue:
    """Return everything that is stored of this person, as a JSON file."""
    tools, secret = toolbox(), _secret(token)
    with tools.database.read() as session:
        everything = everything_stored(
            session, find_signature_receipt(session, secret, tools.keys), tools.keys, now=tools.clock()
        )
    body = json.dumps(everything, ensure_ascii=False, indent=2) + "\n"
    return Response(body, content_type="application/json; charset=utf-8", headers=saved_as("data.json"))


@bp.get("/<token>/edit")
@anyone
def ask_edit(token: str) -> ResponseReturnValue:
    """Show the form of signing, filled in."""
    receipt = _receipt(token)
    row, entry = receipt.signatory, receipt.entry
    known: dict[str, Any] = {"name": entry.name, "latin_name": entry.latin_name, **entry.said} if entry else {}
    known |= {"kind": row.kind, "country": row.country, "visibility": row.visibility}
    ticked = {"consent": list(NEEDED[row.visibility]), "recipient": list(entry.recipients) if entry else []}
    return _edit_page(token, receipt, EditForm(receipt.letter.kinds, formdata=MultiDict(known | ticked)))


@bp.post("/<token>/edit")
@anyone
def edit(token: str) -> ResponseReturnValue:
    """Replace the entry with a corrected one; the desk checks it again."""
    receipt, tools = _receipt(token), toolbox()
    form = EditForm(receipt.letter.kinds)
    if not form.validate():
        return _edit_page(token, receipt, form), 422
    entry = form.entry(receipt.letter.handed_to)
    with tools.database.write() as session:
        replace_entry(session, _secret(token), entry, _keys(), tools.site.erasures, now=tools.clock())
    return _changed(token)


@bp.get("/<token>/visibility")
@anyone
def ask_use(token: str) -> ResponseReturnValue:
    """Ask how the name may be used from now on."""
    receipt = _receipt(token)
    ticked = {"recipient": list(receipt.entry.recipients)} if receipt.entry else {}
    now = MultiDict({"visibility": receipt.signatory.visibility, **ticked})
    return _use_page(token, receipt, UseForm(receipt.signatory.visibility, formdata=now))


@bp.post("/<token>/visibility")
@anyone
def use(token: str) -> ResponseReturnValue:
    """Change the use of the name, at once; the desk's decision stays."""
    tools, receipt = toolbox(), _receipt(token)
    form = UseForm(receipt.signatory.visibility)
    if not form.validate():
        return _use_page(token, receipt, form), 422
    wanted = form.text_of("visibility")
    ticked = readers(form.recipient.data or [], receipt.signatory.country, receipt.letter.handed_to)
    wish = NameUse(wanted, ticked if wanted == "withheld" else ())
    try:
        with tools.database.write() as session:
            change_use(session, _secret(token), wish, _keys(), tools.site.erasures, now=tools.clock())
    except EntrySealed:
        notice = text(
            "Your entry is sealed, and nothing here opens it. Correct your entry instead: there you can choose again."
        )
        return _use_page(token, receipt, form, notice), 409
    return _changed(token)


@bp.get("/<token>/withdraw")
@anyone
def ask(token: str) -> ResponseReturnValue:
    """Say what withdrawing does, and show the button."""
    return render_template("withdraw/ask.html", receipt=_receipt(token), token=token)


@bp.post("/<token>/withdraw")
@anyone
def withdraw(token: str) -> ResponseReturnValue:
    """Erase the signature."""
    tools, receipt = toolbox(), _receipt(token)
    with tools.database.write() as session:
        withdraw_signature(session, _secret(token), tools.site.erasures, now=tools.clock())
    return _erased(receipt)


@bp.get("/<token>/not-me")
@anyone
def ask_disown(token: str) -> ResponseReturnValue:
    """Say what happens if a stranger used the address, and show the button."""
    return _disown_page(token, _receipt(token), DisownForm(formdata=None))


@bp.post("/<token>/not-me")
@anyone
def not_me(token: str) -> ResponseReturnValue:
    """Erase the signature and never write to its address again."""
    form, tools, receipt = DisownForm(), toolbox(), _receipt(token)
    typed: Address | None = form.email.accepted if form.text_of("email") and form.validate() else None
    try:
        with tools.database.write() as session:
            disown(session, _secret(token), typed, _keys(), tools.site.erasures, now=tools.clock())
    except AddressNeeded:
        return _disown_page(
            token, receipt, form, text("This is not the address the signature was made with.")
        ), 422
    return _erased(receipt)


def _receipt(token: str) -> SignatureReceipt:
    """Return the signature behind a private link, and speak the language of its text."""
    tools, secret = toolbox(), _secret(token)
    with tools.database.read() as session:
        receipt = find_signature_receipt(session, secret, tools.keys)
    speak(receipt.text.language)
    return receipt


def _secret(token: str) -> bytes:
    try:
        return toolbox().tokens.read("signature", token)
    except TokenInvalid:
        abort(404)


def _keys() -> Keys:
    return toolbox().keys or abort(503)


def _changed(token: str) -> ResponseReturnValue:
    toolbox().cache.clear()
    return redirect(url_for("withdraw.show", token=token, changed="1"), 303)


def _erased(receipt: SignatureReceipt) -> ResponseReturnValue:
    toolbox().cache.clear()
    return redirect(url_for("withdraw.gone", language=receipt.text.language), 303)


def _edit_page(token: str, receipt: SignatureReceipt, form: EditForm) -> str:
    kind = form.chosen or receipt.letter.kind(receipt.signatory.kind)
    return render_template(
        "withdraw/edit.html",
        **_changing(token, receipt, form),
        kind=name_kind(kind),
        fields=FIELDS,
        questions=questions(kind),
        countries=country_options(current_language(), form.country.data or ""),
        chambers=chamber_options(current_language(), toolbox().legislatures),
        consents=consents(receipt.letter),
    )


def _use_page(token: str, receipt: SignatureReceipt, form: UseForm, notice: str = "") -> str:
    asked = new_consents(receipt.signatory.visibility, "public")
    new = {name: sentence for name, sentence in consents(receipt.letter).items() if name in asked}
    return render_template(
        "withdraw/visibility.html", **_changing(token, receipt, form), consents=new, notice=notice
    )


def _changing(token: str, receipt: SignatureReceipt, form: EditForm | UseForm) -> dict[str, Any]:
    """Return the values that both pages of changes show."""
    return {
        "receipt": receipt,
        "token": token,
        "form": form,
        "faults": form.faults(),
        "letter": receipt.letter,
        "letter_text": receipt.text,
        "handed_to": receipt.letter.in_order(receipt.letter.handed_to, current_language()),
    }


def _disown_page(token: str, receipt: SignatureReceipt, form: DisownForm, fault: str = "") -> str:
    sealed = receipt.signature.sealed_address and address_of(receipt.signature, toolbox().keys) is None
    return render_template(
        "withdraw/not_me.html", receipt=receipt, token=token, form=form, fault=fault, asks_address=bool(sealed)
    )


DOORS = (bp, again_views.bp, anew_views.bp)  # everything of this room that the public door opens
