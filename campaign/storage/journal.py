"""The erasure journal: a file outside the database, so that what was erased is erased again after a restore.

A line about a signature has a kind, a day, and a SHA-256 over the database's hash of a private link. Every other line
is an act: its moment, its kind, and a row's number or the SHA-256 of a random value. No line names a person.

An act that takes away a right or a person is on the disk before the database commits: after a crash in between, a
restore takes it away, as was asked. An act that gives one back is written after the commit: after a crash in between,
a restore leaves it taken away.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from campaign.storage.backup import BACKUP_LIFE
from campaign.storage.database import UPON_COMMIT, NotSaved

ENDED = "ended"  # the thing with this random value must never be used again
ERASED = "erased"  # a link line's other kinds are uses of a name, which the signature had from that day on

JOURNAL_LIFE = BACKUP_LIFE + timedelta(days=2)  # a margin over midnights and clocks


@dataclass(frozen=True)
class LinkLine:
    """What happened to the signature behind one private link."""

    kind: str
    on: date
    mark: str


@dataclass(frozen=True)
class Act:
    """What was done to one thing: `of` is its table and number, or its table and a hash (`mark_of`)."""

    kind: str
    of: str
    at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Return the number of the row."""
        return int(self.of.rpartition(":")[2])


def write_act(
    session: Session,
    kind: str,
    of: str,
    details: Mapping[str, Any] | None = None,
    *,
    gives: bool = False,
    now: datetime,
) -> None:
    """Write an act into this session's journal: before the commit, or after it if the act `gives` something back.

    `details` must contain no name and no address.
    """
    session.info.setdefault(UPON_COMMIT[gives], []).append(Act(kind, of, now, details or {}))


def keep_acts(journal: Path, acts: Iterable[Act]) -> None:
    """Append acts and wait for the disk. Raises NotSaved if it cannot."""
    told = [{"at": act.at.isoformat(), "act": act.kind, "of": act.of, "said": dict(act.details)} for act in acts]
    _append(journal, "".join(json.dumps(one, sort_keys=True) + "\n" for one in told))


def read_acts(journal: Path) -> list[Act]:
    """Return the acts, the oldest first; an act that a crash cut short is left out."""
    return [act for act in map(_act, _lines(journal)) if act]


def newest(acts: Iterable[Act], *kinds: str) -> dict[str, Act]:
    """Return the last act of these kinds on each thing; `acts` come the oldest first."""
    return {act.of: act for act in acts if act.kind in kinds}


def mark_of(kind: str, secret: bytes) -> str:
    """Return the journal's name of a thing with a random value: its table, and a hash of the value."""
    return f"{kind}:{sha256(b'undersigned:' + kind.encode() + b':' + secret).hexdigest()}"


def mark(link_sha256: bytes) -> str:
    """Return the journal's hash of a link."""
    return sha256(b"erased" + link_sha256).hexdigest()


def write_links(journal: Path, kind: str, links: Iterable[bytes], on: date) -> None:
    """Append one line per link and wait for the disk. Raises NotSaved if it cannot."""
    _append(journal, "".join(f"{kind} {on.isoformat()} {mark(link)}\n" for link in links))


def _append(journal: Path, lines: str) -> None:
    try:
        # Locked, because a replacement (drop_before) between opening and writing would lose this line.
        with _locked(journal), _opened(journal, os.O_APPEND) as file:
            file.write(_missing_line_end(file) + lines.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        raise NotSaved from fault


def read_links(journal: Path) -> list[LinkLine]:
    """Return the link lines, the oldest first; a last line that a crash cut short is left out."""
    whole = [line.split() for line in _lines(journal)]
    return [LinkLine(words[0], date.fromisoformat(words[1]), words[2]) for words in whole if _is_whole(words)]


def drop_before(journal: Path, day: date, *, dry_run: bool = False) -> int:
    """Drop the lines from before `day`, which no backup can need; return how many."""
    with _locked(journal):
        lines = _lines(journal)
        kept = [line for line in lines if _day(line) >= day]
        if len(kept) < len(lines) and not dry_run:
            part = journal.with_name(f".{journal.name}.part")
            with _opened(part, os.O_TRUNC) as file:
                file.write("".join(f"{line}\n" for line in kept).encode())
                file.flush()
                os.fsync(file.fileno())
            part.replace(journal)
    return len(lines) - len(kept)


def _lines(journal: Path) -> list[str]:
    return journal.read_text(encoding="ascii").splitlines() if journal.exists() else []


def _act(line: str) -> Act | None:
    """Read an act; None for a link line, and for a line that was cut short."""
    try:
        told = json.loads(line)
        return Act(told["act"], told["of"], datetime.fromisoformat(told["at"]), told["said"])
    except ValueError:
        return None


def _day(line: str) -> date:
    """Return the day of a line; a line that was cut short counts as the oldest, and so is dropped."""
    act, words = _act(line), line.split()
    return act.at.date() if act else date.fromisoformat(words[1]) if _is_whole(words) else date.min


def _is_whole(words: list[str]) -> bool:
    return len(words) == 3 and len(words[2]) == 64


def _missing_line_end(file: BinaryIO) -> bytes:
    """Return the line end that a crash may have left out, so that the next line is whole."""
    if file.seek(0, os.SEEK_END) == 0:
        return b""
    file.seek(-1, os.SEEK_END)
    return b"" if file.read(1) == b"\n" else b"\n"


def _opened(path: Path, flag: int) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | flag, 0o600), "r+b")


@contextmanager
def _locked(journal: Path) -> Iterator[None]:
    """Lock the journal's folder against other processes, and write a new file's name to the disk."""
    journal.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # The folder, not the file: drop_before replaces the file, and a lock on the old one would protect nothing.
    folder = os.open(journal.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
        os.fsync(folder)
    finally:
        os.close(folder)
