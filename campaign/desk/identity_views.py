"""Say who runs this site: the owners' pages, and the files that every page takes from it (logo, colours)."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.desk.forms import IdentityForm, TextsForm
from campaign.desk.identity import ChangedMeanwhile, Profile, accepted, change_identity, differences, read_identity
from campaign.desk.logos import LogoRefused, clean_logo
from campaign.desk.rules import OWNER
from campaign.signin.gate_views import ConfirmFirst, gate
from campaign.web.audience import anyone, officer, staff
from campaign.web.headers import uploads
from campaign.web.languages import speak
from campaign.web.pages import kept
from campaign.web.toolbox import toolbox
from campaign.world.languages import FALLBACK, LANGUAGES

bp = Blueprint("desk_identity", __name__, url_prefix="/desk")
files = Blueprint("identity", __name__, url_prefix="/identity")
LIMIT = 3 << 20  # a logo, and texts of a megabyte that are told to be too long
KINDS = {"svg": "image/svg+xml", "png": "image/png"}
FOR_EVER = "public, max-age=31536000, immutable"  # another logo has another address
STALE = "stale"


@bp.get("/identity")
@staff(OWNER)
def show() -> ResponseReturnValue:
    """Show an owner what the campaign says of itself."""
    return _page(IdentityForm(formdata=None), _now(), {})


@bp.post("/identity")
@staff(OWNER)
@uploads(LIMIT)
def change() -> ResponseReturnValue:
    """Keep what an owner says of the campaign, in English and in every language."""
    form, before = IdentityForm(), _now()
    said, faults = accepted(form.said_with(before, _offered(FALLBACK)))
    logo = before.logo
    try:
        brought = form.brought()
        logo = clean_logo(brought) if brought else None if form.no_logo.data else logo
        form.kept.data = b64encode(logo.content).decode() if brought and logo else ""
    except LogoRefused as fault:
        faults["logo"], form.kept.data = str(fault), ""
    return _answer(form, replace(said, logo=logo), faults, FALLBACK)


@bp.get("/identity/<lang:language>")
@staff(OWNER)
def show_texts(language: str) -> ResponseReturnValue:
    """Show an owner the texts of another language, beside the English ones."""
    return _page(TextsForm(formdata=None), _now(), {}, language)


@bp.post("/identity/<lang:language>")
@staff(OWNER)
@uploads(LIMIT)
def change_texts(language: str) -> ResponseReturnValue:
    """Keep what the campaign says of itself in another language."""
    form, before = TextsForm(), _now()
    texts = {**before.texts, language: form.texts(_offered(language))}
    said, faults = accepted(replace(before, texts=texts, version=form.read_version()))
    own = {name.removeprefix(f"{language}."): told for name, told in faults.items()}
    faults = {name: told for name, told in own.items() if name in form}
    if said.version == 0:
        faults["name"] = "Say in English first what the campaign is called."
    return _answer(form, said, faults, language)


@bp.get("/identity/confirmed")
@staff(OWNER)
def confirmed() -> ResponseReturnValue:
    """Tell an owner who showed a second factor in another tab to go back to theirs."""
    return render_template("desk/confirmed.html")


@files.get("/<mark>.css")
@anyone
@kept
def colours(mark: str) -> ResponseReturnValue:
    """Give the campaign's own colours, for light and for dark pages."""
    us = _now().shown(FALLBACK)
    if not us.accent or mark != us.colours_mark:
        abort(404)
    sheet = f":root{{--deep:{us.accent}}}@media(prefers-color-scheme:dark){{:root{{--deep:{us.accent_dark}}}}}\n"
    return Response(sheet, content_type="text/css; charset=utf-8", headers={"Cache-Control": FOR_EVER})


@files.get("/<mark>.<any(svg,png):kind>")
@anyone
@kept
def logo(mark: str, kind: str) -> ResponseReturnValue:
    """Give the logo, as it was cleaned."""
    own = _now().logo
    if own is None or (mark, kind) != (own.mark, own.kind):
        abort(404)
    return Response(own.content, content_type=KINDS[kind], headers={"Cache-Control": FOR_EVER})


def _now() -> Profile:
    """Return what is on record at this moment, not what this process keeps."""
    with toolbox().database.read() as session:
        return read_identity(session)


def _offered(language: str) -> str:
    """Return the privacy notice that this software writes, with its blanks."""
    speak(language)
    words = toolbox().slots["privacy"](toolbox())
    speak(FALLBACK)
    return words


def _answer(form: TextsForm, said: Profile, faults: Mapping[str, str], language: str) -> ResponseReturnValue:
    """Change it, or show the page again with everything that was typed."""
    tools = toolbox()
    try:
        gate((OWNER,), fresh=True)
    except ConfirmFirst:
        return _page(form, _now(), {STALE: True}, language), 428
    stamped = form.validate()
    form.tell(faults)
    if not stamped or faults:
        return _page(form, _now(), {}, language), 422
    try:
        with tools.database.write() as session:
            change_identity(session, said, officer(), now=tools.clock())
    except ChangedMeanwhile:
        now = _now()
        return _page(form, now, {"meanwhile": differences(said, now)}, language), 409
    tools.cache.clear()
    here = (
        url_for("desk_identity.show")
        if language == FALLBACK
        else url_for("desk_identity.show_texts", language=language)
    )
    return redirect(f"{here}?saved=1", 303)


def _page(form: TextsForm, now: Profile, told: Mapping[str, object], language: str = FALLBACK) -> str:
    """Show what was typed, or what is on record where nothing was; `told` says what else there is to say.

    What was typed stays an answer to the version it was typed over, until its writer is told of a newer one.
    """
    typed = request.method == "POST"
    return render_template(
        "desk/identity.html" if isinstance(form, IdentityForm) else "desk/identity_texts.html",
        form=form,
        typed=typed,
        now=now,
        version=form.text_of("version") if typed and "meanwhile" not in told else now.version,
        here=now.texts.get(language),
        english=now.texts.get(FALLBACK),
        tongue=language,
        others=[code for code in LANGUAGES if code != FALLBACK],
        offered=_offered(language),
        saved="saved" in request.args,
        **told,
    )
