"""The challenge that a browser works at while somebody fills in the form."""

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
    """Hand out a challenge; nothing is kept of it until its proof is brought."""
    tools = toolbox()
    return new_challenge(tools.tokens.derived(PURPOSE), now=tools.clock())
