"""The same document, set by WeasyPrint: the fonts, the words and the order of ours, tagged as PDF/UA-1, in one column."""

from collections.abc import Iterator
from html import escape

from weasyprint import CSS, HTML  # type: ignore[import-untyped]  # ships no types
from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]  # as above

from campaign.document.pdf import CJK_FONT, FONTS
from campaign.document.rules import Document
from campaign.roll.rules import ListedName

STYLE = """
@page { size: A4; margin: 28mm 30mm 27mm; @bottom-center { content: counter(page) " / " counter(pages) } }
body { font: 10.5pt %s } h2 { border-bottom: .5pt solid; break-after: avoid } p { margin: .5em 0 }
i, small { color: #444 } sup { font-size: 7.5pt }
"""


def weasyprint(document: Document) -> bytes:
    """Return the PDF of a document as WeasyPrint makes it."""
    config = FontConfiguration()
    files = [*sorted(FONTS.glob("*-Regular.ttf")), CJK_FONT]
    faces = "".join(
        f"@font-face {{ font-family: f{at}; src: url({file.as_uri()}) }}\n" for at, file in enumerate(files)
    )
    style = faces + STYLE % ", ".join(f"f{at}" for at in range(len(files)))
    page = HTML(string="".join(_written(document)))
    whole = page.write_pdf(
        stylesheets=[CSS(string=style, font_config=config)], font_config=config, pdf_variant="pdf/ua-1"
    )
    return bytes(whole)


def _written(document: Document) -> Iterator[str]:
    labels = document.labels
    yield f'<!doctype html><html lang="{document.language}"><title>{escape(document.title)}</title><body>'
    yield f"<p>{escape(document.recipient)}<h1>{escape(document.title)}</h1><p>{escape(document.covering)}"
    yield f"<p>{escape(document.body)}<h1>{labels['contents']}</h1><table>"
    for group in document.groups:
        yield f"<tr><td>{escape(group.name)}{''.join(f'<td>{len(lines)}' for lines in group.lines.values())}<td>{group.withheld}"
    yield f"</table><h1>{labels['signatories']}</h1>"
    for group in document.groups:
        yield f"<h2>{escape(group.name)}</h2><h3>{labels['kind_lawmakers']}</h3>"
        yield from map(_line, group.lines["lawmakers"])


def _line(line: ListedName) -> str:
    language = "" if line.language == "und" else f' lang="{line.language}"'
    return (
        f"<p><span{language}>{escape(line.name)}</span> <i>{escape(line.latin_name)}</i> <sup>L{line.level}</sup>"
        f"<br><small>{escape(line.detail)}</small>"
    )
