"""In which font text is drawn: Latin letters never in a Chinese, Japanese or Korean one, whose apostrophe is as wide as a Han character."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

CSS = (Path(__file__).parents[2] / "static" / "site.css").read_text(encoding="utf-8")
EAST = ("CJK", "Mincho", "Songti", "SimSun", "MingLiU", "PingFang", "YaHei", "JhengHei", "Hiragino", "Yu Gothic")
STAND_IN = "DejaVu Sans Mono"  # drawn wherever the sheet's CJK families come first


def families() -> set[str]:
    """Return every CJK family the sheet names."""
    return {name for name in re.findall(r'"([^"]+)"', CSS) if any(part in name for part in EAST)}


def test_a_font_of_the_east_is_named_only_where_the_language_asks_for_it() -> None:
    for selector, body in re.findall(r"^([^{}@/]+)\{([^}]*)\}", CSS, re.MULTILINE):
        if any(part in body for part in EAST):
            assert all(one.strip().startswith(":lang(") for one in selector.split(",")), selector
    for region in ("ja", "ko", "zh-Hans", "zh-Hant", "zh-HK"):
        assert re.search(rf":lang\({region}\)[^{{}}]*\{{ --serif: [^;]*CJK", CSS), region


@pytest.mark.parametrize("language", ["en", "fr", "ug", "ja", "zh-Hans", "zh-Hant"])
def test_latin_letters_and_apostrophes_are_drawn_in_a_latin_font(browser: Browser, language: str) -> None:
    faces = "".join(f'@font-face{{font-family:"{name}";src:local("{STAND_IN}")}}' for name in families())
    page = browser.new_page()
    page.set_content(
        f'<html lang="{language}"><style>{CSS}{faces}</style><body><h1>We don’t</h1><p>We don’t</p>'
        '<div class="words"><p>We don’t</p></div><p><a lang="zh-Hant">We don’t</a></p>'
    )
    page.evaluate("document.fonts.ready")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument", {"depth": -1})["root"]["nodeId"]
    nodes = session.send("DOM.querySelectorAll", {"nodeId": root, "selector": "h1, p, a"})["nodeIds"]
    for node in nodes:
        drawn = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        assert drawn
        assert STAND_IN not in {font["familyName"] for font in drawn}, language
    page.close()
