"""Copies of an SQLite file: made while others write, checked, and put back whole or not at all."""

import os
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from campaign.storage.database import Database

NAME = re.compile(r"campaign-(\d{8}-\d{6})\.db")
BACKUP_LIFE = timedelta(days=14)
WRITTEN = "%Y%m%d-%H%M%S"
LEFT_BEHIND = ("-wal", "-shm", "-journal")
OURS = "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"


class BackupRefused(Exception):
    """The copy cannot be made or used; the message says why and what to do."""


def file_of(database: Database) -> Path:
    """Return the database's file. Raises BackupRefused for PostgreSQL, which has its own tools."""
    url = database.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        raise BackupRefused(
            "this is PostgreSQL: use `pg_dump --format=custom --exclude-table-data=mail --file=FILE` and `pg_restore --clean --if-exists`, "
            "then `flask withdraw replay` (docs/running.md)"
        )
    return Path(url.database)


def backup_name(now: datetime) -> str:
    """Return the name of a backup made now."""
    return f"campaign-{now.strftime(WRITTEN)}.db"


def made_at(backup: Path) -> datetime:
    """Return when a backup was made: as its name says, else as its file says."""
    found = NAME.fullmatch(backup.name)
    if found:
        return datetime.strptime(found[1], WRITTEN).replace(tzinfo=UTC)
    return datetime.fromtimestamp(backup.stat().st_mtime, UTC)


def back_up(source: Path, target: Path) -> int:
    """Copy a database that may be in use to `target`, checked and on the disk; return its bytes.

    SQLite's online backup copies one consistent moment and stops no writer. Mails not yet sent are left out: a backup
    is kept longer than the 72 hours for which an address may be stored in the clear. Raises BackupRefused.
    """
    if target.exists():
        raise BackupRefused(f"{target} is there already; it was left alone")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = copy(source, target.parent)
    _forget_mails(part)
    part.replace(target)
    _keep_names(target.parent)
    return target.stat().st_size


def copy(source: Path, folder: Path) -> Path:
    """Return a checked private copy of a database in `folder`, as one file that no other process has open.

    Raises BackupRefused if the source is no sound database.
    """
    part = folder / f".{source.name}.{os.getpid()}.part"
    _remove(part)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # private before SQLite writes to it
    try:
        with closing(_opened(source)) as origin, closing(sqlite3.connect(part)) as copied:
            origin.backup(copied)
            verdict = copied.execute("PRAGMA integrity_check").fetchone()[0]
            campaign = copied.execute(OURS).fetchone()[0]
        if verdict != "ok" or not campaign:
            raise BackupRefused(f"{source} is no sound database: {verdict if campaign else 'no tables of ours'}")
        settle(part)
    except sqlite3.Error as fault:
        _remove(part)
        raise BackupRefused(f"{source} cannot be read as a database: {fault}") from fault
    except BackupRefused:
        _remove(part)
        raise
    return part


def settle(file: Path) -> None:
    """Move a database's write-ahead log into its one file, close it and wait for the disk.

    Raises BackupRefused if another process has it open: SQLite leaves WAL mode only for the only connection.
    """
    try:
        with closing(sqlite3.connect(file, timeout=0)) as connection:
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError:
        mode = "in use"
    if mode != "delete":
        raise BackupRefused(f"{file} is in use: stop the server and the worker first")
    with file.open("rb") as settled:
        os.fsync(settled.fileno())


def put_in_place(part: Path, target: Path) -> None:
    """Replace a database by a settled copy. Raises BackupRefused if the one there is in use."""
    if target.exists():
        # A leftover -wal file would be applied to the new database: SQLite matches it by name only.
        try:
            settle(target)
        except sqlite3.DatabaseError:  # it cannot be read any more: that may be why it is replaced
            for ending in LEFT_BEHIND:
                target.with_name(target.name + ending).unlink(missing_ok=True)
    part.replace(target)
    _keep_names(target.parent)


def drop_old(folder: Path, life: timedelta, *, now: datetime) -> list[Path]:
    """Delete our backups in `folder` that are older than `life`, found by their names; return them."""
    old = [
        path for path in folder.glob("campaign-*.db") if NAME.fullmatch(path.name) and now - made_at(path) > life
    ]
    cut_short = [path for path in folder.glob(".*.part") if now - made_at(path) > timedelta(days=1)]
    for path in (*old, *cut_short):
        path.unlink(missing_ok=True)
    return old


def _forget_mails(part: Path) -> None:
    # secure_delete first: without it the deleted addresses stay in the file's free pages.
    with closing(sqlite3.connect(part)) as copied:
        copied.execute("PRAGMA secure_delete=ON")
        copied.execute("DELETE FROM mail")
        copied.commit()
    settle(part)


def _opened(source: Path) -> sqlite3.Connection:
    if not source.is_file():
        raise BackupRefused(f"there is no file {source}")
    return sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)


def _remove(part: Path) -> None:
    for ending in ("", *LEFT_BEHIND):
        part.with_name(part.name + ending).unlink(missing_ok=True)


def _keep_names(folder: Path) -> None:
    """Write a folder's names to the disk, so that they survive a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
