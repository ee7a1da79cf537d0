"""The public list, grouped by country."""

from datetime import datetime, timedelta

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from campaign.letter.models import Letter
from campaign.letter.shelf import take
from campaign.roll.rules import CountryTally, Place, PlaceMalformed, Tally
from campaign.roll.service import count_roll, read_page
from campaign.verify.rules import LEVELS
from campaign.web.audience import anyone
from campaign.web.languages import current_language
from campaign.web.pages import kept
from campaign.web.toolbox import toolbox
from campaign.world.countries import countries

bp = Blueprint("roll", __name__)
PAGE = 100
SHOWN_PER_COUNTRY = 50


@bp.get("/<lang:language>/<slug>/signatories")
@anyone
@kept
def everyone(language: str, slug: str) -> ResponseReturnValue:
    """List every country with its first names; a long country goes on on its own page."""
    letter, letter_text = take(slug, language)
    with toolbox().database.read() as session:
        tally = keep_tally(session, letter)
        groups = [
            (code, name, of_country, read_page(session, letter.id, code, None, SHOWN_PER_COUNTRY))
            for code, name, of_country in in_order(tally, language)
        ]
    return render_template(
        "roll/everyone.html",
        letter=letter,
        letter_text=letter_text,
        tally=tally,
        groups=groups,
        levels=LEVELS,
    )


@bp.get("/<lang:language>/<slug>/signatories/<country>")
@anyone
@kept
def country(language: str, slug: str, country: str) -> ResponseReturnValue:
    """List one country, a page at a time."""
    letter, letter_text = take(slug, language)
    with toolbox().database.read() as session:
        tally = keep_tally(session, letter)
        of_country = tally.countries.get(country)
        if of_country is None:
            abort(404)
        entries = read_page(session, letter.id, country, _place(), PAGE + 1)
    return render_template(
        "roll/country.html",
        letter=letter,
        letter_text=letter_text,
        code=country,
        name=dict(countries(language))[country],
        tally=of_country,
        entries=entries[:PAGE],
        following=entries[PAGE - 1].place.written() if len(entries) > PAGE else None,
        first="after" not in request.args,
        levels=LEVELS,
    )


def letter_slot(session: Session, letter: Letter) -> Markup:
    """Fill the slot on the letter's page: how many signed, country by country."""
    tally = keep_tally(session, letter)
    page = render_template(
        "roll/slot.html", letter=letter, tally=tally, groups=in_order(tally, current_language())
    )
    return Markup(page)  # noqa: S704 - rendered by a template, which escaped it


def in_order(tally: Tally, language: str) -> list[tuple[str, str, CountryTally]]:
    """Return the tally's countries as the reader's language names and sorts them."""
    return [(code, name, tally.countries[code]) for code, name in countries(language) if code in tally.countries]


def keep_tally(session: Session, letter: Letter) -> Tally:
    """Return a letter's tally, counted anew at most once in a few seconds by each process."""
    tools, key = toolbox(), ("tally", letter.id)
    known = tools.pages.get(key)
    if isinstance(known, tuple) and known[0] > tools.clock():
        tally = known[1]
        assert isinstance(tally, Tally)
        return tally
    tally = count_roll(session, letter.id)
    until: datetime = tools.clock() + timedelta(seconds=tools.site.page_seconds)
    tools.pages[key] = (until, tally)
    return tally


def _place() -> Place | None:
    text = request.args.get("after")
    try:
        return Place.read(text) if text else None
    except PlaceMalformed:
        abort(404)
