"""Import rows, find the provenance of a signatory, undo an import."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.confirm.models import Signatory, Signature
from campaign.confirm.service import columns_of
from campaign.guard.rules import MOST_LIKELY
from campaign.intake.models import Intake, IntakeRow
from campaign.intake.rules import BATCH, row_identity
from campaign.letter.models import Letter, LetterText
from campaign.letter.standing import SUSPENDED, WITHDRAWN
from campaign.names.doubts import doubts
from campaign.names.sorting import sort_key
from campaign.seal.indexes import paper_index
from campaign.seal.keys import Keys
from campaign.sign.rules import Entry
from campaign.sign.service import LAST_ACT
from campaign.storage.journal import ENDED, mark_of, write_act
from campaign.storage.statements import Turn, table_of, wait_turn
from campaign.web.staff import Staff

SIGNATURE, SIGNATORY, ROW = table_of(Signature), table_of(Signatory), table_of(IntakeRow)
NO_ADDRESS = b""


class LetterStopped(Exception):
    """The letter is suspended or withdrawn: it takes no signatures from paper either. The message says so."""


class NoSuchIntake(Exception):
    """There is no import of this number, or no such row in it, or it was undone already."""


@dataclass(frozen=True)
class Job:
    """One import: its letter, provenance and officer; `by` is None if the command line names no officer."""

    letter: Letter
    text: LetterText
    keys: Keys
    provenance: str
    file_sha256: bytes
    by: Staff | None = None


@dataclass(frozen=True)
class AcceptedRow:
    """A row that passed the rules; `columns` are sealed before the write transaction, which stops other writers."""

    number: int
    entry: Entry
    index: bytes
    sort_key: bytes
    columns: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Origin:
    """The import and the row that a signatory on paper came from."""

    intake_id: int
    provenance: str
    row_number: int


@dataclass(frozen=True)
class Alike:
    """A row with the name, country and kind of a public signatory who is here already: perhaps the same person."""

    row: int
    name: str
    signatory_id: int


def make_row(job: Job, number: int, entry: Entry) -> AcceptedRow:
    """Return a row with the index that finds it again; it is not sealed yet."""
    index = paper_index(job.keys.index_key, job.letter.slug, *row_identity(entry, job.provenance))
    return AcceptedRow(number, entry, index, sort_key(entry.name))


def seal_row(job: Job, row: AcceptedRow, *, now: datetime) -> AcceptedRow:
    """Add a signatory's columns to a new row, sealed unless it is public; it has no private link."""
    columns = columns_of(row.entry, secrets.token_bytes(16), job.keys, job.letter.addressee) | {
        "owner_entry": None,
        "established": job.letter.kind(row.entry.kind).established,
        "letter_id": job.letter.id,
        "letter_text_id": job.text.id,
        "intent_id": None,
        "stands": True,
        "confirmed_at": now,
        "held_for": "name" if doubts(row.entry.name) else None,
        "likely": MOST_LIKELY,
    }
    return replace(row, columns=columns)


def known_rows(session: Session, job: Job, rows: Sequence[AcceptedRow]) -> dict[bytes, tuple[bytes, int]]:
    """Return the rows that are here already, by index: the SHA-256 of their file, and the row number in it."""
    found = (
        select(Signature.address_index, Intake.file_sha256, IntakeRow.row_number)
        .join(Signatory, Signatory.signature_id == Signature.id)
        .join(IntakeRow, IntakeRow.signatory_id == Signatory.id)
        .join(Intake, Intake.id == IntakeRow.intake_id)
        .where(Signature.letter_id == job.letter.id, Signature.address_index.in_([row.index for row in rows]))
    )
    return {index: (file, number) for index, file, number in session.execute(found)}


