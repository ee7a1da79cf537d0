"""All drills there are: every file here that has a `DRILL`."""

import importlib
import pkgutil
import time

from tests import drills
from tests.drills.drill import Drill, Result


def every() -> dict[str, Drill]:
    """Return the drills by the names of their files, in the order of the threats' rows."""
    found = {}
    for module in pkgutil.iter_modules(drills.__path__):
        drill = getattr(importlib.import_module(f"tests.drills.{module.name}"), "DRILL", None)
        if isinstance(drill, Drill):
            found[module.name] = drill
    return dict(sorted(found.items(), key=lambda one: (one[1].row, one[0])))


def measure(name: str, long: bool) -> tuple[Result, list[Result], float]:
    """Run a drill and then its controls, in this process; return what each saw, and the seconds taken."""
    drill, started = every()[name], time.monotonic()
    result = drill.run((long and drill.long) or drill.full)
    controls = [] if result.held is None else [drill.control(control) for control in drill.controls]
    return result, controls, time.monotonic() - started
