"""Drills run beside each other: one that crashes, dies or never ends is broken, and the others go on."""

import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.drills.drill import Control, Drill, Result
from tests.drills.running import Outcome, Plan, outcomes, totals
from tests.drills.table import BEGIN, END, lines, markdown, write_into

ROOT = Path(__file__).parents[2]
ANSWER = {"holds": True}


def hold(size: int) -> Result:
    return Result(f"{size} of {size} | all", ANSWER["holds"])


def crash(size: int) -> Result:
    raise ValueError("first line\nsecond line")


def die(size: int) -> Result:
    os._exit(9)


def never_end(size: int) -> Result:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(os.environ["NEVER_END"]).write_text(f"{child.pid}", encoding="utf-8")
    child.wait()
    return Result("ended", True)


def skip(size: int) -> Result:
    return Result("there is no nginx", None)


def lie() -> nullcontext[None]:
    return nullcontext()


def crash_control() -> nullcontext[None]:
    raise ValueError


BITES = Control("the answer", lambda: patch.dict(ANSWER, holds=False))
DRILLS = {
    "holding": Drill(1, "it holds", hold, (BITES,), full=20, small=2, long=200),
    "crashing": Drill(2, "it crashes", crash, (BITES,), full=20, small=2),
    "dying": Drill(3, "it dies", die, (BITES,), full=20, small=2),
    "endless": Drill(4, "it never ends", never_end, (BITES,), full=20, small=2),
    "skipping": Drill(5, "it is skipped", skip, (BITES,), full=20, small=2),
    "toothless": Drill(6, "it cannot fail", hold, (Control("nothing", lie),), full=20, small=2, alone=True),
    "clumsy": Drill(
        7, "its control crashes", hold, (Control("what is not there", crash_control),), full=20, small=2
    ),
}


def find(name: str) -> Drill:
    return DRILLS[name]


def run(*names: str, long: bool = False, limit_s: float = 60) -> dict[str, Outcome]:
    said = list[str]()
    return {one.name: one for one in outcomes(names, Plan(find, long, limit_s), said.append)}


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a drill that never ends writes the number of the process it started."""
    monkeypatch.setenv("NEVER_END", str(tmp_path / "child"))
    return tmp_path / "child"


def ends(child: Path) -> bool:
    """Say whether it ends within two seconds; a zombie process has ended."""
    found = Path(f"/proc/{child.read_text(encoding='utf-8')}/stat")
    for _ in range(40):
        if not found.exists() or found.read_text(encoding="utf-8").rpartition(") ")[2][0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_one_drill_crashes_and_one_dies_and_the_others_go_on() -> None:
    seen = run("crashing", "dying", "holding", "skipping")
    assert {name: one.word for name, one in seen.items()} == {
        "crashing": "BROKEN",
        "dying": "BROKEN",
        "holding": "holds",
        "skipping": "SKIPPED",
    }
    assert seen["crashing"].result.told.startswith("crashed: ValueError first line (crash, line ")
    assert seen["dying"].result.told == "its process ended with 9 before it told anything"
    assert totals(list(seen.values())) == "2 BROKEN, 1 SKIPPED, 1 holds"


def test_a_drill_that_never_ends_is_broken_and_leaves_nothing_running(child: Path) -> None:
    seen = run("endless", limit_s=8)["endless"]
    assert (seen.word, seen.result.told) == ("BROKEN", "not done in 8 s")
    assert ends(child)


def test_a_drill_that_its_control_does_not_break_shows_nothing() -> None:
    seen = run("toothless", "clumsy")
    assert [one.word for one in seen.values()] == ["shows nothing", "shows nothing"]
    assert "SO THIS DRILL SHOWS NOTHING, without nothing" in "\n".join(lines(seen["toothless"]))
    assert "ValueError" in seen["clumsy"].controls[0].told


def test_the_long_size_is_run_when_it_is_asked_for() -> None:
    assert run("holding", long=True)["holding"].result.told == "200 of 200 | all"


def test_a_page_keeps_the_newest_table_and_everything_around_it(tmp_path: Path) -> None:
    page, seen = tmp_path / "page.md", list(run("holding", "crashing").values())
    page.write_text(f"# Before\n{BEGIN}\nlast year's table\n{END}\nAfter\n", encoding="utf-8")
    for _ in range(2):
        write_into(page, seen, 61.4, date(2026, 11, 29))
    written = page.read_text(encoding="utf-8")
    assert written.startswith(
        f"# Before\n{BEGIN}\nRun on 29 November 2026: 2 drills in 61 s, 1 BROKEN, 1 holds.\n\n| row |"
    )
    assert written.endswith(f"|\n{END}\nAfter\n")
    assert "last year" not in written
    assert (
        "| 1 | `holding`: it holds | holds | 20 of 20 \\| all | the answer: BROKEN, 2 of 2 \\| all |"
        in markdown(seen)
    )


def test_ctrl_c_stops_the_drills_and_what_they_started(child: Path) -> None:
    program = "from tests.drills import test_running; test_running.until_stopped()"
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    while not child.exists() or not child.read_text(encoding="utf-8"):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    told, _nothing = process.communicate(timeout=60)
    assert told == "stopped\n"
    assert ends(child)


def until_stopped() -> None:
    """Run a drill that never ends, as the program of the test above."""
    try:
        run("endless")
    except KeyboardInterrupt:
        sys.stdout.write("stopped\n")