def find_alike(session: Session, job: Job, rows: Iterable[AcceptedRow]) -> list[Alike]:
    """Return each row with each public signatory who has its sort key, country and kind."""
    groups: dict[tuple[str, str], list[AcceptedRow]] = {}
    for row in rows:
        groups.setdefault((row.entry.country, row.entry.kind), []).append(row)
    found = []
    for (country, kind), members in groups.items():
        by_key = {row.sort_key: row for row in members}
        same = select(Signatory.sort_key, Signatory.id).where(
            Signatory.letter_id == job.letter.id,
            Signatory.country == country,
            Signatory.kind == kind,
            Signatory.sort_key.in_(by_key),
            Signatory.stands,
        )
        found += [
            Alike(by_key[key].number, by_key[key].entry.name, number) for key, number in session.execute(same)
        ]
    return sorted(found, key=lambda one: (one.row, one.signatory_id))


def check_going(session: Session, letter: Letter) -> None:
    """Raise LetterStopped if a letter is suspended or withdrawn; one that has closed takes what was signed in time."""
    state = session.connection().execute(LAST_ACT, {"letter": letter.id}).scalar()
    if state in (SUSPENDED, WITHDRAWN):
        raise LetterStopped(f"The letter {letter.slug} is {state}: it takes no signatures, from paper either.")


def import_rows(session: Session, job: Job, rows: Sequence[AcceptedRow], *, now: datetime) -> set[bytes]:
    """Import one batch, and return the indexes of the new rows; rows that are here already stay as they are.

    An import is recorded and logged with its first new row; the same file again continues that import. Raises
    LetterStopped.
    """
    check_going(session, job.letter)
    # Two imports of one file would both find a row missing: each waits until the other has committed its batch.
    wait_turn(session, Turn.IMPORT)
    known = known_rows(session, job, rows)
    fresh = [row for row in rows if row.index not in known]
    if not fresh:
        return set()
    connection, intake_id = session.connection(), _find_or_add(session, job, now=now)
    signature = {
        "letter_id": job.letter.id,
        "sealed_address": NO_ADDRESS,
        "signed_on": now.date(),
        "domain_index": None,
    }
    signatures = connection.execute(
        insert(SIGNATURE).returning(SIGNATURE.c.id, sort_by_parameter_order=True),
        [signature | {"address_index": row.index} for row in fresh],
    ).scalars()
    signatories = connection.execute(
        insert(SIGNATORY).returning(SIGNATORY.c.id, sort_by_parameter_order=True),
        [row.columns | {"signature_id": number} for row, number in zip(fresh, signatures, strict=True)],
    ).scalars()
    pairs = zip(fresh, signatories, strict=True)
    values = [{"signatory_id": number, "intake_id": intake_id, "row_number": row.number} for row, number in pairs]
    connection.execute(insert(ROW), values)
    return {row.index for row in fresh}


def end_import(session: Session, job: Job, added: int, refused: int, *, now: datetime) -> None:
    """Record and log how an import ended; one that added no row changes nothing."""
    intake = _find(session, job)
    if intake is None or not added:
        return
    intake.refused_count = refused
    details = {"letter": job.letter.slug, "added": added, "refused": refused}
    write_log(session, job.by, "intake-done", f"intake:{intake.id}", details, now=now)


def intakes(session: Session) -> list[tuple[Intake, str, int]]:
    """Return every import with its letter and its number of signatories, the newest first."""
    rows = (
        select(Intake, Letter.slug, func.count(IntakeRow.signatory_id))
        .join(Letter, Letter.id == Intake.letter_id)
        .outerjoin(IntakeRow, IntakeRow.intake_id == Intake.id)
        .group_by(Intake.id, Letter.slug)
        .order_by(Intake.id.desc())
    )
    return [(intake, slug, count) for intake, slug, count in session.execute(rows)]


