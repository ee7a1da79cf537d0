"""The start's pages about mails and languages."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.desk.forms import VersionedForm
from campaign.desk.rules import OWNER
from campaign.signin.gate_views import signed_in
from campaign.start.beginning import read_progress
from campaign.start.choices import (
    LANGUAGE_LIST,
    SENDER,
    change_choice,
    read_choice,
    tidy_languages,
    tidy_sender,
)
from campaign.start.forms import LanguagesForm, SenderForm
from campaign.start.trials import preview, send_trial
from campaign.web.audience import officer, staff
from campaign.web.forms import check_button
from campaign.web.languages import offered_languages
from campaign.web.staff import ChangedMeanwhile
from campaign.web.toolbox import toolbox

bp = Blueprint("start_choices", __name__, url_prefix="/desk/start")
PAGES = {SENDER: "mail", LANGUAGE_LIST: "languages"}


@bp.get("/mail")
@staff(OWNER)
def mail() -> ResponseReturnValue:
    """Show an owner from whom mails come, what became of the test mail, and the mail that signatories get."""
    return _page(SENDER, SenderForm(formdata=None))


@bp.post("/mail")
@staff(OWNER, fresh=True)
def change_sender() -> ResponseReturnValue:
    """Save from whom mails come."""
    form = SenderForm()
    tidy, faults = tidy_sender(form.text_of("sender_name"), form.text_of("sender"))
    return _save(SENDER, form, tidy, faults)


@bp.post("/mail/test")
@staff(OWNER)
def test_mail() -> ResponseReturnValue:
    """Queue a test mail to the owner's own address."""
    check_button()
    with toolbox().database.write() as session:
        send_trial(session, signed_in().officer.email, now=toolbox().clock())
    return redirect(url_for("start_choices.mail") + "#test", 303)


@bp.get("/languages")
@staff(OWNER)
def languages() -> ResponseReturnValue:
    """Show an owner the languages that the site offers."""
    return _page(LANGUAGE_LIST, LanguagesForm(formdata=None))


@bp.post("/languages")
@staff(OWNER, fresh=True)
def change_languages() -> ResponseReturnValue:
    """Save the languages that the site offers."""
    form, wanted, faults = LanguagesForm(), [], {}
    try:
        wanted = tidy_languages(form.offer.data or [])
    except ValueError as fault:
        faults["offer"] = str(fault)
    return _save(LANGUAGE_LIST, form, wanted, faults)


def _save(name: str, form: VersionedForm, words: Any, faults: Mapping[str, str]) -> ResponseReturnValue:
    """Save a choice, or show its page again with everything that was typed."""
    tools = toolbox()
    stamped = form.validate()
    form.show_faults(faults)
    if not stamped or faults:
        return _page(name, form), 422
    try:
        with tools.database.write() as session:
            change_choice(session, name, words, officer(), form.read_version(), now=tools.clock())
    except ChangedMeanwhile:
        return _page(name, form, meanwhile=True), 409
    tools.cache.clear()
    return redirect(f"{url_for(f'start_choices.{PAGES[name]}')}?saved=1", 303)


def _page(name: str, form: VersionedForm, *, meanwhile: bool = False) -> str:
    """Show what was typed, or before that what is on record.

    The page keeps the version that the owner began with, until it has told them of a newer one.
    """
    tools, typed = toolbox(), request.method == "POST"
    with tools.database.read() as session:
        now, progress = read_choice(session, name), read_progress(session, now=tools.clock())
    return render_template(
        f"start/{PAGES[name]}.html",
        form=form,
        typed=typed,
        now=now,
        version=form.text_of("version") if typed and not meanwhile else now.version,
        meanwhile=meanwhile,
        saved="saved" in request.args,
        progress=progress,
        chosen=tools.choices(tools),
        mail_from=tools.site.mail_from,
        folder=_folder(),
        address=signed_in().officer.email,
        previews={code: preview(tools, code) for code in offered_languages()} if name == SENDER else {},
    )


def _folder() -> str:
    """Return where mails are written instead of being sent, as the operator set it; empty if they are sent."""
    site = toolbox().site
    return site.mail_url.removeprefix("maildir:") if site.mail_folder else ""
