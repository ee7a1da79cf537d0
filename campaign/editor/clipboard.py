"""Turn HTML from the clipboard into Markdown. The result is text: it is shown only after `to_html` has cleaned it."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import groupby
from urllib.parse import urlsplit

from campaign.editor.paste import clean_letters

MOST = 500_000  # letters of HTML
SILENT = frozenset({"style", "script", "head", "title", "xml", "svg", "template", "object", "noscript"})
HEADINGS = {"h1": "## ", "h2": "## ", "h3": "### ", "h4": "### ", "h5": "### ", "h6": "### "}
BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "table",
        "tr",
        "pre",
        "header",
        "footer",
        "dl",
        "dt",
        "dd",
        "li",
        "ul",
        "ol",
    ]
).union(HEADINGS, {"blockquote", "body"})
INLINE = frozenset({"b", "strong", "i", "em", "a", "span", "font", "u", "cite", "code"})
BOLD, ITALIC = re.compile(r"font-weight:\s*(bold|[6-9]00)"), re.compile(r"font-style:\s*italic")
UPRIGHT = re.compile(r"font-weight:\s*(normal|400)")  # Google Docs puts its whole text in a <b> of this weight
WORD_ITEM = re.compile(r"mso-list:[^;]*\blevel(\d)")  # Word pastes a list as paragraphs that begin with the sign
SIGN = re.compile(r"\s*(?:\(?(\d{1,3}|[a-z])[.)]|[^\w\s])\s+|\s*o\s{2,}")
MARKUP = re.compile(r"[\\`*<]|(?<!\w)_|_(?!\w)")
LINE_MARKUP = re.compile(r"^(\d{1,9})(?=[.)]\s)|^(?=[#>+~-])")


@dataclass(frozen=True)
class _Style:
    """How a run of letters stands."""

    bold: bool = False
    italic: bool = False
    link: str = ""


LINE, BREAK = _Style(link="\n"), "  \n"  # a line break, as a run of its own


def markdown_of(html: str) -> str:
    """Return the Markdown of pasted HTML: paragraphs, headings, lists, quotations, emphasis and links to https."""
    reader = _Reader()
    reader.feed(html[:MOST])
    reader.close()
    reader.end_block()
    written = "".join(
        ("\n" if item and listed else "\n\n") + block
        for (block, item), (_before, listed) in zip(reader.blocks, [("", False), *reader.blocks], strict=False)
    )
    return clean_letters(re.sub(r" +\n(?=\n|\Z)", "\n", written))


class _Reader(HTMLParser):
    """Collects blocks of Markdown. An element that means nothing here is left out, and its words are kept."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[str, bool]] = []  # each with whether it is an item of a list
        self.runs: list[tuple[_Style, str]] = []
        self.open: list[tuple[str, _Style]] = []
        self.lists: list[int | None] = []  # the last number of each open list, None for bullets
        self.silent = self.quoted = 0
        self.before, self.word_level = "", 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, a list or an emphasis."""
        said = {name: value or "" for name, value in attrs}
        self.silent += tag in SILENT
        if tag in BLOCKS:
            self.end_block()
            self._begin_block(tag, said.get("style", ""))
        elif tag == "br":
            self.runs.append((LINE, BREAK))
        elif tag in INLINE:
            self.open.append((tag, _styled(self._style(), tag, said)))

    def handle_endtag(self, tag: str) -> None:
        """End a block, a list or an emphasis; an end without a beginning is left out."""
        self.silent -= tag in SILENT and self.silent > 0
        if tag in BLOCKS:
            self.end_block()
            self.quoted -= tag == "blockquote" and self.quoted > 0
            if tag in ("ul", "ol") and self.lists:
                self.lists.pop()
        elif tag in ("td", "th"):
            self.handle_data(" ")
        elif tag in INLINE:
            at = max((place for place, one in enumerate(self.open) if one[0] == tag), default=None)
            del self.open[slice(at, None) if at is not None else slice(0, 0)]

    def handle_data(self, data: str) -> None:
        """Take up words."""
        if not self.silent:
            self.runs.append((self._style(), re.sub(r"[ \t\r\n]+", " ", data)))

    def end_block(self) -> None:
        """Write what was collected as one block of Markdown."""
        text, self.runs = _written(self.runs), []
        before, self.before = self.before, ""
        if self.word_level:
            before, text = _word_item(text, self.word_level)
        text = text.strip()
        if not text:
            self.before = before
            return
        if not before:
            text = LINE_MARKUP.sub(lambda found: f"{found[0]}\\", text)
        item = bool(before) and not before.startswith("#")
        lead = "> " * self.quoted + "   " * (len(self.lists) - (item and not self.word_level))
        self.blocks.append((f"{lead}{before}" + text.replace("\n", f"\n{lead}"), item))

    def _begin_block(self, tag: str, style: str) -> None:
        self.quoted += tag == "blockquote"
        level = WORD_ITEM.search(style)
        self.word_level = int(level[1]) if level else 0
        if tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self.before = self._next_mark()
        elif tag in HEADINGS:
            self.before = HEADINGS[tag]

    def _next_mark(self) -> str:
        """Return the mark of the next item of the innermost list."""
        if not self.lists or self.lists[-1] is None:
            return "- "
        self.lists[-1] += 1
        return f"{self.lists[-1]}. "

    def _style(self) -> _Style:
        return self.open[-1][1] if self.open else _Style()


def _styled(style: _Style, tag: str, said: dict[str, str]) -> _Style:
    """Return the style within an element."""
    css = said.get("style", "")
    bold = not UPRIGHT.search(css) and (style.bold or tag in ("b", "strong") or bool(BOLD.search(css)))
    italic = style.italic or tag in ("i", "em", "cite") or bool(ITALIC.search(css))
    href = said.get("href", "") if tag == "a" else ""
    return _Style(bold, italic, href if _leads_on(href) else style.link)


def _leads_on(href: str) -> bool:
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.netloc) and not re.search(r"[\s()<>]", href)


def _written(runs: list[tuple[_Style, str]]) -> str:
    """Return runs of letters with Markdown's marks around what is strong, emphasised or linked."""
    parts = []
    for style, run in groupby(runs, key=lambda one: one[0]):
        words = [said for _style, said in run]
        parts.append((BREAK if len(words) == 1 else "\n\n") if style == LINE else _marked("".join(words), style))
    return re.sub(r"(?<!  )(?<=\S) {2,}(?=\S)", " ", "".join(parts))


def _marked(text: str, style: _Style) -> str:
    inner = MARKUP.sub(r"\\\g<0>", text.strip())
    if not inner:
        return " " if text else ""
    mark = "**" * style.bold + "*" * style.italic
    inner = f"{mark}{inner}{mark[::-1]}"
    inner = f"[{inner}]({style.link})" if style.link else inner
    return " " * text.startswith(" ") + inner + " " * text.endswith(" ")


def _word_item(text: str, level: int) -> tuple[str, str]:
    """Return the mark of an item of Word's list, and its words without Word's own sign."""
    sign = SIGN.match(text)
    number = sign[1] if sign else None
    mark = f"{number if number.isdigit() else ord(number) - 96}. " if number else "- "
    return "   " * (level - 1) + mark, text[sign.end() :] if sign else text
