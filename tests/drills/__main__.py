"""`make drills`: run every drill, print its figure, end with 1 if one does not hold."""

import sys
import time

from tests.drills import (
    bomb,
    canary,
    flood,
    forged,
    forwarded,
    full,
    intake,
    mail,
    once,
    oracle,
    restore,
    scanners,
    sendings,
    slow,
    tamper,
)

DRILLS = (
    (1, "mail gateways confirm nobody", scanners.run),
    (4, "who takes the files learns nothing", canary.run),
    (5, "nobody learns who signed", oracle.run),
    (8, "a flood is held, nobody is lost", flood.run),
    (9, "nobody's mailbox is bombed", bomb.run),
    (10, "one address, one signature", once.run),
    (12, "a changed log is found", tamper.run),
    (12, "a changed package is refused", forged.run),
    (14, "forged headers are one client", forwarded.run),
    (16, "a long list from paper is whole", intake.run),
    (16, "twenty deliveries go once each", sendings.run),
    (17, "mail that can arrive does", mail.run),
    (18, "what is acknowledged is stored", full.run),
    (19, "slow clients stop nobody", slow.run),
    (20, "a restored backup brings nobody back", restore.run),
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
