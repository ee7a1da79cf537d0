"""`make drills`: run every drill, print its figure, end with 1 if one does not hold."""

import sys
import time

import structlog

from tests.drills import intake, once, oracle, scanners

DRILLS = (
    (1, "mail gateways confirm nobody", scanners.run),
    (5, "nobody learns who signed", oracle.run),
    (10, "one address, one signature", once.run),
    (16, "a long list from paper is whole", intake.run),
)


def main() -> int:
    """Run the drills in order."""
    broken = 0
    for row, name, run in DRILLS:
        structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
        started = time.monotonic()
        told, held = run()
        broken += not held
        print(
            f"row {row:2} {'holds ' if held else 'BROKEN'} {name}: {told} ({time.monotonic() - started:.0f} s)",
            flush=True,
        )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
