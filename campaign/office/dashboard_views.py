"""The dashboard: what waits, what grows and what expires, how mail is doing; and its pictures."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.letter.shelf import letter_titles
from campaign.mail.pauses import troubles
from campaign.mail.service import oldest_owed, owed_and_refused
from campaign.office.figures import STANDS, Figures, keep_figures
from campaign.office.pictures import DAY_STYLE, STATE_STYLE, day_spans, draw_days, draw_states
from campaign.office.waits import deadlines, waits_for
from campaign.roll.picture_views import answer_picture
from campaign.web.audience import officer, staff
from campaign.web.toolbox import toolbox
from campaign.world.countries import country_name
from campaign.world.languages import LANGUAGE_NAMES

bp = Blueprint("office", __name__, url_prefix="/desk")
QUEUE = {"state", "country", "kind", "near", "level", "older", "held_for", "find", "q", "after"}
GROUPINGS = ("country", "kind", "language")
STATE_WORDS = dict(zip(STANDS, ("Verified", "Waiting", "Held", "Refused"), strict=True))
NAMES: dict[str, Callable[[str], str]] = {
    "country": lambda code: country_name(code, "en"),
    "kind": str.capitalize,
    "language": lambda code: LANGUAGE_NAMES.get(code, code),
}


@bp.get("/")
@staff()
def dashboard() -> ResponseReturnValue:
    """Show what waits for this officer, and the campaign in numbers; the queue's earlier address leads to the queue."""
    if QUEUE & request.args.keys():
        return redirect(f"{url_for('review_desk.queue')}?{request.query_string.decode()}", 303)
    tools, now = toolbox(), toolbox().clock()
    everything, chosen = keep_figures(tools), _chosen()
    with tools.database.read() as session:
        values = {
            "waits": waits_for(session, everything, officer(), now=now),
            "deadlines": deadlines(session, tools.legislatures, keys=tools.keys is not None, now=now),
            "post": _mail(session),
        }
    whole = request.args.get("days") == "all"
    return render_template(
        "office/dashboard.html",
        letter=chosen,
        titles=letter_titles(tools),
        figures=keep_figures(tools, chosen),
        aims=everything.aims,
        today=now.date(),
        whole=whole,
        **values,
        **_tables(keep_figures(tools, chosen), now, whole=whole),
    )


@bp.get("/figures/days.svg")
@staff()
def days_picture() -> ResponseReturnValue:
    """Draw the signatures by day: the last thirty days, or all."""
    whole = request.args.get("days") == "all"
    shown = day_spans(keep_figures(toolbox(), _chosen()), toolbox().clock().date(), whole=whole)
    return answer_picture("office/days.svg", DAY_STYLE, title="Signatures by day", days=draw_days(shown))


@bp.get("/figures/by-<any(country,kind,language):by>.svg")
@staff()
def states_picture(by: str) -> ResponseReturnValue:
    """Draw the signatories by country, kind or language, and what the desk decided about them."""
    rows = keep_figures(toolbox(), _chosen()).by(by)
    chart = draw_states(rows, NAMES[by], "All others")
    title = f"Signatories by {by}"
    return answer_picture(
        "roll/chart.svg", STATE_STYLE, title=title, chart=chart, words=STATE_WORDS, mirrored=False
    )


def _chosen() -> str:
    """Return the letter that the address names, empty for all."""
    slug = request.args.get("letter", "")
    return slug if slug in letter_titles(toolbox()) else ""


def _mail(session: Session) -> dict[str, Any]:
    owed, refused = owed_and_refused(session)
    return {
        "troubles": troubles(session),
        "owed": owed,
        "refused": refused,
        "oldest": oldest_owed(session),
    }


def _tables(figures: Figures, now: datetime, *, whole: bool) -> dict[str, Any]:
    shown = day_spans(figures, now.date(), whole=whole)
    return {
        "spans": shown,
        "most": max((span.count for span in shown), default=0),
        "groupings": {
            by: [(NAMES[by](value), states) for value, states in figures.by(by).items()] for by in GROUPINGS
        },
        "heights": {by: draw_states(figures.by(by), NAMES[by], "All others").height for by in GROUPINGS},
        "words": STATE_WORDS,
    }
