"""Write files and folders whole or not at all, so that a crash leaves no half of one under its name."""

import mmap
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

Content = bytes | memoryview


class NotWritten(Exception):
    """The folder cannot be written, or something lies there already; the message says which."""


@contextmanager
def drafted(folder: Path) -> Iterator[Path]:
    """Give a hidden folder to write files into beside `folder`; `put_down` names it at last. Raises NotWritten.

    Whatever stops the work, nothing stands under the name: a fault takes the draft away, and after a crash the next
    try does.
    """
    draft = folder.with_name(f".{folder.name}.part")
    nothing_there(folder)
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        yield draft
    except OSError as fault:
        raise NotWritten(f"cannot write {folder}: {fault.strerror}") from fault
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def nothing_there(*paths: Path) -> None:
    """Raise NotWritten if something lies there already."""
    for path in paths:
        if path.exists():
            raise NotWritten(f"{path} is there already; it was left alone")


def put_down(draft: Path, folder: Path) -> None:
    """Give a draft its name, in one step that lasts. Raises NotWritten."""
    try:
        draft.rename(folder)
        keep_names(folder.parent)
    except OSError as fault:
        raise NotWritten(f"cannot write {folder}: {fault.strerror}") from fault


def write_file(path: Path, content: Content | Iterable[Content], mode: int) -> bytes:
    """Write a new file, whole or in pieces, wait for the disk, and return its SHA-256."""
    pieces = (content,) if isinstance(content, bytes | memoryview) else content
    digest = sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.digest()


def contents(file: IO[bytes]) -> memoryview:
    """Return what was written into a file, where it lies; closing the file leaves it there."""
    file.flush()
    return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def keep_names(folder: Path) -> None:
    """Make the names in a folder last through a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
