"""Load letters from files, and find them."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from campaign.letter.kinds import read_kinds
from campaign.letter.models import Letter, LetterKind, LetterPage, LetterText
from campaign.letter.rules import Kind, LetterFacts, LetterMalformed, Page, read_facts, read_page
from campaign.world.languages import LANGUAGES
from campaign.world.named import from_written, written

COPIED = ("addressee", "office", "opens_on", "closes_on", "goal", "version", "cooling_off_hours", "embargo_until")


class TextSigned(Exception):
    """The file changes a text that was signed already: the letter needs a new version."""


class KindSigned(Exception):
    """The file leaves out a kind that a person has signed as, or changes how that kind is established."""


class TextChanged(Exception):
    """A stored text does not have its stored hash: it was changed in the database. The message says which text."""


class NoSuchLetter(Exception):
    """There is no letter of that name, or it has no English text."""


def load_letters(session: Session, folder: Path, *, now: datetime) -> list[str]:
    """Load every letter under `folder`; loading twice changes nothing. Return the slugs.

    Raises LetterMalformed naming the file, TextSigned if the file changes a signed text, KindSigned if it changes a
    kind that a person has signed as, and TextChanged if a text was changed in the database.
    """
    for sentence in changed_texts(session):
        raise TextChanged(sentence)
    return [_load(session, path.parent, now=now) for path in sorted(folder.glob("*/letter.toml"))]


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


def _load(session: Session, folder: Path, *, now: datetime) -> str:
    try:
        source = (folder / "letter.toml").read_text(encoding="utf-8")
        facts, kinds = read_facts(source), read_kinds(source)
    except LetterMalformed as fault:
        raise LetterMalformed(f"{folder / 'letter.toml'}: {fault}") from fault
    letter = _keep_letter(session, facts)
    _keep_kinds(session, letter, kinds)
    for path in sorted((folder / f"v{facts.version}").glob("*.md")):
        _keep_text(session, letter, facts, _page(path), now=now)
    for path in sorted(folder.glob("background/*.md")):
        _keep_page(session, letter, "background", _page(path))
    for path in sorted(folder.glob("updates/*/*.md")):
        _keep_page(session, letter, f"update-{path.parent.name}", _page(path))
    session.flush()
    current_text(session, letter, "en")
    return letter.slug


def _keep_letter(session: Session, facts: LetterFacts) -> Letter:
    letter = session.scalar(select(Letter).where(Letter.slug == facts.slug))
    if letter is None:
        letter = Letter(
            slug=facts.slug,
            addressee=facts.addressee,
            opens_on=facts.opens_on,
            closes_on=facts.closes_on,
            goal=facts.goal,
            version=facts.version,
            drafts="",
            recipients="",
        )
        session.add(letter)
    for name in (*COPIED, "time_zone"):
        setattr(letter, name, getattr(facts, name))
    letter.drafts = " ".join(sorted(facts.drafts))
    letter.recipients = " ".join(dict.fromkeys(facts.recipients))
    # A recipient that left the file keeps its name here, since past deliveries still show it.
    earlier = [one for one in from_written(letter.named_recipients) if one.key not in facts.recipients]
    letter.named_recipients = written([*facts.named, *earlier])
    session.flush()
    return letter


def _keep_kinds(session: Session, letter: Letter, kinds: Sequence[Kind]) -> None:
    """Replace a letter's kinds by these. Raises KindSigned."""
    rows = {row.key: row for row in session.scalars(select(LetterKind).where(LetterKind.letter_id == letter.id))}
    keys = {kind.key for kind in kinds}
    for place, kind in enumerate(kinds):
        if kind.key in rows:
            for name, value in _columns(kind, place).items():
                setattr(rows[kind.key], name, value)
        else:
            session.add(LetterKind(letter_id=letter.id, key=kind.key, **_columns(kind, place)))
        _flush_kind(session, letter, kind.key)
    for key in rows.keys() - keys:
        session.delete(rows[key])
        _flush_kind(session, letter, key)
    session.expire(letter, ["kind_rows"])


def _columns(kind: Kind, place: int) -> dict[str, Any]:
    return {name: value for name, value in vars(kind).items() if name != "key"} | {"place": place}


def _flush_kind(session: Session, letter: Letter, key: str) -> None:
    """Send the changes of one kind to the database.

    A check here would be a race (PostgreSQL): a person can sign while the letter is loaded. So the foreign key of the signatories
    decides, and each kind is flushed alone, so that the sentence names the right one.
    """
    refusal = f"{letter.slug}: a person has signed as {key}, so that kind stays, and so does how it is established"
    try:
        session.flush()
    except IntegrityError as fault:
        raise KindSigned(refusal) from fault


def _keep_text(session: Session, letter: Letter, facts: LetterFacts, page: Page, *, now: datetime) -> None:
    language = page.facts["language"]
    text = session.scalar(
        select(LetterText).where(
            LetterText.letter_id == letter.id,
            LetterText.version == facts.version,
            LetterText.language == language,
        )
    )
    values = {
        "title": page.facts["title"],
        "addressee": page.facts["addressee"],
        "summary": page.facts["summary"],
        "body": page.body,
        "source": page.source,
        "sha256": page.sha256,
    }
    if text is None:
        session.add(
            LetterText(letter_id=letter.id, version=facts.version, language=language, loaded_at=now, **values)
        )
    elif text.sha256 != page.sha256:
        _replace(session, text, values, letter)


def _replace(session: Session, text: LetterText, values: dict[str, str], letter: Letter) -> None:
    """Change a text that is not signed yet; a trigger refuses to change a signed one (migration 0005)."""
    refusal = (
        f"{letter.slug} version {text.version} in {text.language} has been signed and cannot change: "
        f"write a version {text.version + 1}"
    )
    for name, value in values.items():
        setattr(text, name, value)
    try:
        session.flush()
    except DBAPIError as fault:
        raise TextSigned(refusal) from fault


def _keep_page(session: Session, letter: Letter, name: str, page: Page) -> None:
    language = page.facts["language"]
    row = session.scalar(
        select(LetterPage).where(
            LetterPage.letter_id == letter.id, LetterPage.name == name, LetterPage.language == language
        )
    )
    day = page.facts.get("published_on")
    values = {
        "title": page.facts["title"],
        "summary": page.facts["summary"],
        "body": page.body,
        "published_on": date.fromisoformat(day) if day else None,
    }
    if row is None:
        session.add(LetterPage(letter_id=letter.id, name=name, language=language, **values))  # type: ignore[arg-type]
        return
    for key, value in values.items():
        setattr(row, key, value)


def _page(path: Path) -> Page:
    try:
        page = read_page(path.read_bytes())
        missing = {"language", "title", "summary"} - page.facts.keys()
        if missing:
            raise LetterMalformed(f"{', '.join(sorted(missing))} missing in the front matter")
    except LetterMalformed as fault:
        raise LetterMalformed(f"{path}: {fault}") from fault
    return page
