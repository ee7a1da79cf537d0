"""The channels of a delivery, and what an answer may be."""

import re
from datetime import date, datetime, timedelta
from unicodedata import category, normalize

CHANNELS = {"hand": "handed over", "post": "by post", "mail": "by e-mail"}
LONGEST_ANSWER = 20_000
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z]{4})?(-([A-Z]{2}|[0-9]{3}))?")  # RFC 5646, what an office writes
LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\v\f]")
BLANK_LINES = re.compile(r"\n\s*\n")
OVERRIDES = frozenset(map(chr, range(0x202A, 0x202F)))  # bidi controls that reorder the text of an answer
AHEAD = timedelta(hours=14)  # it may be tomorrow already where a letter is handed over (Kiribati is UTC+14)


class AnswerRefused(ValueError):
    """The text cannot be kept; the message says why."""


def plain_answer(typed: str) -> str:
    """Return an answer as plain text: NFC, lines end with LF, no control characters, an empty line between paragraphs.

    Raises AnswerRefused if nothing is left or it is longer than LONGEST_ANSWER characters.
    """
    lines = normalize("NFC", LINE_ENDS.sub("\n", typed)).split("\n")
    text = "\n".join("".join(letter for letter in line if _is_text(letter)).rstrip() for line in lines).strip()
    text = BLANK_LINES.sub("\n\n", text)
    if not text:
        raise AnswerRefused("Write or paste the answer.")
    if len(text) > LONGEST_ANSWER:
        raise AnswerRefused(f"Keep it to {LONGEST_ANSWER:,} characters; this has {len(text):,}.")
    return text


def paragraphs(text: str) -> list[str]:
    """Return an answer's paragraphs."""
    return text.split("\n\n")


def latest_day(now: datetime) -> date:
    """Return the latest day that it is anywhere at this moment: a step cannot have happened later."""
    return (now + AHEAD).date()


def _is_text(letter: str) -> bool:
    return letter == "\t" or (category(letter) not in {"Cc", "Cs", "Co", "Cn"} and letter not in OVERRIDES)
