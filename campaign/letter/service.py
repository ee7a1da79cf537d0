"""Load letters from files, and find them."""

from datetime import date, datetime
from pathlib import Path

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from campaign.letter.models import Letter, LetterPage, LetterText
from campaign.letter.rules import LetterFacts, LetterMalformed, Page, read_facts, read_page
from campaign.world.languages import LANGUAGES


class TextSigned(Exception):
    """The text on file differs from one that people have already signed: it needs a new version."""


class TextChanged(Exception):
    """A stored text is not the one its hash names: somebody changed it in the database. The message says which."""


class NoSuchLetter(Exception):
    """There is no letter of that name, or not in that language."""


def load_letters(session: Session, folder: Path, *, now: datetime) -> list[str]:
    """Load every letter under `folder`; loading twice changes nothing. Return the slugs.

    Raises LetterMalformed naming the file, TextSigned if a signed text was edited in place, or TextChanged if one was
    changed in the database, whatever is on file.
    """
    for sentence in changed_texts(session):
        raise TextChanged(sentence)
    return [_load(session, path.parent, now=now) for path in sorted(folder.glob("*/letter.toml"))]


def open_letters(session: Session) -> list[Letter]:
    """Return all letters, the earliest first."""
    return list(session.scalars(select(Letter).order_by(Letter.opens_on, Letter.id)))


def find_letter(session: Session, slug: str) -> Letter:
    """Return a letter. Raises NoSuchLetter with a sentence for a command to print."""
    letter = session.scalar(select(Letter).where(Letter.slug == slug))
    if letter is None:
        raise NoSuchLetter(f"there is no letter called {slug}")
    return letter


def told(now: datetime) -> ColumnElement[bool]:
    """Return the condition that the public may be told of a letter's deliveries: it is under no embargo."""
    return or_(Letter.embargo_until.is_(None), Letter.embargo_until <= now)


def any_silent(session: Session, *, now: datetime) -> bool:
    """Say whether the deliveries of some letter are under embargo."""
    return session.scalar(select(Letter.id).where(~told(now)).limit(1)) is not None


def current_text(session: Session, letter: Letter, language: str) -> LetterText:
    """Return the current version in `language`, or in English where it is not translated yet.

    Raises NoSuchLetter if not even English is there. Never falls back to another language than English.
    """
    texts = select(LetterText).where(LetterText.letter_id == letter.id, LetterText.version == letter.version)
    for choice in (language, "en"):
        found = session.scalar(texts.where(LetterText.language == choice))
        if found is not None:
            return found
    raise NoSuchLetter(letter.slug)


def whole_text(session: Session, letter: Letter, language: str) -> LetterText:
    """Return what `current_text` does, to be printed. Raises NoSuchLetter, TextChanged."""
    text = current_text(session, letter, language)
    check_whole(letter, text)
    return text


def check_whole(letter: Letter, *texts: LetterText) -> None:
    """Raise TextChanged if one of a letter's stored texts is not the one its hash names."""
    for text in texts:
        if not text.is_whole:
            raise TextChanged(_changed(letter, text))


def changed_texts(session: Session) -> list[str]:
    """Return a sentence for each stored text, of any version, that is not the one its hash names."""
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
    """Return one text by its row."""
    return session.get_one(LetterText, text_id)


def texts_of(session: Session, letter: Letter) -> list[LetterText]:
    """Return the current version in all its languages, in the order of every other list of them."""
    texts = select(LetterText).where(LetterText.letter_id == letter.id, LetterText.version == letter.version)
    return sorted(session.scalars(texts), key=lambda text: LANGUAGES.index(text.language))


def pages_of(session: Session, letter: Letter, language: str) -> dict[str, LetterPage]:
    """Return background and updates by name, newest update first, English where untranslated."""
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
        facts = read_facts((folder / "letter.toml").read_text(encoding="utf-8"))
    except LetterMalformed as fault:
        raise LetterMalformed(f"{folder / 'letter.toml'}: {fault}") from fault
    letter = _keep_letter(session, facts)
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
    for name in ("addressee", "opens_on", "closes_on", "goal", "version", "cooling_off_hours", "embargo_until"):
        setattr(letter, name, getattr(facts, name))
    letter.drafts = " ".join(sorted(facts.drafts))
    letter.recipients = " ".join(dict.fromkeys(facts.recipients))
    session.flush()
    return letter


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
    """Change a text that nobody has signed yet; the database refuses the rest (migration 0005)."""
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
