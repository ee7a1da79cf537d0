"""Run each drill in its own process, two at a time; say what is running; stop everything on Ctrl-C."""

import os
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from tests.drills.catalogue import measure
from tests.drills.drill import Drill, Result

AT_ONCE, LOOK_EVERY_S, SAY_EVERY_S, PATIENCE_S = 2, 0.5, 15, 10
Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How drills are found by their names, at which of their sizes they run, and after how long one is stopped."""

    find: Callable[[str], Drill]
    long: bool
    limit_s: float


@dataclass(frozen=True)
class Outcome:
    """What a drill and its controls saw."""

    name: str
    drill: Drill
    result: Result
    controls: list[Result]
    seconds: float

    @property
    def word(self) -> str:
        """Return what the drill counts as: if a control does not break it, its figure shows nothing."""
        bites = all(seen.holds is False for seen in self.controls)
        return self.result.word if bites or not self.result.holds else "shows nothing"


@dataclass(frozen=True)
class _Running:
    name: str
    drill: Drill
    process: SpawnProcess
    told: Connection
    began: float


def outcomes(names: Iterable[str], plan: Plan, say: Say) -> Generator[Outcome, None, None]:
    """Run drills and yield each as it ends: those that share a machine first, then those that measure time."""
    for alone in (False, True):
        mine = [name for name in names if plan.find(name).alone is alone]
        yield from _side_by_side(mine, plan, 1 if alone else AT_ONCE, say)


def totals(seen: list[Outcome]) -> str:
    """Return how many drills came out how."""
    counted = Counter(outcome.word for outcome in seen)
    return ", ".join(f"{many} {word}" for word, many in sorted(counted.items()))


def _side_by_side(names: list[str], plan: Plan, at_once: int, say: Say) -> Generator[Outcome, None, None]:
    waiting, running, said = deque(names), list[_Running](), time.monotonic()
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                running.append(_start(waiting.popleft(), plan))
            ready = connection.wait([one.told for one in running], LOOK_EVERY_S)
            for one in [one for one in running if one.told in ready or _age(one) > plan.limit_s]:
                running.remove(one)
                yield _ended(one)
            if running and time.monotonic() - said > SAY_EVERY_S:
                said = time.monotonic()
                say("running: " + ", ".join(f"{one.name} {_age(one):.0f} s" for one in running))
    finally:
        for one in running:
            _stop(one.process)


def _start(name: str, plan: Plan) -> _Running:
    spawn = get_context("spawn")
    here, there = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_measure, args=(name, plan, there))
    process.start()
    there.close()
    return _Running(name, plan.find(name), process, here, time.monotonic())


def _measure(name: str, plan: Plan, tell: Connection) -> None:
    """Measure one drill, away from the terminal's Ctrl-C, so that it is told once, by who started it."""
    os.setsid()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with suppress(KeyboardInterrupt):
        tell.send(measure(plan.find(name), plan.long))


def _age(one: _Running) -> float:
    return time.monotonic() - one.began


def _ended(one: _Running) -> Outcome:
    """Return what a process told; one that died, or is still at it after its time, is broken."""
    controls = list[Result]()
    try:
        result, controls = (
            one.told.recv() if one.told.poll() else (Result(f"not done in {_age(one):.0f} s", False), [])
        )
    except EOFError:
        one.process.join(PATIENCE_S)
        result = Result(f"its process ended with {one.process.exitcode} before it told anything", False)
    seconds = _age(one)
    _stop(one.process, ask=not result.holds)
    return Outcome(one.name, one.drill, result, controls, seconds)


def _stop(process: SpawnProcess, ask: bool = True) -> None:
    """Let a process clean up, then end it with everything it started."""
    number = process.pid
    assert number is not None
    if ask and process.is_alive():
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGINT)
    process.join(PATIENCE_S)
    with suppress(ProcessLookupError):
        os.killpg(number, signal.SIGKILL)
    process.join()
