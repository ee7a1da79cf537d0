"""What is being written of a letter: find it, begin it, save it, publish it."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.editor.models import TranslationSource, VersionReason
from campaign.editor.pages import Words, missing, read_words, write_day
from campaign.editor.rules import BACKGROUND, TEXT, path_in_words
from campaign.editor.versions import carried, needs_version, said_material, signed_languages
from campaign.letter.drafts import all_drafts, change_draft, discard_draft, draft_of, publish
from campaign.letter.folder import FACTS, Files, page_path, text_path
from campaign.letter.keeping import files_of
from campaign.letter.kinds import read_kinds
from campaign.letter.models import Draft, Letter
from campaign.letter.rules import LetterFacts, LetterMalformed, read_facts
from campaign.letter.service import NoSuchLetter, all_letters
from campaign.web.staff import Staff
from campaign.world.languages import LANGUAGES

Changes = Mapping[str, str | None]


class NotAnswered(Exception):
    """A new version was published without saying whether it changes what people signed, or why not."""


@dataclass(frozen=True)
class Answer:
    """Whether a new version changes what people signed, and in one line why not; None until anybody says so."""

    material: bool | None = None
    reason: str = ""

    def __bool__(self) -> bool:
        """Say whether this answers the question."""
        return self.material is True or (self.material is False and bool(self.reason))


@dataclass(frozen=True)
class Work:
    """A letter at the desk: `files` are those being written, or the public ones while nothing is."""

    slug: str
    files: Files
    public: Files
    letter: Letter | None
    draft: Draft | None

    @cached_property
    def facts(self) -> LetterFacts:
        """Return what letter.toml says."""
        return read_facts(self.files[FACTS])

    @property
    def seen(self) -> int:
        """Return the version of the draft, 0 if there is none."""
        return self.draft.version if self.draft else 0

    @property
    def base(self) -> int:
        """Return the revision of the public letter that this began from, 0 if there is none."""
        return self.draft.base if self.draft else self.revision

    @property
    def revision(self) -> int:
        """Return the revision of the public letter, 0 if there is none."""
        return self.letter.revision if self.letter else 0

    @property
    def is_behind(self) -> bool:
        """Say whether the public letter was changed after this draft was begun."""
        return self.base != self.revision

    @property
    def original(self) -> str:
        """Return the language that the letter was written in."""
        return self.facts.original

    @property
    def title(self) -> str:
        """Return the title in the original language."""
        return self.words(TEXT, self.original).title or self.slug

    @property
    def changed(self) -> list[str]:
        """Return the paths that differ from what is public."""
        paths = sorted({*self.files, *self.public})
        return [path for path in paths if self.files.get(path) != self.public.get(path)]

    def of_update(self, update: str) -> list[str]:
        """Return the paths of an update, public or not."""
        return sorted(path for path in {*self.files, *self.public} if path.startswith(f"updates/{update}/"))

    def to_publish(self, update: str, name: str, today: date) -> dict[str, str | None]:
        """Return the files that publish an update under a name, and None for those under a name that it had.

        The file of a correction says its day, so that it says so wherever it is loaded.
        """
        paths = self.of_update(update)
        found: dict[str, str | None] = {path: None for path in paths if name != update}
        for path in paths:
            source, public = self.files.get(path), self.public.get(path)
            corrected = bool(source and public) and source != public
            dated = write_day(source or "", "changed_on", today) if corrected else source
            found[path.replace(f"/{update}/", f"/{name}/", 1)] = dated
        return found

    @property
    def changed_in_words(self) -> list[str]:
        """Return what differs from what is public, in words; texts of earlier versions are not told one by one."""
        return list(dict.fromkeys(path_in_words(path) for path in self.changed))

    def path(self, name: str, language: str) -> str:
        """Return the path of the text, or of a page beside it."""
        return text_path(self.facts.version, language) if name == TEXT else page_path(name, language)

    def source(self, name: str, language: str) -> str:
        """Return a page's file, empty if there is none."""
        return self.files.get(self.path(name, language), "")

    def words(self, name: str, language: str) -> Words:
        """Return what a page says."""
        return read_words(self.source(name, language))

    def mark(self, *paths: str) -> str:
        """Return what a page remembers of the files that it changes: if they are changed elsewhere, it is another."""
        return fingerprint(*(self.files.get(path, "") for path in paths))

    def languages(self, name: str = TEXT) -> list[str]:
        """Return the languages in which a page is written, the original first."""
        found = [one for one in LANGUAGES if self.path(name, one) in self.files]
        return sorted(found, key=lambda one: one != self.original)

    def lacks(self) -> dict[tuple[str, str], list[str]]:
        """Return what is still missing, by name of the page and language; the original text must be there at all."""
        wanted = {(TEXT, self.original)} | {
            (name, one) for name in (TEXT, BACKGROUND) for one in self.languages(name)
        }
        told = {key: missing(self.words(*key), beside=key[0] != TEXT) for key in sorted(wanted)}
        return {key: said for key, said in told.items() if said}


def find_work(session: Session, slug: str) -> Work:
    """Return a letter at the desk. Raises NoSuchLetter, TextChanged."""
    letter = session.scalar(select(Letter).where(Letter.slug == slug))
    draft = draft_of(session, slug)
    if letter is None and draft is None:
        raise NoSuchLetter(f"there is no letter called {slug}")
    public = files_of(session, letter) if letter else {}
    return Work(slug, draft.files if draft else public, public, letter, draft)


