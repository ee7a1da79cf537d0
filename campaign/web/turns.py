"""Let one thread of a process act at a time, where one database file takes one writer anyway.

Otherwise the other threads prepare their own acts and compete for Python's interpreter lock (GIL) with the thread that
has the write transaction, and all of them wait longer. Measured with four threads: one act at a time gave half as many
signatures again (`make bench`).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask.typing import ResponseReturnValue

from campaign.storage.database import NotSaved
from campaign.storage.write_queue import QueueFull
from campaign.web.toolbox import Toolbox, toolbox

PATIENCE_S = 1.0  # after that another process is using the database, and to wait for a turn would not help


def in_turn(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Let a view wait for its turn; it must take only milliseconds, and its body must be read already."""

    @wraps(view)
    def acting(**values: Any) -> ResponseReturnValue:
        tools = toolbox()
        try:
            with tools.database.queue.turn():
                return _act(tools, view, values)
        except QueueFull as fault:
            raise NotSaved from fault

    return acting


def _act(tools: Toolbox, view: Callable[..., ResponseReturnValue], values: dict[str, Any]) -> ResponseReturnValue:
    locked = tools.database.one_writer and tools.acting.acquire(timeout=PATIENCE_S)
    try:
        return view(**values)
    finally:
        if locked:
            tools.acting.release()
