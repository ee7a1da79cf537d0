"""`make drills`: run every drill and its controls, two at a time; print a table; end with 1 if one does not hold.

Words after the command are names of drills' files, and choose those; `--long` runs the long sizes. What is running is
told on standard error, so that the table can be kept: `--markdown` prints it for a page, `--page FILE` writes it into one.
"""

import argparse
import sys
import time
from collections.abc import Generator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tests.drills.catalogue import every, named
from tests.drills.running import Outcome, Plan, outcomes, totals
from tests.drills.table import by_row, lines, markdown, write_into

LIMIT_S, LONG_LIMIT_S = 300, 7_200
FINE = {"holds", "SKIPPED"}
INTERRUPTED = 130


def main() -> int:
    """Run the chosen drills and show what was seen, also if Ctrl-C ends it early."""
    asked, seen, began = _asked(), list[Outcome](), time.monotonic()
    names = [name for name in every() if not asked.names or name in asked.names]
    plan = Plan(named, asked.long, LONG_LIMIT_S if asked.long else LIMIT_S)
    try:
        with closing(_told(names, plan)) as ended:
            for one in ended:
                seen.append(one)
    except KeyboardInterrupt:
        _say("stopped")
    seconds = time.monotonic() - began
    print(markdown(seen) if asked.markdown else "\n".join(line for one in by_row(seen) for line in lines(one)))
    _say(f"{len(seen)} of {len(names)} drills in {seconds:.0f} s: {totals(seen)}")
    if len(seen) < len(names):
        return INTERRUPTED
    if asked.page:
        write_into(asked.page, seen, seconds, datetime.now(UTC).date())
    return 0 if {one.word for one in seen} <= FINE else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make drills")
    parser.add_argument("names", nargs="*", choices=[[], *every()])
    parser.add_argument("--long", action="store_true", help="run the long sizes; hours rather than minutes")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument(
        "--page", type=Path, help="write the table into this page, in the place of the one it holds"
    )
    asked = parser.parse_args()
    if asked.page and asked.names:
        parser.error("a page holds every drill, so --page takes no names")
    return asked


def _told(names: list[str], plan: Plan) -> Generator[Outcome, None, None]:
    """Say of each drill that it ended, as soon as it has."""
    with closing(outcomes(names, plan, _say)) as ended:
        for number, one in enumerate(ended, 1):
            _say(f"[{number}/{len(names)}] {one.word:7} {one.name} ({one.seconds:.0f} s)")
            yield one


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
