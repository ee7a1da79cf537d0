"""The history of a letter, which everybody may read; and the blueprints of this room, for config/doors.py."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from campaign.editor import cli, publish_views, settings_views, text_views, updates_views
from campaign.editor.desk_views import bp as desk
from campaign.editor.versions import history
from campaign.letter.views import shown_letter
from campaign.web.audience import anyone
from campaign.web.pages import kept
from campaign.web.toolbox import toolbox

bp = Blueprint("versions", __name__)
PUBLIC = (bp,)
DESK = (desk,)
# Importing these gives the desk's blueprint its pages, and `flask letter` its commands about drafts.
FULL = (cli, publish_views, settings_views, text_views, updates_views)


@bp.get("/<lang:language>/<slug>/versions")
@anyone
@kept
def show(language: str, slug: str) -> ResponseReturnValue:
    """Show each version of a letter: its day, its hash, what changed in it, and why."""
    letter, text = shown_letter(language, slug)
    with toolbox().database.read() as session:
        versions = history(session, letter, language)
    return render_template("editor/versions.html", letter=letter, letter_text=text, versions=versions)