def origins(session: Session, signatory_ids: Iterable[int]) -> dict[int, Origin]:
    """Return the origin of each of these signatories who came on paper; all others confirmed by e-mail."""
    rows = (
        select(IntakeRow.signatory_id, Intake.id, Intake.provenance, IntakeRow.row_number)
        .join(Intake, Intake.id == IntakeRow.intake_id)
        .where(IntakeRow.signatory_id.in_(list(signatory_ids)))
    )
    return {who: Origin(intake_id, words, number) for who, intake_id, words, number in session.execute(rows)}


def find_import(session: Session, number: int) -> Intake:
    """Return an import that was not undone. Raises NoSuchIntake."""
    intake = session.get(Intake, number)
    if intake is None or intake.withdrawn_at is not None:
        raise NoSuchIntake
    return intake


def remove_rows(
    session: Session, intake: Intake, after: int, row_number: int | None = None, *, now: datetime
) -> tuple[int, int, int]:
    """Erase a batch of an import's signatories; `row_number` erases one row alone.

    Return the number of the last signatory in the batch (0: no more), how many were erased, and how many stay. A
    signatory whom the desk has decided about, or who stands in a delivery, stays: the foreign keys refuse to erase
    them, so that this function need not know the later rooms.
    """
    batch = select(IntakeRow.signatory_id).where(IntakeRow.intake_id == intake.id, IntakeRow.signatory_id > after)
    if row_number is not None:
        batch = batch.where(IntakeRow.row_number == row_number)
    ids = list(session.scalars(batch.order_by(IntakeRow.signatory_id).limit(BATCH)))
    if not ids:
        return 0, 0, 0
    if _erase(session, ids, now=now):
        return ids[-1], len(ids), 0
    # One refused signatory keeps the whole batch, so the batch is tried again one by one.
    gone = sum(_erase(session, [one], now=now) for one in ids)
    return ids[-1], gone, len(ids) - gone


def end_undo(
    session: Session, intake: Intake, by: Staff | None, removed: int, stayed: int, *, now: datetime
) -> None:
    """Log that an import was undone, and mark it so if no row of it is left."""
    if session.scalar(select(IntakeRow.signatory_id).where(IntakeRow.intake_id == intake.id).limit(1)) is None:
        session.merge(intake).withdrawn_at = now
    details = {"removed": removed, "stayed": stayed}
    write_log(session, by, "intake-undo", f"intake:{intake.id}", details, now=now)


def _erase(session: Session, ids: list[int], *, now: datetime) -> bool:
    """Erase signatories with their signatures, all or none; say whether the database allowed it."""
    signatures = select(Signatory.signature_id).where(Signatory.id.in_(ids))
    indexes = dict(
        session.execute(select(Signature.id, Signature.address_index).where(Signature.id.in_(signatures))).all()
    )
    try:
        with session.begin_nested():
            connection = session.connection()
            connection.execute(delete(SIGNATORY).where(SIGNATORY.c.id.in_(ids)))
            connection.execute(delete(SIGNATURE).where(SIGNATURE.c.id.in_(indexes)))
    except IntegrityError:
        return False
    for index in indexes.values():
        # The journal erases them again after a restore from an older backup.
        write_act(session, ENDED, mark_of("paper", index), now=now)
    return True


def _find_or_add(session: Session, job: Job, *, now: datetime) -> int:
    """Return the import of this file; record and log it if it is new."""
    intake = _find(session, job)
    if intake is None:
        intake = Intake(
            letter_id=job.letter.id,
            provenance=job.provenance,
            file_sha256=job.file_sha256,
            refused_count=0,
            officer_id=job.by.id if job.by else None,
            taken_at=now,
        )
        session.add(intake)
        session.flush()
        write_log(session, job.by, "intake", f"intake:{intake.id}", {"letter": job.letter.slug}, now=now)
    return intake.id


def _find(session: Session, job: Job) -> Intake | None:
    return session.scalar(
        select(Intake).where(
            Intake.letter_id == job.letter.id,
            Intake.file_sha256 == job.file_sha256,
            Intake.provenance == job.provenance,
            Intake.withdrawn_at.is_(None),
        )
    )
