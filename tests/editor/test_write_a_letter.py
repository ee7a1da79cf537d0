"""A letter is begun, written, looked at and published in the browser; nothing of it is public before."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app import DESK
from campaign.editor.rules import slug_of
from tests.cast import Officer
from tests.conftest import START
from tests.editor.office import LETTERS, NEW, TEXT, begin, publish, save


def test_a_letter_is_begun_written_and_published_without_a_command(ines: Officer) -> None:
    page = begin(ines)
    assert page == f"{LETTERS}/keep-the-lake-clean"
    assert ines.get("/en/keep-the-lake-clean").status_code == 404
    assert "Keep the lake clean" not in ines.get("/en/").text
    assert "Not public yet" in ines.get(LETTERS).text
    assert publish(ines, page).status_code == 303
    shown = ines.get("/en/keep-the-lake-clean").text
    assert "<p>We ask you to keep the lake clean.</p>" in shown
    assert "To the council of the lake" in shown
    assert ines.sign(letter="/en/keep-the-lake-clean").status_code == 303
    assert "published the letter keep-the-lake-clean, by web" in re.sub(r"<[^>]+>", "", ines.get("/desk/log").text)


def test_a_preview_is_the_page_that_readers_get_and_nobody_else_sees_it(ines: Officer) -> None:
    page = begin(ines)
    shown = ines.get(f"{page}/preview/en")
    assert shown.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in ines.get(f"{page}/preview").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in ines.get(page).headers["Content-Security-Policy"]
    assert "<p>We ask you to keep the lake clean.</p>" in shown.text
    assert ines.elsewhere().get(f"{page}/preview/en").status_code == 303
    assert ines.get("/en/keep-the-lake-clean").status_code == 404
    assert publish(ines, page).status_code == 303
    read = ines.get("/en/keep-the-lake-clean").text
    _head, mark, after = shown.text.partition(
        '<p class="preview-mark" lang="en" dir="ltr">Preview: not public</p>'
    )
    assert mark
    assert (
        after.partition('<main id="main">')[2].partition("<section")[0]
        == (read.partition('<main id="main">')[2].partition("<section")[0])
    )


def test_a_preview_of_a_signed_text_shows_the_version_that_will_be(ines: Officer) -> None:
    ines.sign_and_confirm()
    assert save(ines, f"{LETTERS}/appeal", **{**TEXT, "body": "We ask for more."}).status_code == 303
    shown = ines.get(f"{LETTERS}/appeal/preview/en").text
    assert "We ask for more." in shown
    assert "We ask for <strong>one</strong> thing." in ines.get("/en/appeal").text


def test_the_desks_own_door_has_previews_too(
    make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path
) -> None:
    vera = Officer(make_app(sqlite_url, DESK), tmp_path / "mail").join()
    shown = vera.get(f"{LETTERS}/appeal/preview/en")
    assert shown.status_code == 200
    assert "We ask for <strong>one</strong> thing." in shown.text
    assert vera.get(LETTERS).status_code == 200
    assert vera.get(f"{LETTERS}/appeal/publish").status_code == 200


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Für einen sauberen See!", "fur-einen-sauberen-see"),
        ("湖を守る", "letter-2026"),
        ("致 Interpol 的信", "interpol"),
        ("བོད་ཡིག", "letter-2026"),
        ("2026 is late", "letter-2026"),
        ("An appeal", "an-appeal"),
        ("Imprint", "imprint-2"),
        ("Appeal", "appeal-2"),
        ("word " * 60, "word-word-word-word-word-word-word"),
    ],
)
def test_a_title_in_any_script_gives_a_name_for_the_address(title: str, slug: str) -> None:
    assert slug_of(title, {"appeal"}, START.date()) == slug


def test_what_is_wrong_with_a_new_letter_is_said_beside_the_field_and_everything_is_kept(ines: Officer) -> None:
    wrong = {
        "title": "",
        "opens_on": "2026-06-01",
        "closes_on": "2026-05-01",
        "slug": "Not This",
        "original": "de",
    }
    page = save(ines, "/desk/new-letter", **{**NEW, **wrong})
    assert page.status_code == 422
    for told in (
        "Say what the letter is called.",
        "before the day on which the letter opens",
        "Use 2 to 41 small",
    ):
        assert told in page.text
    assert 'value="Not This"' in page.text
    assert 'value="To the council of the lake"' in page.text
    assert '<option value="de" selected>' in page.text
    assert save(ines, "/desk/new-letter", **NEW, slug="appeal").status_code == 422


def test_a_letter_that_is_not_whole_says_what_is_missing_and_is_not_published(ines: Officer) -> None:
    begun = save(ines, "/desk/new-letter", **NEW).headers["Location"].partition("?")[0]
    page = ines.get(f"{begun}/publish").text
    assert "the summary, the text" in page
    assert "Publish</button>" not in page
    assert "…" in ines.get(f"{begun}/preview/en").text
    told = ines.app.test_cli_runner().invoke(args=["letter", "publish", "keep-the-lake-clean"])
    assert told.output == "Error: v1/en.md: still missing: the summary, the text\n"
    assert ines.get("/en/keep-the-lake-clean").status_code == 404


def test_a_copy_begins_with_the_words_and_settings_but_not_with_the_signatures(ines: Officer) -> None:
    ines.sign_and_confirm()
    form = ines.get("/desk/new-letter?from=appeal").text
    assert 'value="An appeal"' in form
    made = save(
        ines,
        "/desk/new-letter",
        **{**NEW, "title": "Another appeal", "addressee": "own-government"},
        copy_of="appeal",
    )
    page = made.headers["Location"].partition("?")[0]
    assert page == f"{LETTERS}/another-appeal"
    assert publish(ines, page).status_code == 303
    copy = ines.get("/en/another-appeal").text
    assert "We ask for <strong>one</strong> thing." in copy
    assert "Odile" not in ines.get("/en/another-appeal/signatories").text
    assert "behind the original" in ines.get(page).text, "its translations have the earlier title"
    assert "<del>An</del> <ins>Another</ins> appeal" in ines.get(f"{page}/in/ar").text


def test_a_viewer_looks_and_does_not_change(ines: Officer) -> None:
    page = begin(ines)
    vito = Officer(ines.app, ines.mailbox).join("vito@campaign.test", "viewer", "Vito Sand")
    for path in ("", "/in/de", "/background/en", "/settings", "/kinds", "/kinds/lawmaker", "/preview", "/publish"):
        looked = vito.get(f"{page}{path}")
        assert looked.status_code == 200, path
        assert "Your role may look here" in looked.text
        assert "Save</button>" not in looked.text
    assert save(vito, page, **TEXT).status_code == 403


def test_publishing_asks_for_the_second_factor_and_then_goes_on(ines: Officer) -> None:
    page = begin(ines)
    ines.tools.clock.move(minutes=10)  # type: ignore[attr-defined]  # the tests' clock
    asked = save(ines, f"{page}/publish")
    assert asked.status_code == 428
    carried = re.search(r'name="carried" value="([^"]+)"', asked.text)
    assert carried is not None
    assert ines.get("/en/keep-the-lake-clean").status_code == 404
    form = {"code": ines.wait_for_code(), "carried": carried[1]}
    assert ines.fill_in(asked.text, "/desk/confirm-yourself", form).status_code == 303
    assert ines.get("/en/keep-the-lake-clean").status_code == 200


def test_a_draft_is_discarded_and_what_is_public_stays(ines: Officer) -> None:
    assert save(ines, f"{LETTERS}/appeal", **TEXT).status_code == 303
    page = ines.get(f"{LETTERS}/appeal/publish").text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    left = ines.post(f"{LETTERS}/appeal/discard", {"seen": seen}, f"{LETTERS}/appeal/publish")
    assert left.status_code == 303
    assert "Nothing is being changed" in ines.get(f"{LETTERS}/appeal/publish").text
    assert "We ask for <strong>one</strong> thing." in ines.get("/en/appeal").text
