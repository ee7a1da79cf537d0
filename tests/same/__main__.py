"""`python -m tests.same FOLDER` writes the outputs of this checkout; `--before REVISION` compares them with a revision's.

Ends with 1 if anything differs, or if a page of either failed.
"""

import argparse
import difflib
import os
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
OUTPUTS = Path(__file__).with_name("outputs.py")
LONGEST_DIFF = 12  # lines of each file
LONGEST_LINE = 300


class NotWritten(Exception):
    """The outputs of a tree could not be written; the message is what its process said last."""


def begin(tree: Path, folder: Path) -> subprocess.Popen[str]:
    """Start writing the outputs of a source tree, by this checkout's script, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-P", "-W", "ignore", str(OUTPUTS), str(folder)],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def end(writing: subprocess.Popen[str], name: str) -> None:
    """Wait until the outputs are written. Raises NotWritten."""
    said, _nothing = writing.communicate()
    if writing.returncode:
        raise NotWritten(f"{name} could not be written:\n{said[-2000:]}")


def lay_out(revision: str, tree: Path) -> None:
    """Put a revision's files into a folder; git's own work trees stay as they are."""
    packed = tree.with_suffix(".tar")
    subprocess.run(["git", "archive", "--output", str(packed), revision], cwd=ROOT, check=True)
    with tarfile.open(packed) as archive:
        archive.extractall(tree, filter="data")


def differences(before: Path, now: Path) -> Iterator[str]:
    """Tell what differs between two folders of outputs, a few lines for each file. Raises NotWritten if one is empty."""
    old, new = _files(before), _files(now)
    if not old or not new:
        raise NotWritten("there are no outputs to compare")
    for name in sorted(old | new):
        if name not in new:
            yield f"{name}: is gone"
        elif name not in old:
            yield f"{name}: is new"
        elif (before / name).read_bytes() != (now / name).read_bytes():
            yield f"{name}: differs\n{_difference((before / name).read_bytes(), (now / name).read_bytes())}"


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def _difference(before: bytes, now: bytes) -> str:
    try:
        lines = difflib.unified_diff(
            before.decode().splitlines(), now.decode().splitlines(), "before", "now", "", "", 0
        )
    except UnicodeDecodeError:
        at = next(
            (n for n, (a, b) in enumerate(zip(before, now, strict=False)) if a != b), min(len(before), len(now))
        )
        lines = iter([f"from byte {at}:", f"-{before[at : at + 40]!r}", f"+{now[at : at + 40]!r}"])
    told = [line[:LONGEST_LINE] for line in lines]
    return "\n".join([f"  {line}" for line in told[:LONGEST_DIFF]] + ["  …"] * (len(told) > LONGEST_DIFF))


def count(folder: Path) -> str:
    """Say how many outputs of each sort there are."""
    sorts = Counter(Path(name).parent.name for name in _files(folder))
    return f"{sorts.total()} outputs: " + ", ".join(f"{number} {sort}" for sort, number in sorts.most_common())


def compare(revision: str, folder: Path) -> int:
    """Write the outputs of a revision and of this checkout into a folder; return how many differ. Raises NotWritten."""
    before, now = folder / "before", folder / "now"
    lay_out(revision, folder / "tree")
    under_way = [begin(folder / "tree", before), begin(ROOT, now)]
    for writing, name in zip(under_way, (revision, "this checkout"), strict=True):
        end(writing, name)
    told = list(differences(before, now))
    print("\n".join([*told, f"{count(now)}; {len(told)} differ from {revision}"]))
    return len(told)


def main() -> int:
    """Write the outputs, or compare them."""
    asked = argparse.ArgumentParser(prog="python -m tests.same", description=__doc__)
    asked.add_argument("folder", nargs="?", type=Path, help="where to; a folder that goes away again without it")
    asked.add_argument("--before", metavar="REVISION", help="compare with this revision of git")
    said = asked.parse_args()
    if not said.before and not said.folder:
        asked.error("say where to, or --before which revision")
    with TemporaryDirectory(prefix="same-") as passing:
        folder = (said.folder or Path(passing)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            asked.error(f"{folder} is not empty")
        try:
            if said.before:
                return min(compare(said.before, folder), 1)
            end(begin(ROOT, folder / "now"), "this checkout")
        except NotWritten as fault:
            print(fault)
            return 1
        print(count(folder / "now"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
