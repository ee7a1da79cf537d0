"""Carry a signed text into a new version; what each version changed, and why."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory
from campaign.editor.models import VersionReason
from campaign.editor.pages import read_facts_of, read_words
from campaign.letter.difference import difference, difference_in_line
from campaign.letter.folder import FACTS, Files, text_path
from campaign.letter.models import Letter, LetterText
from campaign.letter.writing import change_page, change_toml
from campaign.sign.models import Intent
from campaign.world.languages import LANGUAGES

MATERIAL = "material"


@dataclass(frozen=True)
class Difference:
    """What changed between two states of one page, as HTML; a part that stayed is empty."""

    language: str
    title: str = ""
    addressee: str = ""
    summary: str = ""
    body: str = ""
    only_marks: bool = False

    def __bool__(self) -> bool:
        """Say whether anything changed."""
        return bool(self.title or self.addressee or self.summary or self.body or self.only_marks)


@dataclass(frozen=True)
class Version:
    """One version of a letter as its readers see its history; the first has no `changed`."""

    number: int
    since: date
    text: LetterText
    changed: Difference | None
    reason: str


def compare_pages(before: str, after: str, language: str) -> Difference:
    """Return what changed from one file of a page to another; either may be empty."""
    old, new = read_words(before), read_words(after)
    lines = {
        name: difference_in_line(getattr(old, name), getattr(new, name))
        for name in ("title", "addressee", "summary")
        if getattr(old, name) != getattr(new, name)
    }
    body = difference(old.body, new.body) if old.body != new.body else ""
    silent = old.body != new.body and "<ins>" not in body and "<del>" not in body
    return Difference(language, **lines, body="" if silent else body, only_marks=silent)


def signed_languages(session: Session, letter: Letter) -> set[str]:
    """Return the languages in which the current version was signed, or is about to be."""
    texts = select(LetterText.language).where(
        LetterText.letter_id == letter.id,
        LetterText.version == letter.version,
        or_(
            LetterText.id.in_(select(Signatory.letter_text_id)),
            LetterText.id.in_(select(Intent.letter_text_id)),
        ),
    )
    return set(session.scalars(texts))


def needs_version(files: Files, public: Files, version: int, signed: set[str]) -> bool:
    """Say whether files change a text that was signed, or leave it out."""
    paths = (text_path(version, language) for language in signed)
    return any(files.get(path) != public.get(path) for path in paths)


def carried(files: Files, public: Files, version: int) -> dict[str, str | None]:
    """Return the changes that make the texts of `version` a new one: all its languages go along, and it stays as it was.

    A front matter that names its version names the new one.
    """
    place = f"v{version}/"
    number = 1 + max(version, *(int(path[1:].split("/")[0]) for path in files if path.startswith("v")))
    changes: dict[str, str | None] = {
        path: None for path in files if path.startswith(place) and path not in public
    }
    changes |= {path: content for path, content in public.items() if path.startswith(place)}
    for path, content in files.items():
        if path.startswith(place):
            changes[path.replace(place, f"v{number}/", 1)] = _numbered(content, number)
    changes[FACTS] = change_toml(files[FACTS], {"version": number})
    return changes


def said_material(facts: str, *, material: bool) -> str:
    """Return letter.toml with the answer whether its version changes what people signed materially."""
    return change_toml(facts, {MATERIAL: material})


LABELS = {
    "opens_on": "First day",
    "closes_on": "Last day",
    "goal": "Goal",
    "show_count": "The running count is shown",
    "cooling_off_hours": "Hours to object",
    "embargo_until": "Embargo until",
    "time_zone": "Time zone",
    "addressee": "Who receives it",
    "office": "Office of each government",
    "recipients": "Recipients",
    "drafts": "Draft translations",
    "kinds": "Who may sign",
    "original": "Language of the original",
    "version": "Version",
    "timeline": "Timeline",
}


def compare_facts(before: str, after: str) -> list[tuple[str, str, str]]:
    """Return what differs between two letter.toml: a label, the value before and the value after; tables have none."""
    old, new = tomllib.loads(before), tomllib.loads(after)
    keys = [key for key in {**LABELS, **old, **new} if old.get(key) != new.get(key)]
    return [(LABELS.get(key, key), _in_words(old.get(key)), _in_words(new.get(key))) for key in keys]


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return (
            ", ".join(
                str(one.get("key") or one.get("on", "")) if isinstance(one, dict) else str(one) for one in value
            )
            or "none"
        )
    return "nothing" if value is None else str(value)


def history(session: Session, letter: Letter, language: str) -> list[Version]:
    """Return the versions of a letter, the newest first, each in `language` or else in the original's."""
    rows = session.scalars(select(LetterText).where(LetterText.letter_id == letter.id))
    texts: dict[int, dict[str, LetterText]] = {}
    for row in rows:
        texts.setdefault(row.version, {})[row.language] = row
    reasons = {
        row.version: row.reason
        for row in session.scalars(select(VersionReason).where(VersionReason.letter_id == letter.id))
    }
    versions: list[Version] = []
    before: dict[str, LetterText] = {}
    for number in sorted(texts):
        text = _readable(texts[number], letter, language)
        earlier = before.get(text.language) or (_readable(before, letter, language) if before else None)
        changed = compare_pages(earlier.source, text.source, text.language) if earlier else None
        versions.append(Version(number, text.loaded_at.date(), text, changed, reasons.get(number, "")))
        before = texts[number]
    return versions[::-1]


def _readable(texts: Mapping[str, LetterText], letter: Letter, language: str) -> LetterText:
    order = (language, letter.original, *LANGUAGES)
    return next(texts[one] for one in order if one in texts)


def _numbered(content: str, number: int) -> str:
    facts = read_facts_of(content)
    if "version" not in facts:
        return content
    return change_page(content, {**facts, "version": str(number)}, read_words(content).body)
