"""An owner may have a logo from anywhere: nothing that could run is kept of it."""

import re
import time
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.desk.logos import LOOKS, SHAPES, LogoRefused, clean_logo
from tests.desk.pictures import CLEANED, REFUSED, drawing, picture

WORDS = [
    *SHAPES, *LOOKS, "script", "foreignObject", "style", "use", "image", "a", "text", "set", "svg", "defs", "metadata",
    "onload", "onclick", "href", "xlink:href", "class", "id", "url(#a)", "javascript:alert(1)", "data:image/png,x",
    "#123456", "red", "M0 0h9v9z", "1", "-.5", "10%", "rotate(3)", "</g>", "&lt;", "<!--", "]]>", "&#60;", "'", '"',
]  # fmt: skip
HOSTILE = re.compile(rb"script|\bon\w|href|url|data:|import|evil|<!|&|style", re.IGNORECASE)


@pytest.mark.parametrize("raw", REFUSED.values(), ids=list(REFUSED))
def test_a_hostile_or_broken_file_is_refused_with_a_sentence_and_at_once(raw: bytes) -> None:
    began = time.perf_counter()
    with pytest.raises(LogoRefused) as refused:
        clean_logo(raw)
    assert str(refused.value).endswith((".", "”."))
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize("raw", CLEANED.values(), ids=list(CLEANED))
def test_a_usual_file_is_accepted_and_nothing_hidden_in_it_stays(raw: bytes) -> None:
    logo = clean_logo(raw)
    assert not HOSTILE.search(logo.content if logo.kind == "svg" else b"")
    assert b"evil" not in logo.content
    assert clean_logo(logo.content) == logo, "cleaned once, it is clean"


def test_a_drawing_looks_as_it_did() -> None:
    logo = clean_logo(drawing('<g style="fill:#f00" id="x"><rect x="1" width="9" height="9"/></g>'))
    assert logo.content == (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        b'<g fill="#f00"><rect height="9" width="9" x="1"/></g></svg>'
    )


def test_a_picture_keeps_its_pixels_and_nothing_else() -> None:
    logo = clean_logo(picture())
    assert re.findall(rb"[A-Z]{4}", logo.content)[0] == b"IHDR"
    assert logo.content == clean_logo(CLEANED["a picture with words in it"]).content


tags = st.sampled_from(WORDS)
attributes = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS) | st.text(max_size=8)), max_size=4)


@given(st.lists(st.tuples(tags, attributes), max_size=5), st.binary(max_size=20))
def test_no_random_file_comes_out_with_anything_that_could_run(
    parts: list[tuple[str, list[tuple[str, str]]]], end: bytes
) -> None:
    inside = ""
    for tag, said in parts:
        inside += f"<{tag}{''.join(f' {name}={chr(34)}{value}{chr(34)}' for name, value in said)}/>"
    for raw in (drawing(inside + '<rect width="1" height="1"/>'), drawing(inside) + end):
        try:
            logo = clean_logo(raw)
        except LogoRefused:
            continue
        assert not HOSTILE.search(logo.content.replace(b"http://www.w3.org/2000/svg", b""))
        for element in ET.fromstring(logo.content).iter():
            assert element.tag.rpartition("}")[2] in {*SHAPES, "svg"}
            assert set(element.attrib) <= {*LOOKS, "viewBox", *SHAPES.get(element.tag.rpartition("}")[2], {})}
