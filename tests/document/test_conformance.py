"""Whether what is printed conforms to PDF/UA-1 and PDF/A-2a, and what else a reader of the file relies on.

The judge is `page` (page-validation), an independent checker that passes veraPDF's own corpus; veraPDF itself is not
run here. No checker can tell whether the tags make sense: that the order of reading is that of the page, that what
is marked as a heading is one, that a name's language is the right one, that colours contrast. Those were looked at.
"""

from dataclasses import replace
from io import BytesIO

import page
import pikepdf
import pytest

from campaign.document.pdf import typeset
from campaign.document.rules import Document, PrintedProof, paper_of
from tests.document.test_pdf import demonstration, document, group, line

PROFILES = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A)
LETTERS = ("en", "fr", "ja", "zh-Hant", "ar")
MM = 72 / 25.4


def letter(language: str) -> Document:
    """Return the demonstration as a package prints it: with its method, its check and its proof."""
    whole = replace(demonstration(), language=language, method="We looked.", checking="Run *verify.py*.")
    return replace(
        whole, body="一、私たちは **求めます**：\n\n1. これ\n2. それ", proof=PrintedProof(90, "a" * 64, "b" * 64)
    )


def annex() -> Document:
    named = group(line("Ana Belin"), line("པད་མ"), line("黃皓晴"), line("نور"), code="FR")
    return document(named, annex=True, body="", counted=0, elsewhere=0, reference="APPEAL-FR-20260504-ANNEX")


def faults(pdf: bytes) -> list[str]:
    """Return what the checker holds against a document, but for what it is known to be wrong about."""
    found = [fault for profile in PROFILES for fault in page.validate_pdf_bytes(pdf, profile=profile).failures]
    return [f"{fault.rule_id}: {fault.message}" for fault in found if not mistaken(fault, pdf)]


def mistaken(fault: page.ValidationFailure, pdf: bytes) -> bool:
    """Say whether it is one of the checker's two known mistakes; veraPDF holds neither against these files.

    It takes the width of a glyph in a CID-keyed CFF font (our Han fonts) for 0 where the glyph says nothing and the
    font's default, 1000, holds. And where a compressed stream happens to end in the byte 0D, it takes that byte for
    a part of the end of line before `endstream`, and the stream for one byte shorter than its /Length.
    """
    if "STREAM-LENGTH" in fault.rule_id:
        return ends_in_return(pdf, fault.object_id)
    return "GLYPH-WIDTH" in fault.rule_id and "width 0.000 in its embedded CIDFontType0C program" in fault.message


def ends_in_return(pdf: bytes, at: page.PdfObjectId | None) -> bool:
    """Say whether a stream is as long as its /Length says, and ends in the byte 0D."""
    if at is None:
        return False
    with pikepdf.open(BytesIO(pdf)) as whole:
        stream = whole.get_object((at.object_number, at.generation))
        raw = stream.read_raw_bytes()
        return len(raw) == int(stream.Length) and raw.endswith(b"\r") and raw + b"\nendstream" in pdf


def with_tail(tail: bytes) -> bytes:
    """Return an annex whose first page's stream goes on with these bytes."""
    with pikepdf.open(BytesIO(typeset(annex()))) as pdf:
        stream = pdf.pages[0].Contents
        stream.write(stream.read_bytes() + tail)
        file = BytesIO()
        pdf.save(file, compress_streams=False)
    return file.getvalue()


def test_a_stream_that_ends_in_a_return_is_not_held_against_the_file() -> None:
    assert faults(with_tail(b"\r")) == []


def test_a_stream_that_is_longer_than_it_says_is_held_against_the_file() -> None:
    whole = with_tail(b" ")
    with pikepdf.open(BytesIO(whole)) as pdf:
        length = int(pdf.pages[0].Contents.Length)
    broken = whole.replace(b"/Length %d\n" % length, b"/Length %d\n" % (length - 1))
    broken = broken.replace(b"/Length %d " % length, b"/Length %d " % (length - 1))
    assert broken != whole
    assert any("STREAM-LENGTH" in fault for fault in faults(broken))


@pytest.mark.parametrize("language", LETTERS)
def test_a_letter_conforms(language: str) -> None:
    assert faults(typeset(letter(language))) == []


def test_an_annex_conforms() -> None:
    assert faults(typeset(annex())) == []


def test_the_checker_would_see_a_file_without_its_language() -> None:
    with pikepdf.open(BytesIO(typeset(annex()))) as pdf:
        del pdf.Root.Lang
        broken = BytesIO()
        pdf.save(broken)
    assert faults(broken.getvalue())


def test_each_name_says_its_language_and_the_file_says_its_own() -> None:
    names = (
        ("林曜辰", "TW"),
        ("三雲 澪", "JP"),
        ("陆听雨", "CN"),
        ("བསོད་ནམས", "IN"),
        ("پەرىدە", "DE"),
        ("Ana Belin", "CH"),
    )
    lines = [replace(line(name), country=code) for name, code in names]
    with pikepdf.open(BytesIO(typeset(document(group(*lines), language="fr")))) as pdf:
        assert str(pdf.Root.Lang) == "fr"
        said = {str(item.Lang) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Lang" in item}
    assert said == {"fr", "zh-TW", "ja", "zh-CN", "bo", "ug", "und"}


@pytest.mark.parametrize(("language", "direction"), [("en", "/L2R"), ("ar", "/R2L"), ("ug", "/R2L")])
def test_a_letter_that_reads_from_the_right_is_mirrored(language: str, direction: str) -> None:
    with pikepdf.open(BytesIO(typeset(document(language=language)))) as pdf:
        assert pdf.Root.ViewerPreferences.Direction == direction


def test_the_outline_names_each_country_once_in_the_order_of_the_letter() -> None:
    whole = letter("fr")
    with pikepdf.open(BytesIO(typeset(whole))) as pdf, pdf.open_outline() as outline:
        titles = [str(child.title) for item in outline.root for child in item.children]
    assert titles == [one.name for one in whole.groups]


@pytest.mark.parametrize(("country", "size"), [("FR", (210, 297)), ("US", (215.9, 279.4)), ("CA", (215.9, 279.4))])
def test_it_is_printed_on_the_paper_that_the_country_files(country: str, size: tuple[float, float]) -> None:
    whole = document(group(line("Ana Belin"), code=country), paper=paper_of(country))
    with pikepdf.open(BytesIO(typeset(whole))) as pdf:
        for sheet in pdf.pages:
            assert [float(side) / MM for side in sheet.mediabox[2:]] == pytest.approx(size, abs=0.1)
