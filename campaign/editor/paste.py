"""Clean what comes out of a word processor or a mail, so that it is Markdown with nothing invisible in it."""

import re
from collections.abc import Iterator
from itertools import pairwise
from unicodedata import category, normalize

HARD_WRAP = range(40, 81)  # a mail breaks its lines at about 72 characters
ROUNDS = 5  # what one round uncovers the next one cleans: a number behind a tab, an item behind a bullet
LONG = 100  # a longer line is a paragraph: a word processor ends each with one line break
BREAKS = str.maketrans({"\r": "\n", "\v": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n\n", "\f": "\n\n"})
FRENCH = "«»‹›;:!?%€"  # a no-break space beside one of these is typed on purpose
KEPT_UNSEEN = frozenset(
    "\n\t\u200c\u200d\u200e\u200f\u061c"
)  # scripts need the joiners, lines in two directions the marks
NO_BREAK = "\u00a0\u202f"
BULLET = re.compile(r"(?P<in>[ \t]*)(?:[•·‣◦∙▪●○■□◆➢➤✓\uf0b7\uf0a7\uf0d8\uf076][ \t]*|o\t[ \t]*)(?=\S)")
DASH = re.compile(r"(?P<in>[ \t]*)[–—][ \t]+(?=\S)")
NUMBER = re.compile(r"(?P<in>[ \t]*)\(?(?P<mark>\d{1,3}|[a-z])(?P<end>[.)])[ \t]+(?=\S)")
ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+\S")
QUOTED, BLOCK = re.compile(r"[ \t]*>"), re.compile(r"[ \t]*(?:#{1,6} |>|[-*+] |\d{1,3}[.)] |```|---|    )")


def clean_letters(text: str) -> str:
    """Return a text in NFC with LF line ends, without invisible characters and with plain spaces.

    This changes no mark of Markdown. Every text that is saved goes through it.
    """
    text = "".join(_seen(text.replace("\r\n", "\n").translate(BREAKS)))
    text = re.sub(rf"[{NO_BREAK}]", _plain_space, text)
    lines = (re.sub(r"[ \t]+$", _line_end, line) for line in normalize("NFC", text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def clean_paste(text: str) -> str:
    """Return a pasted text as Markdown: lists, paragraphs and line ends of a word processor or a mail become its own.

    A text that is Markdown already stays as it is.
    """
    for _ in range(ROUNDS):
        text, before = _cleaned(text), text
        if text == before:
            break
    return text


def looks_pasted(text: str) -> bool:
    """Say whether `clean_paste` would change more of a text than `clean_letters` does."""
    return clean_paste(text) != clean_letters(text)


def one_line(text: str) -> str:
    """Return a text as one line, such as a title that was pasted with a line break in it."""
    return " ".join(clean_letters(text).split())


def _cleaned(text: str) -> str:
    lines = [re.sub(r"^ {1,3}(?=[^\s*+\d-])", "", line) for line in clean_letters(text).split("\n")]
    lines = _lists(lines)
    lines = _unwrapped(lines) if _is_wrapped(lines) else _apart(lines)
    return clean_letters("\n".join(line.replace("\t", " ") for line in lines))


def _seen(text: str) -> Iterator[str]:
    for letter in text:
        kind = category(letter)
        if kind == "Zs" and letter not in f"{NO_BREAK}\u3000":
            yield " "
        elif letter in KEPT_UNSEEN or (kind not in ("Cc", "Cf", "Cs") and letter != "\ufffc"):
            yield letter


def _plain_space(found: re.Match[str]) -> str:
    """Return a no-break space as it is beside French signs, else a plain one."""
    text, at = found.string, found.start()
    beside = text[at - 1 : at] + text[at + 1 : at + 2]
    return found[0] if any(sign in FRENCH for sign in beside) else " "


def _line_end(found: re.Match[str]) -> str:
    """Return the two spaces that are Markdown's line break, else nothing."""
    return "  " if found[0] == "  " and found.start() else ""


def _lists(lines: list[str]) -> list[str]:
    """Return lines with their list items as Markdown writes them, and a blank line before each list."""
    found: list[str] = []
    counts: dict[str, int] = {}
    for at, line in enumerate(lines):
        item = _item(lines, at, counts)
        if (item and found and found[-1].strip() and not ITEM.match(found[-1])) or (
            not item and line.strip() and found and _was_made(found[-1], lines[at - 1])
        ):
            found.append("")
        found.append(item or line)
    return found


def _was_made(written: str, typed: str) -> bool:
    """Say whether a line became a list item here, so that the next line is a paragraph and no part of it."""
    return bool(ITEM.match(written)) and written != typed


def _item(lines: list[str], at: int, counts: dict[str, int]) -> str:
    """Return a line as an item of a Markdown list; empty if it is none, or written as one already."""
    line = lines[at]
    bullet = BULLET.match(line) or (DASH.match(line) if _has_neighbour(lines, at) else None)
    if bullet:
        return f"{_indent(bullet['in'])}- {line[bullet.end() :]}"
    number = None if ITEM.match(line) and "\t" not in line else NUMBER.match(line)
    if number is None and line.strip():
        counts.clear()
    return _numbered(number, line, counts) if number else ""


def _numbered(number: re.Match[str], line: str, counts: dict[str, int]) -> str:
    """Return an item with its number; empty if it does not follow the one before: a sentence may begin with “1945.”"""
    digits, indent = number["mark"].isdigit(), _indent(number["in"])
    value = int(number["mark"]) if digits else ord(number["mark"]) - ord("a") + 1
    if value != counts.get(f"{indent}{digits}", 0) + 1:
        return ""
    counts[f"{indent}{digits}"] = value
    # Letters get another end than numbers: Markdown would go on counting in the list before.
    return f"{indent}{value}{'.' if digits else ')'} {line[number.end() :]}"


def _has_neighbour(lines: list[str], at: int) -> bool:
    """Say whether the nearest filled line before or after begins with a dash too: one alone may begin a speech."""
    sides = ([*reversed(lines[:at])], lines[at + 1 :])
    return any(DASH.match(next((line for line in side if line.strip()), "")) for side in sides)


def _indent(spaces: str) -> str:
    return "  " if len(spaces.expandtabs(4)) >= 4 else ""


def _is_wrapped(lines: list[str]) -> bool:
    """Say whether a program broke the lines at a fixed width: most lines that have a next one are nearly as long."""
    inner = [len(line) for line, following in pairwise(lines) if line.strip() and following.strip()
             and not BLOCK.match(line) and not BLOCK.match(following)]  # fmt: skip
    if len(inner) < 3 or max(map(len, lines)) not in HARD_WRAP:
        return False
    return sorted(inner)[len(inner) // 4] >= max(inner) - 16


def _unwrapped(lines: list[str]) -> list[str]:
    found: list[str] = []
    for line in lines:
        goes_on = found and found[-1].strip() and line.strip() and not BLOCK.match(line)
        if goes_on and not QUOTED.match(found[-1]) and not found[-1].startswith("#"):
            found[-1] = f"{found[-1].rstrip()} {line.strip()}"
        else:
            found.append(line)
    return found


def _apart(lines: list[str]) -> list[str]:
    """Return lines with a blank one between paragraphs, where a word processor ended each with one line break."""
    if max(map(len, lines)) <= LONG:
        return lines
    found: list[str] = []
    for line in lines:
        last = found[-1] if found else ""
        ends = last.strip() and not last.endswith(("  ", "\\")) and not BLOCK.match(last)
        if ends and line.strip() and not BLOCK.match(line):
            found.append("")
        found.append(line)
    return found
