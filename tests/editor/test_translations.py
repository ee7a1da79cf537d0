"""A translation stands beside its original, and says what changed there since it was last saved."""

from tests.cast import Officer
from tests.editor.office import LETTERS, TEXT, begin, publish, save

GERMAN = {
    "title": "Haltet den See sauber",
    "addressee": "An den Rat",
    "summary": "Ein Brief.",
    "body": "Wir bitten Sie.",
}
BEHIND = "behind the original"


def test_a_translation_is_behind_until_it_is_saved_again(ines: Officer) -> None:
    page = begin(ines)
    assert save(ines, f"{page}/in/de", **GERMAN, draft="yes").status_code == 303
    assert BEHIND not in ines.get(page).text
    assert (
        save(
            ines, page, **{**TEXT, "body": "We ask you to keep the lake **very** clean.\n\nIt is ours."}
        ).status_code
        == 303
    )
    shown = ines.get(f"{page}/in/de").text
    assert BEHIND in shown
    assert "keep the lake <ins>very</ins> clean." in shown
    assert BEHIND in ines.get(LETTERS).text
    assert "Behind the original" in ines.get(f"{page}/publish").text
    assert publish(ines, page).status_code == 303
    assert BEHIND in ines.get(page).text, "publishing does not translate"
    assert save(ines, f"{page}/in/de", **GERMAN).status_code == 303
    assert BEHIND not in ines.get(page).text


def test_a_translation_that_came_from_files_is_behind_once_the_original_is_changed_here(ines: Officer) -> None:
    ines.sign_and_confirm()
    page = f"{LETTERS}/appeal"
    assert BEHIND not in ines.get(page).text
    save(ines, page, **{**TEXT, "body": "We ask for **two** things."})
    assert ines.get(page).text.count(BEHIND) == 2
    publish(ines, page, material="no", reason="A number was wrong.")
    assert ines.get(page).text.count(BEHIND) == 2, "a new version does not translate either"
    assert "<del>one thing</del> <ins>two things</ins>" in ines.get(f"{page}/in/ar").text


def test_a_letter_is_written_in_arabic_and_translated_into_english(ines: Officer) -> None:
    page = begin(ines, original="ar", title="حافظوا على البحيرة", addressee_line="إلى المجلس", slug="lake")
    shown = ines.get(page).text
    assert 'lang="ar" dir="rtl"' in shown
    english = ines.get(f"{page}/in/en").text
    assert "حافظوا على البحيرة" in english
    assert "This is a draft translation" in english
    assert save(ines, f"{page}/in/en", **TEXT).status_code == 303
    assert publish(ines, page).status_code == 303
    assert "Keep the lake clean" in ines.get("/en/lake").text
    assert "حافظوا على البحيرة" in ines.get("/ar/lake").text


def test_the_mark_of_a_draft_translation_is_set_and_taken_away(ines: Officer) -> None:
    page = f"{LETTERS}/appeal"
    form = ines.get(f"{page}/in/ar").text
    assert 'name="draft" value="yes" checked' in form
    arabic = {"title": "نداء", "addressee": "إلى حكوماتنا", "summary": "نداء", "body": "نطلب **شيئاً** واحداً."}
    assert save(ines, f"{page}/in/ar", **arabic).status_code == 303
    assert 'name="draft" value="yes" checked' not in ines.get(f"{page}/in/ar").text
    assert publish(ines, page).status_code == 303
    with ines.tools.database.read() as session:
        assert session.connection().exec_driver_sql("SELECT drafts FROM letter").scalar_one() == ""


def test_an_emptied_translation_is_removed_and_the_original_stays(ines: Officer) -> None:
    page = begin(ines)
    save(ines, f"{page}/in/de", **GERMAN)
    assert save(ines, f"{page}/in/de", title="", addressee="", summary="", body="").status_code == 303
    assert "Deutsch" not in ines.get(LETTERS).text
    assert publish(ines, page).status_code == 303


def test_the_background_is_written_with_its_sources_and_translated(ines: Officer) -> None:
    page = begin(ines)
    facts = {
        "title": "The facts",
        "summary": "What we know.",
        "body": "It is green ([report](https://lake.example.org)).",
    }
    assert save(ines, f"{page}/background/en", **facts).status_code == 303
    assert "The facts" in ines.get(f"{page}/background/de").text
    assert save(ines, f"{page}/background/de", **{**facts, "title": "Die Fakten"}).status_code == 303
    assert publish(ines, page).status_code == 303
    assert 'href="https://lake.example.org"' in ines.get("/en/keep-the-lake-clean/background").text
    assert "Die Fakten" in ines.get("/de/keep-the-lake-clean/background").text
