"""The example letters: load them until the campaign has begun, remove those that nobody has signed."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.letter.models import Letter
from campaign.start.choices import EXAMPLE, change_choice
from campaign.start.models import ExampleLetter
from campaign.storage.models import Base
from campaign.web.staff import Staff

KEPT, REMOVED = "kept", "removed"
LETTER_ROOMS = ("campaign.letter.", "campaign.editor.")  # whose tables say nothing of a person


def mark_examples(session: Session, known: Collection[str]) -> None:
    """Mark every letter as the example that is not among those `known` before."""
    for number in session.scalars(select(Letter.id).where(Letter.slug.not_in(known))):
        session.add(ExampleLetter(letter_id=number))


def keep_examples(session: Session, by: Staff | None, *, now: datetime) -> None:
    """Note that an owner keeps the example for now."""
    change_choice(session, EXAMPLE, KEPT, by, now=now)


def remove_examples(session: Session, by: Staff | None, *, now: datetime) -> list[str]:
    """Remove the example letters, with all that belongs to them; no later start brings them back.

    Return the names of those that stay, because a person has signed one or is about to, or it was printed.
    """
    staying = []
    found = select(Letter).join(ExampleLetter, ExampleLetter.letter_id == Letter.id).order_by(Letter.id)
    for letter in session.scalars(found).all():
        slug = letter.slug
        if _remove(session, letter):
            write_log(session, by, "remove letter", f"letter:{slug}", {}, now=now)
        else:
            staying.append(slug)
    change_choice(session, EXAMPLE, REMOVED, by, now=now)
    return staying


def _remove(session: Session, letter: Letter) -> bool:
    """Delete a letter with its rows in LETTER_ROOMS, its drafts too; say whether the database allowed it.

    It does not while a row of another room refers to the letter: an intent, a signature, a printed document. Only the
    database knows for sure, because a person may be signing at this moment.
    """
    number, slug = letter.id, letter.slug
    rooms = {mapper.local_table: mapper.class_.__module__ for mapper in Base.registry.mappers}
    try:
        with session.begin_nested():
            session.expunge(letter)
            for table in reversed(Base.metadata.sorted_tables):
                if rooms[table].startswith(LETTER_ROOMS):
                    columns = table.columns
                    mine = columns.letter_id == number if "letter_id" in columns else columns.slug == slug
                    session.execute(delete(table).where(mine))
    except IntegrityError:
        return False
    return True
