"""What every page of the desk shows around itself: the navigation, and letters by their titles."""

from typing import Any

from flask import Blueprint, current_app, request, url_for

from campaign.letter.shelf import letter_titles
from campaign.office.navigation import current_place, open_groups
from campaign.web.audience import STAFF, officer
from campaign.web.toolbox import toolbox

bp = Blueprint("office_shell", __name__)


@bp.app_context_processor
def _shell() -> dict[str, Any]:
    """Give the desk's pages the navigation, and the title of a letter by its short name; functions, to query on use."""
    return {"navigation": _navigation, "title_of": _title_of}


def _navigation() -> dict[str, Any]:
    groups = open_groups(_may_open)
    addresses = {place: url_for(place.endpoint) for _name, places in groups for place in places}
    current = current_place(addresses, request.path, request.blueprint or "")
    return {"groups": groups, "addresses": addresses, "current": current}


def _may_open(endpoint: str) -> bool:
    """Say whether this application has the page, and whether this officer's role may open it."""
    audience = getattr(current_app.view_functions.get(endpoint), "audience", ())
    return STAFF in audience or officer().role in audience


def _title_of(slug: str) -> str:
    return letter_titles(toolbox()).get(slug, slug)
