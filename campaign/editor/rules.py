"""How a letter is named and begun, and which of its texts need a new version."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from campaign.letter.folder import FACTS
from campaign.letter.rules import OWN_PAGES, RECIPIENTS, SLUG
from campaign.letter.writing import change_toml
from campaign.names.folding import words_of
from campaign.world.languages import FALLBACK, LANGUAGE_NAMES

TEXT, BACKGROUND, UPDATE = "text", "background", "update-"
LONGEST_SLUG = 41
OPEN_FOR = timedelta(days=180)  # how long a new letter takes signatures, until an owner says otherwise
SLUG_FAULT = "Use 2 to 41 small letters (a to z), digits and hyphens, beginning with a letter."


def slug_of(title: str, taken: Collection[str], today: date) -> str:
    """Return a name for the address of a letter, made from its title; a title without Latin letters gives the year."""
    words = [word for word in words_of(title) if word.isascii() and word.isalnum()]
    slug = ""
    for word in words:
        if len(slug) + len(word) + 1 > LONGEST_SLUG - 3:
            break
        slug = f"{slug}-{word}" if slug else word
    slug = slug if SLUG.fullmatch(slug) else f"letter-{today.year}"
    numbers = (f"{slug}-{number}" for number in range(2, len(taken) + 4))
    return next(one for one in (slug, *numbers) if one not in taken and one not in OWN_PAGES)


def slug_fault(slug: str, taken: Collection[str]) -> str:
    """Return why a letter cannot have this name in its address, in a sentence; empty if it can."""
    if not SLUG.fullmatch(slug):
        return SLUG_FAULT
    if slug in OWN_PAGES:
        return "This is the address of a page of the site. Choose another."
    return "Another letter has this address. Choose another." if slug in taken else ""


def first_facts(said: Mapping[str, Any], addressee_line: str) -> str:
    """Return the letter.toml of a new letter; `said` are its slug, addressee, days and original language."""
    facts = {**said, "version": 1}
    if facts["original"] == FALLBACK:
        del facts["original"]
    return change_toml("", {**facts, "recipients": first_recipients(said, addressee_line)})


def first_recipients(said: Mapping[str, Any], addressee_line: str) -> list[dict[str, Any]] | None:
    """Return the one recipient that a letter names at first, None for a letter to governments."""
    if said["addressee"] != RECIPIENTS:
        return None
    original = said["original"]
    return [{"key": recipient_key(addressee_line), "language": original, "name": {original: addressee_line}}]


def recipient_key(name: str) -> str:
    """Return a key for a named recipient, made from its name."""
    letters = "".join(word for word in words_of(name) if word.isascii() and word.isalnum())[:20].lstrip(
        "0123456789"
    )
    return letters if len(letters) > 2 else "recipient"


def path_in_words(path: str) -> str:
    """Return what a letter's file is, in words: `the text in Deutsch`."""
    place, _slash, file = path.rpartition("/")
    language = LANGUAGE_NAMES.get(file.removesuffix(".md"), file)
    if path == FACTS:
        return "the settings"
    if place.startswith("v"):
        return f"the text in {language}"
    return f"the background in {language}" if place == BACKGROUND else f"the update of {place[8:]} in {language}"


def updates_in(paths: Collection[str]) -> list[str]:
    """Return the names of the updates among a letter's files, the newest first."""
    names = {path.split("/")[1] for path in paths if path.startswith("updates/")}
    # 2026-11-29, 2026-11-29-2 … 2026-11-29-10: of one day, the longer name is the later update.
    return sorted(names, key=lambda name: (name[:10], len(name), name), reverse=True)


def free_update(paths: Collection[str], day: date) -> str:
    """Return a name for another update of a day; empty if the day has no room for more."""
    taken, names = updates_in(paths), (f"{day}", *(f"{day}-{number}" for number in range(2, 100)))
    return next((name for name in names if name not in taken), "")
