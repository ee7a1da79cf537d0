"""Whatever is sent to the editor gets a sentence beside the field, and everything typed is kept."""

import pytest

from tests.cast import Officer
from tests.editor.office import LETTERS, TEXT, save, send

APPEAL = f"{LETTERS}/appeal"


def test_a_text_of_a_megabyte_is_refused_in_a_sentence_and_kept(ines: Officer) -> None:
    body = "The lake is ours. " * 60_000
    told = save(ines, APPEAL, **{**TEXT, "body": body})
    assert told.status_code == 422
    assert "This is too long: it has 1,079,999 characters, and at most about 150,000 are allowed." in told.text
    assert "The lake is ours. The lake is ours." in told.text.partition("<textarea")[2]
    assert len(told.text) > 1_000_000


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<script>alert(1)</script>", "Write Markdown, not HTML"),
        ('see <a href="https://x.org">', "Write Markdown, not HTML"),
        ("<!-- hidden -->", "Write Markdown, not HTML"),
    ],
)
def test_html_in_a_text_is_refused_and_shown_as_typed(ines: Officer, body: str, told: str) -> None:
    answer = save(ines, APPEAL, **{**TEXT, "body": body})
    assert answer.status_code == 422
    assert told in answer.text
    assert "<script>alert" not in answer.text
    assert answer.text.count("&lt;") >= 2


def test_a_title_that_is_too_long_is_refused(ines: Officer) -> None:
    answer = save(ines, APPEAL, **{**TEXT, "title": "t" * 201, "summary": "s" * 401})
    assert "use at most 200 characters" in answer.text
    assert "use at most 400 characters" in answer.text
    assert "t" * 201 in answer.text


def test_a_preview_and_a_paste_run_nothing_and_save_nothing(ines: Officer) -> None:
    hostile = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) **b**"
    shown = ines.client.post("/desk/letter-preview", data={"body": hostile}).text
    assert "<img" not in shown
    assert "href" not in shown
    assert "<strong>b</strong>" in shown
    pasted = ines.client.post("/desk/letter-paste", data={"html": "<p>a<script>x</script></p><ul><li>b</ul>"})
    assert pasted.mimetype == "text/plain"
    assert pasted.text == "a\n\n- b"
    assert ines.client.post("/desk/letter-paste", data={"plain": "•\tone\n•\ttwo"}).text == "- one\n- two"
    assert "Nothing is being changed" in ines.get(f"{APPEAL}/publish").text


def test_a_pasted_text_without_a_script_is_cleaned_by_a_button_and_saved_only_then(ines: Officer) -> None:
    pasted = "We ask:\n•\tone\n•\ttwo"
    assert save(ines, APPEAL, **{**TEXT, "body": pasted}).status_code == 303
    assert "Clean it up" in ines.get(APPEAL).text
    cleaned = save(ines, APPEAL, **{**TEXT, "body": pasted}, act="clean")
    assert "We ask:\n\n- one\n- two</textarea>" in cleaned.text
    assert "It is not saved yet" in cleaned.text or "not saved yet" in cleaned.text
    assert "•" in ines.get(APPEAL).text


def test_a_form_that_had_grown_old_keeps_what_was_typed(ines: Officer) -> None:
    answer = ines.client.post(APPEAL, data={**TEXT, "mark": "x", "form_token": "old"})
    assert answer.status_code == 422
    assert "It is ours.</textarea>" in answer.text


def test_whoever_is_signed_out_while_writing_keeps_the_text_and_sends_it_again(ines: Officer) -> None:
    opened = ines.get(APPEAL).text
    ines.tools.clock.move(minutes=61)  # type: ignore[attr-defined]  # the tests' clock
    told = send(ines, APPEAL, opened, {**TEXT, "body": "We ask for the lake."})
    assert told.status_code == 401
    assert "everything you typed is kept" in told.text
    assert 'name="body" value="We ask for the lake."' in told.text
    assert ines.sign_in().status_code == 303
    again = send(ines, APPEAL, opened, {**TEXT, "body": "We ask for the lake."})
    assert again.status_code == 422, "the form is of another session"
    assert "We ask for the lake.</textarea>" in again.text
    assert send(ines, APPEAL, again.text, {**TEXT, "body": "We ask for the lake."}).status_code == 303


def test_an_unknown_letter_is_not_found(ines: Officer) -> None:
    for path in ("", "/settings", "/kinds", "/preview", "/preview/en", "/publish", "/in/de", "/recipients"):
        assert ines.get(f"{LETTERS}/nothing{path}").status_code == 404, path
    assert ines.get(f"{APPEAL}/kinds/nobody").status_code == 404
    assert ines.get("/desk/new-letter?from=nothing").status_code == 404
