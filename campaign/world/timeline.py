"""The timeline that a letter's file tells: what happened on which day, in words for each language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any
from unicodedata import category
from urllib.parse import urlsplit

from campaign.world.languages import LANGUAGES

PUBLISHED, MILESTONE, DELIVERED, VOTE, OUTCOME, OTHER = WHATS = (
    "published",
    "milestone",
    "delivered",
    "vote",
    "outcome",
    "other",
)
KEYS = frozenset({"on", "what", "said", "source"})
MOST_ENTRIES, LONGEST_SAID, LONGEST_SOURCE = 200, 300, 500


class TimelineInvalid(ValueError):
    """An entry cannot be read: `key` names it (`timeline, 2, on`), and `sentence` says why."""

    def __init__(self, sentence: str, key: str) -> None:
        super().__init__(f"{key}: {sentence}")
        self.sentence, self.key = sentence, key


@dataclass(frozen=True)
class Entry:
    """One [[timeline]] table: a day or a moment, one of WHATS, words by language, and the URL of a source or ""."""

    on: date
    what: str
    said: Mapping[str, str]
    source: str = ""

    def day(self, zone: tzinfo) -> date:
        """Return its day; that of a moment in a time zone."""
        return self.on.astimezone(zone).date() if isinstance(self.on, datetime) else self.on

    def is_shown(self, now: datetime, zone: tzinfo) -> bool:
        """Say whether readers may know of it: its day or moment has come, or it is a vote, which they may prepare for."""
        if self.what == VOTE:
            return True
        return self.on <= (now if isinstance(self.on, datetime) else now.astimezone(zone).date())


def read_timeline(tables: Any, original: str = "en") -> list[dict[str, Any]]:
    """Read what tomllib made of a letter's [[timeline]]; return it as it is stored. Raises TimelineInvalid."""
    if (
        not isinstance(tables, list)
        or len(tables) > MOST_ENTRIES
        or not all(isinstance(one, dict) for one in tables)
    ):
        raise TimelineInvalid(f"at most {MOST_ENTRIES} tables [[timeline]]", "timeline")
    return [_read(table, f"timeline, {place}", original) for place, table in enumerate(tables, 1)]


def from_stored(rows: list[dict[str, Any]]) -> list[Entry]:
    """Return the entries that `read_timeline` made."""
    return [Entry(_on(row["on"]), row["what"], row["said"], row["source"]) for row in rows]


def as_tables(entries: list[Entry]) -> list[dict[str, Any]]:
    """Return entries as the [[timeline]] tables of a file."""
    return [{name: value for name, value in vars(entry).items() if value} for entry in entries]


def _on(written: str) -> date:
    return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)


def _read(table: Mapping[str, Any], where: str, original: str) -> dict[str, Any]:
    on, said, source = table.get("on"), table.get("said"), table.get("source", "")
    if unknown := sorted(table.keys() - KEYS):
        raise TimelineInvalid("is not known", f"{where}, {unknown[0]}")
    spoken = isinstance(said, dict) and ("en" in said or original in said)
    checks = (
        (_is_day(on), "on", "a day, such as 2026-12-10, or a moment with its zone, such as 2026-12-10T10:00:00Z"),
        (table.get("what") in WHATS, "what", f"one of {', '.join(WHATS)}"),
        (spoken, "said", 'at least in English or the language of the original, such as said.en = "It passed."'),
        (source == "" or _is_link(source), "source", "an address that begins with https://"),
    )
    for right, key, sentence in checks:
        if not right:
            raise TimelineInvalid(sentence, f"{where}, {key}")
    words: dict[str, Any] = said or {}
    for language, line in words.items():
        if language not in LANGUAGES or not _is_line(line):
            raise TimelineInvalid(
                f"a line of at most {LONGEST_SAID} characters, in one of {', '.join(LANGUAGES)}",
                f"{where}, said.{language}",
            )
    return {"on": on.isoformat() if on else "", "what": table["what"], "said": words, "source": source}


def _is_day(value: Any) -> bool:
    return value.tzinfo is not None if isinstance(value, datetime) else isinstance(value, date)


def _is_line(value: Any) -> bool:
    return (
        isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST_SAID and not _has_controls(value)
    )


def _has_controls(value: str) -> bool:
    return any(category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in value)


def _is_link(value: Any) -> bool:
    try:
        parts = urlsplit(value) if isinstance(value, str) else urlsplit("")
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and bool(parts.hostname)
        and len(value) <= LONGEST_SOURCE
        and value.isprintable()
        and " " not in value
    )
