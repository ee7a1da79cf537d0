"""The challenge that a browser solves while the visitor fills in the form."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from campaign.guard.proofs import new_challenge
from campaign.web.audience import anyone
from campaign.web.toolbox import toolbox

bp = Blueprint("guard", __name__, url_prefix="/guard")
PURPOSE = "proof"


@bp.get("/challenge")
@anyone
def challenge() -> ResponseReturnValue:
    """Return a new challenge; nothing is stored until it is solved and used."""
    tools = toolbox()
    return new_challenge(tools.tokens.derived(PURPOSE), now=tools.clock())
