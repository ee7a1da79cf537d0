"""The public list by country, and the page for a lawmaker who has not signed: "this is not me"."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from campaign.confirm.service import plain_entry
from campaign.guard.rules import network_of
from campaign.letter.kinds import name_kind, name_kinds
from campaign.letter.models import Letter
from campaign.letter.views import shown_letter
from campaign.roll.chart import WITHHELD, Chart, RowNames, draw, style_of
from campaign.roll.maps import Map, MapKind, bounds, of_kinds
from campaign.roll.picture_views import answer_map, answer_picture
from campaign.roll.rules import Position, PositionMalformed, Tally
from campaign.roll.service import read_page
from campaign.roll.shelf import keep_tally
from campaign.seal.marks import Marks, NotAMark
from campaign.verify.disputes import Disputer, ListedEntry, dispute, find_listed
from campaign.verify.rules import levels_of
from campaign.verify.service import NoSuchSignatory
from campaign.web.audience import anyone
from campaign.web.languages import current_language, text
from campaign.web.pages import kept
from campaign.web.toolbox import toolbox
from campaign.world.countries import country_name
from campaign.world.languages import direction, format_number

bp = Blueprint("roll", __name__)
PAGE = 100
SHOWN_PER_COUNTRY = 50


@bp.get("/<lang:language>/<slug>/signatories")
@anyone
@kept
def everyone(language: str, slug: str) -> ResponseReturnValue:
    """List every country with its first names; a long country continues on its own page."""
    letter, letter_text = shown_letter(language, slug)
    with toolbox().database.read() as session:
        tally = keep_tally(toolbox(), session, letter)
        groups = [
            (code, name, of_country, read_page(session, letter, [code], None, SHOWN_PER_COUNTRY).entries)
            for code, name, of_country in tally.in_order(language)
        ]
    return render_template(
        "roll/everyone.html",
        letter=letter,
        letter_text=letter_text,
        tally=tally,
        groups=groups,
        kinds=name_kinds(letter.kinds),
        chart=_chart(letter, tally, language),
        map=Map(_kinds(tally, language)),
        levels=levels_of(letter.kinds),
        mark=_marks().write,
    )


@bp.get("/<lang:language>/<slug>/signatories.svg")
@anyone
@kept
def chart(language: str, slug: str) -> ResponseReturnValue:
    """Draw the numbers by country, as a picture that the list embeds and readers can share."""
    letter, _text = shown_letter(language, slug)
    with toolbox().database.read() as session:
        tally = _numbers(session, letter)
    return answer_picture(
        "roll/chart.svg",
        style_of(letter.kinds),
        title=text("Signatories by country"),
        chart=_chart(letter, tally, language),
        words={kind.plural: kind.heading for kind in name_kinds(letter.kinds)}
        | {WITHHELD: text("Names withheld")},
        mirrored=direction(language) == "rtl",
    )


@bp.get("/<lang:language>/<slug>/signatories-<any(world,europe):sheet>.svg")
@anyone
@kept
def everyone_map(language: str, slug: str, sheet: str) -> ResponseReturnValue:
    """Draw where signatories are, in three steps of number; people who count under no country are on no map."""
    letter, _text = shown_letter(language, slug)
    with toolbox().database.read() as session:
        tally = _numbers(session, letter)
    return answer_map(sheet, text("Signatories by country"), _kinds(tally, language))


@bp.get("/<lang:language>/<slug>/signatories/<country>")
@anyone
@kept
def country(language: str, slug: str, country: str) -> ResponseReturnValue:
    """List one country, a page at a time."""
    letter, letter_text = shown_letter(language, slug)
    after = _position(letter, country)
    with toolbox().database.read() as session:
        of_country = keep_tally(toolbox(), session, letter).countries.get(country)
        if of_country is None:
            abort(404)
        page = read_page(session, letter, [country], after, PAGE)
    return render_template(
        "roll/country.html",
        letter=letter,
        letter_text=letter_text,
        code=country,
        name=country_name(country, language),
        tally=of_country,
        kinds=name_kinds(letter.kinds),
        entries=page.entries,
        following=page.following.written() if page.following else None,
        first=after is None,
        levels=levels_of(letter.kinds),
        mark=_marks().write,
    )


@bp.get("/<lang:language>/<slug>/not-me/<token>")
@anyone
def ask_not_me(language: str, slug: str, token: str) -> ResponseReturnValue:
    """Show a lawmaker's entry and what the button does; after it was pressed, that the desk knows."""
    letter, letter_text = shown_letter(language, slug)
    with toolbox().database.read() as session:
        listed = _listed(session, letter, token)
    return render_template(
        "roll/not_me.html",
        letter=letter,
        letter_text=letter_text,
        entry=plain_entry(listed.signatory),
        kind=name_kind(letter.kind(listed.signatory.kind)),
        listed=listed,
        token=token,
    )


