"""Search at one place: signatories as the queue finds them, letters and deliveries."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.office.finds import find_deliveries, find_letters
from campaign.review.filters import ALL, Filter
from campaign.review.forms import SearchForm, seal_words, unseal_words
from campaign.review.queue import CardPage, find_card_page
from campaign.review.search import LONGEST_SEARCH
from campaign.web.audience import staff
from campaign.web.toolbox import toolbox

bp = Blueprint("office_search", __name__, url_prefix="/desk/search")
FIRST = 20


@bp.get("")
@staff()
def search() -> ResponseReturnValue:
    """Show what was found; the address has the words sealed, since they may be a withheld name."""
    sealed, tools = request.args.get("find", ""), toolbox()
    words = unseal_words(sealed)
    found, letters, deliveries = CardPage([]), [], []
    if words:
        with tools.database.read() as session:
            found = find_card_page(session, tools.keys, Filter(ALL, words=words), limit=FIRST)
            letters, deliveries = find_letters(session, words), find_deliveries(session, words)
    return render_template(
        "office/search.html",
        words=words,
        sealed=sealed,
        found=found,
        letters=[(slug, url_for("editor.edit", slug=slug)) for slug in letters],
        deliveries=deliveries,
        longest=LONGEST_SEARCH,
    )


@bp.post("")
@staff()
def find() -> ResponseReturnValue:
    """Go to what is found. A POST that changes nothing: what is typed has no place in a URL."""
    form = SearchForm()
    if not form.validate():
        abort(400)
    return redirect(url_for("office_search.search", find=seal_words(form.typed()) or None), 303)
