"""Turn a campaign's own Markdown into clean HTML; never used for text that a visitor typed."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "h2", "h3", "ul", "ol", "li", "strong", "em", "blockquote", "a", "br", "hr"}
MARKDOWN = MarkdownIt("commonmark", {"html": False})


@lru_cache(maxsize=256)
def to_html(source: str) -> Markup:
    """Return the HTML of a Markdown text, with only the tags, attributes and schemes that a letter needs."""
    clean = nh3.clean(
        MARKDOWN.render(source),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https"},
        link_rel="noopener noreferrer",
    )
    return Markup(clean)  # noqa: S704 - cleaned by nh3 one line above
