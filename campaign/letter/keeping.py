"""Keep a letter as its files say it, and give its files back, byte for byte."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from campaign.letter.folder import BACKGROUND, FACTS, Files, Whole, page_path, text_path
from campaign.letter.models import Letter, LetterFile, LetterKind, LetterPage, LetterText, MaterialVersion
from campaign.letter.rules import PAGE_DAYS, Kind, LetterFacts, LetterMalformed, Page
from campaign.letter.service import TextChanged, check_whole, mark_material, newest_material, texts_of
from campaign.letter.standing import standing
from campaign.letter.writing import write_facts, write_page
from campaign.world.named import from_written, written

COPIED = (
    "addressee",
    "office",
    "opens_on",
    "closes_on",
    "goal",
    "version",
    "cooling_off_hours",
    "embargo_until",
    "time_zone",
    "show_count",
    "original",
    "timeline",
)

OfLetter = TypeVar("OfLetter", LetterFile, LetterKind, LetterPage, LetterText)


class TextSigned(Exception):
    """The files change a text that was signed already, or leave it out: the letter needs a new version."""


class KindSigned(Exception):
    """The files leave out a kind that a person has signed as, or change how that kind is established."""


def files_of(session: Session, letter: Letter) -> dict[str, str]:
    """Return a letter's published files; those of a letter from before there were any are written from its tables.

    Raises TextChanged if a text was changed in the database.
    """
    files = {row.path: row.content for row in _own(session, LetterFile, letter)}
    for text in texts_of(session, letter):
        check_whole(letter, text)
        path = text_path(text.version, text.language)
        if files and files.get(path) != text.source:
            raise TextChanged(f"{path} of {letter.slug} is not the text that its hash names. Restore a backup")
    return dict(sorted((files or _written_files(session, letter)).items()))


def keep_letter(session: Session, whole: Whole, files: Files, *, now: datetime) -> Letter:
    """Make a letter what its files say, and return it; `whole` is what `parse` made of them.

    Raises TextSigned and KindSigned, and LetterMalformed if a later version does not say whether it is material.
    """
    letter = session.scalar(select(Letter).where(Letter.slug == whole.facts.slug))
    changed, before = letter is None or files_of(session, letter) != files, letter.version if letter else None
    letter = _keep_facts(session, letter, whole.facts)
    _keep_material(session, letter, whole.facts, before)
    _keep_kinds(session, letter, whole.kinds)
    _keep_texts(session, letter, whole, now=now)
    _keep_pages(session, letter, whole.pages, standing(letter, now).today)
    _keep_files(session, letter, files)
    letter.revision += changed
    session.flush()
    return letter


def check_office(letter: Letter, offices: Collection[str]) -> None:
    """Raise LetterMalformed if a letter goes to a kind of office that the campaign has not."""
    if letter.office and letter.office not in offices:
        raise LetterMalformed(f"{letter.office!r} is none of {', '.join(offices)}", "office", FACTS)


def _written_files(session: Session, letter: Letter) -> dict[str, str]:
    files = {FACTS: write_facts(letter)}
    for text in _own(session, LetterText, letter):
        files[text_path(text.version, text.language)] = text.source
    for page in _own(session, LetterPage, letter):
        files[page_path(page.name, page.language)] = write_page(page)
    return files


def _keep_facts(session: Session, letter: Letter | None, facts: LetterFacts) -> Letter:
    copied = {name: getattr(facts, name) for name in COPIED}
    if letter is None:
        letter = Letter(slug=facts.slug, drafts="", **copied)
        session.add(letter)
    for name, value in copied.items():
        setattr(letter, name, value)
    letter.drafts = " ".join(sorted(facts.drafts))
    letter.recipients = " ".join(dict.fromkeys(facts.recipients))
    # A recipient that left the file keeps its name here, since past deliveries still show it.
    earlier = [one for one in from_written(letter.named_recipients) if one.key not in facts.recipients]
    letter.named_recipients = written([*facts.named, *earlier])
    session.flush()
    return letter


def _keep_material(session: Session, letter: Letter, facts: LetterFacts, before: int | None) -> None:
    """Record whether a version changes what people signed; `before` is the one that stood, None if the letter is new.

    What was published as material stays so, since signatories have been told. Raises LetterMalformed.
    """
    if facts.material is None and before is not None and facts.version > before:
        raise LetterMalformed(
            f"version {facts.version} follows version {before}. Say whether it changes what people signed: true (they "
            "are asked anew, and are on no list until they sign it) or false (their signatures stay)",
            "material",
            FACTS,
        )
    known = newest_material(session, letter) or 0
    if known > facts.version:
        raise LetterMalformed(f"not below {known}, which was published as a material change", "version", FACTS)
    if facts.material is False and session.get(MaterialVersion, (letter.id, facts.version)) is not None:
        raise LetterMalformed("true, as this version was published: signatories have been told", "material", FACTS)
    if facts.material:
        mark_material(session, letter)


def _keep_kinds(session: Session, letter: Letter, kinds: Sequence[Kind]) -> None:
    """Replace a letter's kinds by these. Raises KindSigned."""
    rows = {row.key: row for row in _own(session, LetterKind, letter)}
    wanted = {kind.key: vars(kind) | {"letter_id": letter.id, "place": place} for place, kind in enumerate(kinds)}
    for values in wanted.values():
        del values["original"]  # the letter has it
    _replace(session, LetterKind, rows, wanted, lambda key: _flush_kind(session, letter, key))
    session.expire(letter, ["kind_rows"])


