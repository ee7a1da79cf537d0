"""The public pages of a letter, and the letter that a page may show: a public one, or one that a preview link opens."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from campaign.letter.kinds import name_kinds
from campaign.letter.markdown import to_html
from campaign.letter.models import Letter, LetterText
from campaign.letter.service import NoSuchLetter, all_letters, current_text, pages_of, texts_of
from campaign.letter.shelf import PREVIEW, letter_behind, read_anew, read_letter, read_previewed
from campaign.letter.standing import Standing, reason_in, standing
from campaign.web.audience import anyone
from campaign.web.errors import refused
from campaign.web.languages import current_language, in_any_language
from campaign.web.pages import end_page_at, kept, make_private, renew_page_at
from campaign.web.tokens import TokenInvalid
from campaign.web.toolbox import toolbox

bp = Blueprint("letter", __name__)
SLOTS = ("head", "letter", "delivered", "timeline")  # the parts of the letter's page that later rooms fill


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
        letters = [
            (
                letter,
                current_text(session, letter, language),
                stands_now(letter),
                toolbox().slots["head"](session, letter),
            )
            for letter in public_letters(session)
        ]
    return render_template("letter/index.html", letters=letters)


@bp.get("/<lang:language>/<slug>")
@anyone
@kept
def show(language: str, slug: str) -> ResponseReturnValue:
    """Show the letter, set like a letter on paper."""
    letter, text = shown_letter(language, slug)
    with toolbox().database.read() as session:
        values = letter_values(session, letter, text)
    return render_template("letter/show.html", **values)


def letter_values(session: Session, letter: Letter, text: LetterText) -> dict[str, Any]:
    """Return what the letter's page shows, in the language of the answer."""
    return {
        "letter": letter,
        "letter_text": text,
        "body": to_html(text.body),
        "background": pages_of(session, letter, current_language()).get("background"),
        "texts": texts_of(session, letter),
        "parts": {name: toolbox().slots[name](session, letter) for name in SLOTS},
        "kinds": name_kinds(letter.kinds),
        "stands": stands_now(letter),
    }


@bp.get("/<lang:language>/<slug>/text.md")
@anyone
@in_any_language
@kept
def source(language: str, slug: str) -> ResponseReturnValue:
    """Send the file of the text: exactly the bytes whose SHA-256 the pages show."""
    _found, text = shown_letter(language, slug)
    if text.language != language:
        abort(404)
    return Response(text.source, content_type="text/markdown; charset=utf-8")


@bp.get("/<lang:language>/<slug>/background")
@anyone
@kept
def background(language: str, slug: str) -> ResponseReturnValue:
    """Show what the letter rests on."""
    letter, text = shown_letter(language, slug)
    with toolbox().database.read() as session:
        page = pages_of(session, letter, language).get("background")
    if page is None:
        abort(404)
    return render_template("letter/page.html", letter=letter, letter_text=text, page=page, body=to_html(page.body))


@bp.get("/preview/<token>")
@anyone
def preview(token: str) -> ResponseReturnValue:
    """Let somebody with a preview link read: this browser keeps the link in a cookie, if it keeps any.

    A browser without cookies carries the link from page to page in each address.
    """
    tools, secret = toolbox(), _preview_secret(token)
    if secret is None:
        abort(404)
    with tools.database.read() as session:
        letter = letter_behind(session, secret)
    stands = stands_now(letter)
    make_private()
    carried = token if stands.embargoed else None
    answer = redirect(url_for("letter.show", language=current_language(), slug=letter.slug, preview=carried), 303)
    if letter.embargo_until and stands.embargoed:
        tools.set_cookie(answer, _cookie(letter.slug), token, letter.embargo_until - tools.clock())
    return answer


@bp.app_url_defaults
def _carry_preview(endpoint: str, values: dict[str, Any]) -> None:
    """Add the preview link to the addresses of a letter that this reader sees by it without a cookie."""
    carried = g.get("preview")
    if carried and current_app.url_map.is_endpoint_expecting(endpoint, "language", "slug"):
        slug, token = carried
        if values.get("slug") == slug:
            values.setdefault(PREVIEW, token)


@bp.app_context_processor
def _standing() -> dict[str, Any]:
    """Let templates ask how a letter stands, and why, in the reader's language."""
    return {"stands_now": stands_now, "reason_in": reason_in}


def stands_now(letter: Letter) -> Standing:
    """Return how a letter stands now; a page that says so is kept no longer than that."""
    stands = standing(letter, toolbox().clock())
    end_page_at(stands.until)
    return stands


def public_letters(session: Session) -> list[Letter]:
    """Return the letters that are public now. A page that lists them ends with the next moment of any letter."""
    return [letter for letter in all_letters(session) if not stands_now(letter).embargoed]


def public_letter(language: str, slug: str, *, anew: bool = False) -> tuple[Letter, LetterText]:
    """Return a public letter and its text in a language, or in English; `anew` asks the database, not the cache.

    Raises NoSuchLetter, TextChanged.
    """
    letter, text, until = (read_anew if anew else read_letter)(toolbox(), slug, language)
    stands_now(letter)
    renew_page_at(until)
    return letter, text


def shown_letter(language: str, slug: str, *, anew: bool = False) -> tuple[Letter, LetterText]:
    """Return a letter that this reader may see: a public one, or one under embargo that their preview link opens.

    Raises NoSuchLetter, TextChanged.
    """
    link, cookie = request.args.get(PREVIEW, ""), request.cookies.get(toolbox().cookie_name(_cookie(slug)), "")
    try:
        found = public_letter(language, slug, anew=anew)
    except NoSuchLetter:
        secret = _preview_secret(link or cookie)
        if secret is None:
            raise
        found = read_previewed(toolbox(), slug, language, secret)
        make_private()
        if link and link != cookie:
            g.preview = (slug, link)
            return found
    if link and request.method == "GET":  # the address needs no link, so it does not stay in it
        others: dict[str, Any] = {name: value for name, value in request.args.items() if name != PREVIEW}
        abort(redirect(url_for(request.endpoint or "", **(request.view_args or {}) | others), 302))
    return found


def _preview_secret(token: str) -> bytes | None:
    """Return the secret in a preview link, None if it is none of ours."""
    try:
        return toolbox().tokens.read(PREVIEW, token)
    except TokenInvalid:
        return None


def _cookie(slug: str) -> str:
    return f"{PREVIEW}-{slug}"
