"""Row 20 of docs/threats.md: take a hundred of each kind away, restore yesterday's backup: none of them comes back."""

from pathlib import Path
from typing import Any

from click.testing import Result as Run
from sqlalchemy.orm import Session

from campaign.storage.backup import BackupRefused
from campaign.storage.database import Database
from campaign.withdraw import cli
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import Campaign, campaign
from tests.drills.officers import Scene, now, officer
from tests.drills.taken import KINDS, shown, signed_and_accepted

Had = dict[str, list[Any]]


def run(size: int) -> Result:
    """Let people have, back up, take away, restore by the real commands, and look for each of them."""
    with campaign() as ground:
        scene, had = give(ground, size)
        with ground.tools.database.write() as session:
            stay = [signed_and_accepted(session, scene, now()) for _ in range(size)]
        folder = Path(str(ground.tools.database.engine.url.database)).parent / "backups"
        saved = command(ground, "storage", "backup", "-o", str(folder))
        take(scene, had)
        left = sum(back(scene, had).values())
        ground.tools.database.close()
        restored = command(ground, "storage", "restore", *map(str, folder.glob("campaign-*.db")), "--yes")
        found = back(scene, had)
        with ground.tools.database.read() as session:
            lost = sum(not shown(session, scene, person, now()) for person in stay)
    told = f"{size} of each of {len(KINDS)} kinds taken away, backup restored: {sum(found.values())} back"
    told += "".join(f", {count} {name}" for name, count in found.items() if count)
    told += f"; {lost} of {size} others lost; the commands ended with {saved.exit_code} and {restored.exit_code}"
    return Result(told, not (saved.exit_code or restored.exit_code or left or sum(found.values()) or lost))


def command(ground: Campaign, *words: str) -> Run:
    return ground.app.test_cli_runner().invoke(args=words)


def give(ground: Campaign, size: int) -> tuple[Scene, Had]:
    """Let `size` people have what each kind is about, before the backup."""
    had: Had = {}
    with ground.tools.database.write() as session:
        scene = Scene(ground, officer(session, ground, "vera", now()))
        for name, kind in KINDS.items():
            had[name] = [kind.give(session, scene, now()) for _ in range(size)]
    return scene, had


def take(scene: Scene, had: Had) -> None:
    """Take it away, as the pages and commands do, after the backup."""
    for name, kind in KINDS.items():
        with scene.ground.tools.database.write() as session:
            for one in [had[name]] if kind.at_once else had[name]:
                kind.take(session, scene, one, now())


def back(scene: Scene, had: Had) -> dict[str, int]:
    """Count who has it after all."""
    with scene.ground.tools.database.read() as session:
        return {
            name: sum(KINDS[name].back(session, scene, one, now()) for one in some) for name, some in had.items()
        }


def _nothing_again(
    _session: Session, _journal: object, _keys: object, **_now: object
) -> tuple[dict[str, int], dict[str, int]]:
    return {}, {}


def _refused(*_files: Path) -> None:
    raise BackupRefused("the drill breaks it here")


DRILL = Drill(
    row=20,
    name="a restored backup gives nothing back",
    run=run,
    controls=(
        Control("the replay of the journal", instead(cli, "repeat_removals", _nothing_again)),
        Control("the journal's other acts, beside withdrawals", instead(Database, "_write_acts", lambda *_: None)),
        Control("that the restore must finish", instead(cli, "put_in_place", _refused)),
    ),
    full=100,
    small=2,
)
