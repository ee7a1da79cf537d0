"""The desk's page of a letter's moments: how it stands, what was done, and what an owner may do now."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from campaign.desk.rules import OWNER
from campaign.letter.service import NoSuchLetter, current_text, find_letter, texts_of
from campaign.letter.standing import ENGLISH, standing, zone_of
from campaign.moments.forms import EmbargoForm, PreviewForm, ReasonForm
from campaign.moments.previews import NoSuchPreview, end_preview, make_preview, preview_link, previews_of
from campaign.moments.rules import LONGEST_WHO, MomentRefused
from campaign.moments.service import close, history, move_embargo, resume, suspend
from campaign.web.audience import officer, staff
from campaign.web.errors import refused as refused_page
from campaign.web.forms import BaseForm, check_button
from campaign.web.staff import ChangedMeanwhile
from campaign.web.tokens import new_secret
from campaign.web.toolbox import toolbox

bp = Blueprint("moments", __name__, url_prefix="/desk/letters/<slug>")
MEANWHILE = "Somebody else moved the embargo while this page was open. Nothing was changed; this is how it is now."
Act = Callable[[Session], object]
FORMS: tuple[type[BaseForm], ...] = (ReasonForm, EmbargoForm, PreviewForm)


@bp.errorhandler(NoSuchLetter)
def _no_letter(_fault: Exception) -> ResponseReturnValue:
    """Answer 404, as for any unknown address."""
    return refused_page(NotFound())


@bp.get("/moments")
@staff()
def show(slug: str) -> ResponseReturnValue:
    """Show how a letter stands and what was done to it; an owner also sees what can be done."""
    return _page(slug)


@bp.post("/suspend")
@staff(OWNER, fresh=True)
def suspend_letter(slug: str) -> ResponseReturnValue:
    """Take no signatures from now on."""
    form = ReasonForm()
    reason = form.reason() if form.validate() else None
    if reason is None:
        return _page(slug, form), 422
    return _done(slug, form, lambda session: suspend(session, slug, reason, officer(), now=toolbox().clock()))


@bp.post("/resume")
@staff(OWNER, fresh=True)
def resume_letter(slug: str) -> ResponseReturnValue:
    """Take signatures again."""
    check_button()
    return _done(slug, None, lambda session: resume(session, slug, officer(), now=toolbox().clock()))


@bp.post("/close")
@staff(OWNER, fresh=True)
def close_letter(slug: str) -> ResponseReturnValue:
    """Let the last day be over now."""
    form = ReasonForm()
    reason = form.reason(needed=False) if form.validate() else None
    if reason is None:
        return _page(slug, form), 422
    return _done(slug, form, lambda session: close(session, slug, reason, officer(), now=toolbox().clock()))


@bp.post("/embargo")
@staff(OWNER, fresh=True)
def change_embargo(slug: str) -> ResponseReturnValue:
    """Let the embargo end at another moment, or now."""
    form, tools = EmbargoForm(), toolbox()
    with tools.database.read() as session:
        zone = find_letter(session, slug).time_zone
    now = request.form.get("now") == "yes"
    until = form.moment(zone) if form.validate() and not now else None
    if form.errors or (until is None and not now):
        return _page(slug, form), 422
    seen = form.seen_moment()
    try:
        return _done(
            slug,
            form,
            lambda session: move_embargo(session, slug, until, officer(), seen=seen, now=tools.clock()),
        )
    except ChangedMeanwhile:
        return _page(slug, form, refused=MEANWHILE), 409


@bp.post("/previews")
@staff(OWNER, fresh=True)
def add_preview(slug: str) -> ResponseReturnValue:
    """Make a preview link, and show it this once."""
    form, tools, secret = PreviewForm(), toolbox(), new_secret()
    who = form.people() if form.validate() else None
    if who is None:
        return _page(slug, form), 422
    try:
        with tools.database.write() as session:
            make_preview(session, slug, who, secret, officer(), now=tools.clock())
    except MomentRefused as fault:
        return _page(slug, form, refused=str(fault)), 409
    return render_template("moments/link.html", slug=slug, who=who, link=preview_link(tools, secret))


@bp.post("/previews/<int:number>/end")
@staff(OWNER)
def end_one_preview(slug: str, number: int) -> ResponseReturnValue:
    """End a preview link at once."""
    check_button()
    return _done(slug, None, lambda session: end_preview(session, slug, number, officer(), now=toolbox().clock()))


def _done(slug: str, form: BaseForm | None, act: Act) -> ResponseReturnValue:
    """Do it and go back to the page; what is refused is said there, with what was typed."""
    try:
        with toolbox().database.write() as session:
            act(session)
    except (MomentRefused, NoSuchPreview) as fault:
        return _page(slug, form, refused=str(fault)), 409
    toolbox().cache.clear()
    return redirect(url_for("moments.show", slug=slug, done="1"), 303)


def _page(slug: str, form: BaseForm | None = None, refused: str = "") -> str:
    now = toolbox().clock()
    with toolbox().database.read() as session:
        letter = find_letter(session, slug)
        stands = standing(letter, now)
        shown: dict[str, Any] = {
            "title": current_text(session, letter, ENGLISH).title,
            "tongues": [text.language for text in texts_of(session, letter)],
            "history": history(session, letter),
            "previews": previews_of(session, letter),
        }
    forms = {kind: form if isinstance(form, kind) else kind(formdata=None) for kind in FORMS}
    return render_template(
        "moments/show.html",
        letter=letter,
        stands=stands,
        owner=officer().role == OWNER,
        there=lambda moment: moment.astimezone(zone_of(letter.time_zone)),
        reason=forms[ReasonForm],
        embargo=forms[EmbargoForm],
        preview=forms[PreviewForm],
        typed=form is not None,
        refused=refused,
        done="done" in request.args,
        longest_who=LONGEST_WHO,
        **shown,
    )
