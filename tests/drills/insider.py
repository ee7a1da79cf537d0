"""Row 21 of docs/threats.md: one insider with many mailboxes never does alone what takes two people."""

import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from sqlalchemy import text, true

from campaign.desk import approvals, service
from campaign.storage.database import Database
from tests.desk.acts import ACTS
from tests.desk.insider import desk, people_sign
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import campaign

STEPS = 120
SEED = 20211125
OFTEN = [act for name, act in ACTS.items() for _ in range(1 if name in ("role", "remove") else 4)]


def run(sequences: int) -> Result:
    """Play random sequences of acts, half of them with another owner and a colleague who are honest."""
    tried, refused, by_one, by_two, doubles = 0, 0, 0, 0, 0
    with campaign() as ground:
        people_sign(ground.tools.database)
        for number in range(sequences):
            chance = random.Random(SEED + number)
            with desk(ground.tools.database, owners=1 + number % 2) as here:
                for _ in range(STEPS):
                    here.step(chance.choice(OFTEN), chance.choice)
                    doubles += here.doubles()
                tried, refused = tried + here.steps, refused + here.refusals
                by_one, by_two = by_one + here.by_one, by_two + here.by_two
    told = (
        f"{sequences:,} desks, {tried:,} acts, {refused:,} of them refused: by one person {by_one} of what takes two, "
        f"admitted accounts beyond one a person {doubles}; by two people {by_two:,}"
    )
    return Result(told, by_one == 0 and doubles == 0)


def _from_any_invitation(_: object) -> bool:
    return True


@contextmanager
def _whoever_it_is() -> Iterator[None]:
    """Remove the rule from the code and from the database."""

    sign = people_sign

    def without_triggers(database: Database) -> None:
        sign(database)
        with database.engine.begin() as connection:
            for name in connection.execute(
                text("SELECT name FROM sqlite_master WHERE name LIKE '%\\_two\\_%' ESCAPE '\\'")
            ):
                connection.execute(text(f"DROP TRIGGER {name[0]}"))

    with ExitStack() as out:
        out.enter_context(patch.object(sys.modules[__name__], "people_sign", without_triggers))
        out.enter_context(patch.object(approvals, "check_admitted", lambda *_, **__: None))
        out.enter_context(patch.object(approvals, "was_admitted", lambda *_: true()))
        yield


DRILL = Drill(
    row=21,
    name="one person with many mailboxes is one person",
    run=run,
    controls=(
        Control(
            "that only an invitation from the command line admits an officer",
            instead(service, "admits", _from_any_invitation),
        ),
        Control("that both officers must be admitted", _whoever_it_is),
    ),
    full=200,
    small=4,
    long=2_000,
)
