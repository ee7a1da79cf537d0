"""The imprint and the privacy notice: who runs this site, and what it keeps about people."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from campaign.letter.markdown import to_html
from campaign.web.audience import anyone
from campaign.web.languages import identity, text
from campaign.web.pages import kept
from campaign.web.toolbox import OwnWords, toolbox

bp = Blueprint("about", __name__)


@bp.get("/<lang:language>/imprint")
@anyone
@kept
def imprint(language: str) -> ResponseReturnValue:
    """Show who is responsible for this site, in the campaign's own words."""
    told = identity(language).imprint
    if not told:
        abort(404)
    return _page(text("Imprint"), told)


@bp.get("/<lang:language>/privacy")
@anyone
@kept
def privacy(language: str) -> ResponseReturnValue:
    """Show who keeps what about people and for how long: in the campaign's own words, or in this software's."""
    own = identity(language).privacy
    return _page(
        text("Privacy notice"), OwnWords(toolbox().slots["privacy filled"](toolbox(), own.words), language)
    )


def _page(title: str, told: OwnWords) -> str:
    return render_template("news/about.html", title=title, told=told, body=to_html(told.words))
