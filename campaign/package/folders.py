"""Write a package's zip, move folder and zip to their final place whole, and delete them."""

import shutil
from pathlib import Path

from campaign.package.verify import read_package, zipped
from campaign.storage.files import NotWritten, keep_names, write_file


def zip_of(folder: Path) -> Path:
    """Return the path of a package's zip: beside its folder."""
    return folder.with_name(f"{folder.name}.zip")


def zip_up(folder: Path, mode: int = 0o644) -> bytes:
    """Write a drafted package's zip beside it, piece by piece, and return its SHA-256."""
    return write_file(zip_of(folder), zipped(read_package(folder), folder.name), mode)


def put_in_place(drafted: Path, folder: Path, *, unpacked: bool = True) -> None:
    """Move a drafted package and its zip, or without `unpacked` its zip alone, to their final place. Raises NotWritten."""
    try:
        if unpacked:
            drafted.rename(folder)
        zip_of(drafted).rename(zip_of(folder))
        # A rename is lost in a power cut until the folder itself is synced.
        keep_names(folder.parent)
    except OSError as fault:
        raise NotWritten(f"cannot write {folder}: {fault.strerror}") from fault


def remove_package(target: Path, name: str) -> None:
    """Delete a package that could not be recorded."""
    shutil.rmtree(target / name, ignore_errors=True)
    zip_of(target / name).unlink(missing_ok=True)
