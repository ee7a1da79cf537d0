"""Find letters, their texts and their pages."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from campaign.letter.models import Letter, LetterKind, LetterPage, LetterText
from campaign.world.languages import LANGUAGES


class TextChanged(Exception):
    """A stored text does not have its stored hash: it was changed in the database. The message says which text."""


class NoSuchLetter(Exception):
    """There is no letter of that name, or it has no English text."""


def all_letters(session: Session) -> list[Letter]:
    """Return all letters, open or closed, the earliest first."""
    return list(session.scalars(select(Letter).order_by(Letter.opens_on, Letter.id)))


def find_letter(session: Session, slug: str) -> Letter:
    """Return a letter. Raises NoSuchLetter with a sentence for a command to print."""
    letter = session.scalar(select(Letter).where(Letter.slug == slug))
    if letter is None:
        raise NoSuchLetter(f"there is no letter called {slug}")
    return letter


def every_kind(session: Session) -> list[str]:
    """Return the keys of the kinds of all letters, each once, in the order of the roll."""
    keys = select(LetterKind.key).group_by(LetterKind.key)
    return list(session.scalars(keys.order_by(func.min(LetterKind.place), func.min(LetterKind.letter_id))))


def embargo_over(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a letter is under no embargo: the public may learn of its deliveries."""
    return or_(Letter.embargo_until.is_(None), Letter.embargo_until <= now)


def any_embargoed(session: Session, *, now: datetime) -> bool:
    """Say whether any letter is under embargo."""
    return session.scalar(select(Letter.id).where(~embargo_over(now)).limit(1)) is not None


def current_text(session: Session, letter: Letter, language: str) -> LetterText:
    """Return the current version in `language`, or in English if it is not translated yet.

    Never falls back to another language than English. Raises NoSuchLetter if there is no English text either.
    """
    texts = select(LetterText).where(LetterText.letter_id == letter.id, LetterText.version == letter.version)
    for choice in (language, "en"):
        found = session.scalar(texts.where(LetterText.language == choice))
        if found is not None:
            return found
    raise NoSuchLetter(letter.slug)


def whole_text(session: Session, letter: Letter, language: str) -> LetterText:
    """Return the text of `current_text` once its hash is checked. Raises NoSuchLetter, TextChanged."""
    text = current_text(session, letter, language)
    check_whole(letter, text)
    return text


def check_whole(letter: Letter, *texts: LetterText) -> None:
    """Raise TextChanged if one of these texts of a letter does not have its stored hash."""
    for text in texts:
        if not text.is_whole:
            raise TextChanged(_changed(letter, text))


def changed_texts(session: Session) -> list[str]:
    """Return a sentence for each stored text, of any version, that does not have its stored hash."""
    rows = session.execute(
        select(Letter, LetterText)
        .join(LetterText, LetterText.letter_id == Letter.id)
        .order_by(Letter.id, LetterText.version, LetterText.language)
    )
    return [_changed(letter, text) for letter, text in rows if not text.is_whole]


def _changed(letter: Letter, text: LetterText) -> str:
    return (
        f"the text of {letter.slug}, version {text.version} in {text.language}, is not the one its hash names: "
        "it was changed in the database. Restore a backup"
    )


def find_text(session: Session, text_id: int) -> LetterText:
    """Return one text by its id."""
    return session.get_one(LetterText, text_id)


def texts_of(session: Session, letter: Letter) -> list[LetterText]:
    """Return the current version in all its languages, in the order of LANGUAGES."""
    texts = select(LetterText).where(LetterText.letter_id == letter.id, LetterText.version == letter.version)
    return sorted(session.scalars(texts), key=lambda text: LANGUAGES.index(text.language))


def pages_of(session: Session, letter: Letter, language: str) -> dict[str, LetterPage]:
    """Return background and updates by name, the newest update first, in English where there is no translation."""
    rows = session.scalars(
        select(LetterPage)
        .where(LetterPage.letter_id == letter.id, LetterPage.language.in_((language, "en")))
        .order_by(LetterPage.name.desc())
    )
    pages: dict[str, LetterPage] = {}
    for page in rows:
        if page.name not in pages or page.language == language:
            pages[page.name] = page
    return pages
