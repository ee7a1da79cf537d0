"""The first owner's door, and the start's pages."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug import Response

from campaign.desk.rules import INVITATION_LIFE, OWNER
from campaign.desk.service import Joining
from campaign.desk.views import joining_page, try_to_join
from campaign.letter.service import current_text
from campaign.signin.gate_views import index_key, set_session_cookie, this_browser
from campaign.signin.sessions import NewSession
from campaign.start.beginning import (
    PURPOSE,
    FirstOwner,
    LinkWrong,
    OwnerThere,
    Progress,
    check_link,
    make_first_owner,
    read_progress,
)
from campaign.start.examples import keep_examples, remove_examples
from campaign.start.forms import FirstOwnerForm, FirstPasskeyForm
from campaign.web.audience import anyone, officer, staff
from campaign.web.forms import check_button
from campaign.web.languages import offered_languages
from campaign.web.tokens import TokenExpired, TokenInvalid, new_secret
from campaign.web.toolbox import toolbox
from campaign.web.turnstile import Busy

bp = Blueprint("start", __name__, url_prefix="/desk/start")
SEED, LANE = "start page", "start"
GROWN_OLD = "This page had grown old. The authenticator’s key is a new one: scan it again."


@bp.errorhandler(OwnerThere)
def _over(_fault: OwnerThere) -> ResponseReturnValue:
    """Lead to the start's pages, for which an owner must sign in: the link opens nothing any more."""
    return redirect(url_for("start.show"), 303)


@bp.get("/<token>")
@anyone
def ask_first(token: str) -> ResponseReturnValue:
    """Show the person whom the server's command line let in the forms that make the first owner."""
    _check_open(token)
    return _door(token, FirstOwnerForm(formdata=None), "", new_secret())


@bp.post("/<token>")
@anyone
def make_first(token: str) -> ResponseReturnValue:
    """Make the first owner with a password, and sign them in."""
    return _make(token, FirstOwnerForm())


@bp.post("/<token>/passkey")
@anyone
def make_first_by_passkey(token: str) -> ResponseReturnValue:
    """Make the first owner with a passkey, and sign them in."""
    return _make(token, FirstPasskeyForm())


@bp.get("/")
@staff(OWNER)
def show() -> ResponseReturnValue:
    """Show an owner what of the start is done, and what is missing."""
    return render_template("start/start.html", progress=_progress(), offered=offered_languages())


@bp.get("/example")
@staff(OWNER)
def example() -> ResponseReturnValue:
    """Ask an owner whether the example's letters go or stay."""
    return _page("example", staying=[])


@bp.post("/example/keep")
@staff(OWNER)
def keep_example() -> ResponseReturnValue:
    """Keep the example for now."""
    check_button()
    with toolbox().database.write() as session:
        keep_examples(session, officer(), now=toolbox().clock())
    return redirect(url_for("start.show"), 303)


@bp.post("/example/remove")
@staff(OWNER, fresh=True)
def remove_example() -> ResponseReturnValue:
    """Remove the example's letters that nobody has signed; say which stay, and why."""
    check_button()
    with toolbox().database.write() as session:
        staying = remove_examples(session, officer(), now=toolbox().clock())
    toolbox().cache.clear()
    if staying:
        return _page("example", staying=staying), 409
    return redirect(url_for("start.show"), 303)


@bp.get("/letter")
@staff(OWNER)
def letter() -> ResponseReturnValue:
    """Lead an owner to the first letter."""
    return _page("letter")


@bp.get("/done")
@staff(OWNER)
def done() -> ResponseReturnValue:
    """Show an owner the address to share, and why a second owner is needed."""
    return _page("done")


@bp.app_context_processor
def _start() -> dict[str, Any]:
    """Give the desk's pages the steps of the start that are missing; a function, to query on use."""
    return {"start_missing": lambda: _progress().missing}


def _progress() -> Progress:
    with toolbox().database.read() as session:
        return read_progress(session, now=toolbox().clock())


def _page(name: str, **values: Any) -> str:
    """Show a step, with each letter's title in the first language that the site offers, and its public address."""
    tools, language = toolbox(), offered_languages()[0]
    with tools.database.read() as session:
        progress = read_progress(session, now=tools.clock())
        rows = [*progress.letters, *progress.examples]
        titles = {row.slug: current_text(session, row, language).title for row in rows}
    return render_template(
        f"start/{name}.html",
        progress=progress,
        titles=titles,
        address=lambda slug: f"{tools.site.url}/{language}/{slug}",
        **values,
    )


def _check_open(token: str) -> None:
    """Check that a token makes the first owner; answer 404, 410 or 429 to any other. Raises OwnerThere."""
    tools, key = toolbox(), toolbox().tokens.derived(PURPOSE)
    try:
        secret = tools.tokens.read(PURPOSE, token, INVITATION_LIFE)
        with tools.database.read() as session:
            check_link(session, secret, key)
    except TokenExpired:
        abort(410)
    except (TokenInvalid, LinkWrong):
        _count_guess()
        abort(404)


def _count_guess() -> None:
    """Answer 429 to the thirty-first wrong token in a minute. The right one never waits: it cannot be guessed away."""
    try:
        with toolbox().hashing.passing(LANE, toolbox().clock()):
            return
    except Busy:
        abort(429)


def _make(token: str, form: FirstOwnerForm | FirstPasskeyForm) -> ResponseReturnValue:
    _check_open(token)
    secret = _seed(form.text_of("seed"))
    if secret is None:
        return _door(token, form, GROWN_OLD, new_secret()), 422
    opened, fault = try_to_join(form, lambda session, typed: _first(session, form, typed, secret))
    if opened is None:
        return _door(token, form, fault, secret), 422
    response = redirect(url_for("start.show"), 303)
    set_session_cookie(response, opened.cookie)
    return response


def _first(session: Session, form: FirstOwnerForm | FirstPasskeyForm, typed: Joining, secret: bytes) -> NewSession:
    first = FirstOwner(form.text_of("email"), typed, secret, this_browser())
    return make_first_owner(session, first, index_key(), now=toolbox().clock())


def _seed(token: str) -> bytes | None:
    try:
        return toolbox().tokens.read(SEED, token, INVITATION_LIFE)
    except (TokenInvalid, TokenExpired):
        return None


def _door(token: str, form: FirstOwnerForm | FirstPasskeyForm, fault: str, secret: bytes) -> Response:
    """Show the forms. The authenticator's key comes from the page, not from the link, which others may have read."""
    return joining_page(
        "start/first.html",
        form,
        secret,
        form.text_of("email") or OWNER,
        fault=fault,
        token=token,
        seed=toolbox().tokens.issue(SEED, secret),
        stamps={"password": FirstOwnerForm(formdata=None), "passkey": FirstPasskeyForm(formdata=None)},
    )
