"""Days, recipients and kinds are written in the browser; a file written by hand keeps its comments."""

import re
import tomllib
from dataclasses import replace

import pytest

from app import ROOT
from campaign.editor.settings import change_settings, put_kinds, read_settings
from campaign.letter.kinds import read_kinds
from tests.cast import Officer
from tests.conftest import LETTERS as FOLDER
from tests.editor.office import LETTERS, begin, publish, save

APPEAL = f"{LETTERS}/appeal"
SAID = {
    "time_zone": "UTC",
    "opens_on": "2026-01-01",
    "closes_on": "2026-12-31",
    "addressee": "own-government",
    "office": "foreign",
    "cooling_off_hours": "48",
    "show_count": "yes",
    "recipient": ["FR", "DE", "CH", "JP"],
}
SCIENTIST = {
    "key": "scientist",
    "established": "person",
    "field-office": "yes",
    "field-affiliation": "yes",
    "required-affiliation": "yes",
    "use": "public",
    "one-en": "scientist",
    "many-en": "scientists",
    "heading-en": "Scientists",
    "sign-en": "Sign as a scientist",
}


def facts(owner: Officer, slug: str = "appeal") -> str:
    with owner.tools.database.read() as session:
        rows = f"SELECT content FROM draft_file WHERE slug = '{slug}' AND path = 'letter.toml'"
        return str(session.connection().exec_driver_sql(rows).scalar())


def test_saving_what_is_there_already_changes_no_byte(ines: Officer) -> None:
    assert save(ines, f"{APPEAL}/settings", **SAID).status_code == 303
    assert "Nothing is being changed" in ines.get(f"{APPEAL}/publish").text


def test_a_change_leaves_all_other_lines_as_they_were(ines: Officer) -> None:
    before = (FOLDER / "appeal" / "letter.toml").read_text(encoding="utf-8")
    assert (
        save(ines, f"{APPEAL}/settings", **{**SAID, "closes_on": "2027-01-31", "goal": "250"}).status_code == 303
    )
    after = facts(ines)
    assert after.replace("2027-01-31", "2026-12-31").replace("goal = 250\n", "") == before
    assert publish(ines, APPEAL).status_code == 303
    assert "Open for" in ines.get("/en/appeal").text


def test_the_comments_of_a_file_written_by_hand_stay() -> None:
    source = (ROOT / "config" / "letters" / "governments" / "letter.toml").read_text(encoding="utf-8")
    said = replace(read_settings(tomllib.loads(source)), goal="100", cooling_off_hours="24")
    changed, faults = change_settings(source, said)
    assert faults == {}
    assert re.sub(r"^goal = 100\n", "", changed, flags=re.M).replace("= 24", "= 48") == source
    moved = put_kinds(source, read_kinds(source)[::-1])
    assert "# Who may sign, in the order of the list" in moved
    assert [kind.key for kind in read_kinds(moved)] == ["activist", "lawmaker"]


