"""Let one thread of a process act at a time where one database file takes one writer anyway.

Threads that prepare their own act meanwhile take Python from whoever holds the database, and everybody waits longer:
with four threads, a turn each made half as many signatures again (`make bench`).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask.typing import ResponseReturnValue

from campaign.storage.database import NotSaved
from campaign.storage.line import LineFull
from campaign.web.toolbox import Toolbox, toolbox

PATIENCE_S = 1.0  # then the database is busy elsewhere, and a turn would only make a queue of it


def in_turn(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Let a view of a few milliseconds, whose body has been read, wait for its turn."""

    @wraps(view)
    def acting(**values: Any) -> ResponseReturnValue:
        tools = toolbox()
        try:
            with tools.database.line.standing():
                return _act(tools, view, values)
        except LineFull as fault:
            raise NotSaved from fault

    return acting


def _act(tools: Toolbox, view: Callable[..., ResponseReturnValue], values: dict[str, Any]) -> ResponseReturnValue:
    held = tools.database.one_writer and tools.acting.acquire(timeout=PATIENCE_S)
    try:
        return view(**values)
    finally:
        if held:
            tools.acting.release()
