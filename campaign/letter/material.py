"""Which versions change a letter's words materially: those who signed an earlier one are asked anew."""

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from campaign.letter.models import Letter, MaterialVersion
from campaign.letter.rules import LetterFacts, LetterMalformed
from campaign.storage.statements import insert_once


def mark_material(session: Session, letter: Letter) -> None:
    """Record that the current version changes the words materially; the first version changes nothing.

    From this transaction on nobody who signed an earlier version is on any list (confirm.anew.is_overtaken).
    """
    if letter.version > 1:
        insert_once(session, MaterialVersion, {"letter_id": letter.id, "version": letter.version})


def newest_material(session: Session, letter: Letter) -> int | None:
    """Return the newest version that changed the words materially, None if none did."""
    return session.scalar(select(func.max(MaterialVersion.version)).where(MaterialVersion.letter_id == letter.id))


def keep_material(session: Session, letter: Letter, facts: LetterFacts, before: int | None) -> None:
    """Record what a letter's file says of its version; `before` is the version that stood, None if the letter is new.

    Raises LetterMalformed if a later version does not say whether it is material, or the file takes back what was
    published: signatories have been told.
    """
    if facts.material is None and before is not None and facts.version > before:
        raise LetterMalformed(
            f"{letter.slug}: version {facts.version} follows version {before}. Say in letter.toml whether it changes "
            "what people signed: material = true (they are asked anew, and stand on no list until they sign it) or "
            "material = false (their signatures stay)"
        )
    here = MaterialVersion.letter_id == letter.id
    if session.scalar(select(exists().where(here, MaterialVersion.version > facts.version))):
        raise LetterMalformed(
            f"{letter.slug}: a version after {facts.version} was published as material, so the version cannot go back"
        )
    if facts.material is False and session.get(MaterialVersion, (letter.id, facts.version)) is not None:
        raise LetterMalformed(
            f"{letter.slug}: version {facts.version} was published with material = true, and that stays"
        )
    if facts.material:
        mark_material(session, letter)
