"""A checkout after `make setup`: commands run with the settings of `make run`, from wherever they are typed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLACES = ("PATH", "HOME", "LANG")


@pytest.fixture
def bare() -> dict[str, str]:
    """An environment that says nothing of any campaign."""
    bin_folder = str(Path(sys.executable).parent)
    return {name: os.environ[name] for name in PLACES if name in os.environ} | {
        "PATH": f"{bin_folder}:{os.environ['PATH']}"
    }


def test_a_command_finds_what_setup_made_from_any_folder(tmp_path: Path, bare: dict[str, str]) -> None:
    place = tmp_path / "campaign of ours"
    setup = ["sh", str(ROOT / "config" / "campaign.sh"), "setup", str(place)]
    subprocess.run(setup, check=True, env=bare | {"LETTERS": "tests/letters"}, capture_output=True)
    command = ["flask", "--app", str(ROOT / "app.py"), "letter", "list"]
    listed = subprocess.run(
        command, env=bare | {"INSTANCE": str(place)}, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (listed.returncode, listed.stderr) == (0, "")
    assert listed.stdout.startswith("appeal ")


def test_a_command_before_setup_stops_with_one_line(tmp_path: Path, bare: dict[str, str]) -> None:
    command = ["flask", "--app", str(ROOT / "app.py"), "letter", "list"]
    environment = bare | {"INSTANCE": str(tmp_path / "nothing")}
    stopped = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert stopped.returncode == 1
    assert stopped.stderr.count("\n") == 1
    assert "SECRET_KEY_FILE cannot be read" in stopped.stderr
