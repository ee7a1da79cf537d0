"""Put a package's folder and zip in their place whole, and read what lies somewhere."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


class NotWritten(Exception):
    """The folder cannot be written, or something lies there already; the message says which."""


def put_in_place(target: Path, name: str, files: Mapping[str, bytes], whole: bytes, mode: int = 0o644) -> None:
    """Write a folder and its zip beside their place, wait for the disk, and name them at last. Raises NotWritten.

    A crash leaves a hidden draft, which the next try throws away, never half a package.
    """
    draft, folder, book = target / f".{name}.part", target / name, target / f"{name}.zip"
    if folder.exists() or book.exists():
        raise NotWritten(f"{folder} or its zip is there already; it was left alone")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        (draft / name).mkdir(parents=True, mode=0o755 if mode & 0o044 else 0o700)
        for file, content in files.items():
            write_file(draft / name / file, content, mode)
        write_file(draft / book.name, whole, mode)
        (draft / name).rename(folder)
        (draft / book.name).rename(book)
        draft.rmdir()
        _keep_names(target)
    except OSError as fault:
        raise NotWritten(f"cannot write under {target}: {fault.strerror}") from fault


@contextmanager
def drafted(folder: Path) -> Iterator[Path]:
    """Give a hidden folder to write files into beside `folder`; `put_down` names it at last. Raises NotWritten.

    Whatever stops the work, nothing stands under the name: a fault takes the draft away, and after a crash the next
    try does.
    """
    draft = folder.with_name(f".{folder.name}.part")
    if folder.exists():
        raise NotWritten(f"{folder} is there already; it was left alone")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        yield draft
    except OSError as fault:
        raise NotWritten(f"cannot write {folder}: {fault.strerror}") from fault
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def put_down(draft: Path, folder: Path) -> None:
    """Give a draft its name, in one step that lasts. Raises NotWritten."""
    try:
        draft.rename(folder)
        _keep_names(folder.parent)
    except OSError as fault:
        raise NotWritten(f"cannot write {folder}: {fault.strerror}") from fault


def write_file(path: Path, content: bytes, mode: int) -> None:
    """Write a new file and wait for the disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def take_away(target: Path, name: str) -> None:
    """Remove a package that could not be put on record."""
    shutil.rmtree(target / name, ignore_errors=True)
    (target / f"{name}.zip").unlink(missing_ok=True)


def _keep_names(folder: Path) -> None:
    """Make the names in a folder last through a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
