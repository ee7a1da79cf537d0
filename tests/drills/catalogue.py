"""The list of all drills: every file here that has a `DRILL`."""

import importlib
import pkgutil
import traceback
from collections.abc import Callable
from functools import partial

from tests import drills
from tests.drills.drill import Drill, Result


def every() -> dict[str, Drill]:
    """Return the drills by the names of their files, in the order of the threats' rows."""
    found = {}
    for module in pkgutil.iter_modules(drills.__path__):
        if module.name.startswith(("_", "test_")):
            continue
        drill = getattr(importlib.import_module(f"tests.drills.{module.name}"), "DRILL", None)
        if isinstance(drill, Drill):
            found[module.name] = drill
    return dict(sorted(found.items(), key=lambda one: (one[1].row, one[0])))


def named(name: str) -> Drill:
    """Return the drill of one file."""
    return every()[name]


def measure(drill: Drill, long: bool) -> tuple[Result, list[Result]]:
    """Run a drill and then its controls, in this process; return what each saw.

    A drill that crashes does not hold. A control that crashes has broken nothing, so it is not BROKEN.
    """
    result = _seen(partial(drill.run, (long and drill.long) or drill.full), crashed=False)
    if result.holds is None:
        return result, []
    return result, [_seen(partial(drill.control, control), crashed=None) for control in drill.controls]


def _seen(run: Callable[[], Result], crashed: bool | None) -> Result:
    """Return a run's result, or one line that says how it crashed."""
    try:
        return run()
    except Exception as fault:
        (said, *_rest), last = (f"{fault}".splitlines() or [""]), traceback.extract_tb(fault.__traceback__)[-1]
        return Result(f"crashed: {type(fault).__name__} {said} ({last.name}, line {last.lineno})", crashed)
