"""Count the boxes that each key opens, and seal every box anew after the campaign's key was rotated."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Table, bindparam, func, select, update
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory, Signature
from campaign.confirm.service import ADDRESS_CONTEXT, ENTRY_CONTEXT
from campaign.seal.boxes import CannotOpen, key_id, key_ids
from campaign.seal.keys import Keys
from campaign.storage.database import Database
from campaign.storage.statements import table_of

BATCH = 500  # boxes in memory at once; sealing them takes about 0.2 s, outside any transaction


@dataclass(frozen=True)
class SealedColumn:
    """One column of boxes, and the context in which they are sealed."""

    table: Table
    name: str
    context: bytes


SEALED_COLUMNS = (
    SealedColumn(table_of(Signature), "sealed_address", ADDRESS_CONTEXT),
    SealedColumn(table_of(Signatory), "sealed_entry", ENTRY_CONTEXT),
)


@dataclass(frozen=True)
class Batch:
    """Counts of boxes: read, sealed anew, not opened by any key on this machine."""

    seen: int
    sealed: int
    unopened: int


def count_boxes(session: Session) -> Counter[tuple[bytes, ...]]:
    """Return how many boxes open with each set of keys, by the keys' short names, without opening a box."""
    found: Counter[tuple[bytes, ...]] = Counter()
    for column in SEALED_COLUMNS:
        boxes = session.execute(_boxes(column, 0).execution_options(yield_per=BATCH))
        found.update(key_ids(box) for _number, box in boxes)
    return found


def reseal(database: Database, keys: Keys) -> Iterator[Batch]:
    """Seal every box to the keys that seal now, one transaction for each batch, and yield the counts of each.

    Boxes that are sealed to them already are skipped, so that the next run continues a run that was broken off. No
    plaintext is written anywhere.
    """
    for column in SEALED_COLUMNS:
        after = 0
        while rows := _next(database, column, after):
            anew, unopened = _seal(rows, column, keys)
            if anew:
                with database.write() as session:
                    session.connection().execute(_replacing(column), anew)
            yield Batch(len(rows), len(anew), unopened)
            after = rows[-1][0]
    database.truncate_log()


def _next(database: Database, column: SealedColumn, after: int) -> list[tuple[int, bytes]]:
    with database.read() as session:
        return [(number, box) for number, box in session.execute(_boxes(column, after).limit(BATCH))]


def _seal(rows: list[tuple[int, bytes]], column: SealedColumn, keys: Keys) -> tuple[list[dict[str, Any]], int]:
    now_seal = tuple(key_id(public) for public in keys.sealer.public_keys)
    anew, unopened = [], 0
    for number, box in rows:
        if key_ids(box) == now_seal:
            continue
        try:
            plain = keys.opener.open(box, column.context)
        except CannotOpen:
            unopened += 1
        else:
            anew.append({"number": number, "old": box, "new": keys.sealer.seal(plain, column.context)})
    return anew, unopened


def _boxes(column: SealedColumn, after: int) -> Select[int, bytes]:
    """Select the boxes of a column; an empty one was deleted by retention."""
    number, box = column.table.c.id, column.table.c[column.name]
    return select(number, box).where(number > after, func.length(box) > 0).order_by(number)


def _replacing(column: SealedColumn) -> Any:
    """Return the UPDATE of one box, only if it is still the one that was opened.

    No lock is kept while boxes are sealed: their owners may replace or withdraw them meanwhile.
    """
    number, box = column.table.c.id, column.table.c[column.name]
    return (
        update(column.table)
        .where(number == bindparam("number"), box == bindparam("old"))
        .values({column.name: bindparam("new")})
    )
