"""`make drills`: run every drill, print its figure, end with 1 if one does not hold."""

import sys
import time

from tests.drills import canary, full, mail, once, oracle, scanners, slow

DRILLS = (
    (1, "mail gateways confirm nobody", scanners.run),
    (4, "who takes the files learns nothing", canary.run),
    (5, "nobody learns who signed", oracle.run),
    (10, "one address, one signature", once.run),
    (17, "mail that can arrive does", mail.run),
    (18, "what is acknowledged is stored", full.run),
    (19, "slow clients stop nobody", slow.run),
)


def main() -> int:
    """Run the drills in order."""
    broken = 0
    for row, name, run in DRILLS:
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