def test_governments_are_ticked_by_name_and_keep_their_order(ines: Officer) -> None:
    page = ines.get(f"{APPEAL}/settings").text
    assert 'value="TW"> Taiwan' in page
    assert save(ines, f"{APPEAL}/settings", **{**SAID, "recipient": ["TW", "JP", "FR"]}).status_code == 303
    assert 'recipients = ["FR", "JP", "TW"]' in facts(ines)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"closes_on": "2025-01-01"}, "before the day on which the letter opens"),
        ({"opens_on": "soon"}, "Write a day"),
        ({"goal": "many"}, "Write a whole number"),
        ({"cooling_off_hours": "9999"}, "A whole number from 0 to 720"),
        ({"embargo_until": "tomorrow"}, "Write a day and an hour"),
        ({"office": "kitchen"}, "Choose an office"),
        ({"addressee": "recipients"}, "1 to 30, each in a"),
        ({"addressee": "nobody"}, "is none of"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_beside_its_field(
    ines: Officer, change: dict[str, str], told: str
) -> None:
    answer = save(ines, f"{APPEAL}/settings", **{**SAID, **change, "goal": change.get("goal", "77")})
    assert answer.status_code == 422
    assert told in answer.text
    assert f'value="{change.get("goal", "77")}"' in answer.text, "what was typed is kept"


def test_a_kind_is_added_moved_and_removed_without_a_script(ines: Officer) -> None:
    assert save(ines, f"{APPEAL}/kinds/new", **SCIENTIST).status_code == 303
    moved = ines.post(f"{APPEAL}/kinds", {"act": "up scientist"}, f"{APPEAL}/kinds")
    assert moved.status_code == 303
    page = ines.get(f"{APPEAL}/kinds").text
    assert page.index("Lawmakers") < page.index("Scientists") < page.index("Activists")
    assert ines.post(f"{APPEAL}/kinds", {"act": "remove activist"}, f"{APPEAL}/kinds").status_code == 303
    assert publish(ines, APPEAL).status_code == 303
    shown = ines.get("/en/appeal").text
    assert "Sign as a scientist" in shown
    assert "Sign as an activist" not in shown
    assert 'name="affiliation"' in ines.get("/en/appeal/sign?as=scientist").text


def test_a_kind_that_cannot_be_is_refused_beside_its_field(ines: Officer) -> None:
    wrong = SCIENTIST | {"key": "activist", "sign-en": ""}
    told = save(ines, f"{APPEAL}/kinds/new", **wrong)
    assert told.status_code == 422
    for sentence in ("Another kind has this name.", "This is missing."):
        assert sentence in told.text
    assert 'value="scientists"' in told.text
    lawmaker = {**SCIENTIST, "key": "deputy", "established": "lawmaker"}
    assert "must be asked for their parliament" in save(ines, f"{APPEAL}/kinds/new", **lawmaker).text


def test_a_kind_that_people_have_signed_as_stays(ines: Officer) -> None:
    ines.sign_and_confirm()
    ines.post(f"{APPEAL}/kinds", {"act": "remove lawmaker"}, f"{APPEAL}/kinds")
    told = publish(ines, APPEAL)
    assert told.status_code == 422
    assert "a person has signed as lawmaker, so that kind stays" in told.text
    assert "a person has signed as lawmaker" in ines.get(f"{APPEAL}/preview/en").text
    assert "Sign as a lawmaker" in ines.get("/en/appeal").text


def test_recipients_that_the_letter_names_are_written_one_by_one(ines: Officer) -> None:
    page = begin(ines, addressee="recipients")
    council = {"key": "council", "language": "en", "name-en": "The Council of the Lake", "address": "1 Quay\nBern"}
    assert save(ines, f"{page}/recipients/new", **council).status_code == 303
    listed = ines.get(f"{page}/recipients").text
    assert "The Council of the Lake" in listed
    assert "1 Quay, Bern" in listed
    first = "tothecouncilofthelak"
    assert ines.post(f"{page}/recipients", {"act": f"remove {first}"}, f"{page}/recipients").status_code == 303
    assert ines.post(f"{page}/recipients", {"act": "remove council"}, f"{page}/recipients").status_code == 400
    told = save(ines, f"{page}/recipients/new", **{**council, "name-en": ""})
    assert told.status_code == 422
    assert "Say what it is called." in told.text
    assert publish(ines, page).status_code == 303
    assert "The Council of the Lake" in ines.get("/en/keep-the-lake-clean/deliveries").text


def test_a_letter_in_german_names_its_recipients_and_kinds_in_german(ines: Officer) -> None:
    words = {"title": "Für den See", "addressee_line": "An den Rat des Sees", "original": "de", "slug": "see"}
    page = begin(ines, addressee="recipients", **words)
    german = {
        "one-de": "Forscherin",
        "many-de": "Forschende",
        "heading-de": "Forschende",
        "sign-de": "Mitzeichnen",
    }
    kind = {name: value for name, value in SCIENTIST.items() if not name.endswith("-en")} | german
    assert save(ines, f"{page}/kinds/new", **kind).status_code == 303
    assert (
        "Say what people of this kind are called"
        in save(ines, f"{page}/kinds/new", **{**SCIENTIST, "key": "other"}).text
    )
    assert publish(ines, page).status_code == 303
    shown = ines.get("/de/see").text
    assert "Mitzeichnen" in shown
    assert "An den Rat des Sees" in ines.get("/de/see/deliveries").text
