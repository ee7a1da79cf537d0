"""What is printed: every name, in its own script, the same bytes twice, and never a box."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from io import BytesIO

import pikepdf
import pytest

from campaign.document.pdf import typeset
from campaign.document.press import ROOT
from campaign.document.rules import ENGLISH_LABELS, CountryGroup, Document
from campaign.letter.kinds import SHIPPED
from campaign.names.coverage import COVERAGE
from campaign.names.tags import name_language
from campaign.roll.rules import ListedName
from campaign.world.countries import country_name
from campaign.world.languages import LANGUAGES
from config.demonstration import people
from tests.document.fonts import drawable

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
HEAD_AND_FOOT = 4  # lines of every page
LINE = 39  # Han characters of 10.5 points on a line of 148 millimetres
LABELS = {
    **ENGLISH_LABELS,
    "kind_lawmakers": "Lawmakers",
    "kind_activists": "Activists",
    **{f"level_{level}": f"how far, {level}" for level in range(1, 5)},
}


def line(
    name: str, *, latin_name: str = "", detail: str = "", community: str = "", kind: str = "activist"
) -> ListedName:
    said = {"office": detail, "community": community}
    return ListedName(
        id=0, kind=kind, country="", name=name, latin_name=latin_name, level=3, sort_key=b"", said=said
    )


def group(*lines: ListedName, code: str = "CH", withheld: int = 0) -> CountryGroup:
    by_kind = {kind.plural: tuple(one for one in lines if one.kind == kind.key) for kind in SHIPPED}
    return CountryGroup(code, country_name(code, "en"), by_kind, withheld)


def document(*groups: CountryGroup, **changes: object) -> Document:
    whole = Document(
        language="en",
        title="An appeal",
        body="We ask for **one** thing.\n\n- this\n- that\n\n> and *this*",
        recipient="To the Government: Switzerland",
        reference="APPEAL-CH-20260504",
        day=date(2026, 5, 4),
        written_day="4 May 2026",
        version=1,
        sha256="5" * 64,
        groups=groups,
        elsewhere=3,
        counted=2,
        labels=LABELS,
        covering="On behalf of its signatories.",
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # any field


def demonstration() -> Document:
    groups: dict[str, list[ListedName]] = {}
    for row in people():
        kind = {"latin_name": row["latin_name"], "detail": row["office"], "kind": row["kind"]}
        groups.setdefault(row["country"], []).append(line(row["name"], community=row["community"], **kind))
    return document(*(group(*lines, code=code) for code, lines in sorted(groups.items())))


def text_of(pdf: bytes) -> str:
    run = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return run.stdout.decode()


@pytest.fixture(scope="module")
def printed() -> bytes:
    return typeset(demonstration())


def test_the_same_document_is_the_same_bytes(printed: bytes) -> None:
    assert typeset(demonstration()) == printed


@needs_poppler
@pytest.mark.parametrize(
    "name",
    ["བཀྲ་ཤིས་ནོར་ལྷ", "پەرىدە تۇرسۇنتاي", "نور الهدى ساطع", "נועה בר-שחף", "林曜辰", "은하솔", "三雲 澪", "Íñigo Valderrábano Soto",
     "ნინო მთისწყარო", "Անի Արևածաղիկյան", "Олеся Журавлиненко", "Ευρυδίκη Θαλασσινού", "Nguyễn Thuỷ Lam Giang"],
)  # fmt: skip
def test_a_name_can_be_searched_in_its_own_script(printed: bytes, name: str) -> None:
    """Each word whole, in order, on one line; poppler sets right-to-left words in the order of the eye."""
    marks = re.compile("[\u202a-\u202e\u200e\u200f]")
    lines = [marks.sub("", line).replace(" ", "") for line in text_of(printed).splitlines()]
    words = re.split("[ -]", name)
    assert any(all(word in line for word in words) for line in lines)


@needs_poppler
def test_every_latin_name_of_the_demonstration_is_there(printed: bytes) -> None:
    found = " ".join(text_of(printed).split())
    latin = [row["latin_name"] or row["name"] for row in people()]
    missing = [name for name in latin if name not in found and name.replace("-", "- ") not in found]
    assert len(missing) <= len(latin) // 50, missing


def test_it_is_tagged_named_and_has_an_entry_for_each_country(printed: bytes) -> None:
    with pikepdf.open(BytesIO(printed)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        assert pdf.docinfo["/Title"] == "An appeal"
        metadata = bytes(pdf.Root.Metadata.read_bytes())
        assert b"pdfuaid:part>1<" in metadata
        assert b"pdfaid:part>2<" in metadata
        with pdf.open_outline() as outline:
            titles = [str(child.title) for item in outline.root for child in item.children]
    assert {country_name(row["country"], "en") for row in people()} <= set(titles)


@needs_poppler
def test_every_page_says_which_of_how_many(printed: bytes) -> None:
    with pikepdf.open(BytesIO(printed)) as pdf:
        pages = len(pdf.pages)
    found = text_of(printed)
    assert all(f"Page {page} of {pages}" in found for page in range(1, pages + 1))


@needs_poppler
@pytest.mark.parametrize(("names", "last"), [(90, "Italy"), (100, "Switzerland (continued) – Italy")])
def test_the_head_of_each_page_says_which_countries_stand_there_and_what_goes_on(names: int, last: str) -> None:
    many = [line(f"Ana Belin {number}", detail="of a house of invention") for number in range(names)]
    pages = text_of(typeset(document(group(*many), group(line("Io Ferro"), code="IT")))).split("\f")
    heads = [page.splitlines()[0] for page in pages if "of a house" in page or "Io Ferro" in page]
    assert heads[0] == "An appeal Switzerland"
    assert heads[1] == "An appeal Switzerland (continued)"
    assert heads[-1] == f"An appeal {last}"


@needs_poppler
@pytest.mark.parametrize("where", ["name", "latin_name", "detail"])
def test_a_word_longer_than_its_line_stays_in_its_column(where: str) -> None:
    word = "W" * 85
    whole = line(word) if where == "name" else line("Ana", **{where: word})
    run = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=typeset(document(group(whole))), capture_output=True, check=True
    )
    pieces = re.findall('xMax="([0-9.]+)"[^>]*>(W+)<', run.stdout.decode())
    assert max(float(edge) for edge, _piece in pieces) < 300  # the middle of the page
    assert "".join(piece for _edge, piece in pieces) == word  # nothing between its letters when it is copied


@needs_poppler
def test_a_point_inside_a_chinese_name_is_as_wide_as_a_character() -> None:
    pdf = typeset(document(language="zh-Hant", body="多里坤·艾沙\n\n多里坤人艾沙"))
    run = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    edges = re.findall('xMin="([0-9.]+)"[^>]*xMax="([0-9.]+)"[^>]*>多里坤.艾沙<', run.stdout.decode())
    widths = [float(right) - float(left) for left, right in edges]
    assert widths == pytest.approx([widths[0]] * 2)


@needs_poppler
def test_marks_in_a_chinese_line_are_not_squeezed() -> None:
    marks = "，、。；"
    body = "".join("國" * (length % 4 + 1) + marks[length % len(marks)] for length in range(150))
    lines = text_of(typeset(document(language="zh-Hant", body=body))).splitlines()
    assert 30 < max(len(line) for line in lines if "國國國國" in line) <= LINE


@needs_poppler
@pytest.mark.parametrize(
    "name", ['#import "x"', "*bold* _it_ $x^2$", "</w> \\ `raw`", "= Heading", "@ref <label> ~", "//comment"]
)
def test_markup_in_a_name_prints_as_it_was_typed(name: str) -> None:
    assert name in " ".join(text_of(typeset(document(group(line(name))))).split())


def test_what_we_say_the_fonts_draw_is_what_they_draw() -> None:
    assert COVERAGE.read_text(encoding="ascii") == drawable()


@pytest.mark.parametrize("language", ["ar", "ug", "ja", "zh-Hant", "zh-Hans"])
def test_a_document_in_another_direction_or_script_is_printed(language: str) -> None:
    with pikepdf.open(BytesIO(typeset(document(group(line("Ana Belin")), language=language)))) as pdf:
        assert str(pdf.Root.Lang).startswith(language.split("-", maxsplit=1)[0])


@needs_poppler
@pytest.mark.parametrize("paper", ["a4", "us-letter"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_page_of_a_letter_is_never_nearly_empty(language: str, paper: str) -> None:
    body = (ROOT / f"config/letters/governments/v1/{language}.md").read_text(encoding="utf-8").partition("\n\n")[2]
    pages = text_of(typeset(document(language=language, paper=paper, body=body))).split("\f")
    last = next(at for at, page in enumerate(pages) if LABELS["contents"] in page) - 1
    assert len(pages[last].splitlines()) >= HEAD_AND_FOOT + 8


def test_an_entry_longer_than_a_page_does_not_stop_the_print() -> None:
    assert typeset(document(group(line("Ana " * 1500, detail="of " * 2000)))).startswith(b"%PDF")


def test_an_empty_roll_is_printed() -> None:
    assert typeset(document(elsewhere=0, counted=0)).startswith(b"%PDF")


def test_han_names_get_the_forms_of_their_own_region() -> None:
    assert name_language("黃皓晴", "GB", "Hongkonger") == "zh-Hant-HK"
    assert name_language("林曜辰", "TW", "") == "zh-Hant-TW"
    assert name_language("直", "JP", "") == "ja"
    assert name_language("پەرىدە", "DE", "") == "ug"
    assert name_language("نور", "JO", "") == "ar"
