"""The desk's list of signatories: search it, narrow it, save a filter, and see what was decided on a day."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.desk.rules import VERIFIES
from campaign.guard.places import count_waiting
from campaign.intake.service import origins
from campaign.mail.pauses import troubles
from campaign.mail.service import owed_and_refused
from campaign.review.evidence import mailbox
from campaign.review.facets import count_states, facets
from campaign.review.filters import AGES, ALL, DISPUTED, STATES, WAITING, Filter
from campaign.review.forms import WITH_LEVEL, SearchForm, ViewForm, carry, filter_of, read_filter, read_number
from campaign.review.queue import find_card_page
from campaign.review.saved import TooManyViews, remove_view, save_view, views_of
from campaign.review.search import LONGEST_SEARCH
from campaign.review.summary import COLUMNS, day_summary, desk_status
from campaign.verify.notices import waiting_notices
from campaign.verify.rules import ACCEPTED, HELD, HELD_FOR
from campaign.web.audience import officer, staff
from campaign.web.forms import check_button
from campaign.web.headers import allow_script
from campaign.web.toolbox import toolbox
from campaign.world.countries import in_order

bp = Blueprint("review_desk", __name__, url_prefix="/desk")
PAGE = 50
WORKED_THROUGH = (WAITING, DISPUTED, HELD, ACCEPTED)  # the states that are worked through card by card
FULL = "You have twenty views. Remove one first."


@bp.get("/queue")
@staff()
def queue() -> ResponseReturnValue:
    """Show the list in one state, the longest waiting first."""
    typed = request.args.get("q", "")
    return show_found(typed) if typed else allow_script(make_response(show_queue()))


@bp.post("/find")
@staff()
def find() -> ResponseReturnValue:
    """Go to the list of those whose entry contains the words, in any state.

    A POST that changes nothing: the words may be a withheld name, which has no place in a URL.
    """
    form = SearchForm()
    if not form.validate():
        abort(400)
    return show_found(form.typed())


@bp.post("/views")
@staff()
def save() -> ResponseReturnValue:
    """Save the filter in the URL under a name, in the officer's own list."""
    form, narrowed = ViewForm(), carry(read_filter())
    if not form.validate():
        return show_queue(next(iter(form.faults().values()))), 422
    query = urlencode({name: value for name, value in narrowed.items() if name != "find"})
    try:
        with toolbox().database.write() as session:
            save_view(session, form.text_of("name").strip(), query, officer())
    except TooManyViews:
        return show_queue(FULL), 422
    return redirect(url_for("review_desk.queue", **narrowed), 303)


@bp.post("/views/<int:number>/remove")
@staff()
def forget(number: int) -> ResponseReturnValue:
    """Remove one of the officer's own views."""
    check_button()
    with toolbox().database.write() as session:
        remove_view(session, number, officer())
    return redirect(url_for("review_desk.queue", **carry(read_filter())), 303)


@bp.get("/day")
@staff()
def day() -> ResponseReturnValue:
    """Show what each officer decided on one day, and what is open now."""
    now = toolbox().clock()
    on = request.args.get("on", now.date(), type=date.fromisoformat)
    with toolbox().database.read() as session:
        summary, stands = day_summary(session, on), desk_status(session)
    used = summary.total
    return render_template(
        "review/day.html",
        day=summary,
        columns={name: words for name, words in COLUMNS.items() if used[name]},
        stands=stands,
        now=now,
        before=on - timedelta(days=1) if on > date.min else None,
        following=on + timedelta(days=1) if on < now.date() else None,
    )


def show_found(typed: str) -> ResponseReturnValue:
    """Go to the list of all signatories whose entry contains the words; its URL does not show them."""
    wanted = replace(read_filter(), words=typed[:LONGEST_SEARCH].strip())
    state = ALL if wanted.words else WAITING
    return redirect(url_for("review_desk.queue", **carry(replace(wanted, state=state))), 303)


def show_queue(fault: str = "") -> str:
    """Show one page of the list, with its filters."""
    wanted, tools = read_filter(), toolbox()
    with tools.database.read() as session:
        found = find_card_page(session, tools.keys, wanted, after=read_number("after"), limit=PAGE)
        numbers = [card.signatory.id for card in found.cards]
        counted = facets(session, wanted)
        values = {
            "counts": {} if wanted.words else count_states(session, wanted),
            "facets": counted,
            "countries": [
                (code, name, counted.country[code])
                for code, name in in_order({*counted.country, wanted.country}, "en")
            ],
            "origins": origins(session, numbers),
            "waiting": waiting_notices(session, numbers),
            "mails": owed_and_refused(session),
            "troubles": troubles(session),
            "placeless": count_waiting(session),
            "views": [(view, _view_url(view.query)) for view in views_of(session, officer())],
        }
    return render_template("review/queue.html", found=found, fault=fault, **values, **_filter_values(wanted))


def _filter_values(wanted: Filter) -> dict[str, Any]:
    tools, now = toolbox(), toolbox().clock()
    return {
        "wanted": wanted,
        "carry": carry(wanted),
        "with_change": lambda **changes: url_for("review_desk.queue", **carry(replace(wanted, **changes))),
        "narrowed_beside_words": carry(replace(wanted, state=WAITING, words="")) != {},
        "states": STATES,
        "worked_through": WORKED_THROUGH,
        "at_the_end": "end" in request.args,
        "with_level": wanted.state in WITH_LEVEL,
        "ages": AGES,
        "held_for": HELD_FOR,
        "longest": LONGEST_SEARCH,
        "mailbox": lambda address, listed=tools.legislatures: mailbox(listed, address, now.date()),
        "days": lambda moment: (now - moment).days,
        "after": read_number("after"),
        "page": PAGE,
        "decides": officer().role in VERIFIES,
    }


def _view_url(query: str) -> str:
    """Return the URL of a saved view; values that no longer make sense are left out."""
    return url_for("review_desk.queue", **carry(filter_of(dict(parse_qsl(query)))))
