"""Make packages as an officer does at the command line, and check them as their readers do."""

import subprocess
import sys
from pathlib import Path

from tests.cast import ACTIVIST, Officer, Visitor

FIRST = "APPEAL-FR-20260504-1"
PUBLIC = {**ACTIVIST, "visibility": "public", "consent": ["sign", "publish", "deliver"]}


def run(visitor: Visitor, *arguments: str, well: bool = True) -> str:
    result = visitor.app.test_cli_runner().invoke(args=["deliver", *arguments])
    assert (result.exit_code == 0) == well, (result.output, result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output


def make(visitor: Visitor, target: Path, *options: str, country: str = "FR") -> str:
    return run(visitor, "package", "appeal", "--country", country, "-o", str(target), *options)


def sign(visitor: Visitor, vera: Officer, number: int, name: str, country: str = "FR") -> str:
    path = visitor.sign_and_confirm(name=name, country=country, email=f"p{number}@example.org")
    assert vera.decide(number).status_code == 303
    return path


def alone(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the package's own check as its reader would: another Python process that knows nothing of ours."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), *arguments]
    done = subprocess.run(command, capture_output=True, cwd=folder.parent, env={}, check=False)
    return done.returncode, done.stdout.decode()