def all_works(session: Session) -> list[Work]:
    """Return every letter at the desk, those that are not public yet first."""
    public = [letter.slug for letter in all_letters(session)]
    new = sorted(draft.slug for draft in all_drafts(session) if draft.slug not in public)
    return [find_work(session, slug) for slug in (*new, *reversed(public))]


def save_work(session: Session, work: Work, changes: Changes, by: Staff | None, *, now: datetime) -> None:
    """Save changes to what is being written. Raises ChangedMeanwhile if it is no longer as `work` has it.

    Raises LetterMalformed for a letter.toml that cannot be read.
    """
    wanted = {path: content for path, content in changes.items() if work.files.get(path) != content}
    if FACTS in wanted:
        check_facts(wanted[FACTS] or "")
    if wanted:
        change_draft(session, work.slug, wanted, seen=work.seen, base=work.base, by=by, now=now)


def check_facts(source: str) -> None:
    """Raise LetterMalformed if this is no letter.toml that can be published."""
    read_facts(source)
    read_kinds(source)


def begin_letter(
    session: Session, slug: str, files: Files, by: Staff | None, *, like: Work | None = None, now: datetime
) -> None:
    """Begin the draft of a new letter. Raises ChangedMeanwhile if there is one of that name by now.

    If it is a copy of the letter that it is `like`, its translations are those of that letter's original.
    """
    change_draft(session, slug, files, seen=0, base=0, by=by, now=now)
    if like is not None:
        for language in like.languages()[1:]:
            original = made_from(session, like, TEXT, language)
            _note(session, slug, (TEXT, language), like.words(TEXT, language), original)


def renew_draft(session: Session, work: Work, by: Staff | None, *, now: datetime) -> None:
    """Let a draft begin anew from what is public now, and keep all that it says. Raises ChangedMeanwhile."""
    discard_draft(session, work.slug, seen=work.seen, by=by, now=now)
    changes = {path: work.files.get(path) for path in work.changed}
    change_draft(session, work.slug, changes, seen=0, by=by, now=now)


def version_changes(session: Session, work: Work) -> Changes:
    """Return the changes that make a new version of a text that people have signed; none if it needs no new one."""
    if work.letter is None:
        return {}
    version = work.letter.version
    signed = signed_languages(session, work.letter)
    if work.facts.version != version or not needs_version(work.files, work.public, version, signed):
        return {}
    return carried(work.files, work.public, version)


def publish_work(session: Session, work: Work, by: Staff | None, answer: Answer, *, now: datetime) -> Letter:
    """Publish what is being written; a signed text becomes a new version by itself.

    If a new version changes nothing that people signed, the reason is kept for readers and in the log. Raises
    NotAnswered if a new version is needed and nothing is said, and whatever drafts.publish raises.
    """
    for (name, language), lacking in work.lacks().items():
        raise LetterMalformed(f"still missing: {', '.join(lacking)}", path=work.path(name, language))
    keep_sources(session, work)
    changes, seen = dict(version_changes(session, work)), work.seen
    if changes:
        if not answer:
            raise NotAnswered
        changes[FACTS] = said_material(changes[FACTS] or "", material=answer.material is True)
        seen = change_draft(session, work.slug, changes, seen=seen, base=work.base, by=by, now=now)
    letter = publish(session, work.slug, by=by, now=now, seen=seen)
    if changes and not answer.material:
        session.add(VersionReason(letter_id=letter.id, version=letter.version, reason=answer.reason))
        details = {"version": letter.version, "reason": answer.reason}
        write_log(session, by, "letter version", f"letter:{letter.slug}", details, now=now)
    return letter


def made_from(session: Session, work: Work, name: str, language: str) -> str:
    """Return the file of the original that a translation was made from; the original's own if nobody knows better."""
    row = session.get(TranslationSource, (work.slug, name, language))
    words, now = work.words(name, language), work.source(name, work.original)
    if row is not None and row.sha256 == _hash(words):
        return row.original
    before = work.public.get(work.path(name, language), "")
    return work.public.get(work.path(name, work.original), now) if before and read_words(before) == words else now


def is_outdated(session: Session, work: Work, name: str, language: str) -> bool:
    """Say whether the original was changed since a translation was last saved."""
    return read_words(made_from(session, work, name, language)) != work.words(name, work.original)


def note_source(session: Session, work: Work, name: str, language: str, words: Words) -> None:
    """Note that a translation, which says `words`, was made from the original as it is now."""
    _note(session, work.slug, (name, language), words, work.source(name, work.original))


def keep_sources(session: Session, work: Work) -> None:
    """Note of each translation what it was made from, while what is public still tells it."""
    for name in (TEXT, BACKGROUND):
        for language in work.languages(name)[1:]:
            original = made_from(session, work, name, language)
            _note(session, work.slug, (name, language), work.words(name, language), original)


def fingerprint(*texts: str) -> str:
    """Return a hash of some texts."""
    return sha256("\0".join(texts).encode()).hexdigest()


def _hash(words: Words) -> str:
    """Return a hash of what a page says; a new version number in its front matter does not change it."""
    return fingerprint(*astuple(words))


def _note(session: Session, slug: str, page: tuple[str, str], words: Words, original: str) -> None:
    name, language = page
    session.merge(
        TranslationSource(slug=slug, name=name, language=language, sha256=_hash(words), original=original)
    )
    session.flush()
