"""The public pages of news: updates, their feed, and two parts of the letter's page."""

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from campaign.letter.markdown import to_html
from campaign.letter.models import Letter
from campaign.letter.standing import standing
from campaign.letter.views import public_letter, shown_letter, stands_now
from campaign.news.rules import UPDATE, anchored, headlines, shorten
from campaign.news.service import find_events, updates_of
from campaign.web.audience import anyone
from campaign.web.languages import current_language
from campaign.web.pages import kept
from campaign.web.toolbox import toolbox

bp = Blueprint("news", __name__)
ATOM = "application/atom+xml; charset=utf-8"
NOT_IN_XML = dict.fromkeys((*(set(range(32)) - {9, 10, 13}), 0xFFFE, 0xFFFF))  # XML 1.0, section 2.2


@bp.get("/<lang:language>/<slug>/updates")
@anyone
@kept
def updates(language: str, slug: str) -> ResponseReturnValue:
    """List the updates whose day has come, the newest first."""
    (letter, text), now = shown_letter(language, slug), toolbox().clock()
    with toolbox().database.read() as session:
        pages = updates_of(session, letter, language, now=now)
    return render_template("news/updates.html", letter=letter, letter_text=text, pages=pages)


@bp.get("/<lang:language>/<slug>/updates/<update>")
@anyone
@kept
def show(language: str, slug: str, update: str) -> ResponseReturnValue:
    """Show one update; before its day there is none."""
    (letter, text), now = shown_letter(language, slug), toolbox().clock()
    with toolbox().database.read() as session:
        page = updates_of(session, letter, language, now=now).get(update)
    if page is None:
        abort(404)
    return render_template("letter/page.html", letter=letter, letter_text=text, page=page, body=to_html(page.body))


@bp.get("/<lang:language>/<slug>/updates.atom")
@anyone
@kept
def feed(language: str, slug: str) -> ResponseReturnValue:
    """Send the updates and the timeline as a feed in one language."""
    (letter, text), now = public_letter(language, slug), toolbox().clock()
    with toolbox().database.read() as session:
        pages = updates_of(session, letter, language, now=now)
        events = find_events(session, letter, language, now=now)
    told = [(anchor, event) for anchor, event in anchored(events) if event.on <= standing(letter, now).today]
    changed = {name: page.changed_on or page.published_on for name, page in pages.items()}
    days = [changed[event.update] if event.what == UPDATE else event.on for _anchor, event in told]
    page = render_template(
        "news/feed.xml",
        letter=letter,
        letter_text=text,
        told=told[::-1],
        days=days[::-1],
        newest=max(filter(None, days), default=letter.opens_on),
        pages=pages,
        to_html=to_html,
        link=toolbox().link,
    )
    return Response(page.translate(NOT_IN_XML), content_type=ATOM)


def head_slot(session: Session, letter: Letter) -> Markup:
    """Fill the slot at the head of the letter's page: how it ended or the newest update, and whether it is open."""
    now = toolbox().clock()
    events = find_events(session, letter, current_language(), now=now)
    return _part("news/head.html", letter, events=headlines(events, standing(letter, now).today))


def timeline_slot(session: Session, letter: Letter) -> Markup:
    """Fill the slot of the timeline."""
    events = shorten(find_events(session, letter, current_language(), now=toolbox().clock()))
    return _part("news/timeline.html", letter, lines=anchored(events))


SLOTS = {"head": head_slot, "timeline": timeline_slot}


def _part(template: str, letter: Letter, **values: object) -> Markup:
    page = render_template(template, letter=letter, stands=stands_now(letter), **values)
    return Markup(page)  # noqa: S704 - rendered by a template, which escaped it
