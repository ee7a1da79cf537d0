"""AcceptedRow 16 of docs/threats.md: the import of a long list is killed at many points of a batch; started again, it continues."""

import random
import re
import resource
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest.mock import patch

from click.testing import Result as Answer
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory, Signature
from campaign.intake import service, worker
from campaign.intake.models import IntakeRow
from campaign.intake.rules import BATCH
from campaign.intake.service import AcceptedRow, Job, import_rows
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import Campaign, campaign, die_at

FEWER = {"sqlite": 1, "postgresql": 5}  # so many times fewer rows
CLOSELY = 10  # kills all over the first batch
MOST_GROWTH = 60  # MB that a list may take beyond what the process has, however long it is
TABLES = (Signatory, Signature, IntakeRow)


@dataclass(frozen=True)
class Taken:
    """How one import ended: its exit code, how many rows were new, how many it read a second, and MB it grew by."""

    code: int
    added: int = 0
    rate: int = 0
    growth: int = 0


def run(rows: int) -> Result:
    """Take a list of so many rows in on both databases."""
    told, held = [], True
    for database, fewer in FEWER.items():
        with campaign(database) as ground, tempfile.TemporaryDirectory() as folder:
            path, count = Path(folder) / "list.csv", rows // fewer
            path.write_text("\n".join(_lines(count)), encoding="utf-8")
            with patch.object(worker, "BATCH", (batch := min(BATCH, count // 4))):
                step = batch // 4 if database == "sqlite" else 1  # statements: SQLite is given row by row
                said, well = _take_in(ground, path, (count, batch, step))
        told.append(f"{database}, {count:,} rows: {said}")
        held = held and well
    return Result("; ".join(told), held)


def _take_in(ground: Campaign, path: Path, sizes: tuple[int, int, int]) -> tuple[str, bool]:
    """Kill each import later than the one before, until one ends; look at what each left, and take the list in again."""
    assert _command(ground, path, "--dry-run").exit_code == 0, "what every process needs is loaded before it forks"
    rows, batch, step = sizes
    kills, torn, moment = 0, 0, 1
    while (taken := _import(ground, path, moment)).code == -signal.SIGKILL:
        counts = {ground.count(model) for model in TABLES}
        torn += len(counts) > 1 or counts.pop() % batch > 0
        kills, moment = kills + 1, moment + step if kills < CLOSELY else moment * 2
    whole = {ground.count(model) for model in TABLES} == {rows}
    again = _import(ground, path)
    stays = {ground.count(model) for model in TABLES} == {rows}
    said = f"killed {kills} times, {torn} left part of a batch; then {'all' if whole else 'NOT ALL'} were in, at {taken.rate:,} rows a second; "
    said += f"once more: {again.added} new; +{max(taken.growth, again.growth)} MB"
    well = (torn, taken.code, again.code, again.added) == (0, 0, 0, 0) and whole and stays and kills >= CLOSELY
    return said, well and max(taken.growth, again.growth) < MOST_GROWTH


def _lines(count: int) -> Iterator[str]:
    chance = random.Random(4)
    yield "Name,Kind,Country,Organisation"
    for number in range(count):
        letters = "".join("abcdefghij"[int(digit)] for digit in f"{number:06}")
        yield f"Invented {letters.capitalize()},activist,{chance.choice(('DE', 'France', '日本'))},House {number % 900}"


def _import(ground: Campaign, path: Path, moment: int = 0) -> Taken:
    """Run the command in a process forked from this one, whatever a control made of it, and killed at a moment."""
    ground.tools.database.close()  # a forked process makes connections of its own
    fork = get_context("fork")
    here, there = fork.Pipe(duplex=False)
    process = fork.Process(target=_run, args=(ground, path, moment, there))
    process.start()
    there.close()
    try:
        taken = here.recv()
    except EOFError:
        taken = None
    process.join()
    return taken if isinstance(taken, Taken) else Taken(process.exitcode or 1)


def _run(ground: Campaign, path: Path, moment: int, tell: Any) -> None:
    """Take the list in; at so many statements that write, die as nothing can be caught that kills."""
    if moment:
        die_at(ground, moment)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = _command(ground, path)
    growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    rates, added = re.findall(r"([\d,]+) a second", answer.output), re.search(r"(\d+) imported", answer.output)
    rate = int(rates[-1].replace(",", "")) if rates else 0
    tell.send(Taken(answer.exit_code, int(added[1]) if added else 0, rate, growth))


def _command(ground: Campaign, path: Path, *more: str) -> Answer:
    words = [
        "intake",
        "import",
        str(path),
        "--letter",
        "appeal",
        "--provenance",
        "drill",
        "--visibility",
        "public",
    ]
    return ground.app.test_cli_runner().invoke(args=[*words, *more])


class _Committing:
    """A connection that commits after each statement."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, *asked: Any) -> Any:
        answer = self._connection.execute(*asked)
        kept = answer.freeze()() if answer.returns_rows else answer
        on_sqlite = self._connection.dialect.name == "sqlite"
        for word in ("COMMIT", "BEGIN IMMEDIATE" if on_sqlite else "BEGIN"):
            self._connection.exec_driver_sql(word)
        return kept


def _piecemeal(session: Session, job: Job, rows: list[AcceptedRow], *, now: datetime) -> set[bytes]:
    committing = _Committing(session.connection())
    with patch.object(session, "connection", lambda: committing):
        return import_rows(session, job, rows, now=now)


def _nothing_known(*_asked: object) -> dict[bytes, tuple[bytes, int]]:
    return {}


@contextmanager
def _nobody_looks() -> Iterator[None]:
    with patch.object(service, "known_rows", _nothing_known), patch.object(worker, "known_rows", _nothing_known):
        yield


DRILL = Drill(
    row=16,
    name="an import that was killed continues",
    run=run,
    controls=(
        Control("that a batch is one transaction", instead(worker, "import_rows", _piecemeal)),
        Control("that a row which was imported already is left out", _nobody_looks),
    ),
    full=20_000,
    small=80,
    long=100_000,
)
