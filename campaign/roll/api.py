"""The public numbers and names for programs: read only, described in docs/api.md; field names in /v1/ do not change."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from campaign.letter.kinds import public_fields
from campaign.letter.models import Letter
from campaign.letter.service import current_text
from campaign.letter.views import public_letter, public_letters
from campaign.roll.export import OWN, facts_of, numbers_of, person_of
from campaign.roll.rules import Position, PositionMalformed
from campaign.roll.service import read_page, read_texts
from campaign.roll.shelf import is_count_public, keep_tally
from campaign.web.audience import anyone
from campaign.web.pages import kept
from campaign.web.programs import answer_json, takes
from campaign.web.toolbox import toolbox
from campaign.world.countries import COUNTRIES

bp = Blueprint("api", __name__, url_prefix="/api/v1")
PAGE = 100


@bp.get("/letters")
@anyone
@kept
def letters() -> ResponseReturnValue:
    """List the campaign's letters."""
    with toolbox().database.read() as session:
        found = [
            {"title": current_text(session, letter, "en").title, **_facts(letter)}
            for letter in public_letters(session)
        ]
    return answer_json({"letters": found})


@bp.get("/letters/<slug>")
@anyone
@kept
def letter(slug: str) -> ResponseReturnValue:
    """Give everything public about one letter, except its names."""
    found, english = public_letter("en", slug)
    with toolbox().database.read() as session:
        tally, texts = keep_tally(toolbox(), session, found), read_texts(session, found.id)
    versions = [
        {
            "version": text.version,
            "language": text.language,
            "draft": found.is_draft(text.language),
            "title": text.title,
            "addressee": text.addressee,
            "sha256": text.sha256,
        }
        for text in texts
    ]
    return answer_json(
        {
            "title": english.title,
            **_facts(found),
            "addressee": english.addressee,
            "languages": [text.language for text in texts if text.version == found.version],
            "texts": versions,
            "tally": numbers_of(tally, found.kinds),
        }
    )


@bp.get("/letters/<slug>/tally")
@anyone
@kept
def tally(slug: str) -> ResponseReturnValue:
    """Count one letter's signatories, country by country."""
    found, _english = public_letter("en", slug)
    with toolbox().database.read() as session:
        return answer_json({"letter": slug, **numbers_of(keep_tally(toolbox(), session, found), found.kinds)})


@bp.get("/letters/<slug>/signatories")
@anyone
@takes("country", "after")
@kept
def signatories(slug: str) -> ResponseReturnValue:
    """List the names, country by country or of one country, a page at a time."""
    found, _english = public_letter("en", slug)
    country = request.args.get("country", "")
    if country and country not in COUNTRIES:
        return answer_json({"error": "country: not a code we know; two capital letters, such as DE"}, 404)
    try:
        after = _position(found, request.args.get("after", ""), country)
    except PositionMalformed:
        return answer_json({"error": "after: not a place in this list; follow `next` as it is given"}, 400)
    with toolbox().database.read() as session:
        countries = [country] if country else keep_tally(toolbox(), session, found).named_in
        page = read_page(session, found, countries, after, PAGE)
    following = page.following.written() if page.following else None
    wanted = {"country": country} if country else {}
    columns = (*OWN, *public_fields(found.kinds))
    return answer_json(
        {
            "letter": slug,
            "country": country or None,
            "signatories": [person_of(entry, columns) for entry in page.entries],
            "next": toolbox().link("api.signatories", slug=slug, **wanted, after=following) if following else None,
        }
    )


def _position(letter: Letter, typed: str, country: str) -> Position | None:
    """Read the position from which to continue. Raises PositionMalformed."""
    after = Position.read(typed, letter.kinds) if typed else None
    if after is not None and country not in ("", after.country):
        raise PositionMalformed
    return after


def _facts(letter: Letter) -> dict[str, Any]:
    tools = toolbox()
    hidden = {} if is_count_public(letter, tools.clock().date()) else {"goal": None}
    return {
        **facts_of(letter),
        **hidden,
        "page": tools.link("letter.show", language="en", slug=letter.slug),
        "url": tools.link("api.letter", slug=letter.slug),
    }
