"""Put a package's folder and zip in their place whole, and read what lies somewhere."""

import shutil
from pathlib import Path

from campaign.package.verify import read_package, zipped
from campaign.storage.files import NotWritten, keep_names, write_file


def zip_of(folder: Path) -> Path:
    """Return where a package's zip lies: beside its folder."""
    return folder.with_name(f"{folder.name}.zip")


def zip_up(folder: Path, mode: int = 0o644) -> bytes:
    """Write a drafted package's zip beside it, piece by piece, and return its SHA-256."""
    return write_file(zip_of(folder), zipped(read_package(folder), folder.name), mode)


def put_in_place(drafted: Path, folder: Path, *, unpacked: bool = True) -> None:
    """Name a drafted package and its zip, or its zip alone, at last. Raises NotWritten."""
    try:
        if unpacked:
            drafted.rename(folder)
        zip_of(drafted).rename(zip_of(folder))
        keep_names(folder.parent)
    except OSError as fault:
        raise NotWritten(f"cannot write {folder}: {fault.strerror}") from fault


def take_away(target: Path, name: str) -> None:
    """Remove a package that could not be put on record."""
    shutil.rmtree(target / name, ignore_errors=True)
    zip_of(target / name).unlink(missing_ok=True)
