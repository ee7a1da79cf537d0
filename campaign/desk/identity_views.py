"""The owners' pages for the campaign's identity, and the files that every page shows (logo, colours)."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.desk.forms import IdentityForm, TextsForm
from campaign.desk.identity import (
    Profile,
    change_identity,
    differences,
    read_identity,
    tidy_profile,
)
from campaign.desk.logos import LogoRefused, clean_logo
from campaign.desk.rules import OWNER
from campaign.signin.gate_views import ConfirmFirst, gate
from campaign.web.audience import anyone, officer, staff
from campaign.web.headers import uploads
from campaign.web.languages import speaking
from campaign.web.pages import kept
from campaign.web.staff import ChangedMeanwhile
from campaign.web.toolbox import toolbox
from campaign.world.languages import FALLBACK, LANGUAGES

bp = Blueprint("desk_identity", __name__, url_prefix="/desk")
files = Blueprint("identity", __name__, url_prefix="/identity")
LIMIT = 3 << 20  # a logo, and texts of up to a megabyte: the page answers that they are too long
KINDS = {"svg": "image/svg+xml", "png": "image/png"}
FOR_EVER = "public, max-age=31536000, immutable"  # another logo has another address
STALE = "stale"


@bp.get("/identity")
@staff(OWNER)
def show() -> ResponseReturnValue:
    """Show an owner the campaign's identity, with its English texts."""
    return _page(IdentityForm(formdata=None), _on_record(), {})


@bp.post("/identity")
@staff(OWNER)
@uploads(LIMIT)
def change() -> ResponseReturnValue:
    """Save the identity with its English texts; the texts of other languages stay."""
    form, before = IdentityForm(), _on_record()
    profile, faults = tidy_profile(form.profile_with(before, _offered(FALLBACK)))
    logo = before.logo
    try:
        chosen = form.chosen_logo()
        logo = clean_logo(chosen) if chosen else None if form.no_logo.data else logo
        form.kept.data = b64encode(logo.content).decode() if chosen and logo else ""
    except LogoRefused as fault:
        faults["logo"], form.kept.data = str(fault), ""
    return _save(form, replace(profile, logo=logo), faults, FALLBACK)


@bp.get("/identity/<lang:language>")
@staff(OWNER)
def show_texts(language: str) -> ResponseReturnValue:
    """Show an owner the texts of another language, beside the English ones."""
    return _page(TextsForm(formdata=None), _on_record(), {}, language)


@bp.post("/identity/<lang:language>")
@staff(OWNER)
@uploads(LIMIT)
def change_texts(language: str) -> ResponseReturnValue:
    """Save the texts of another language."""
    form, before = TextsForm(), _on_record()
    texts = {**before.texts, language: form.texts(_offered(language))}
    profile, faults = tidy_profile(replace(before, texts=texts, version=form.read_version()))
    own = {name.removeprefix(f"{language}."): sentence for name, sentence in faults.items()}
    faults = {name: sentence for name, sentence in own.items() if name in form}
    if profile.version == 0:
        faults["name"] = "Say in English first what the campaign is called."
    return _save(form, profile, faults, language)


@bp.get("/identity/confirmed")
@staff(OWNER)
def confirmed() -> ResponseReturnValue:
    """Tell an owner who has confirmed in another tab to go back to the first tab."""
    return render_template("desk/confirmed.html")


@files.get("/<mark>.css")
@anyone
@kept
def colours(mark: str) -> ResponseReturnValue:
    """Send the style sheet with the campaign's colours, for light and dark pages."""
    us = _on_record().shown(FALLBACK)
    if not us.accent or mark != us.colours_mark:
        abort(404)
    sheet = f":root{{--deep:{us.accent}}}@media(prefers-color-scheme:dark){{:root{{--deep:{us.accent_dark}}}}}\n"
    return Response(sheet, content_type="text/css; charset=utf-8", headers={"Cache-Control": FOR_EVER})


@files.get("/<mark>.<any(svg,png):kind>")
@anyone
@kept
def logo(mark: str, kind: str) -> ResponseReturnValue:
    """Send the cleaned logo."""
    own = _on_record().logo
    if own is None or (mark, kind) != (own.mark, own.kind):
        abort(404)
    return Response(own.content, content_type=KINDS[kind], headers={"Cache-Control": FOR_EVER})


def _on_record() -> Profile:
    """Return the identity from the database, not from the cache."""
    with toolbox().database.read() as session:
        return read_identity(session)


def _offered(language: str) -> str:
    """Return the privacy notice that this software writes, before its blanks are filled in."""
    with speaking(language):
        return toolbox().slots["privacy"](toolbox())


def _save(form: TextsForm, profile: Profile, faults: Mapping[str, str], language: str) -> ResponseReturnValue:
    """Save the identity, or show the page again with everything that was typed."""
    tools = toolbox()
    try:
        gate((OWNER,), fresh=True)
    except ConfirmFirst:
        return _page(form, _on_record(), {STALE: True}, language), 428
    stamped = form.validate()
    form.show_faults(faults)
    if not stamped or faults:
        return _page(form, _on_record(), {}, language), 422
    try:
        with tools.database.write() as session:
            change_identity(session, profile, officer(), now=tools.clock())
    except ChangedMeanwhile:
        now = _on_record()
        return _page(form, now, {"meanwhile": differences(profile, now)}, language), 409
    tools.cache.clear()
    here = (
        url_for("desk_identity.show")
        if language == FALLBACK
        else url_for("desk_identity.show_texts", language=language)
    )
    return redirect(f"{here}?saved=1", 303)


def _page(form: TextsForm, now: Profile, notices: Mapping[str, object], language: str = FALLBACK) -> str:
    """Show what was typed, or before that what is on record; `notices` are the template's messages.

    The page keeps the version that the owner began with, until it has told them of a newer one: a second attempt
    must not overwrite what they never saw.
    """
    typed = request.method == "POST"
    return render_template(
        "desk/identity.html" if isinstance(form, IdentityForm) else "desk/identity_texts.html",
        form=form,
        typed=typed,
        now=now,
        version=form.text_of("version") if typed and "meanwhile" not in notices else now.version,
        here=now.texts.get(language),
        english=now.texts.get(FALLBACK),
        tongue=language,
        others=[code for code in LANGUAGES if code != FALLBACK],
        offered=_offered(language),
        saved="saved" in request.args,
        **notices,
    )
