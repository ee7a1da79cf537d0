"""Row 12 of docs/threats.md: an insider who can write the database changes the log; every change is found and located."""

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from campaign.audit import heads
from campaign.audit.heads import Head, check_log, sign_head
from campaign.audit.log import write_log
from campaign.audit.models import LogCheckpoint, LogEntry, LogHead, Officer
from campaign.audit.rules import LOG_LIFE, LogRecord, chained_hash
from campaign.seal.signing import SigningKey, load_or_create_signing_key
from campaign.storage.database import Database
from campaign.storage.statements import table_of
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import campaign

ENTRIES, SIGN_EVERY, FORGOTTEN = 60, 7, 14
TRIGGERS = (
    "log_entry_refuses_update",
    "log_entry_refuses_delete",
    "log_head_refuses_update",
    "log_head_refuses_delete",
)
ACTIONS = ("accepted", "held", "refused", "undo", "print", "sign in")


def run(mutations: int) -> Result:
    """Change a log in so many random ways, each beginning from the whole one."""
    with campaign() as ground:
        folder = Path(str(ground.tools.database.engine.url.database)).parent
        key = load_or_create_signing_key(folder / "keys")
        found, kinds, whole = tamper(ground.tools.database, key, mutations, ground.tools.clock())
    missed = ", ".join(f"{kind} {many}" for kind, many in kinds.items() if many) or "none"
    told = f"{found:,} of {mutations:,} changes of {len(kinds)} kinds found; missed: {missed}; whole log accepted: {whole}"
    return Result(told, found == mutations and whole)


def tamper(database: Database, key: SigningKey, mutations: int, now: datetime) -> tuple[int, dict[str, int], bool]:
    """Return how many of so many random changes were found, how many of each kind were missed, and whether the
    whole log passes.

    A change that leaves the log as it was is no change: it is drawn again.
    """
    kept = write_history(database, key, now)
    chance, kinds = random.Random(20211125), sorted(KINDS)
    missed = dict.fromkeys(kinds, 0)
    with database.read() as session:
        whole = check_log(session, key.public, [kept], now=now) is None
        genuine = _everything(session)
    for number in range(mutations):
        kind = kinds[number % len(kinds)]
        with database.read() as session:  # never committed
            while _everything(session) == genuine:
                KINDS[kind](session, chance)
                session.flush()
                session.expire_all()
            missed[kind] += check_log(session, key.public, [kept], now=now) is None
    return mutations - sum(missed.values()), missed, whole


def _everything(session: Session) -> list[tuple[object, ...]]:
    """Return every row of the log as it stands."""
    tables = (table_of(model) for model in (LogEntry, LogHead, LogCheckpoint))
    return [tuple(row) for table in tables for row in session.execute(select(table).order_by(*table.primary_key))]


def write_history(database: Database, key: SigningKey, now: datetime) -> Head:
    """Write a log that began three years ago, signed as it grew, its oldest part forgotten in time."""
    with database.engine.begin() as connection:
        for trigger in TRIGGERS:
            connection.execute(text(f"DROP TRIGGER {trigger}"))
    chance, began = random.Random(1), now - timedelta(days=1095)
    with database.write() as session:
        for table in (LogEntry, LogHead, LogCheckpoint):
            session.execute(delete(table))
        people = [_officer(name, began) for name in ("Vera Lind", "Paul Sand")]
        session.add_all(people)
        session.flush()
        for number in range(1, ENTRIES + 1):
            at = began + timedelta(days=18 * number, seconds=chance.randrange(3600))
            by = chance.choice((*people, None))
            details = {"level": chance.randrange(1, 4), "note": number}
            write_log(session, by, chance.choice(ACTIONS), f"signatory:{number}", details, now=at)
            if number % SIGN_EVERY == 0 or number == ENTRIES:
                head = sign_head(session, key)
        last = session.get_one(LogHead, FORGOTTEN)
        assert last.at <= now - LOG_LIFE
        session.add(LogCheckpoint(through_id=last.entry_id, hash=last.hash, at=now))
        session.execute(delete(LogEntry).where(LogEntry.id <= FORGOTTEN))
    assert head is not None
    return head


def _any(session: Session, chance: random.Random, spare: int = 0) -> LogEntry:
    ids = list(session.scalars(select(LogEntry.id).order_by(LogEntry.id)))
    return session.get_one(LogEntry, chance.choice(ids[: len(ids) - spare]))


def _change(session: Session, chance: random.Random) -> None:
    """Change one field of one entry, and nothing else."""
    entry = _any(session, chance)
    values = {
        "at": entry.at + timedelta(microseconds=chance.choice((-1, 1)) * chance.randrange(1, 10**12)),
        "officer_id": chance.choice([one for one in (*_officers(session), None) if one != entry.officer_id]),
        "actor": f"{entry.actor}{chance.choice('abc ')}",
        "action": chance.choice([action for action in ACTIONS if action != entry.action]),
        "subject": f"signatory:{chance.randrange(100, 999)}",
        "details": chance.choice((json.dumps({**entry.facts, "level": 9}), f"{entry.details} ", "{}")),
        "previous": chance.randbytes(32),
        "hash": chance.randbytes(32),
    }
    field = chance.choice(sorted(values))
    session.execute(update(LogEntry).where(LogEntry.id == entry.id).values({field: values[field]}))


def _delete(session: Session, chance: random.Random) -> None:
    session.execute(delete(LogEntry).where(LogEntry.id == _any(session, chance).id))


def _swap(session: Session, chance: random.Random) -> None:
    """Let two entries change places."""
    one, two = _any(session, chance).id, _any(session, chance).id
    for here, there in ((one, 10**6), (two, one), (10**6, two)):
        session.execute(update(LogEntry).where(LogEntry.id == here).values(id=there))


