"""Write files and folders whole or not at all: a crash leaves no half-written one under its name."""

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
    """The folder cannot be written, or the name is in use already; the message says which."""


@contextmanager
def drafted(folder: Path) -> Iterator[Path]:
    """Yield a hidden folder beside `folder` to write files into; `finish_draft` then gives it its name.

    If the work stops, nothing has the name: an exception removes the draft, and after a crash the next try removes
    it. Raises NotWritten.
    """
    draft = folder.with_name(f".{folder.name}.part")  # beside it: a rename is atomic only within one file system
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
    """Raise NotWritten if one of the paths exists already."""
    for path in paths:
        if path.exists():
            raise NotWritten(f"{path} is there already; it was left alone")


def finish_draft(draft: Path, folder: Path) -> None:
    """Give a draft its name, in one durable step. Raises NotWritten."""
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


def overwrite_file(path: Path, content: bytes) -> None:
    """Write a file in the place of an earlier one, if there is one: a crash leaves either of them, whole."""
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    write_file(draft, content, 0o666)  # as the umask has it
    draft.replace(path)
    keep_names(path.parent)


def contents(file: IO[bytes]) -> memoryview:
    """Return a file's content as mapped memory, without a copy; it stays readable after the file is closed."""
    file.flush()
    return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def keep_names(folder: Path) -> None:
    """Write a folder's names to the disk, so that they survive a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
