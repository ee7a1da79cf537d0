"""The difference of two texts, word by word, for a reader who knows the earlier one."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from markdown_it.token import Token
from markupsafe import Markup, escape

from campaign.letter.markdown import MARKDOWN

# A character of Chinese or Japanese is compared by itself: these write no spaces between words.
_ALONE = "\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_MARKS = '.,;:!?()«»“”„‘’"،؛؟'
WORD = re.compile(rf"(?:<\S+>|[{_ALONE}]|[{re.escape(_MARKS)}]|[^\s{_ALONE}{re.escape(_MARKS)}]+)\s*")
BREAK = "\n"  # the end of a paragraph, as a word
SAME, GONE, NEW = "", "del", "ins"
MOST = 25_000_000  # comparisons of words with words: about five seconds; a larger change is shown whole
Run = tuple[str, str]  # SAME, GONE or NEW, and some words


def difference(before: str, after: str) -> Markup:
    """Return two Markdown texts as one in HTML: paragraphs, with `<del>` and `<ins>` around the words that changed.

    Marks of Markdown are left out, and a link shows its address. Two texts of the same words give no `<del>` and
    no `<ins>`.
    """
    paragraphs: list[list[Run]] = [[]]
    for run, word in _compare(paragraphs_of(before), paragraphs_of(after)):
        if word == BREAK and run != GONE:
            paragraphs.append([])
        else:
            _add(paragraphs[-1], run, " " if word == BREAK else word)
    return Markup("\n").join(Markup("<p>{}</p>").format(_html(runs)) for runs in paragraphs if runs)


def difference_in_line(before: str, after: str) -> Markup:
    """Return two lines of plain text as one in HTML, such as an earlier and a new title."""
    runs: list[Run] = []
    for run, word in _words_of(_cut(before), _cut(after)):
        _add(runs, run, word)
    return _html(runs)


def paragraphs_of(source: str) -> list[str]:
    """Return the words of a Markdown text: one line for each paragraph, heading and item of a list."""
    lines = (_line(token.children or ()) for token in MARKDOWN.parse(source) if token.type == "inline")
    return [line for line in (" ".join(line.split()) for line in lines) if line]


def _line(tokens: Sequence[Token]) -> str:
    """Return the words of one paragraph; after the words of a link comes its address."""
    said, address = "", ""
    for token in tokens:
        if token.type == "link_open":
            address = str(token.attrs.get("href", ""))
        elif token.type == "link_close":
            said += f" <{address}>" if address and not said.endswith(address) else ""
        else:
            said += token.content or " " * (token.type in ("softbreak", "hardbreak"))
    return said


def _compare(before: Sequence[str], after: Sequence[str]) -> Iterator[Run]:
    """Give every word with what became of it; paragraphs that stayed are not compared by word."""
    for verb, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = _words(before[start:end]), _words(after[first:last])
        if verb == "equal":
            yield from ((SAME, word) for word in new)
        else:
            yield from _words_of(old, new)


def _words_of(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    if len(old) * len(new) > MOST:
        yield from ((GONE, word) for word in old)
        yield from ((NEW, word) for word in new)
        return
    for verb, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verb == "equal":
            yield from ((SAME, word) for word in new[first:last])
        else:
            yield from ((GONE, word) for word in old[start:end])
            yield from ((NEW, word) for word in new[first:last])


def _words(lines: Sequence[str]) -> list[str]:
    return [word for line in lines for word in (*_cut(line), BREAK)]


def _cut(line: str) -> list[str]:
    """Cut a line into words, each with the space after it; the last one gets one too, so that it equals another."""
    return WORD.findall(f"{line} ") if line else []


def _add(runs: list[Run], run: str, word: str) -> None:
    """Add a word to the last run, or begin another."""
    if runs and runs[-1][0] == run:
        runs[-1] = (run, runs[-1][1] + word)
    else:
        runs.append((run, word))


def _html(runs: Sequence[Run]) -> Markup:
    """Return runs as HTML; the space after a run stands outside its mark."""
    parts: list[str] = []
    for run, words in runs:
        inner = escape(words.strip())
        # A space between what is gone and what is new, so that a screen reader does not read them as one word.
        parts.append(" " if run == NEW and parts and parts[-1].endswith("</del>") else "")
        parts.append(Markup("<{0}>{1}</{0}>").format(run, inner) if run and inner else inner)
        parts.append(" " * words.endswith(" "))
        parts = [part for part in parts if part]
    return Markup("").join(parts).strip()
