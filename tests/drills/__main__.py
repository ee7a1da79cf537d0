"""`make drills`: run every drill and its controls, two at a time; print a table; end with 1 if one does not hold.

Words after the command are names of drills' files, and choose those; `--long` runs the long sizes.
"""

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from tests.drills.catalogue import every, measure
from tests.drills.drill import Result

AT_ONCE = 2


def show(name: str, outcome: tuple[Result, list[Result], float], done: str) -> str:
    """Print a drill's lines, and return the word it counts under."""
    drill, (result, controls, seconds) = every()[name], outcome
    print(f"[{done}] row {drill.row:2} {result.word:7} {drill.name}: {result.told} ({seconds:.0f} s)")
    for control, seen in zip(drill.controls, controls, strict=False):
        bites = "as it must be" if seen.held is False else "SO THIS DRILL SHOWS NOTHING"
        print(f"        control: {seen.word}, {bites}, without {control.taken_out}: {seen.told}", flush=True)
    if result.held is True and any(seen.held is not False for seen in controls):
        return "shows nothing"
    return result.word


def main() -> int:
    """Run the chosen drills: those that share a machine first, then those that measure time, one by one."""
    parser = argparse.ArgumentParser(prog="make drills")
    parser.add_argument("names", nargs="*", choices=[[], *every()])
    parser.add_argument("--long", action="store_true")
    asked = parser.parse_args()
    names = [name for name in every() if not asked.names or name in asked.names]
    counted, started = Counter[str](), time.monotonic()
    for alone in (False, True):
        mine = [name for name in names if every()[name].alone is alone]
        with ProcessPoolExecutor(1 if alone else AT_ONCE, get_context("spawn"), max_tasks_per_child=1) as pool:
            running = {pool.submit(measure, name, asked.long): name for name in mine}
            for one in as_completed(running):
                counted[show(running[one], one.result(), f"{counted.total() + 1}/{len(names)}")] += 1
    told = ", ".join(f"{many} {word}" for word, many in sorted(counted.items()))
    print(f"{len(names)} drills in {time.monotonic() - started:.0f} s: {told}")
    return 0 if set(counted) <= {"holds", "SKIPPED"} else 1


if __name__ == "__main__":
    sys.exit(main())
