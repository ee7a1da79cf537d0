"""A letter is begun, written, looked at and published in the browser; nothing of it is public before."""

from tests.cast import Officer
from tests.editor.office import LETTERS, begin, publish


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


def test_a_preview_is_the_page_that_readers_get_and_nobody_else_sees_it(ines: Officer) -> None:
    page = begin(ines)
    shown = ines.get(f"{page}/preview/en")
    assert shown.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert "Preview: not public" in shown.text
    assert "<p>We ask you to keep the lake clean.</p>" in shown.text
    assert ines.elsewhere().get(f"{page}/preview/en").status_code == 303
    assert ines.get("/en/keep-the-lake-clean").status_code == 404
    assert publish(ines, page).status_code == 303
    assert "We ask you to keep the lake clean." in ines.get("/en/keep-the-lake-clean").text