@bp.post("/<lang:language>/<slug>/not-me/<token>")
@anyone
def not_me(language: str, slug: str, token: str) -> ResponseReturnValue:
    """Tell the desk, once; the answer does not depend on whether the name is hidden at once or later."""
    (letter, _text), tools = shown_letter(language, slug), toolbox()
    disputer = Disputer(tools.tokens.derived("guard"), network_of(request.remote_addr or ""))
    with tools.database.write() as session:
        dispute(session, _listed(session, letter, token, lock=True), disputer, now=tools.clock())
    return redirect(url_for("roll.ask_not_me", language=language, slug=slug, token=token), 303)


def letter_slot(session: Session, letter: Letter) -> Markup:
    """Fill the slot on the letter's page: how many signed, by country."""
    tally = keep_tally(toolbox(), session, letter)
    groups, kinds = tally.in_order(current_language()), name_kinds(letter.kinds)
    page = render_template("roll/slot.html", letter=letter, tally=tally, groups=groups, kinds=kinds)
    return Markup(page)  # noqa: S704 - rendered by a template, which escaped it


def _numbers(session: Session, letter: Letter) -> Tally:
    """Return a letter's tally for a picture of it, which there is only if the public may see numbers."""
    tally = keep_tally(toolbox(), session, letter)
    if not tally.shown:
        abort(404)
    return tally


def _kinds(tally: Tally, language: str) -> list[MapKind]:
    """Return the countries in three steps of their public totals; the words of each step are its range of numbers."""
    totals = {code: of_country.total for code, of_country in sorted(tally.countries.items())}
    some, many = bounds(max(totals.values(), default=0))
    found = {}
    for least, below in ((1, some), (some, many), (many, 0)):
        words = _span(least, below - 1, language)
        found[words] = [code for code, total in totals.items() if least <= total and (total < below or not below)]
    return of_kinds(found)


def _span(least: int, most: int, language: str) -> str:
    first, last = format_number(least, language), format_number(most, language)
    if most < least:
        return text("%(number)s and more", number=first)
    return first if least == most else text("%(first)s to %(last)s", first=first, last=last)


def _marks() -> Marks:
    return Marks(toolbox().tokens.derived("not-me"))


def _listed(session: Session, letter: Letter, token: str, *, lock: bool = False) -> ListedEntry:
    """Return the listed signatory of a link; an altered link is 404, a signatory no longer listed 410."""
    try:
        return find_listed(session, _marks().read(token), letter.id, lock=lock)
    except NotAMark:
        abort(404)
    except NoSuchSignatory:
        abort(410)


def _chart(letter: Letter, tally: Tally, language: str) -> Chart:
    names = RowNames(elsewhere=text("Elsewhere, withheld"), others=text("Other countries"))
    return draw(tally, letter.kinds, language, names, mirrored=direction(language) == "rtl")


def _position(letter: Letter, country: str) -> Position | None:
    """Return the position from which the page continues; 404 if it is not in this country."""
    typed = request.args.get("after")
    try:
        position = Position.read(typed, letter.kinds) if typed else None
    except PositionMalformed:
        abort(404)
    if position is not None and position.country != country:
        abort(404)
    return position
