"""A campaign's files are private on a shared host: 0600, in folders of 0700, whichever process makes them."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

OTHERS = 0o077
ENTER = 0o011  # group or others need this permission on every folder of a path
BESIDE = ("", "-wal", "-shm", "-journal")


def keep_private() -> None:
    """Set the umask, so that this process and its children make no file that other users can open."""
    os.umask(OTHERS)


def tighten(places: Iterable[Path]) -> None:
    """Make files and folders private that an earlier start left open; also their folder, if it contains nothing else.

    A folder that is private already is not walked: no other user can enter it.
    """
    own = [place for place in places if place.exists()]
    for place in own:
        for path in _within(place) if place.stat().st_mode & OTHERS else ():
            _close(path)
    for folder in {place.parent for place in own}:
        if all(path in own for path in folder.iterdir()):
            _close(folder)


def open_to_others(places: Iterable[Path]) -> list[Path]:
    """Return the files and folders that other users of this host can open."""
    return [path for place in places if place.exists() for path in _within(place) if _is_open(path)]


def make_private(file: Path) -> None:
    """Make an empty private file, if there is none; SQLite gives the files beside it (`-wal`) the same mode."""
    with suppress(OSError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _within(place: Path) -> Iterator[Path]:
    """Yield a file, or a folder and all that is in it, the innermost first; links are not followed."""
    for folder, _folders, files in os.walk(place, topdown=False):
        yield from (Path(folder, name) for name in files)
        yield Path(folder)
    if not place.is_dir():
        yield place


def _close(path: Path) -> None:
    if not path.is_symlink():
        with suppress(OSError):  # another user owns it: `flask doctor` says so
            path.chmod(path.stat().st_mode & 0o777 & ~OTHERS)


def _is_open(path: Path) -> bool:
    with suppress(FileNotFoundError):  # a mail file that the worker has just moved
        reached = all(folder.stat().st_mode & ENTER for folder in path.absolute().parents)
        return bool(reached and not path.is_symlink() and path.stat().st_mode & OTHERS)
    return False
