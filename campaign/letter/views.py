"""The public pages of a letter."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from campaign.letter.kinds import name_kinds
from campaign.letter.markdown import to_html
from campaign.letter.models import Letter, LetterText
from campaign.letter.rules import is_open
from campaign.letter.service import (
    NoSuchLetter,
    all_letters,
    current_text,
    pages_of,
    texts_of,
)
from campaign.letter.shelf import read_letter
from campaign.web.audience import anyone
from campaign.web.errors import refused
from campaign.web.languages import current_language
from campaign.web.pages import kept
from campaign.web.toolbox import toolbox

bp = Blueprint("letter", __name__)


@bp.app_errorhandler(NoSuchLetter)
def _no_letter(_fault: NoSuchLetter) -> ResponseReturnValue:
    """Answer 404, as for any unknown address."""
    return refused(NotFound())


@bp.get("/")
@anyone
def front() -> ResponseReturnValue:
    """Send the reader to the front page in their language."""
    response = redirect(url_for("letter.index", language=current_language()), 302)
    # Without this a cache on the way would send one reader to another reader's language.
    response.headers["Vary"] = "Accept-Language"
    return response


@bp.get("/<lang:language>/")
@anyone
@kept
def index(language: str) -> ResponseReturnValue:
    """List the campaign's letters."""
    with toolbox().database.read() as session:
        letters = [(letter, current_text(session, letter, language)) for letter in all_letters(session)]
    return render_template("letter/index.html", letters=letters, today=toolbox().clock().date())


@bp.get("/<lang:language>/<slug>")
@anyone
@kept
def show(language: str, slug: str) -> ResponseReturnValue:
    """Show the letter, set like a letter on paper."""
    letter, text = read_letter(toolbox(), slug, language)
    with toolbox().database.read() as session:
        values = letter_values(session, letter, text)
    return render_template("letter/show.html", **values)


def letter_values(session: Session, letter: Letter, text: LetterText) -> dict[str, Any]:
    """Return what the letter's page shows, in the language of the answer."""
    today = toolbox().clock().date()
    return {
        "letter": letter,
        "letter_text": text,
        "body": to_html(text.body),
        "pages": pages_of(session, letter, current_language()),
        "texts": texts_of(session, letter),
        "signatories": toolbox().slots["letter"](session, letter),
        "delivered": toolbox().slots["delivered"](session, letter),
        "kinds": name_kinds(letter.kinds),
        "is_open": is_open(letter.opens_on, letter.closes_on, today),
        "days_left": (letter.closes_on - today).days,
        "today": today,
    }


@bp.get("/<lang:language>/<slug>/text.md")
@anyone
@kept
def source(language: str, slug: str) -> ResponseReturnValue:
    """Send the file of the text: exactly the bytes whose SHA-256 the pages show."""
    _found, text = read_letter(toolbox(), slug, language)
    if text.language != language:
        abort(404)
    return Response(text.source, content_type="text/markdown; charset=utf-8")


@bp.get("/<lang:language>/<slug>/<any(background):name>")
@bp.get("/<lang:language>/<slug>/updates/<name>")
@anyone
@kept
def page(language: str, slug: str, name: str) -> ResponseReturnValue:
    """Show the background, or the update of one day."""
    letter, text = read_letter(toolbox(), slug, language)
    with toolbox().database.read() as session:
        pages = pages_of(session, letter, language)
    found = pages.get(name if name == "background" else f"update-{name}")
    if found is None:
        abort(404)
    return render_template(
        "letter/page.html", letter=letter, letter_text=text, page=found, body=to_html(found.body)
    )
