"""The erasure journal: a file outside the database, so that restoring a backup brings nobody back.

A line holds a kind, a day and a SHA-256 over what the database keeps of a private link; it names nobody. It is
on the disk before the withdrawal commits: a crash in between erases, after a restore, what was asked to be erased.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from campaign.storage.backup import BACKUP_LIFE
from campaign.storage.database import NotSaved

ERASED = "erased"  # the other kinds are uses of a name: from then on the signature was used so

JOURNAL_LIFE = BACKUP_LIFE + timedelta(days=2)  # a margin over midnights and clocks


@dataclass(frozen=True)
class Line:
    """What happened to the signature that one private link leads to."""

    kind: str
    on: date
    mark: str


def mark(link_sha256: bytes) -> str:
    """Return what the journal keeps of a link."""
    return sha256(b"erased" + link_sha256).hexdigest()


def write_down(journal: Path, kind: str, links: Iterable[bytes], on: date) -> None:
    """Append one line per link and wait for the disk. Raises NotSaved if it cannot."""
    lines = "".join(f"{kind} {on.isoformat()} {mark(link)}\n" for link in links)
    try:
        with _alone(journal), _opened(journal, os.O_APPEND) as file:
            file.write(_after_a_cut(file) + lines.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        raise NotSaved from fault


def read_lines(journal: Path) -> list[Line]:
    """Return the lines, the oldest first; a last one that a crash cut short is left out."""
    if not journal.exists():
        return []
    whole = [line.split() for line in journal.read_text(encoding="ascii").splitlines()]
    return [Line(words[0], date.fromisoformat(words[1]), words[2]) for words in whole if _is_whole(words)]


def drop_before(journal: Path, day: date, *, dry_run: bool = False) -> int:
    """Drop the lines of before `day`, which no backup can need; return how many."""
    with _alone(journal):
        lines = read_lines(journal)
        kept = [line for line in lines if line.on >= day]
        if len(kept) < len(lines) and not dry_run:
            part = journal.with_name(f".{journal.name}.part")
            with _opened(part, os.O_TRUNC) as file:
                file.write("".join(f"{line.kind} {line.on.isoformat()} {line.mark}\n" for line in kept).encode())
                file.flush()
                os.fsync(file.fileno())
            part.replace(journal)
    return len(lines) - len(kept)


def _is_whole(words: list[str]) -> bool:
    return len(words) == 3 and len(words[2]) == 64


def _after_a_cut(file: BinaryIO) -> bytes:
    """Return the line end that a crash may have left out, so that the next line is whole."""
    if file.seek(0, os.SEEK_END) == 0:
        return b""
    file.seek(-1, os.SEEK_END)
    return b"" if file.read(1) == b"\n" else b"\n"


def _opened(path: Path, flag: int) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | flag, 0o600), "r+b")


@contextmanager
def _alone(journal: Path) -> Iterator[None]:
    """Hold the journal's folder against other processes, and make a new file's name last."""
    journal.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(journal.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
        os.fsync(folder)
    finally:
        os.close(folder)
