"""What is being written of a letter: changed, discarded, published; and letters that are loaded from a folder."""

import tomllib
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.letter.folder import FACTS, Files, check_content, check_path, parse, read_files, write_files
from campaign.letter.keeping import files_of, keep_letter
from campaign.letter.models import Draft, DraftFile, Letter
from campaign.letter.rules import LetterMalformed, check_slug
from campaign.letter.service import NoSuchLetter, TextChanged, changed_texts
from campaign.letter.writing import change_toml, copied_files
from campaign.storage.statements import Turn, wait_turn
from campaign.web.staff import ChangedMeanwhile, Staff

TURN = Turn.LETTERS
MOST_NAMED = 6  # files that an entry of the log names


class ChangedAtDesk(Exception):
    """The desk changed a letter since it was in files; loading would overwrite that. The message says what to do."""


def all_drafts(session: Session) -> list[Draft]:
    """Return all drafts, by the name of their letter."""
    return list(session.scalars(select(Draft).order_by(Draft.slug)))


def draft_of(session: Session, slug: str) -> Draft | None:
    """Return the draft of a letter, with its `files`."""
    return session.get(Draft, slug, populate_existing=True)  # what another transaction wrote while this one waited


def change_draft(
    session: Session,
    slug: str,
    changes: Mapping[str, str | None],
    *,
    seen: int,
    by: Staff | None,
    now: datetime,
    base: int | None = None,
) -> int:
    """Change files of a draft, or (None) remove them; return its new version. A draft need not be complete.

    `seen` is the version that the change was made from, 0 if there was no draft: then one begins, with the letter's
    published files. `base` is the letter's revision that was seen with it. Raises ChangedMeanwhile if either is no
    longer the newest, and LetterMalformed for a file that no letter can have.
    """
    check_slug(slug)
    for path, content in changes.items():
        check_path(path)
        check_content(path, content or "")
    wait_turn(session, TURN)
    letter, draft = _find(session, slug), draft_of(session, slug)
    revision = letter.revision if letter else 0
    if seen != (draft.version if draft else 0) or base not in (None, draft.base if draft else revision):
        raise ChangedMeanwhile
    before = draft.files if draft else files_of(session, letter) if letter else {}
    after = {path: said for path, said in {**before, **changes}.items() if said is not None}
    if after == before:
        return seen
    if draft is None:
        draft = Draft(slug=slug, version=0, base=revision, changed_at=now, changed_by=None)
        session.add(draft)
    draft.file_rows[:] = [DraftFile(path=path, content=content) for path, content in sorted(after.items())]
    draft.version = write_log(
        session, by, "letter draft", f"letter:{slug}", _details(by, what_changed(before, after)), now=now
    )
    draft.changed_at, draft.changed_by = now, by.id if by else None
    session.flush()
    return draft.version


def copy_letter(session: Session, slug: str, new: str, *, by: Staff | None, now: datetime) -> int:
    """Begin a draft with the files of another letter, or of its draft if it is not public; return its version.

    It is a first version, under no embargo, without updates and earlier versions. Raises NoSuchLetter, and
    LetterMalformed if `new` is no address for a letter, or taken.
    """
    wait_turn(session, TURN)
    letter, draft = _find(session, slug), draft_of(session, slug)
    if letter is None and draft is None:
        raise NoSuchLetter(f"there is no letter called {slug}")
    if _find(session, new) or draft_of(session, new):
        raise LetterMalformed(f"there is a letter called {new} already", "slug")
    files = files_of(session, letter) if letter else draft.files if draft else {}
    return change_draft(session, new, copied_files(files, new), seen=0, base=0, by=by, now=now)


def discard_draft(session: Session, slug: str, *, seen: int, by: Staff | None, now: datetime) -> None:
    """Delete a draft, so that the published letter stands as it is. Raises ChangedMeanwhile."""
    wait_turn(session, TURN)
    draft = draft_of(session, slug)
    if draft is None or draft.version != seen:
        raise ChangedMeanwhile
    session.delete(draft)
    write_log(session, by, "letter discard", f"letter:{slug}", _details(by), now=now)


