"""The page for monitoring."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text as sql

from campaign.web.audience import anyone
from campaign.web.toolbox import toolbox

bp = Blueprint("web", __name__)


@bp.get("/healthz")
@anyone
def health() -> ResponseReturnValue:
    """Answer 200 while the database answers, 503 when it does not."""
    with toolbox().database.read() as session:
        session.execute(sql("SELECT 1"))
    return {"status": "ok"}