def _insert(session: Session, chance: random.Random) -> None:
    """Slip an entry in, rightly chained to the one before it; what followed is moved up."""
    entry = _any(session, chance, spare=1)
    for later in _after(session, entry.id)[::-1]:
        session.execute(update(LogEntry).where(LogEntry.id == later).values(id=later + 1))
    said = LogRecord(None, "command line", "accepted", f"signatory:{chance.randrange(1000)}", "{}")
    row = _row(entry.id + 1, entry.at, said, entry.hash)
    session.execute(update(LogEntry).where(LogEntry.id == entry.id + 2).values(previous=row["hash"]))
    session.execute(insert(LogEntry).values(row))


def _cut(session: Session, chance: random.Random) -> None:
    """Cut the end off, with whatever was signed there."""
    entry = _any(session, chance)
    session.execute(delete(LogEntry).where(LogEntry.id >= entry.id))
    if chance.random() < 0.5:
        session.execute(delete(LogHead).where(LogHead.entry_id >= entry.id))


def _rechain(session: Session, chance: random.Random) -> None:
    """Change an entry, and write the chain anew from there: all that can be done without the key."""
    entry = _any(session, chance)
    before, first = entry.previous, entry.id
    for number in (first, *_after(session, first)):
        old = session.get_one(LogEntry, number)
        action = f"{old.action}!" if number == first else old.action
        said = LogRecord(old.officer_id, old.actor, action, old.subject, old.details)
        row = _row(number, old.at, said, before)
        session.execute(update(LogEntry).where(LogEntry.id == number).values(row))
        before = chained_hash(before, old.at, said)
    if chance.random() < 0.5:
        session.execute(delete(LogHead).where(LogHead.entry_id >= first))


def _drop_and_rechain(session: Session, chance: random.Random) -> None:
    """Take an entry out, renumber and re-chain what follows."""
    entry = _any(session, chance, spare=1)
    before, number = entry.previous, entry.id
    later = [session.get_one(LogEntry, one) for one in _after(session, entry.id)]
    session.execute(delete(LogEntry).where(LogEntry.id >= entry.id))
    for old in later:
        said = LogRecord(old.officer_id, old.actor, old.action, old.subject, old.details)
        session.execute(insert(LogEntry).values(_row(number, old.at, said, before)))
        before, number = chained_hash(before, old.at, said), number + 1


def _checkpoint(session: Session, chance: random.Random) -> None:
    """Bend the checkpoint, take it away, or forge one that lets recent entries be forgotten."""
    entry = _any(session, chance)
    everything = update(LogCheckpoint)
    bent = (
        everything.values(hash=chance.randbytes(32)),
        everything.values(through_id=FORGOTTEN + chance.choice((-1, 1)) * chance.randrange(1, FORGOTTEN)),
        delete(LogCheckpoint),
        insert(LogCheckpoint).values(through_id=entry.id, hash=entry.hash, at=entry.at),
    )
    which = chance.randrange(len(bent))
    session.execute(bent[which])
    if which == 3:
        session.execute(delete(LogEntry).where(LogEntry.id <= entry.id))
        if chance.random() < 0.5:
            session.execute(delete(LogHead).where(LogHead.entry_id <= entry.id))


def _head(session: Session, chance: random.Random) -> None:
    """Bend a signed head."""
    head = chance.choice(list(session.scalars(select(LogHead))))
    value = {
        "entry_id": head.entry_id + 1000,
        "at": head.at + timedelta(seconds=1),
        "hash": chance.randbytes(32),
        "signature": chance.randbytes(64),
    }
    field = chance.choice(sorted(value))
    session.execute(update(LogHead).where(LogHead.entry_id == head.entry_id).values({field: value[field]}))


def _officer(name: str, now: datetime) -> Officer:
    return Officer(
        email=f"{name[:4]}@drill.test",
        name=name,
        role="owner",
        password_hash="",
        totp_salt=b"",
        totp_locked=b"",
        totp_last_step=0,
        joined_at=now,
    )


def _officers(session: Session) -> list[int]:
    return list(session.scalars(select(Officer.id)))


def _after(session: Session, number: int) -> list[int]:
    return list(session.scalars(select(LogEntry.id).where(LogEntry.id > number).order_by(LogEntry.id)))


def _row(number: int, at: datetime, said: LogRecord, before: bytes) -> dict[str, object]:
    own = {"officer_id": said.officer_id, "actor": said.actor, "action": said.action, "subject": said.subject}
    return {
        **own,
        "id": number,
        "at": at,
        "details": said.details,
        "previous": before,
        "hash": chained_hash(before, at, said),
    }


KINDS: dict[str, Callable[[Session, random.Random], None]] = {
    "change a field": _change,
    "delete": _delete,
    "swap": _swap,
    "insert": _insert,
    "cut the end off": _cut,
    "re-chain without the key": _rechain,
    "take out and re-chain": _drop_and_rechain,
    "bend or forge the checkpoint": _checkpoint,
    "bend a signed head": _head,
}


def _whole(session: Session) -> None:
    """Find nothing."""


DRILL = Drill(
    row=12,
    name="an insider cannot change the log unseen",
    run=run,
    controls=(
        Control("the chain of hashes", instead(heads, "first_bad_entry", _whole)),
        Control("the signature of a head", instead(heads, "is_signed", lambda *_said: True)),
        Control("that a checkpoint rests on a signed head", instead(heads, "_bad_checkpoint", _whole)),
        Control("that a signed head is compared with its entry", instead(heads, "_fault", lambda *_head: "")),
    ),
    full=3_000,
    small=90,
    long=10_000,
)