def publish(session: Session, slug: str, *, by: Staff | None, now: datetime, seen: int | None = None) -> Letter:
    """Make the draft the letter; `seen` is the version that was looked at, None for whichever there is.

    Raises NoSuchLetter if there is no draft, LetterMalformed, TextSigned, KindSigned, TextChanged, and ChangedMeanwhile
    if the draft is another than was seen, or if the letter changed since the draft began.
    """
    wait_turn(session, TURN)
    check_texts(session)
    letter, draft = _find(session, slug), draft_of(session, slug)
    if draft is None and seen is None:
        raise NoSuchLetter(f"there is no draft of {slug}")
    if draft is None or seen not in (None, draft.version) or draft.base != (letter.revision if letter else 0):
        raise ChangedMeanwhile
    files, before = draft.files, files_of(session, letter) if letter else {}
    whole = parse(files, before)
    if whole.facts.slug != slug:
        raise LetterMalformed(f"the address of this letter is {slug}, and stays so", "slug", FACTS)
    letter = keep_letter(session, whole, files, now=now)
    session.delete(draft)
    write_log(session, by, "letter publish", f"letter:{slug}", _details(by, what_changed(before, files)), now=now)
    return letter


def publish_part(
    session: Session,
    slug: str,
    paths: Collection[str],
    keys: Collection[str] = (),
    *,
    by: Staff | None,
    now: datetime,
    seen: int | None = None,
) -> Letter:
    """Publish some files of a draft, and some keys of its letter.toml; what else is being written stays a draft.

    Raises NoSuchLetter if the letter is not public or nothing of it is being written, and whatever `publish` raises.
    """
    check_texts(session)
    wait_turn(session, TURN)
    letter, draft = _find(session, slug), draft_of(session, slug)
    if letter is None or (draft is None and seen is None):
        raise NoSuchLetter(f"{slug} is not public yet, or nothing of it is being written")
    if draft is None or seen not in (None, draft.version) or draft.base != letter.revision:
        raise ChangedMeanwhile
    before, written = files_of(session, letter), draft.files
    facts = {key: tomllib.loads(written[FACTS]).get(key) for key in keys}
    chosen = {path: written.get(path) for path in paths}
    chosen |= {FACTS: change_toml(before[FACTS], facts)} if keys else {}
    files = {path: said for path, said in {**before, **chosen}.items() if said is not None}
    letter = keep_letter(session, parse(files, before), files, now=now)
    number = write_log(
        session, by, "letter publish", f"letter:{slug}", _details(by, what_changed(before, files)), now=now
    )
    draft.version, draft.base = number, letter.revision
    if written == files:
        session.delete(draft)
    session.flush()
    return letter


def set_facts(session: Session, letter: Letter, facts: Mapping[str, Any], *, now: datetime) -> None:
    """Change keys of a public letter's letter.toml at once, in its draft too: publishing that must not undo them.

    The caller has waited for TURN, and writes the log. Raises LetterMalformed.
    """
    before, revision, draft = files_of(session, letter), letter.revision, draft_of(session, letter.slug)
    files = {**before, FACTS: change_toml(before[FACTS], facts)}
    keep_letter(session, parse(files, before), files, now=now)
    for row in draft.file_rows if draft else ():
        if row.path == FACTS:
            row.content = change_toml(row.content, facts)
    if draft and draft.base == revision:
        draft.base = letter.revision
    session.flush()