def _flush_kind(session: Session, letter: Letter, key: str) -> None:
    """Send the changes of one kind to the database.

    A check here would be a race (PostgreSQL): a person can sign while the letter is kept. So the foreign key of the
    signatories decides, and each kind is flushed alone, so that the sentence names the right one.
    """
    refusal = f"{letter.slug}: a person has signed as {key}, so that kind stays, and so does how it is established"
    try:
        session.flush()
    except IntegrityError as fault:
        raise KindSigned(refusal) from fault


def _keep_texts(session: Session, letter: Letter, whole: Whole, *, now: datetime) -> None:
    """Replace the texts of the current version. Of other versions, change those that are stored and whose file changed.

    Raises TextSigned.
    """
    stored = {(row.version, row.language): row for row in _own(session, LetterText, letter)}
    pages = {(letter.version, language): page for language, page in whole.texts.items()}
    pages |= {of: page for of, page in whole.others.items() if of in stored}
    wanted = {
        (version, language): {name: page.facts[name] for name in ("title", "addressee", "summary")}
        | {"body": page.body, "source": page.source, "sha256": page.sha256}
        | {"letter_id": letter.id, "version": version, "language": language}
        | {"loaded_at": stored[version, language].loaded_at if (version, language) in stored else now}
        for (version, language), page in pages.items()
    }
    rows = {of: row for of, row in stored.items() if of[0] == letter.version or of in wanted}
    _replace(session, LetterText, rows, wanted, lambda of: _flush_text(session, letter, *of))


def _flush_text(session: Session, letter: Letter, version: int, language: str) -> None:
    """Send the changes of one text to the database, whose trigger refuses to change a signed one (migration 0005)."""
    way = f"write a version {version + 1}"
    if version != letter.version:
        way = f"put {text_path(version, language)} back as it was signed"
    refusal = f"{letter.slug} version {version} in {language} has been signed and cannot change: {way}"
    try:
        session.flush()
    except DBAPIError as fault:
        raise TextSigned(refusal) from fault


def _keep_pages(session: Session, letter: Letter, pages: Mapping[tuple[str, str], Page], today: date) -> None:
    rows = {(row.name, row.language): row for row in _own(session, LetterPage, letter)}
    wanted = {}
    for key, page in pages.items():
        words = {"title": page.facts["title"], "summary": page.facts["summary"], "body": page.body}
        days = _days(key[0], page, rows.get(key), words, today)
        wanted[key] = {"letter_id": letter.id, "name": key[0], "language": key[1], **words, **days}
    _replace(session, LetterPage, rows, wanted, lambda _key: session.flush())


def _days(
    name: str, page: Page, row: LetterPage | None, words: Mapping[str, str], today: date
) -> dict[str, date | None]:
    """Return when a page was published and last changed: an update on the day of its folder, unless it says another.

    A correction of words that were public says when, even if its file does not.
    """
    said = {key: date.fromisoformat(page.facts[key]) for key in PAGE_DAYS if page.facts.get(key)}
    if name != BACKGROUND:
        said.setdefault("published_on", date.fromisoformat(name.removeprefix("update-")[:10]))
    if row is not None and "changed_on" not in said:
        was_public = row.published_on is None or row.published_on <= today
        corrected = was_public and any(getattr(row, key) != value for key, value in words.items())
        return {
            "published_on": said.get("published_on"),
            "changed_on": today if corrected else row.changed_on,
        }
    return {key: said.get(key) for key in PAGE_DAYS}


def _keep_files(session: Session, letter: Letter, files: Files) -> None:
    rows = {row.path: row for row in _own(session, LetterFile, letter)}
    wanted = {path: {"letter_id": letter.id, "path": path, "content": content} for path, content in files.items()}
    _replace(session, LetterFile, rows, wanted, lambda _path: session.flush())


def _own(session: Session, model: type[OfLetter], letter: Letter) -> list[OfLetter]:
    return list(session.scalars(select(model).where(model.letter_id == letter.id)))


def _replace(
    session: Session,
    model: type[OfLetter],
    rows: Mapping[Any, OfLetter],
    wanted: Mapping[Any, Mapping[str, Any]],
    flush: Callable[[Any], None],
) -> None:
    """Make `rows` what is wanted: change, add and delete, and flush after each."""
    for key, values in wanted.items():
        if key not in rows:
            session.add(model(**values))
        for name, value in values.items() if key in rows else ():
            setattr(rows[key], name, value)
        flush(key)
    for key in rows.keys() - wanted.keys():
        session.delete(rows[key])
        flush(key)
