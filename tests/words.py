"""Every sentence the public can meet, and the catalogues that hold its translations.

`python -m tests.words` adds new sentences to config/languages/*.po, empty, and drops those nobody says any more.
"""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from campaign.document.rules import ENGLISH_LABELS
from campaign.document.wording import FILES
from campaign.letter.fields import sentences
from campaign.sign.forms import ASKED
from campaign.sign.rules import CONSENT_TEXTS
from campaign.verify.rules import LEVELS
from campaign.world.languages import LANGUAGES

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "config" / "languages"
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "text": None, "ngettext": (1, 2), "counted": (1, 2)}
DESK = ("desk/", "verify/", "deliver/")  # the desk speaks English
HEADER = "# Translated by the project; a sentence is a draft until a native reader has passed it."
DAY = datetime(2026, 11, 24, tzinfo=UTC)
STILL: dict[str, Any] = {
    "project": "Undersigned",
    "version": "1",
    "creation_date": DAY,
    "revision_date": DAY,
    "charset": "utf-8",
}
STILL |= {"last_translator": "the project", "language_team": "the project", "msgid_bugs_address": "none"}
TRANSLATED = tuple(language for language in LANGUAGES if language != "en")


def wanted() -> dict[str, str | None]:
    """Return each sentence with its plural, None if it has none."""
    found: dict[str, str | None] = {}
    for folder, method in (("campaign", "python"), ("templates", "jinja2")):
        rows = extract_from_dir(
            ROOT / folder, [("**.py", method), ("**.html", method), ("**.txt", method)], keywords=KEYWORDS
        )
        for _name, _line, message, _comments, _context in rows:
            if isinstance(message, tuple):
                found[message[0]] = message[1]
            else:
                found.setdefault(message, None)
    fixed = (
        *ASKED,
        *sentences(),
        *CONSENT_TEXTS.values(),
        *LEVELS.values(),
        *ENGLISH_LABELS.values(),
        *FILES.values(),
    )
    return found | dict.fromkeys(fixed)


def catalogue(language: str) -> Catalog:
    """Return a language's catalogue as it is on file."""
    path = FOLDER / f"{language}.po"
    return read_po(BytesIO(path.read_bytes() if path.exists() else b""), locale=language.replace("-", "_"))


def update(language: str) -> int:
    """Bring one catalogue up to date; return how many sentences wait for a translation."""
    old, new = (
        catalogue(language),
        Catalog(language.replace("-", "_"), header_comment=HEADER, fuzzy=False, **STILL),
    )
    for message, plural in sorted(wanted().items()):
        known = old.get(message)
        new.add((message, plural) if plural else message, known.string if known else None)
    with (FOLDER / f"{language}.po").open("wb") as file:
        write_po(file, new, width=0, omit_header=False, no_location=True)
    return sum(not _complete(entry.string) for entry in new if entry.id)


def _complete(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(string) if isinstance(string, tuple | list) and string else bool(string)


if __name__ == "__main__":
    for code in TRANSLATED:
        print(code, update(code), "to translate")  # noqa: T201 - a command's answer