def load_letters(session: Session, folder: Path, *, now: datetime, replace: bool = False) -> list[str]:
    """Load every letter under `folder`; loading twice changes nothing. Return the slugs.

    Raises LetterMalformed naming the file, TextSigned if the files change a signed text, KindSigned if they change a
    kind that a person has signed as, TextChanged if a text was changed in the database, and, unless they may `replace`
    it, ChangedAtDesk if the desk published something since.
    """
    wait_turn(session, TURN)
    check_texts(session)
    loaded: dict[str, Path] = {}
    for path in folders_of(folder):
        slug = _load(session, path, replace, now=now)
        if slug in loaded:
            raise LetterMalformed(f"{loaded[slug]} has it too", "slug", str(path / FACTS))
        loaded[slug] = path
    return list(loaded)


def export_letter(session: Session, letter: Letter, folder: Path, *, now: datetime) -> Path:
    """Write a letter's published files under `folder`, so that `load_letters` reads them back; return where.

    Raises TextChanged, LetterMalformed if other files lie there, and OSError.
    """
    wait_turn(session, TURN)
    files = files_of(session, letter)
    where = next((path for path in folders_of(folder) if _slug_in(path) == letter.slug), folder / letter.slug)
    write_files(where, files)
    if letter.in_files < letter.revision:
        letter.in_files = letter.revision
        write_log(session, None, "letter export", f"letter:{letter.slug}", _details(None), now=now)
    return where


def folders_of(folder: Path) -> list[Path]:
    """Return the folders of letters under `folder`."""
    return [path.parent for path in sorted(folder.glob(f"*/{FACTS}"))]


def check_texts(session: Session) -> None:
    """Raise TextChanged if any text was changed in the database."""
    for sentence in changed_texts(session):
        raise TextChanged(sentence)


def what_changed(before: Files, after: Files) -> str:
    """Return in words which files differ, and which keys of letter.toml; no content."""
    paths = sorted(path for path in {*before, *after} if before.get(path) != after.get(path))
    if len(paths) > MOST_NAMED:
        paths = [*(path for path in paths if path == FACTS), f"{len(paths)} files in all"]
    return ", ".join(f"{path}{_keys(before.get(path, ''), after.get(path, ''))}" for path in paths)


def _slug_in(folder: Path) -> str:
    try:
        return str(tomllib.loads((folder / FACTS).read_text(encoding="utf-8")).get("slug"))
    except ValueError:  # no TOML, or no UTF-8
        return ""


def _keys(before: str, after: str) -> str:
    """Return the keys in which two letter.toml differ, in brackets; nothing if one is no TOML, or new."""
    try:
        here, there = tomllib.loads(before), tomllib.loads(after)
    except (tomllib.TOMLDecodeError, RecursionError):
        return ""
    keys = sorted(key for key in {*here, *there} if here.get(key) != there.get(key))
    return f" ({', '.join(keys)})" if here and there and keys else ""


def _load(session: Session, folder: Path, replace: bool, *, now: datetime) -> str:
    try:
        files = read_files(folder)
        letter = _find(session, _slug_in(folder))
        before = files_of(session, letter) if letter else {}
        whole = parse(files, before)
    except LetterMalformed as fault:
        raise fault.at(str(folder / fault.where.path)) from fault
    slug = whole.facts.slug
    if letter and letter.revision > letter.in_files and files != before and not replace:
        raise ChangedAtDesk(
            f"{slug} was changed at the desk since it was in files: `flask letter export {folder.parent} --letter {slug}` "
            "writes that into your files; --replace discards it"
        )
    letter = keep_letter(session, whole, files, now=now)
    letter.in_files = letter.revision
    if files != before:
        write_log(
            session, None, "letter load", f"letter:{slug}", _details(None, what_changed(before, files)), now=now
        )
    session.flush()
    return slug


def _find(session: Session, slug: str) -> Letter | None:
    found = select(Letter).where(Letter.slug == slug)
    return session.scalar(found.execution_options(populate_existing=True))


def _details(by: Staff | None, what: str = "") -> dict[str, str]:
    return {"way": "by web" if by else "by command"} | ({"what": what} if what else {})
