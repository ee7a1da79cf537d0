"""What comes out of a word processor or a mail becomes Markdown; what is Markdown already stays as it is."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import ROOT
from campaign.editor.clipboard import markdown_of
from campaign.editor.pages import read_words
from campaign.editor.paste import clean_letters, clean_paste, looks_pasted, one_line
from campaign.letter.markdown import to_html

LONG = "This paragraph comes out of a word processor, which ends it with one line break and nothing else, so that it is longer."
MAIL = """Dear all,

we are writing to you because the lake is drying up and nobody seems to
care about it at all, which is a pity for all of us who live around it
and for those who come after us, as they will have to live without it,
or move.

- one
- two

Yours"""


@pytest.mark.parametrize(
    ("pasted", "markdown"),
    [
        ("•\tone\r\n•\ttwo", "- one\n- two"),
        ("We ask:\n· one\n· two\nYours", "We ask:\n\n- one\n- two\n\nYours"),
        ("\uf0b7 one\n\to\ttwo\n▪ three", "- one\n  - two\n- three"),
        ("1.\tone\n2.\ttwo", "1. one\n2. two"),
        ("1.\tone\n2.\ttwo\n\na) three\nb) four", "1. one\n2. two\n\n1) three\n2) four"),
        ("– one\n– two", "- one\n- two"),
        ("– We will not go, she said.", "– We will not go, she said."),
        ("1945.\twas a year", "1945. was a year"),
        ("one\vtwo\fthree", "one\ntwo\n\nthree"),
        ("hy\u00adphen, zero\u200bwidth\ufeff, caf\u0065\u0301", "hyphen, zerowidth, café"),
        ("a\u00a0b, «\u00a0oui\u00a0»\u202f!", "a b, «\u00a0oui\u00a0»\u202f!"),
        ("می\u200cخواهم \u202bنص\u202c", "می\u200cخواهم نص"),
        (f"Dear all,\n{LONG}\n{LONG}\nYours", f"Dear all,\n\n{LONG}\n\n{LONG}\n\nYours"),
        (f"{LONG}  \nsecond line", f"{LONG}  \nsecond line"),
    ],
)
def test_a_pasted_text_comes_out_clean(pasted: str, markdown: str) -> None:
    assert clean_paste(pasted) == markdown


def test_the_broken_lines_of_a_mail_are_joined_and_its_list_stays() -> None:
    joined = clean_paste(MAIL)
    assert "nobody seems to care about it at all, which is" in joined
    assert joined.endswith("or move.\n\n- one\n- two\n\nYours")
    assert looks_pasted(MAIL)


@pytest.mark.parametrize("path", sorted((ROOT / "config").rglob("*.md")), ids=str)
def test_a_text_that_is_markdown_stays_as_it_is(path: Path) -> None:
    body = read_words(path.read_text(encoding="utf-8")).body
    assert clean_paste(body) == body
    assert not looks_pasted(body)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab .)1\t\n-–•o\u00a0«\x0c\r\u200b>#*", max_size=40))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean_paste(clean_paste(text)) == clean_paste(text)
    assert clean_letters(clean_letters(text)) == clean_letters(text)


def test_a_title_that_was_pasted_with_a_line_break_is_one_line() -> None:
    assert one_line("Keep the\r\n\u00a0lake\tclean ") == "Keep the lake clean"


GOOGLE = """<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"><span style="font-weight:400">Dear
</span><span style="font-weight:700">council</span><span>,</span></p><ul><li aria-level="1"><p><span>One</span></p></li><li><p>Two
<i>now</i></p><ol><li>a</li><li>b</li></ol></li></ul></b>"""
WORD = """<!--StartFragment--><style>p.MsoNormal{margin:0}</style><h1>The lake</h1><p class=MsoNormal>It is&nbsp;ours.<o:p></o:p></p>
<p class=MsoListParagraph style='text-indent:-18pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'>·<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span><![endif]>First</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span>o<span>&nbsp;&nbsp; </span></span>Nested</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span>1.<span>&nbsp;&nbsp; </span></span>Number</p>"""


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        (GOOGLE, "Dear **council**,\n\n- One\n- Two *now*\n   1. a\n   2. b"),
        (WORD, "## The lake\n\nIt is ours.\n\n- First\n   - Nested\n1. Number"),
        ("<p>one<br>two<br><br>three</p>", "one  \ntwo\n\nthree"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n\n> b"),
        ("<p>2 * 3 * 4, snake_case, _so_ and `so`</p>", "2 \\* 3 \\* 4, snake_case, \\_so\\_ and \\`so\\`"),
        ("<p>1945. was</p><p># no heading</p>", "1945\\. was\n\n\\# no heading"),
        ('<a href="https://lake.example.org/a">here</a>', "[here](https://lake.example.org/a)"),
        ('<a href="javascript:alert(1)">here</a><a href="https://x.org/)(">b</a>', "hereb"),
        ("<p>a</p><script>alert(1)</script><p>&lt;script&gt;b</p>", "a\n\n\\<script>b"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("</div></ul></b>broken <b>bold", "broken **bold**"),
    ],
)
def test_pasted_html_becomes_markdown(html: str, markdown: str) -> None:
    assert markdown_of(html) == markdown


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=" <>/\"'=abipulol#&;:\n", max_size=80))
def test_no_html_survives_the_way_from_the_clipboard_to_the_page(html: str) -> None:
    shown = to_html(markdown_of(f"<p>{html}<img src=x onerror=alert(1)><svg/onload=alert(1)></p>"))
    assert "<img" not in shown
    assert "<svg" not in shown
