"""Row 2 of docs/threats.md: an address that imitates a parliament's does not count as an official mailbox.

A full-width `ｊａｎｅ＠ｐａｒｌｉａｍｅｎｔ．ｕｋ` is that mailbox and no imitation: the mail goes there and is answered from there.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import chain, islice

from campaign.mail.address import AddressRefused, accept_address
from campaign.review.evidence import mailbox
from campaign.world import legislatures
from campaign.world.legislatures import Legislatures
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import campaign
from tests.world.lookalike_domains import lookalikes_of

TODAY = datetime(2026, 11, 25, tzinfo=UTC).date()  # from the day before on, the registry's entries are current
EVIL = "evil.example"
# Local parts that no parliament uses: routes, encoded words, and rare forms that RFC 5321 allows.
LOCALS = (
    f"jane%{EVIL}", f"{EVIL}!jane", f"jane%40{EVIL}", f"a!b!jane%{EVIL}", f"jane={EVIL}", "=?utf-8?q?jane?=", "=?utf-8?b?amFuZQ==?=",
    "j" * 65, "j" * 200, "jane+letter", "+jane", ".jane", "jane.", "ja..ne", "..", '"jane"', '"jane doe"', f'"jane@{EVIL}"', "jane(mp)", "(mp)jane",
    "jane doe", "jane\\", "jane\\@x", "jane/mp", "jane#mp", "jane$", "jane&co", "jane*", "{jane}", "jane|mp", "jane~", "jane^", "jane`mp", "jane?x", "jane,doe",
    "jane;doe", "jane:doe", f"@{EVIL}:jane", f"@a.example,@{EVIL}:jane", "jаne", "ｊane", "jane\u0301", "𝐣ane", "ıane", "jane\x00", "jane\r\nBcc: x",
    "ja\u202ene", "", "<jane", "jane>", f"jane@{EVIL}\x00", "jane\t", "jane\u2028", "\u0458ane",
)  # fmt: skip
# Whole addresses in which a careless parser finds the parliament.
WHOLES = (
    "jane@{0}@evil.example", "jane%{0}@evil.example", "jane!{0}@evil.example", '"jane@{0}"@evil.example', '"jane"@{0}.evil.example',
    "jane@{0}(@evil.example", "jane@evil.example(@{0})", "<jane@{0}>jane@evil.example", "jane@{0} <jane@evil.example>",
    '"jane@{0}" <jane@evil.example>', "jane@{0},jane@evil.example", "jane@{0}; jane@evil.example", "jane@[{0}]", "jane+{0}@evil.example",
    "jane.{0}@evil.example", "mailto:jane@evil.example?cc=jane@{0}", "mailto:jane@{0}@evil.example", "jane@{0}%00.evil.example",
    "jane@{0}\x00.evil.example", "jane@{0}\r\nBcc: jane@evil.example", "jane@{0}/evil.example", "jane@{0}#@evil.example", "jane@{0}?@evil.example",
    "jane@{0}\\@evil.example", "jane@evil.example@{0}", "jane@.{0}", "jane@{0}:25", "jane@x{0}", "jane@x-{0}", "jane@{0}x", "jane@mail.mail.{0}x",
    "jane@xn--{0}", "jane@*.{0}", "jane@{0}\u202e.evil.example", "jane@{0}．evil.example", "jane@{0}。evil.example", "jane\u2024x@{0}.evil.example",
)  # fmt: skip


def tricks(names: list[str]) -> Iterator[tuple[str, str]]:
    """Yield every trick at one parliament, then at the next, each with the mailbox it wants to be taken for."""
    for name in names:
        whole = (f"{local}@{name}" for local in LOCALS), (whole.format(name) for whole in WHOLES)
        for typed in chain(*whole, (f"jane@{domain}" for domain in lookalikes_of(name))):
            yield typed, f"jane@{name}"


def run(size: int) -> Result:
    """Type so many tricks, and look how the desk would be shown those that the parser takes."""
    with campaign() as ground:
        registry = ground.tools.legislatures
        names = [name.removeprefix("*.") for name in registry.matches]
        typed = list(islice(tricks(names), size))
        fooled = [one for one, wanted in typed if _official(registry, one, TODAY) not in ("", wanted)]
        honest = [f"jane.o'neil-2_x@{name}" for name in names if registry.official(name)]
        known = sum(bool(_official(registry, one, TODAY)) for one in honest)
    told = f"{len(typed):,} tricks at {len(names)} domains: {len(fooled)} taken for official; honest addresses official: {known} of {len(honest)}"
    return Result(told, (len(typed), len(fooled), known) == (size, 0, len(honest)))


def _official(registry: Legislatures, typed: str, today: date) -> str:
    """Return where the mail would go if the desk were shown a parliament's mailbox, else ""."""
    try:
        address = accept_address(typed)
    except AddressRefused:
        return ""
    return address.written if mailbox(registry, address.written, today).chambers else ""


def _ends_as_listed(registry: Legislatures, domain: str) -> legislatures.Match | None:
    return next((match for name, match in registry.matches.items() if domain.endswith(name.lstrip("*."))), None)


DRILL = Drill(
    row=2,
    name="a trick is no official address",
    run=run,
    controls=(
        Control("the rule of the local part", instead(legislatures, "_LOCAL", re.compile(".*"))),
        Control("label for label", instead(Legislatures, "official", _ends_as_listed)),
    ),
    full=5_000,
    small=500,
)
